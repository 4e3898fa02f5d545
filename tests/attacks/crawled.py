"""Every form of the program as its pages show it, by the route that it is sent to."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.attacks.matrix import EVERYBODY, MATRIX
from tests.attacks.test_matrix import World, ask
from tests.support.switching import Forms

POSTS = [one for one in MATRIX if one.startswith("POST ") and "/api/" not in one]
MACHINERY = frozenset({"csrf_token", "speak", "shown", "signature"})
_ALERT = re.compile(
    r'<(div|p|section)(?![^>]*\shidden)[^>]*(?:role="alert"|class="ask__error"|panel--alarm)[^>]*>'
    r"(.*?)</\1>",
    re.DOTALL,
)
Fields = dict[str, str]


def letter(route: str) -> str:
    """Somebody whom the matrix lets in."""
    return (MATRIX[route] or EVERYBODY)[-1]


def forms(world: World) -> dict[str, Fields]:
    """The fields of each form with what stands in them, from all pages that anybody may read."""
    found: dict[str, Fields] = defaultdict(dict)
    for route in MATRIX:
        if not route.startswith("GET ") or route.startswith("GET /api"):
            continue
        for who in dict.fromkeys((letter(route), (MATRIX[route] or EVERYBODY)[0])):
            page = ask(world, who, route)
            if page.mimetype != "text/html":
                continue
            for form in Forms(page.text).by_id.values():
                target = _route(world, form.action)
                if target in MATRIX:
                    found[target] |= dict(form.fields) | dict.fromkeys(
                        form.seen - found[target].keys(), ""
                    )
    for fields in found.values():
        for name in MACHINERY & fields.keys():
            del fields[name]
    return found


def _route(world: World, action: str) -> str:
    adapter = world.app.url_map.bind("localhost")
    try:
        rule, _ = adapter.match(urlsplit(action).path, "POST", return_rule=True)
    except HTTPException:
        return ""
    return f"POST {rule.rule}"


def says(answer: TestResponse) -> str:
    """What a refused form is told; "" where it is told nothing."""
    seen = re.sub(r"<template.*?</template>", "", answer.text, flags=re.DOTALL)
    told = " ".join(words for _, words in _ALERT.findall(seen))
    return html.unescape(re.sub(r"<[^>]+>", " ", told)).strip()

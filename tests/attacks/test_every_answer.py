"""What holds for every answer, asked of every route by somebody who may enter it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template
from werkzeug.test import TestResponse

from blueprints.gate import CONTENT_SECURITY_POLICY
from models.password import hash_password
from models.store import Store
from tests.attacks.matrix import EVERYBODY, MATRIX
from tests.attacks.test_matrix import World, ask

PUBLIC = {
    "GET /",
    "GET /about",
    "GET /desks",
    "GET /desks/<uuid:desk_id>",
    "GET /api/v1/desks",
    "GET /api/v1/key",
    "GET /api/v1/openapi.json",
}
"""What search engines may keep; whoever is signed in sees another start page."""
KEPT = {
    "GET /assets/<tree>/<path:name>",
    "GET /manifest.webmanifest",
    "GET /offline",
    "GET /shell/<language>/<whose>/<kept>",
    "GET /sw.js",
}
"""Files of the phone and its pages for a lost signal, with nobody's data in them."""
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:")
SAYS = re.compile("見本の町|みほん|demonstration town")


def _answers(world: World) -> list[tuple[str, TestResponse]]:
    """Each route with its answer to the last of those whom the table lets in."""
    return [(route, ask(world, (who or EVERYBODY)[-1], route)) for route, who in MATRIX.items()]


def _twice(page: str) -> list[str]:
    """The tags that name an attribute twice, of which browsers drop the second."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if len(dict(attrs)) < len(attrs):
                found.append(tag)

    Reader().feed(page)
    return found


def test_nothing_is_inline_and_only_what_is_nobodys_may_be_kept_or_found(world: World) -> None:
    answers = _answers(world)
    pages = [(route, answer) for route, answer in answers if answer.mimetype == "text/html"]
    assert len(pages) > 60
    policies = {answer.headers["Content-Security-Policy"] for _, answer in pages}
    assert policies == {CONTENT_SECURITY_POLICY}
    assert [route for route, answer in pages if INLINE.search(answer.text)] == []
    assert [(route, _twice(answer.text)) for route, answer in pages if _twice(answer.text)] == []
    kept = {route for route, answer in answers if answer.headers["Cache-Control"] != "no-store"}
    found = {route for route, answer in answers if "X-Robots-Tag" not in answer.headers}
    assert kept <= PUBLIC | KEPT
    assert found <= PUBLIC


def test_every_page_of_a_demonstration_says_so(world: World) -> None:
    world.app.config["KIZUKI_DEMO"] = True
    silent = [
        route
        for route, answer in _answers(world)
        if answer.mimetype == "text/html" and answer.location is None
        if not SAYS.search(answer.text)
    ]
    assert silent == ["GET /closed"], "where the quick exit leads, a page tells nothing"


def test_what_takes_long_inside_a_write_fails_any_test(app: Flask, store: Store) -> None:
    slow = (
        lambda: render_template("closed.html"),
        lambda: hash_password("asagao"),
        lambda: store.keys.slow_index("4071"),
    )
    with app.test_request_context(), store.write():
        for work in slow:
            with pytest.raises(AssertionError, match="inside a write"):
                work()

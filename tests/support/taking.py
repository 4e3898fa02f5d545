"""Taking down a call as a clerk's browser does."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import receipt_code
from tests.support.notes import post, typed

NAME, NUMBER = "すずきはなこ", "0590000222"


def call(**changed: Any) -> dict[str, Any]:
    """The fields of the form for a call about 北町 at five past nine of the tests' first day."""
    own = {
        "came_by": "telephone",
        "received_on": "2026-11-24",
        "received_at": "09:05",
        "place": "北町",
        "code": receipt_code.generate(),
    }
    return typed(None, **own | changed)


def take(client: FlaskClient, **changed: Any) -> TestResponse:
    """Take a call down; what is said of it in `changed` differs."""
    return post(client, "/desk/notes", **call(**changed))


def code_aloud(page: str) -> str:
    """The code in the great digits that are read aloud."""
    found = re.search(r'<ol class="aloud".*?</ol>', page, re.DOTALL)
    assert found, page
    return "".join(re.findall(r"<b>(\d+)</b>", found[0]))

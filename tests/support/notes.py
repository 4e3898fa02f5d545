"""Writing notes as a browser does, and looking at what came of it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.observation import Observation
from models.store import Store
from models.thread import Thread
from tests.town import csrf


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """POST a form with the session's CSRF token."""
    return client.post(path, data=fields, headers=csrf(client))


def typed(own_area: int | None = None, **changed: Any) -> dict[str, Any]:
    """The form's fields as the page offers them, with a few words; None leaves one out."""
    fields = {
        "id": str(uuid.uuid4()),
        "own_area": "" if own_area is None else str(own_area),
        "place": "",
        "relation": "neighbour",
        "urgency": "soon",
        "words": "向かいのおばあさんを、このごろ見かけません。",
        "person_knows": "unknown",
        "contact": "reply",
        "show_name": "0",
        "language": "ja",
    } | changed
    return {name: value for name, value in fields.items() if value is not None}


def notes(store: Store) -> int:
    """How many notes there are."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Observation)) or 0


def last_thread(session: Session) -> Thread:
    """The thread of the note that came last."""
    return session.scalars(select(Thread).order_by(Thread.made_at.desc()).limit(1)).one()


def thread_path(answer: TestResponse) -> str:
    """The address of the thread that a sent note led to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/sent")


def code_on(page: str) -> str:
    """The receipt code that stands on a page, in its digits."""
    found = re.search(r'class="receipt[^"]*">(.*?)</p>', page, re.DOTALL)
    assert found, page
    return "".join(re.findall(r"\d+", found[1]))

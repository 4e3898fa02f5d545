"""さがす: notes of a desk by what somebody remembers of them.

The question comes in the body: an address stands in logs and in the browser's history. It is
kept nowhere; what stays is who asked, when, and at which desk.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import g, request

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.fields import line
from blueprints.intake import bp
from blueprints.intake.narrowed import Narrowed
from blueprints.intake.rows import opened_rows
from blueprints.language import plain
from models.audit_views import SEARCH
from models.handoff import Handoff
from models.narrowing import WHOLE
from models.queue import View
from models.search import Answer, Question, Search
from models.sign import SIGNS


@bp.get("/desk/search")
@allow(Permission.QUEUE_READ)
def new_search() -> Page:
    """Nothing yet: what can be looked for, and how far."""
    return _page(_question(""), None)


@bp.post("/desk/search")
@allow(Permission.QUEUE_READ)
def create_search() -> Page:
    """The notes in which it stands, with what matched."""
    g.leaves_nothing = True
    question = _question(line(request.form.get("q")))
    if question.is_empty or question.is_bad_code:
        return _page(question, None)
    code = question.code
    code_hash = None if code is None else access.kizuki().keys.slow_index(code)
    at_desk.write_down(SEARCH, at_desk.chosen_desk().id)
    found = _among(access.listing(Handoff, Permission.HANDOFF_READ)).answer(question, code_hash)
    # Its line alone tells whether somebody looked for what a conflict keeps from them.
    kept = _among(access.kept_back()).answer(question, code_hash)
    looked.at(hit.row.thread_id for hit in kept.hits)
    return _page(question, found)


def _question(typed: str) -> Question:
    return Question.of(typed, {code: plain(f"sign.{code}") for code in SIGNS})


def _among(handoffs: sa.Select[Handoff]) -> Search:
    desk = at_desk.chosen_desk()
    return Search(access.reading(), handoffs, desk, access.actor().reads_sealed_at(desk.id))


def _page(question: Question, answer: Answer | None) -> Page:
    desk, hits = at_desk.chosen_desk(), [] if answer is None else answer.hits
    return at_desk.page(
        "intake/list_found.html",
        desk,
        "queue",
        question=question,
        # Whoever holds a code can read as its reporter does.
        typed="" if question.code else question.typed,
        may_reveal=desk.is_core and access.may_enter(Permission.REVEAL_ASK),
        answer=answer,
        rows=opened_rows([hit.row for hit in hits], View.CLOSED, desk),
        found={hit.row.id: hit.why for hit in hits},
        view=View.TO_ACKNOWLEDGE,
        only=Narrowed(WHOLE, "", [], [], []),
    )

"""お返事の受け取り方: this phone, telephone, e-mail, or not at all."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from flask import redirect, request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.filters import moment
from blueprints.language import show
from blueprints.note import bp
from blueprints.note.page import Page, answer_ways
from blueprints.note.settings import myself, settings_page
from models import telephone, text
from models.answer_way import Given, choose_answer_by
from models.errors import Invalid
from models.person import AnswerBy

EMAIL_LENGTH = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@bp.post("/settings/answer-by")
@allow(Permission.SETTINGS)
def update_answer_by() -> Response | Page:
    """Remember how answers should come, with the number or address that it needs.

    What was emptied is forgotten; what cannot be read is asked for again, whatever was chosen.
    """
    chosen = request.form.get("answer_by", "")
    if chosen not in answer_ways():
        return settings_page(422, answer_by="note.problem.need_answer_by")
    given = Given(_typed("telephone"), _typed("email"))
    if given.telephone or chosen == AnswerBy.TELEPHONE:
        number = telephone.parse(given.telephone or "")
        if number is None:
            return settings_page(422, telephone="problem.bad_telephone")
        given = replace(given, telephone=number)
    if (given.email or chosen == AnswerBy.EMAIL) and not _is_address(given.email or ""):
        return settings_page(422, email="note.problem.email")
    return _choose(AnswerBy(chosen), given)


def _typed(name: str) -> str | None:
    """What stands in a field; None where the page has none of this name."""
    typed = request.form.get(name)
    return None if typed is None else text.clean_line(typed)


def _is_address(typed: str) -> bool:
    return len(typed) <= EMAIL_LENGTH and _EMAIL.fullmatch(typed) is not None


def _choose(by: AnswerBy, given: Given) -> Response | Page:
    try:
        with access.writing() as session:
            choose_answer_by(session, myself(session), by, given, access.now())
    except access.NotSent:
        raise
    except Invalid as closed:
        opens_at = closed.params["when"]
        assert isinstance(opens_at, dt.datetime)
        return settings_page(422, answers=show(closed.key, when=moment(opens_at)))
    return redirect("/notes" if request.form.get("from") == "sent" else "/settings?done=saved", 303)

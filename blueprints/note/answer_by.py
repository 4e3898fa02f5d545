"""お返事の受け取り方: this phone, telephone, e-mail, or not at all."""

from __future__ import annotations

import datetime as dt
import re

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
@allow(Permission.SIGNED_IN)
def update_answer_by() -> Response | Page:
    """Remember how answers should come, with the number or address that it needs."""
    chosen = request.form.get("answer_by", "")
    if chosen not in answer_ways():
        return settings_page(422, answer_by="note.problem.need_answer_by")
    number = telephone.parse(request.form.get("telephone", ""))
    email = text.clean_line(request.form.get("email", ""))[:EMAIL_LENGTH]
    if chosen == AnswerBy.TELEPHONE and number is None:
        return settings_page(422, telephone="problem.bad_telephone")
    if chosen == AnswerBy.EMAIL and not _EMAIL.fullmatch(email):
        return settings_page(422, email="note.problem.email")
    given = Given(number, email if _EMAIL.fullmatch(email) else None)
    return _choose(AnswerBy(chosen), given)


def _choose(by: AnswerBy, given: Given) -> Response | Page:
    try:
        with access.writing() as session:
            choose_answer_by(session, myself(session), by, given, access.now())
    except Invalid as closed:
        opens_at = closed.params["when"]
        assert isinstance(opens_at, dt.datetime)
        return settings_page(422, answers=show(closed.key, when=moment(opens_at)))
    return redirect("/notes" if request.form.get("from") == "sent" else "/settings?done=saved", 303)

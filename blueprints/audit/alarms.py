"""確認のお願い: what the audit gives reason to ask about, until somebody writes what it was."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.audit import bp
from blueprints.audit.telling import Page, code, page
from blueprints.fields import DoorForm, needed, text_lines
from blueprints.language import plain
from models.audit_alarm import AuditAlarm
from models.desk import Desk
from models.errors import NotAllowed
from models.person import Person

A_PAGE = 50
FARTHEST = 100_000
_WAITS = AuditAlarm.acknowledged_at.is_(None)
_ORDER = (
    AuditAlarm.acknowledged_at.is_not(None),
    sa.case((_WAITS, AuditAlarm.at)),
    AuditAlarm.at.desc(),
    AuditAlarm.id,
)


class AnswerForm(DoorForm):
    """What was found."""

    words = text_lines(500, needed("audit.problem.words"))


@dataclass(frozen=True)
class Shown:
    """One alarm: for the auditor whom it is about is a code, for the core a colleague.

    `who` is empty where it is about the log itself.
    """

    alarm: AuditAlarm
    desk: str
    who: str
    is_named: bool
    answered_by: str


@bp.get("/audit/alarms")
@allow(Permission.ALARM_READ)
def list_alarms() -> Page:
    """Those that wait first, the longest waiting before all; then the newest, page by page."""
    g.is_query_ours = set(request.args) <= {"page"}
    return _page(AnswerForm())


@bp.post("/audit/alarms/<uuid:alarm_id>/acknowledgement")
@allow(Permission.ALARM_READ)
def create_alarm_acknowledgement(alarm_id: uuid.UUID) -> Page | Response:
    """Say what it was."""
    form = AnswerForm()
    access.load(AuditAlarm, alarm_id, Permission.ALARM_READ)
    if not form.validate():
        return _page(form, alarm_id, 422)
    access.close()
    try:
        access.in_turn(lambda session: _answer(session, alarm_id, form.words.data))
    except NotAllowed:
        return _page(form, alarm_id, 409, is_first=False)
    return redirect("/audit/alarms", 303)


def _answer(session: Session, alarm_id: uuid.UUID, words: str) -> None:
    alarm = access.load(AuditAlarm, alarm_id, Permission.ALARM_READ, session)
    by = access.me(session)
    assert by is not None
    alarm.acknowledge(by, words, access.now())


def _page(
    form: AnswerForm, at: uuid.UUID | None = None, status: int = 200, *, is_first: bool = True
) -> Page:
    alarms = access.listing(AuditAlarm, Permission.ALARM_READ).order_by(*_ORDER)
    number = max(request.args.get("page", 1, int), 1)
    skipped = min((number - 1) * A_PAGE, FARTHEST)
    found = access.reading().scalars(alarms.offset(skipped).limit(A_PAGE + 1)).all()
    looked.as_("read_alarms")
    looked.at(one.actor_id for one in found[:A_PAGE] if one.actor_id is not None)
    shown = [_shown(one) for one in found[:A_PAGE]]
    further = f"/audit/alarms?page={number + 1}" if len(found) > A_PAGE else ""
    values = {"alarms": shown, "further": further, "is_first": is_first}
    return page("alarms", "alarms", status, form=form, at=at, **values)


def _shown(alarm: AuditAlarm) -> Shown:
    session, is_named = access.reading(), access.actor().core_id is not None
    desk = None if alarm.desk_id is None else session.get(Desk, alarm.desk_id)
    return Shown(
        alarm,
        plain("audit.town") if desk is None else desk.name,
        _called(session, alarm.actor_id, is_named=is_named),
        is_named,
        _called(session, alarm.acknowledged_by_id, is_named=is_named),
    )


def _called(session: Session, person_id: uuid.UUID | None, *, is_named: bool) -> str:
    if person_id is None:
        return ""
    person = session.get(Person, person_id) if is_named else None
    return code("actor", person_id) if person is None else person.name

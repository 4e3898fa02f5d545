"""The numbers to call, each with the day on which somebody last called it to make sure."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import abort, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.fields import DoorForm, call_number, digits, line, needed, one_of, text_line
from blueprints.language import show
from blueprints.office import bp
from blueprints.office.page import Page, change, load, page
from models import audit
from models.person import Person
from models.town import CallNumber, NumberPlace
from models.town_time import local_date

_LEAST_DIGITS = 3
_LAST = 100


class NumberForm(DoorForm):
    """One number of the town; the national ones are only checked."""

    label = text_line(80, needed("office.problem.number_label"))
    number = call_number(needed("office.problem.telephone"))
    hint = text_line(120)
    place = StringField(
        filters=[line],
        default=NumberPlace.LOCAL.value,
        validators=[one_of(set(NumberPlace), "office.problem.kind")],
    )

    def validate_number(self, field: Field) -> None:
        """Something that can be dialled."""
        if len(digits(field.data)) < _LEAST_DIGITS:
            raise ValidationError(show("office.problem.telephone"))


@bp.get("/numbers")
@allow(Permission.OFFICE)
def list_numbers(status: int = 200, form: NumberForm | None = None) -> Page:
    """Every number as the call sheet has it, and a form for another."""
    today = local_date(access.now())
    numbers = [(one, one.is_stale(today)) for one in CallNumber.sheet(access.reading())]
    return page("numbers", status, numbers=numbers, form=form or NumberForm())


@bp.get("/numbers/<uuid:number_id>")
@allow(Permission.OFFICE)
def show_number(number_id: uuid.UUID) -> Page:
    """One number of the town, to be changed."""
    number = _own(number_id)
    return page("number", number=number, form=NumberForm(obj=number))


@bp.post("/numbers")
@allow(Permission.OFFICE)
def create_number() -> Page | Response:
    """Add a number, checked today by whoever types it."""
    form = NumberForm()
    if not form.validate():
        return list_numbers(422, form)
    change(lambda session, by, now: _save(session, CallNumber(position=_LAST), form, by, now))
    return redirect("/office/numbers?done=saved", 303)


@bp.post("/numbers/<uuid:number_id>")
@allow(Permission.OFFICE)
def update_number(number_id: uuid.UUID) -> Page | Response:
    """Change a number, checked today by whoever types it."""
    form = NumberForm()
    if not form.validate():
        return page("number", 422, number=_own(number_id), form=form)
    change(lambda s, by, now: _save(s, _own(number_id, s), form, by, now))
    return redirect("/office/numbers?done=saved", 303)


@bp.post("/numbers/<uuid:number_id>/check")
@allow(Permission.OFFICE)
def create_number_check(number_id: uuid.UUID) -> Response:
    """Somebody called it today, and it is right."""

    def check(session: Session, by: Person, now: dt.datetime) -> None:
        number = load(CallNumber, number_id, session)
        number.verified_on = local_date(now)
        audit.record(session, "check", number, now=now, by=by.id)

    change(check)
    return redirect("/office/numbers?done=checked", 303)


@bp.post("/numbers/<uuid:number_id>/removal")
@allow(Permission.OFFICE)
def create_number_removal(number_id: uuid.UUID) -> Response:
    """Take a number of the town off the sheet; the national ones stay."""

    def remove(session: Session, by: Person, now: dt.datetime) -> None:
        number = _own(number_id, session)
        audit.record(session, "remove", number, now=now, by=by.id)
        session.delete(number)

    change(remove)
    return redirect("/office/numbers?done=removed", 303)


def _own(number_id: uuid.UUID, session: Session | None = None) -> CallNumber:
    """A number of the town's own; the national ones are not changed here."""
    number = load(CallNumber, number_id, session)
    return abort(404) if number.purpose else number


def _save(
    session: Session, number: CallNumber, form: NumberForm, by: Person, now: dt.datetime
) -> None:
    is_new = number.id is None
    form.populate_obj(number)
    number.place = NumberPlace(form.place.data)
    number.verified_on = local_date(now)
    session.add(number)
    session.flush()
    audit.record(session, "make" if is_new else "change", number, now=now, by=by.id)

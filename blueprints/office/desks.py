"""Desks: place, telephone, hours, promise, backup and who works there."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.office import bp
from blueprints.office.desk_form import DeskForm
from blueprints.office.hours import hour_fields, typed_hours
from blueprints.office.page import Page, change, load, page
from blueprints.office.sheet import Drawn, Sheet, draw
from models.desk import Desk
from models.desk_list import desk_lines, members_of
from models.errors import Invalid
from models.furnishing import furnish, problems
from models.person import Person, PersonState, Role
from models.sign import Field


@bp.get("/desks")
@allow(Permission.OFFICE)
def list_desks() -> Page:
    """Every desk: who is there, who waits, what it backs up; the core first."""
    lines = desk_lines(access.reading())
    return page("desks", lines=lines, has_core=any(line.desk.is_core for line in lines))


@bp.get("/desks/new")
@allow(Permission.OFFICE)
def new_desk() -> Page:
    """A new desk; the first one of a town is its core."""
    return _form_page(DeskForm.of(None), None)


@bp.get("/desks/<uuid:desk_id>")
@allow(Permission.OFFICE)
def show_desk(desk_id: uuid.UUID) -> Page:
    """One desk, to be changed."""
    desk = load(Desk, desk_id)
    return _form_page(DeskForm.of(desk), desk)


@bp.post("/desks")
@allow(Permission.OFFICE)
def create_desk() -> Page | Response | str:
    """Make a desk."""
    return _save(None)


@bp.post("/desks/<uuid:desk_id>")
@allow(Permission.OFFICE)
def update_desk(desk_id: uuid.UUID) -> Page | Response | str:
    """Change a desk."""
    return _save(load(Desk, desk_id).id)


def _save(desk_id: uuid.UUID | None) -> Page | Response | str:
    """A desk that nobody staffs or nothing backs up comes back with the reason at its field."""
    form, sheet = DeskForm(), None
    form.validate()
    _tell_all(form, None if desk_id is None else load(Desk, desk_id))
    if not form.problems:
        if form.begins_name.data or form.begins_person.data:
            access.need_fresh()
        drawn = draw() if form.begins_name.data else None
        try:
            sheet = change(
                lambda session, by, now: _furnish(session, desk_id, form, drawn, by, now)
            )
        except Invalid as error:
            form.refuse(error)
        else:
            return sheet.page() if sheet else redirect("/office/desks?done=saved", 303)
    return _form_page(form, None if desk_id is None else load(Desk, desk_id), 422)


def _tell_all(form: DeskForm, desk: Desk | None) -> None:
    """Everything that is missing at once, each at its field."""
    wanted = form.wanted(typed_hours(request.form))
    begins, now = form.begins(None), access.now()
    for problem in problems(access.reading(), desk, wanted, begins, now):
        if not form.error(problem.field):
            form.refuse(problem)


def _furnish(
    session: Session,
    desk_id: uuid.UUID | None,
    form: DeskForm,
    drawn: Drawn | None,
    by: Person,
    now: dt.datetime,
) -> Sheet | None:
    desk = None if desk_id is None else load(Desk, desk_id, session)
    wanted = form.wanted(typed_hours(request.form))
    _, invitation = furnish(session, desk, wanted, form.begins(drawn), by, now)
    return None if invitation is None or drawn is None else Sheet.of(invitation, drawn)


def _form_page(form: DeskForm, desk: Desk | None, status: int = 200) -> Page:
    session = access.reading()
    posted = request.form.to_dict() if request.method == "POST" else None
    members = [] if desk is None else members_of(session, desk)
    others = access.listing(Desk, Permission.OFFICE).order_by(Desk.made_at)
    asks_first = not members or form.error("begins_name") or form.error("begins_person")
    staff = _staff() if asks_first else []
    looked.as_("see_people")
    looked.at([*(one.person_id for one in members), *(one.id for one in staff)])
    return page(
        "desk",
        status,
        form=form,
        takes_on=list(Field),
        desk=desk,
        times=hour_fields(form.hours) if posted is None else posted,
        members=members,
        backups=[other for other in session.scalars(others) if other is not desk],
        asks_first=asks_first,
        staff=staff,
        is_core=desk.is_core if desk else Desk.core(session) is None,
    )


def _staff() -> list[Person]:
    """Everybody who may be the first at a desk, by name."""
    is_staff = Person.role == Role.STAFF, Person.state == PersonState.ACTIVE
    staff = access.listing(Person, Permission.OFFICE).where(*is_staff)
    return sorted(access.reading().scalars(staff), key=lambda person: person.name)

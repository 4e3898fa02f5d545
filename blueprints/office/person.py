"""One person: area, desks, a new way in, suspension."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from flask import abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, looked
from blueprints.access import Permission, allow, fresh
from blueprints.office import bp
from blueprints.office.page import Choices, Page, as_id, as_number, change, load, page, refused
from blueprints.office.sheet import Drawn, Sheet, draw
from models import lost_phone, staffing
from models.area import Area
from models.desk import Desk
from models.errors import Invalid
from models.membership import Membership
from models.person import Person, PersonState
from models.way_back import MadeSure, invite_again

Act = Callable[[Session, Person, Person, dt.datetime], object]


@bp.get("/people/<uuid:person_id>")
@allow(Permission.OFFICE)
def show_person(person_id: uuid.UUID, status: int = 200, problem: object = "") -> Page:
    """Who it is, where they are, and what can be changed."""
    person = load(Person, person_id)
    if person.state is PersonState.LEFT:
        abort(404)
    looked.as_("see_person", person)
    return page(
        "person",
        status,
        person=person,
        places=[m for m in person.memberships if m.ended_at is None],
        is_me=person == access.me(),
        phones=lost_phone.phones_of(access.reading(), person, access.now()),
        choices=Choices.now(),
        problem=problem,
    )


@bp.post("/people/<uuid:person_id>/area")
@allow(Permission.OFFICE)
def update_area_of_person(person_id: uuid.UUID) -> Page | Response:
    """Move a phone person to another area."""
    area_id = as_number(request.form.get("area"))

    def move(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
        if area_id is None:
            raise Invalid("office.problem.area_needed", "area")
        area = load(Area, area_id, session)
        staffing.move_to_area(session, person, area, by, now)

    return _change(person_id, move, "moved")


@bp.post("/people/<uuid:person_id>/desks")
@allow(Permission.OFFICE)
@fresh
def create_membership(person_id: uuid.UUID) -> Page | Response:
    """Give a place at a desk; somebody there, or at the core, confirms it."""
    desk_id, sealed = as_id(request.form.get("desk")), "in_sealed_team" in request.form

    def place(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
        if desk_id is None:
            raise Invalid("office.problem.desk_needed", "desk")
        desk = load(Desk, desk_id, session)
        staffing.put_at_desk(session, person, desk, by, now, sealed=sealed)

    return _change(person_id, place, "placed")


@bp.post("/people/<uuid:person_id>/desks/<uuid:membership_id>/end")
@allow(Permission.OFFICE)
@fresh
def create_membership_end(person_id: uuid.UUID, membership_id: uuid.UUID) -> Page | Response:
    """Take somebody off a desk; the core's last two stay."""

    def end(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
        membership = load(Membership, membership_id, session)
        if membership.person_id != person.id:
            abort(404)
        staffing.end_membership(session, membership, by, now)

    return _change(person_id, end, "ended")


@bp.post("/people/<uuid:person_id>/suspension")
@allow(Permission.OFFICE)
def create_suspension(person_id: uuid.UUID) -> Page | Response:
    """Stop somebody at once, with every phone. Without a proof: it is urgent, and can be undone."""
    return _change(person_id, staffing.suspend, "suspended")


@bp.post("/people/<uuid:person_id>/readmission")
@allow(Permission.OFFICE)
@fresh
def create_readmission(person_id: uuid.UUID) -> Page | Response:
    """Let somebody take part again."""
    return _change(person_id, staffing.readmit, "readmitted")


@bp.post("/people/<uuid:person_id>/invitation")
@allow(Permission.OFFICE)
@fresh
def create_way_back(person_id: uuid.UUID) -> Page | str:
    """Lost phone or forgotten password: a new sheet, shown once."""
    drawn = draw()

    try:
        sheet = change(lambda session, by, now: _invite_again(session, person_id, drawn, by, now))
        return sheet.page(request.form.get("paper", ""))
    except Invalid as error:
        return show_person(person_id, 422, problem=refused(error))


def _invite_again(
    session: Session, person_id: uuid.UUID, drawn: Drawn, by: Person, now: dt.datetime
) -> Sheet:
    told, person = request.form.get("made_sure"), load(Person, person_id, session)
    made = invite_again(
        session,
        drawn.told,
        drawn.code_hash,
        person=person,
        by=by,
        now=now,
        made_sure=MadeSure(told) if told in set(MadeSure) else None,
    )
    session.flush()
    return Sheet.of(made, drawn)


def _change(person_id: uuid.UUID, act: Act, done: str) -> Page | Response:
    """Do it and say so on the person's page, or say there why not."""
    try:
        change(lambda session, by, now: act(session, load(Person, person_id, session), by, now))
    except Invalid as error:
        return show_person(person_id, 422, problem=refused(error))
    return redirect(f"/office/people/{person_id}?done={done}", 303)

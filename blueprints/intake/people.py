"""Who stands at the desk, and who waits to be let in by somebody inside."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import redirect
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow, fresh
from blueprints.at_desk import Page
from blueprints.intake import bp
from blueprints.intake.claims import members_of
from blueprints.intake.recoveries import recoveries
from models import confirmation
from models.membership import Membership
from models.person import Person


@bp.get("/desk/people")
@allow(Permission.MEMBER_CONFIRM)
def list_people() -> Page:
    """New members waiting for a yes from inside, and everybody at this desk."""
    desk = at_desk.chosen_desk()
    members = members_of(desk)
    waiting = access.reading().scalars(_with_names(_waiting())).all()
    looked.as_("see_people")
    looked.at(one.person_id for one in (*waiting, *members))
    return at_desk.page(
        "intake/list_people.html",
        desk,
        "people",
        finds_phones=access.may_enter(Permission.PHONE_END),
        waiting=waiting,
        members=members,
        recoveries=recoveries(),
    )


@bp.post("/desk/people/<uuid:membership_id>/confirmation")
@allow(Permission.MEMBER_CONFIRM)
@fresh
def create_confirmation(membership_id: uuid.UUID) -> Response:
    """Let a new member's content role begin."""
    access.close()
    with access.writing() as session:
        membership = access.load(Membership, membership_id, Permission.MEMBER_CONFIRM, session)
        confirmation.confirm(session, membership, at_desk.signed_in(session), access.now())
    return redirect(f"/desk/people?desk={at_desk.chosen_desk().id}&done=confirmation", 303)


def _waiting() -> sa.Select[Membership]:
    return confirmation.waiting(access.listing(Membership, Permission.MEMBER_CONFIRM))


def _with_names(members: sa.Select[Membership]) -> sa.Select[Membership]:
    person = joinedload(Membership.person).joinedload(Person.identity)
    return members.options(person, joinedload(Membership.desk))

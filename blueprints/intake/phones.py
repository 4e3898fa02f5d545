"""A caller lost a phone: find the person by name, end that phone, open what they wrote before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, request
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.fields import line
from blueprints.intake import bp
from models import held_history, lost_phone, normalise
from models.lost_phone import OwnPhone
from models.person import Person

SHOWN = 20
WHOLE_NAME = 1
"""A name this short finds only itself, so that nobody reads through everybody's."""


@dataclass(frozen=True)
class Owner:
    """Somebody of the desk's areas, with the phones that can be ended."""

    person: Person
    phones: list[OwnPhone]
    opens_at: dt.datetime | None
    """When what they wrote before opens by itself; None where it is open."""


@bp.get("/desk/phones")
@allow(Permission.PHONE_END)
def list_phones() -> Page:
    """Nobody yet: whose phone it is, is asked first."""
    return _page()


@bp.post("/desk/phones")
@allow(Permission.PHONE_END)
def create_phone_search() -> Page:
    """The people of a name in the desk's areas, each with their phones.

    The name comes in the body: an address stands in logs and in the browser's history.
    """
    name = line(request.form.get("name"))
    wanted = normalise.name(name)
    if not wanted:
        return _page()
    # Whose, before anything is shown; never what was asked for.
    at_desk.write_down("look_for_phone", at_desk.chosen_desk().id)
    found = _named(wanted)
    looked.at(one.id for one in found[:SHOWN])
    return _page(name, found)


@bp.post("/desk/phones/<uuid:owner_id>/<uuid:phone_id>/ending")
@allow(Permission.PHONE_END)
def create_phone_ending(owner_id: uuid.UUID, phone_id: uuid.UUID) -> Response:
    """End one phone for the caller; what is still on it is taken when it comes."""
    desk_id = at_desk.chosen_desk().id
    access.close()
    with access.writing() as session:
        person = access.load(Person, owner_id, Permission.PHONE_END, session)
        by = at_desk.signed_in(session)
        ended = lost_phone.end(session, person, phone_id, by=by, now=access.now(), desk_id=desk_id)
    if not ended:
        abort(404)
    return redirect(f"/desk/phones?desk={desk_id}&done=phone_ending", 303)


@bp.post("/desk/phones/<uuid:owner_id>/history")
@allow(Permission.PHONE_END)
def create_history_opening(owner_id: uuid.UUID) -> Response:
    """The desk made sure who it is: what they wrote before is theirs to read at once."""
    desk_id = at_desk.chosen_desk().id
    access.close()
    with access.writing() as session:
        person = access.load(Person, owner_id, Permission.PHONE_END, session)
        by = at_desk.signed_in(session)
        held_history.open_again(session, person, by=by, now=access.now(), desk_id=desk_id)
    return redirect(f"/desk/phones?desk={desk_id}&done=history", 303)


def _page(name: str = "", found: Sequence[Person] = ()) -> Page:
    owners = [_owner(one) for one in found[:SHOWN]]
    return at_desk.page(
        "intake/list_phones.html",
        at_desk.chosen_desk(),
        "people",
        name=name,
        owners=owners,
        count=len(found),
    )


def _owner(person: Person) -> Owner:
    session, now = access.reading(), access.now()
    phones = lost_phone.phones_of(session, person, now)
    return Owner(person, phones, held_history.opens_at(person, now))


def _named(wanted: str) -> list[Person]:
    """Names stand encrypted, so they are opened and compared here."""
    people = access.listing(Person, Permission.PHONE_END).options(selectinload(Person.identity))
    near = access.reading().scalars(people.order_by(Person.joined_at.desc(), Person.id))
    named = ((person, normalise.name(person.name)) for person in near)
    if len(wanted) <= WHOLE_NAME:
        return [person for person, name in named if name == wanted]
    return [person for person, name in named if wanted in name]

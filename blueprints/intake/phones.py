"""A caller lost a phone: find the person by name, and end that phone at once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import abort, redirect, request
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.fields import line
from blueprints.intake import bp
from models import lost_phone, normalise, text
from models.lost_phone import OwnPhone
from models.person import Person

SHOWN = 20
"""A name is asked for, so that nobody reads through everybody's."""


@dataclass(frozen=True)
class Owner:
    """Somebody of the desk's areas, with the phones that can be ended."""

    person: Person
    phones: list[OwnPhone]


@bp.get("/desk/phones")
@allow(Permission.PHONE_END)
def list_phones() -> Page:
    """The people of that name in the desk's areas, each with their phones."""
    desk, name = at_desk.chosen_desk(), line(request.args.get("name"))
    found = [] if text.is_blank(name) else _named(name)
    session, now = access.reading(), access.now()
    owners = [Owner(one, lost_phone.phones_of(session, one, now)) for one in found[:SHOWN]]
    return at_desk.page(
        "intake/list_phones.html", desk, "people", name=name, owners=owners, count=len(found)
    )


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


def _named(name: str) -> list[Person]:
    """Names stand encrypted, so they are opened and compared here."""
    wanted = normalise.name(name)
    people = access.listing(Person, Permission.PHONE_END).options(selectinload(Person.identity))
    near = access.reading().scalars(people.order_by(Person.joined_at.desc(), Person.id))
    return [person for person in near if wanted in normalise.name(person.name)]

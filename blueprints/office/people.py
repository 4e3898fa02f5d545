"""The people of the town by role, area and desk, with a search by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import selectinload

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.fields import line
from blueprints.office import bp
from blueprints.office.page import Choices, Page, as_id, as_number, page
from models import normalise
from models.membership import Membership
from models.person import Person, PersonState, Role

SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to."""

    name: str = ""
    role: str = ""
    area: str = ""
    desk: str = ""

    @staticmethod
    def by(given: Mapping[str, str]) -> Asked:
        """What a form or an address asks for."""
        return Asked(**{part: line(given.get(part)) for part in Asked.__annotations__})


@bp.get("/people")
@allow(Permission.OFFICE)
def list_people() -> Page:
    """Everybody, or those of a role, an area or a desk: pages lead here."""
    return _page(replace(Asked.by(request.args), name=""))


@bp.post("/people")
@allow(Permission.OFFICE)
def create_people_search() -> Page:
    """The same, and by a name: in the body, since addresses stand in logs and in histories."""
    return _page(Asked.by(request.form))


def _page(asked: Asked) -> Page:
    """Names and roles; names stand encrypted, so the search opens and compares them here."""
    session = access.reading()
    found = _named(session.scalars(_narrowed(asked)).all(), asked.name)
    looked.as_("see_people")
    looked.at(one.id for one in found[:SHOWN])
    return page(
        "people",
        people=found[:SHOWN],
        count=len(found),
        asked=asked,
        roles=list(Role),
        choices=Choices.now(),
    )


def _narrowed(asked: Asked) -> Any:
    query = (
        access.listing(Person, Permission.OFFICE)
        .options(
            selectinload(Person.identity),
            selectinload(Person.area),
            selectinload(Person.memberships).selectinload(Membership.desk),
        )
        .where(Person.state != PersonState.LEFT)
        .order_by(Person.joined_at.desc())
    )
    if asked.role in set(Role):
        query = query.where(Person.role == Role(asked.role))
    if (area_id := as_number(asked.area)) is not None:
        query = query.where(Person.area_id == area_id)
    if (desk_id := as_id(asked.desk)) is not None:
        there = sa.select(Membership.person_id).where(
            Membership.desk_id == desk_id, Membership.ended_at.is_(None)
        )
        query = query.where(Person.id.in_(there))
    return query


def _named(people: Any, name: str) -> list[Person]:
    wanted = normalise.name(name)
    return [person for person in people if wanted in normalise.name(person.name)]

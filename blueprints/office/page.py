"""What the pages of the office share: the town's name, what was done, how a change is made."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission
from blueprints.language import show
from models.area import Area, AreaKind
from models.base import Base
from models.desk import Desk
from models.errors import Invalid
from models.person import Person
from models.town import Town

Page = tuple[str, int]
Row = TypeVar("Row", bound=Base)
Made = TypeVar("Made")
Act = Callable[[Session, Person, dt.datetime], Made]

DONE = frozenset(
    {"checked", "ended", "moved", "placed", "readmitted", "removed", "revoked", "saved"}
    | {"phone_ended", "suspended"}
)


def page(template: str, status: int = 200, **values: object) -> Page:
    """A page of the office."""
    done = request.args.get("done", "")
    said = show(f"office.done.{done}") if done in DONE else ""
    town = Town.of(access.reading())
    return render_template(f"office/{template}.html", done=said, town=town, **values), status


@dataclass(frozen=True)
class Choices:
    """The areas and desks that a form offers, single towns apart."""

    areas: Sequence[Area]
    desks: Sequence[Desk]

    @staticmethod
    def now() -> Choices:
        """What there is to choose from at this moment."""
        session = access.reading()
        areas = access.listing(Area, Permission.OFFICE).where(Area.kind != AreaKind.TOWN)
        desks = access.listing(Desk, Permission.OFFICE).order_by(Desk.made_at)
        ordered = areas.order_by(Area.kind, Area.kana, Area.id)
        return Choices(session.scalars(ordered).all(), session.scalars(desks).all())


def load(kind: type[Row], key: object, session: Session | None = None) -> Row:
    """A row of the office, else 404."""
    return access.load(kind, key, Permission.OFFICE, session)


def change(act: Act[Made]) -> Made:
    """Make one change in one transaction, by the signed-in administrator."""
    access.close()

    def take(session: Session) -> Made:
        by = access.me(session)
        if by is None:
            abort(401)
        return act(session, by, access.now())

    return access.in_turn(take)


def refused(error: Invalid) -> object:
    """The sentence of a rule that said no."""
    return show(error.key, **dict(error.params))


def as_id(text: str | None) -> uuid.UUID | None:
    """The id that a form names, or None where it names none."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def as_number(text: str | None) -> int | None:
    """The whole number that a form names, or None."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else None

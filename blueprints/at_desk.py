"""What every page at a desk carries: whose desk it is, and the ways to the others."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import abort, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from blueprints import access, done, looked
from blueprints.access import Permission
from blueprints.language import current_locale, show, words
from models import held, queue
from models.audit_alarm import AuditAlarm
from models.desk import Desk
from models.handoff import Handoff
from models.person import Person
from models.reveal.entity import WITHIN, Reveal

_DESKS = (
    sa.select(Desk)
    .where(Desk.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Desk.name, Desk.id)
)

Page = tuple[str, int]


Place = tuple[str, str, Markup, bool]
"""A way of the masthead and the tab bar: where it leads, its icon, its words, whether here."""


def my_desks() -> list[Desk]:
    """The desks at which the signed-in person is confirmed staff or a deputy, by name."""
    session = access.reading()
    if "my_desks" not in session.info:
        ids = list(access.actor().desk_ids | access.actor().deputy_ids)
        session.info["my_desks"] = list(session.scalars(_DESKS, {"ids": ids}))
    found: list[Desk] = session.info["my_desks"]
    return found


def chosen_desk(asked: str | None = None) -> Desk:
    """The desk asked for, else the one the address names, or the first of one's own.

    404 for anybody else's.
    """
    asked = request.values.get("desk", "") if asked is None else asked
    desks = [desk for desk in my_desks() if asked in ("", str(desk.id))]
    if not desks:
        abort(404)
    return desks[0]


def own_or_first(desk_id: uuid.UUID) -> Desk:
    """This desk where one stands at it, else the first of one's own."""
    return next((desk for desk in my_desks() if desk.id == desk_id), my_desks()[0])


def signed_in(session: Session | None = None) -> Person:
    """The signed-in person as a row of `session`; 401 where somebody was let go meanwhile."""
    person = access.me(session)
    if person is None:
        abort(401)
    return person


def write_down(act: str, desk_id: uuid.UUID) -> None:
    """Whoever saw what others wrote is known afterwards, and whose; never what was asked for."""
    looked.as_(act)
    looked.from_desk(desk_id)


def page(template: str, desk: Desk, here: str, *, status: int = 200, **values: object) -> Page:
    """A page at a desk; `here` is the key of the place one is at."""
    looked.from_desk(desk.id)
    return (
        render_template(
            template,
            desk=desk,
            place_name=desk.name,
            desks=my_desks(),
            places=_places(desk.id, here),
            now=access.now(),
            done=done.sentence(),
            **values,
        ),
        status,
    )


def _places(desk_id: uuid.UUID, here: str) -> list[Place]:
    core = next((desk for desk in my_desks() if desk.is_core), None)
    at_core = core is not None and access.may_enter(Permission.HELD_PLACE)
    waiting = _held_at(core) if core is not None and at_core else 0
    ways = [
        (f"/desk?desk={desk_id}", "reply", "queue"),
        (f"/desk/notes/new?desk={desk_id}", "phone", "take"),
        *([("/core/held", "letter", "held")] if at_core else []),
        *([("/audit/alarms", "bell", "alarms")] if at_core and _asks() else []),
        *([("/desk/reveals", "desk", "reveals")] if _is_asked() else []),
        (f"/desk/people?desk={desk_id}", "people", "people"),
        ("/settings", "bell", "settings"),
    ]
    numbers = {"held": waiting}
    return [
        (href, icon, _numbered(_words(key), numbers.get(key, 0)), key == here)
        for href, icon, key in ways
    ]


def _held_at(core: Desk) -> int:
    """How many wait there for a desk, as far as whoever asks may place them."""
    held_there = access.listing(Handoff, Permission.HELD_PLACE)
    return held.number(access.reading(), held_there, core, access.now())


def _numbered(said: Markup, number: int) -> Markup:
    if not number:
        return said
    n = number if number <= queue.COUNT_LIMIT else show("desk.many", n=queue.COUNT_LIMIT)
    return Markup('<span>{} <b class="number">{}</b></span>').format(said, n)


def _asks() -> bool:
    """Whether the audit asks somebody at the core about something."""
    alarms = access.listing(AuditAlarm, Permission.ALARM_READ)
    waiting = alarms.where(AuditAlarm.acknowledged_at.is_(None)).limit(1)
    return access.reading().scalars(waiting).first() is not None


def _is_asked() -> bool:
    """Whether a second person is asked, or something that was opened is open still."""
    if not access.may_enter(Permission.REVEAL_DECIDE):
        return False
    now, seen = access.now(), access.listing(Reveal, Permission.REVEAL_READ)
    undecided = sa.and_(Reveal.decided_at.is_(None), Reveal.asked_at > now - WITHIN)
    lasting = seen.where(sa.or_(undecided, Reveal.ends_at > now)).limit(1)
    return access.reading().scalars(lasting).first() is not None


def _words(key: str) -> Markup:
    """The way's words; where a phone's tab has no room for them, shorter ones stand there."""
    whole, short = f"desk.place.{key}", f"desk.place.{key}_short"
    if not words().has(current_locale(), short):
        return show(whole)
    both = Markup('<span class="only-wide">{}</span><span class="not-wide">{}</span>')
    return both.format(show(whole), show(short))

"""What an open reveal shows: who told, or the notes that were found, to read and nothing more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from markupsafe import Markup

from blueprints import access, looked
from blueprints.access import Permission
from blueprints.intake.talk import Line, Teller, lines_of, teller_of
from blueprints.noted import Noted, noted
from models.desk import Desk
from models.handoff import Handoff
from models.person import Role
from models.reveal.entity import Reveal, RevealKind
from models.thread import Thread
from models.town_time import local_date


@dataclass(frozen=True)
class Known:
    """Who told: no number, which stands where the desk telephones."""

    name: str
    role: Role | None
    area: str


@dataclass(frozen=True)
class Found:
    """One note, wherever it is."""

    handoff: Handoff
    desk: Desk
    note: Noted
    teller: Teller
    lines: list[Line]
    arrived: dt.date
    may_reveal: bool


def who_of(reveal: Reveal) -> str | Markup:
    """What the desk calls the reporter whom one is about; nothing for what is about several."""
    if reveal.kind is not RevealKind.REPORTER:
        return ""
    return next((teller_of(thread.handoff).who for thread in reveal.threads), "")


def shown_of(reveal: Reveal) -> list[Known] | list[Found]:
    """What is open now; which it is, is the policy's to say each time."""
    wanted = [thread.id for thread in reveal.threads]
    seen = access.listing(Thread, Permission.REVEAL_SEE).where(Thread.id.in_(wanted))
    threads = access.reading().scalars(seen.order_by(Thread.made_at.desc(), Thread.id)).all()
    looked.as_(f"see_{reveal.kind}", reveal)
    looked.at(thread.id for thread in threads)
    if reveal.kind is RevealKind.REPORTER:
        return [_known(thread) for thread in threads]
    return [_found(thread) for thread in threads]


def _known(thread: Thread) -> Known:
    reporter = thread.reporter
    person = reporter.person
    area = "" if person is None or person.area is None else person.area.name
    return Known(reporter.known_name or "", reporter.role, area)


def _day(at: dt.datetime | dt.date) -> dt.date:
    """Another desk's times are told by the day, as those of what is passed on."""
    return local_date(at) if isinstance(at, dt.datetime) else at


def _found(thread: Thread) -> Found:
    handoff = thread.handoff
    teller = teller_of(handoff)
    return Found(
        handoff,
        handoff.desk,
        noted(handoff),
        teller,
        [replace(one, at=_day(one.at)) for one in lines_of(handoff, teller)],
        local_date(thread.made_at),
        may_reveal=teller.is_hidden,
    )

"""同じ世帯: what is gathered with a note, and what may be about the same household."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from blueprints import access, nobody_near
from blueprints.access import Permission
from blueprints.language import show
from blueprints.noted import Noted, noted_of
from models import listed
from models.handoff import Handoff
from models.household import nearby, voices
from models.household.entity import Gathering, members
from models.observation import Observation
from models.person import Person
from models.queue import Handoffs


@dataclass(frozen=True)
class Beside:
    """Another note: gathered with this one, or a likely companion with what speaks for it."""

    id: uuid.UUID
    note: Noted
    at: dt.datetime
    state: str
    why: list[Markup]


@dataclass(frozen=True)
class Home:
    """A note's household as its reader may see it."""

    gathered: list[Beside]
    is_elsewhere: bool
    """Whether more is gathered with it than the reader may read."""
    acts: list[Gathering]
    reporters: int
    companions: list[Beside]
    is_bounded: bool


def home_of(handoff: Handoff) -> Home:
    """The household of a note, and its likely companions, as far as the reader may read them."""
    session, readable = access.reading(), access.listing(Handoff, Permission.HANDOFF_ANSWER)
    is_team = access.actor().in_sealed_team
    gathered = members(session, handoff.thread_id, sealed=is_team)
    threads = nobody_near.free_of(session, gathered)
    looked = nearby.companions(session, handoff, readable, threads, sealed=is_team)
    wanted = [*threads, *(one.thread_id for one in looked.found)]
    rows = session.execute(_newest(readable), {"threads": wanted})
    newest: dict[uuid.UUID, uuid.UUID] = {row.thread_id: row.id for row in rows}
    why = {newest[one.thread_id]: _said(one.companion.why) for one in looked.found}
    known = {of: id_ for of, id_ in newest.items() if of in threads}
    beside = [id_ for of, id_ in known.items() if of != handoff.thread_id]
    shown = _beside(readable, [*beside, *why], why)
    return Home(
        gathered=[shown[id_] for id_ in beside],
        is_elsewhere=not threads <= {*known, handoff.thread_id},
        acts=_acts(threads),
        reporters=voices.reporters(session, {*known, handoff.thread_id}),
        companions=[shown[id_] for id_ in why],
        is_bounded=looked.is_bounded,
    )


def _acts(threads: Iterable[uuid.UUID]) -> list[Gathering]:
    """What holds these notes together, the newest first."""
    acts = access.listing(Gathering, Permission.HOUSEHOLD_GATHER)
    here = acts.where(Gathering.one_id.in_(threads), Gathering.other_id.in_(threads))
    by = joinedload(Gathering.by).joinedload(Person.identity)
    return list(access.reading().scalars(here.options(by).order_by(Gathering.at.desc())))


def _said(why: tuple[str, ...]) -> list[Markup]:
    return [show(f"desk.companion.{code}") for code in why]


def _beside(
    readable: Handoffs, ids: list[uuid.UUID], why: dict[uuid.UUID, list[Markup]]
) -> dict[uuid.UUID, Beside]:
    if not ids:
        return {}
    session = access.reading()
    rows = listed.among(session, readable, ids)
    came = sa.select(Observation.id, Observation.received_at).where(
        Observation.id.in_([row.note_id for row in rows])
    )
    at: dict[uuid.UUID, dt.datetime] = {row.id: row.received_at for row in session.execute(came)}
    return {
        row.id: Beside(row.id, note, at[row.note_id], row.outcome or row.state, why.get(row.id, []))
        for row, note in zip(rows, noted_of(rows), strict=True)
    }


@lru_cache(maxsize=64)
def _newest(readable: Handoffs) -> sa.Select[uuid.UUID, uuid.UUID]:
    """The handoffs of some threads that the reader may read: last what is owed, or the newest."""
    threads = Handoff.thread_id.in_(sa.bindparam("threads", expanding=True))
    found = readable.with_only_columns(Handoff.thread_id, Handoff.id).where(threads)
    return found.order_by(Handoff.is_open, Handoff.sent_at, Handoff.step)

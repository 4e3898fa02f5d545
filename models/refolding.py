"""After an update of the folding: what is stored of places and names is made anew, once.

Each batch is one transaction and keeps how far it came, so that a start that was cut off goes on.
Of staff and commissioners the names alone are known; how their employer was written is kept
nowhere, and stays as it was folded: it is looked for in both forms (`normalise.before`).
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import normalise, own_clue, variants
from models.area import Area
from models.clue import Clue, clues_of
from models.draft import Draft
from models.errors import Unreadable
from models.handoff import Handoff
from models.observation import Observation
from models.own_clue import OwnClue
from models.person import Person
from models.store import Store
from models.town import Town

AT_ONCE = 500


def refold(store: Store, now: dt.datetime) -> None:
    """Make anew what an earlier folding left; does nothing where there is none."""
    with store.read() as session:
        if _behind(session) is None:
            return
    is_done = False
    while not is_done:
        with store.write() as session:
            is_done = _refold_some(session, now)


def _behind(session: Session) -> Town | None:
    town = Town.of(session)
    return None if town is None or town.fold == variants.FOLD else town


def _refold_some(session: Session, now: dt.datetime) -> bool:
    """The next notes; gives whether these were the last."""
    town = _behind(session)
    if town is None:
        return True
    if town.folded_to is None:
        _refold_areas(session)
        _refold_people(session, now)
    notes = sa.select(Observation).where(Observation.sealed_body.is_not(None))
    if town.folded_to is not None:
        notes = notes.where(Observation.id > town.folded_to)
    notes = notes.options(joinedload(Observation.thread)).order_by(Observation.id).limit(AT_ONCE)
    found = session.scalars(notes).all()
    for note in found:
        _refold_note(session, note)
    if len(found) == AT_ONCE:
        town.folded_to = found[-1].id
        return False
    town.fold, town.folded_to = variants.FOLD, None
    return True


def _refold_areas(session: Session) -> None:
    for area in session.scalars(sa.select(Area)):
        area.folded = normalise.place(area.name)
    session.flush()


def _refold_people(session: Session, now: dt.datetime) -> None:
    asked = sa.select(OwnClue.person_id).where(OwnClue.ended_at.is_(None))
    for person in session.scalars(sa.select(Person).where(Person.id.in_(asked))):
        for name in person.names:
            own_clue.add(session, person, own_clue.of_name(session, person, name), now)


def _refold_note(session: Session, note: Observation) -> None:
    """Its tokens, and of its handoffs the place under which they stand as one row with others."""
    try:
        said = {name: note.body.get(name, "") for name in ("place_detail", "called")}
    except Unreadable:
        return
    new = clues_of(session, Draft(**said), note.area_id, sealed=note.thread.is_sealed)
    for clue in session.scalars(sa.select(Clue).where(Clue.observation_id == note.id)).all():
        if clue.token == new.get(clue.field, clue.token):
            continue
        stood = Handoff.thread_id == note.thread_id, Handoff.place_token == clue.token
        if clue.field == "place":
            session.execute(sa.update(Handoff).where(*stood).values(place_token=new["place"]))
        clue.token = new[clue.field]

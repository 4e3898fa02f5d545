"""The finder at its door: of the pairs judged by hand, which does a note's page propose?

The whole way is judged: what of the desk's notes is opened, by area and by blind index, how many
are shown, and the comparison itself, amid other notes of the desk.
"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import normalise, sign
from models.area import Area, AreaKind, AreaTown
from models.handoff import Handoff
from models.store import Store
from models.town_time import TOKYO
from tests import town
from tests.models.household.test_finder import Judged
from tests.support.households import hand
from tests.support.households.made import Written
from tests.town import Cast

EVERY = 4
"""Of the pairs whose notes are not sealed, by default; all of them in the long run."""
OTHERS = 40


@pytest.fixture
def towns(store: Store, cast: Cast) -> dict[str, int]:
    """The towns of the pairs, all received by the north desk; their ids by their folded names."""
    with store.write() as session:
        every = sa.update(AreaTown).where(AreaTown.area_id == cast.south)
        session.execute(every.values(area_id=cast.north))
        known = set(session.scalars(sa.select(Area.name)))
        for name in sorted(set(hand.TOWNS) - known):
            folded = normalise.place(name)
            area = Area(kind=AreaKind.TOWN, code=name, name=name, kana=name, folded=folded)
            session.add(area)
            session.flush()
            session.add(AreaTown(area_id=cast.north, town_id=area.id))
        found = session.execute(
            sa.select(Area.folded, Area.id).where(Area.kind == AreaKind.TOWN)
        ).all()
        return {row.folded: row.id for row in found}


def send(store: Store, cast: Cast, towns: dict[str, int], note: Written) -> uuid.UUID:
    """A note with its whole place in one field; its town is found, as far as it is a known one."""
    folded = normalise.place(note.place)
    names = [name for name in towns if folded.startswith(name)]
    area = towns[max(names, key=len)] if names else cast.north
    at = dt.datetime.combine(note.on, dt.time(10), TOKYO).astimezone(dt.UTC)
    told = {"place": note.place, "called": note.name or None, "signs": list(note.signs)}
    with store.write() as session:
        by = cast.suzuki
        return town.note(session, at, by=by, area=area, **told).id


def put_away(store: Store, cast: Cast, ids: list[uuid.UUID]) -> None:
    """The next pair may be about the same house: what was judged is another desk's."""
    with store.write() as session:
        gone = sa.update(Handoff).where(Handoff.id.in_(ids))
        session.execute(gone.values(desk_id=cast.south_desk, storm_id=None))


@pytest.mark.parametrize("every", [EVERY, pytest.param(1, marks=pytest.mark.everything)])
def test_pairs_written_by_hand_are_proposed_on_a_notes_page(
    okada: FlaskClient,
    store: Store,
    cast: Cast,
    towns: dict[str, int],
    capsys: pytest.CaptureFixture[str],
    every: int,
) -> None:
    judged, pairs, wrong = Judged(), list(hand.pairs()), list[str]()
    plain = [one for one in pairs if not sign.seals((*one.one.signs, *one.other.signs))]
    with store.write() as session:
        area, at = towns[normalise.place("旭町")], town.MORNING
        for n in range(OTHERS):
            house = f"{90 + n}-{n}"
            town.note(session, at, by=cast.tanaka, area=area, place="旭町", place_detail=house)
    for pair in plain[::every]:
        ids = [send(store, cast, towns, one) for one in (pair.one, pair.other)]
        page = okada.get(f"/desk/handoffs/{ids[0]}").text
        is_proposed = f'name="other" value="{ids[1]}"' in page
        judged.add(pair.is_same, is_proposed)
        if is_proposed is not pair.is_same:
            wrong.append(pair.why)
        put_away(store, cast, ids)
    what = f"companions on the page, {len(plain[::every])} pairs by hand"
    judged.hold(capsys, f"{what}, otherwise judged: {'; '.join(wrong) or 'none'}")

"""What was stored of places and names in an earlier folding is made anew, once, and meets."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import involved, normalise, own_clue, refolding, variants
from models.area import Area, AreaKind
from models.base import keys_of
from models.clue import Clue
from models.handoff import Handoff
from models.own_clue import OwnClue
from models.person import Person, Role
from models.refolding import refold
from models.store import Store
from models.town import Town
from tests import town
from tests.town import MORNING, Cast

WRITTEN = {"called": "增田さん", "place_detail": "靑葉莊3"}
ASKED = {"called": "増田さん", "place_detail": "青葉荘3"}


@pytest.fixture
def cast(either: Store, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A town that was written when no old character met today's."""
    with monkeypatch.context() as before, either.write() as session:
        before.setattr(variants, "TABLE", {old: chr(old) for old in variants.TABLE})
        cast = town.build(session, noise=False)
        session.add(Area(kind=AreaKind.TOWN, code="櫻", name="櫻町"))
        aoki = Person.enrol(session, role=Role.STAFF, name="靑木 一郎", now=MORNING)
        session.flush()
        own_clue.keep(session, aoki, own_clue.of_given(session, aoki, "北町3-2-1", ""), MORNING)
        tell(session, cast, **WRITTEN)
        forgotten = tell(session, cast, **WRITTEN)
        forgotten.thread.wrapped_key = b"gone"
        tell(session, cast, called="山本")
        Town.of(session).fold = 1
    return cast


def tell(session: sa.orm.Session, cast: Cast, **fields: str) -> Handoff:
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **fields)


def tokens(session: sa.orm.Session, handoff: Handoff) -> dict[str, bytes]:
    wanted = sa.select(Clue.field, Clue.token)
    found = wanted.where(Clue.observation_id == handoff.thread.observation.id)
    return dict(session.execute(found).all())


@pytest.mark.parametrize("at_once", [1, 500])
def test_what_is_stored_meets_what_comes(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(refolding, "AT_ONCE", at_once)
    if at_once == 1:
        # A start that was cut off goes on.
        with either.write() as session:
            assert not refolding._refold_some(session, MORNING)
    refold(either, MORNING)
    with either.write() as session:
        kept = Town.of(session)
        assert (kept.fold, kept.folded_to) == (variants.FOLD, None)
        now = tell(session, cast, **ASKED)
        same = sa.select(Handoff).where(Handoff.place_token == now.place_token)
        assert len(session.scalars(same).all()) == 2
        earlier = session.scalars(same.where(Handoff.id != now.id)).one()
        assert tokens(session, earlier) == tokens(session, now)
        assert session.scalars(sa.select(Area.folded).where(Area.code == "櫻")).one() == "桜町"
        named = set(own_clue.of_called(keys_of(session), "青木一郎", None))
        own = set(session.scalars(sa.select(OwnClue.token)))
        assert {one.token for one in named} & own
        assert normalise.name("增田") == "増田"


def test_where_nothing_is_behind_nothing_is_written(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refold(either, MORNING)
    with either.write() as session:
        # Another that started beside it was first.
        assert refolding._refold_some(session, MORNING)
    monkeypatch.setattr(refolding, "_refold_some", None)
    refold(either, MORNING)
    assert cast


def test_own_family_and_employer_are_met_that_were_given_in_the_folding_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before, store.write() as session:
        new = {ord(one): one for group in variants.EARLIER.values() for one in group[1:]}
        before.setattr(variants, "TABLE", variants.TABLE | new)
        cast = town.build(session, noise=False)
        aoki = Person.enrol(session, role=Role.STAFF, name="渊上 花", now=MORNING)
        session.flush()
        tokens = own_clue.of_given(session, aoki, "北町3-2-1", "冝保商店")
        own_clue.keep(session, aoki, tokens, MORNING)
        aoki.identity.remember(aoki.name)
        aoki.identity.name = "山田 花"
        Town.of(session).fold = 2
    with store.write() as session:
        for name in ("渊上さん", "淵上さん", "冝保商店", "宜保商店"):
            assert involved.near(tell(session, cast, called=name).thread) == {aoki.id}, name
        # What could not be read in that folding is read by a former name, too, once made anew.
        kana = tell(session, cast, called="フチガミさん").thread
        assert involved.near(kana) == frozenset()
    refold(store, MORNING)
    with store.read() as session:
        assert involved.near(session.merge(kana)) == {aoki.id}

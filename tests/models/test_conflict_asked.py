"""「この人には見せないで」: who is named is denied, and the writer learns nothing of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import conflict
from models.arrival import Arrival, Outcome, accept
from models.conflict import ConflictKind
from models.desk import Desk
from models.draft import content_hash, read_draft
from models.handoff import Handoff
from models.own_settings import rename
from models.store import Store
from tests import town
from tests.models.test_conflict import note, one, reads
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.mark.parametrize("words", ["岡田さん", "ｵｶﾀﾞ", "相談室の岡田主任", "市役所の人か、岡田"])
def test_whoever_the_writer_names_is_denied(store: Store, cast: Cast, words: str) -> None:
    with store.write() as session:
        handoff = note(session, cast, not_to=words)
        assert conflict.denied(session, handoff.thread_id) == {cast.okada}
        assert handoff.is_sealed is ("市役所" in words)


@pytest.mark.parametrize("words", ["隣の人", "鈴木さん", "岡本さん", "課長"])
def test_where_nobody_who_reads_is_meant_the_sealed_team_takes_it(
    store: Store, cast: Cast, words: str
) -> None:
    with store.write() as session:
        handoff = note(session, cast, not_to=words)
        assert (handoff.is_sealed, handoff.desk_id) == (True, cast.core)
        assert conflict.denied(session, handoff.thread_id) == frozenset()


def test_the_writer_learns_of_neither(store: Store, cast: Cast) -> None:
    with store.write() as session:
        met, unmet = (note(session, cast, not_to=words) for words in ("岡田と加藤", "隣の人"))
        given = [dict(each.thread.observation.acceptance) for each in (met, unmet)]
        for each in given:
            del each["id"]
        assert given[0] == given[1]
        assert (met.desk_id, met.is_sealed, unmet.is_sealed) == (cast.core, False, True)
        assert met.thread.shown_desk is unmet.thread.shown_desk
        who = one(session, cast.ueda)
        met.pass_on(who, session.get_one(Desk, cast.south_desk), "お願いします", MORNING)
        assert met.thread.told(MORNING) == []


def test_who_comes_or_is_renamed_later_is_denied_what_named_them(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast, not_to="三浦さん、岡田さん")
        rename(session, one(session, cast.ishii), "三浦", MORNING)
        assert conflict.denied(session, handoff.thread_id) == {cast.okada, cast.ishii}


def test_another_name_hides_nobody_from_what_the_writer_calls_them(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        rename(session, one(session, cast.kato), "岡田 花子", MORNING)
        rename(session, one(session, cast.okada), "相談係", MORNING)
        handoff = note(session, cast, not_to="市役所の岡田さん")
        assert conflict.denied(session, handoff.thread_id) == {cast.okada, cast.kato}


def test_a_resident_s_former_name_is_not_remembered(store: Store, cast: Cast) -> None:
    with store.write() as session:
        for person in (cast.suzuki, cast.nakamura):
            rename(session, one(session, person), "林", MORNING)
        assert one(session, cast.suzuki).names == ("林",)
        assert one(session, cast.nakamura).names == ("林", "中村")


@pytest.mark.parametrize("words", ["木村さん", "久保さん", "佐藤さん"])
def test_who_would_not_read_it_is_nobody_who_is_surely_meant(
    store: Store, cast: Cast, words: str
) -> None:
    """Staff of another desk, staff who wait, and a commissioner: somebody here may be meant."""
    with store.write() as session:
        assert note(session, cast, not_to=words).is_sealed
        assert not note(session, cast, not_to="岡田さん").is_sealed


@pytest.mark.parametrize("how", ["asked", "declared", "sealed"])
def test_other_words_under_one_id_are_read_by_nobody_who_may_not_read_the_first(
    store: Store, cast: Cast, how: str
) -> None:
    first = {"asked": {"not_to": "上田さん"}, "declared": {}, "sealed": {"not_nearby": True}}[how]
    with store.write() as session:
        sent = note(session, cast, **first)
        if how == "declared":
            conflict.write(session, sent.thread_id, [cast.ueda], ConflictKind.DECLARED, MORNING)
        note_id = sent.thread.observation.client_id
        raw = town.fields(id=str(note_id), words="書き直した話")
        draft, _ = read_draft(raw)
        second = Arrival(note_id, content_hash(raw), draft, area_id=cast.kitamachi)
        outcome, _ = accept(session, second, MORNING)
        assert outcome is Outcome.CONFLICT
        found = sa.select(Handoff).where(Handoff.thread_id != sent.thread_id)
        held = session.scalars(found).one()
        assert not reads(session, held, cast.ueda)
        assert reads(session, held, cast.aoki)

"""「この人には見せないで」: who is named is denied, and the writer learns nothing of it."""

from __future__ import annotations

import pytest

from models import conflict
from models.desk import Desk
from models.own_settings import rename
from models.store import Store
from tests import town
from tests.models.test_conflict import note, one
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

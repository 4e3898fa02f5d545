"""What is known of staff goes on to be known: by a new name or home, and at a corrected place."""

from __future__ import annotations

import datetime as dt

import pytest

from models import conflict, own_clue, settling_in, speech
from models.own_settings import rename
from models.speech import Speech, SpeechKind
from models.store import Store
from tests import town
from tests.models.test_conflict import live_at, note, one, reads, told
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def test_a_new_name_is_looked_for_in_the_town_of_the_home_before_and_after(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        okada = one(session, cast.okada)
        rename(session, okada, "山田 花子", MORNING)
        live_at(session, cast, "okada", "北町9-9")
        before = [note(session, cast, called=name) for name in ("鈴木さん", "鈴木花子")]
        found = settling_in.look(session, okada, "鈴木 花子")
        rename(session, okada, "鈴木 花子", MORNING, found)
        after = [note(session, cast, called=name) for name in ("鈴木さん", "山田さん")]
        assert [reads(session, each, cast.okada) for each in (*before, *after)] == [False] * 4
        elsewhere = town.note(session, MORNING, area=cast.minamimachi, called="鈴木さん")
        assert conflict.denied(session, elsewhere.thread_id) == frozenset()


def test_an_employer_holds_until_there_is_another_or_none(store: Store, cast: Cast) -> None:
    def is_near(session: object, shop: str, later: int) -> bool:
        then = MORNING + dt.timedelta(days=later)
        sent = town.note(session, then, area=cast.kitamachi, called=shop)  # type: ignore[arg-type]
        return cast.okada in conflict.denied(sent.session, sent.thread_id)

    with store.write() as session:
        live_at(session, cast, "okada", "北町9-9", "ミナミ商店")
        live_at(session, cast, "okada", "北町9-8", later=1)
        live_at(session, cast, "okada", "北町9-7", later=400)
        assert is_near(session, "ミナミ商店", 400)
        okada, later = one(session, cast.okada), MORNING + dt.timedelta(days=401)
        tokens = own_clue.of_given(session, okada, "北町9-7", "")
        settling_in.give(session, okada, tokens, (), later, ends_employer=True)
        live_at(session, cast, "okada", "北町9-7", later=900)
        assert not is_near(session, "ミナミ商店", 900)


def add_place(session: object, handoff: object, place: str) -> None:
    addition = Speech(SpeechKind.ADDITION, place=place)
    speech.say(handoff.thread, addition, MORNING)  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["北町1-2-3", "1-2-3"])
def test_a_corrected_place_is_looked_at_as_the_first_one(
    store: Store, cast: Cast, place: str
) -> None:
    with store.write() as session:
        live_at(session, cast, "okada", "北町1-2-3")
        area = cast.minamimachi if "町" in place else cast.kitamachi
        handoff = town.note(session, MORNING, by=cast.suzuki, area=area, place_detail="公園")
        handoff.desk_id = cast.north_desk
        session.flush()
        assert reads(session, handoff, cast.okada)
        add_place(session, handoff, place)
        assert not reads(session, handoff, cast.okada)
        assert reads(session, handoff, cast.kato)
        assert cast.okada not in told(session, handoff)


def test_who_gives_an_address_later_loses_what_was_corrected_to_it(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        handoff, other = note(session, cast), note(session, cast)
        add_place(session, handoff, "北町1-2-3")
        live_at(session, cast, "okada", "北町1-2-3")
        assert not reads(session, handoff, cast.okada)
        assert reads(session, other, cast.okada)

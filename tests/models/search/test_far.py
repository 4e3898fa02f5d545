"""How far one looks, what is found beyond it by index, and in which order it is answered."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
import sqlalchemy as sa

from models import receipt_code
from models.area import AreaTown
from models.base import keys_of
from models.desk import Desk
from models.handoff import Handoff
from models.person import Person
from models.search import Looked, Question, answer, indexed, looking
from models.store import Store
from tests import town
from tests.models.search.conftest import ALL, LABELS, AtDesk
from tests.models.test_list_plans import sorted_whole
from tests.town import MORNING

NAMED = {"called": "田中花子さん", "place_detail": "三丁目2-5", "words": "朝刊がたまっています"}


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """One looks at one note that ended."""
    monkeypatch.setattr(looking, "FAR", 1)


@pytest.mark.every_case
@pytest.mark.usefixtures("near")
@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("田中 花子", True),
        ("3-2-5", True),
        ("北町３丁目２－５", True),
        ("田中", False),
        ("朝刊", False),
        ("2-5", False),
    ],
)
def test_what_is_older_is_found_by_its_whole_name_or_place_alone(
    either: Store, asked: str, is_found: bool
) -> None:
    with either.write() as session:
        at = AtDesk.of(session)
        old = at.ended(**NAMED)
        at.ended(), at.note()
        old.last_at -= dt.timedelta(days=9)
        session.flush()
        assert (old.id in at.found(asked)) == is_found
        assert at.answer(asked).looked == Looked(1, 1, all_open=True, all_ended=False)


@pytest.mark.usefixtures("near")
def test_what_is_open_is_looked_through_whole_and_of_a_flood_it_says_how_far(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        both = {at.note(words="朝刊").id, at.note(words="朝刊").id}
        assert set(at.found("朝刊")) == both
        assert at.answer("朝刊").looked == Looked(2, 0, all_open=True, all_ended=True)
        monkeypatch.setattr(looking, "OPEN", 1)
        assert len(at.found("朝刊")) == 1
        assert at.answer("朝刊").looked == Looked(1, 0, all_open=False, all_ended=True)


def test_what_is_whole_comes_first_then_what_is_open_then_the_newest(either: Store) -> None:
    with either.write() as session:
        at = AtDesk.of(session)
        ended, part = at.ended(called="田中"), at.note(called="田中花子")
        newer = at.note(called="田中一郎")
        newer.last_at += dt.timedelta(minutes=1)
        session.flush()
        assert list(at.found("田中さん")) == [ended.id, newer.id, part.id]


def test_a_thread_that_came_back_is_shown_once_where_it_is_now(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        first, okada = at.note(**NAMED), session.get_one(Person, at.cast.okada)
        south = session.get_one(Desk, at.cast.south_desk)
        there = first.pass_on(okada, south, "南の方です。", MORNING)
        again = there.pass_on(session.get_one(Person, at.cast.kimura), at.desk, "北です。", MORNING)
        session.flush()
        assert list(at.found("朝刊")) == [again.id]
        assert list(at.found("田中花子")) == [again.id]


def test_a_code_finds_its_note_and_no_other(either: Store) -> None:
    with either.write() as session:
        at, code = AtDesk.of(session), receipt_code.generate()
        hashed = keys_of(session).slow_index(code)
        handoff = at.ended(receipt_hash=hashed)
        at.note()
        assert at.found(receipt_code.show(code)) == {handoff.id: ("code",)}
        assert at.answer(code).looked is None
        assert at.found(receipt_code.generate()) == {}
        at.desk = session.get_one(Desk, at.cast.south_desk)
        assert at.found(code) == {}


def test_a_single_letter_finds_only_what_is_just_this(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        mori = at.note(called="森さん")
        at.note(called="森田", words="森の中")
        assert at.found("森") == {mori.id: ("name",)}
        assert at.answer("森").looked is None


def test_an_answer_has_an_end_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "MOST", 2)
    with store.write() as session:
        at = AtDesk.of(session)
        for _ in range(3):
            at.note(called="田中")
        found = at.answer("田中")
        assert (len(found.hits), found.has_more) == (2, True)
        assert not at.answer("ない言葉").has_more


def test_districts_are_offered_where_notes_may_be_of_them(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        at.note()
        for asked, names in (
            ("北町", ["北町"]),
            ("北部", ["北部"]),
            ("キタマチ", ["北町"]),
            ("5100001", ["北町"]),
            ("南町", []),
            ("5100002", []),
            ("みさき市", []),
            ("-", []),
        ):
            assert [one.name for one in at.answer(asked).districts] == names
        at.handoffs = ALL.where(sa.false())
        assert at.answer("北町").districts == []


def test_a_house_with_a_towns_name_in_another_town_is_found(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        session.add(AreaTown(area_id=at.cast.north, town_id=at.cast.minamimachi))
        note = at.note(area=at.cast.kitamachi, place_detail="南町荘2")
        wide = at.note(area=at.cast.north, place_detail="南町12-3")
        assert "place" in at.why("南町荘2", note)
        for asked in ("南町12-3", "12-3"):
            assert "place" in at.why(asked, wide)


def test_what_cannot_be_opened_is_found_by_its_index_alone(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        note = at.note(**NAMED)
        note.thread.wrapped_key = b"gone"
        session.flush()
        assert at.found("朝刊") == {}
        assert at.why("田中花子", note) == ("name",)


def test_every_step_goes_along_an_index(store: Store) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        read = partial(looking.read, session, ALL, at.desk)
        assert sorted_whole(session, read, "desk_id=? AND is_open=?") == []
        # As whoever asks may read it: a desk's own, and nothing that is sealed.
        own = ALL.where(Handoff.desk_id == at.desk.id, Handoff.is_sealed.is_(False))
        asked = indexed.by_tokens(session, own, at.desk, [b"1"], most=1)
        assert sorted_whole(session, partial(list, asked), "thread_id=?") == []


def test_many_areas_are_asked_for_in_a_few_statements(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexed, "_AT_ONCE", 2)
    indexed._of_tokens.cache_clear()
    with store.write() as session:
        at = AtDesk.of(session)
        notes = [at.note(called="田中", area=one) for one in (at.cast.kitamachi, at.cast.north)]
        assert set(at.found("田中")) == {note.id for note in notes}
    indexed._of_tokens.cache_clear()


def test_sealed_notes_are_found_by_their_team_and_change_nothing_for_others(
    either: Store,
) -> None:
    with either.write() as session:
        at = AtDesk.of(session)
        at.desk = session.get_one(Desk, at.cast.core)
        plain = at.note(area=at.cast.shima, called="田中花子")
        outside = ALL.where(Handoff.is_sealed.is_(False))
        at.handoffs = outside
        asked = ("田中花子", "朝刊", "3-2-5", "島", "北町")
        before = [at.answer(one) for one in asked]
        sealed = town.note(
            session, MORNING, by=at.cast.suzuki, area=at.cast.kitamachi, not_nearby=True, **NAMED
        )
        assert [at.answer(one) for one in asked] == before
        at.handoffs, at.reads_sealed = ALL, True
        assert set(at.found("田中花子")) == {plain.id, sealed.id}
        assert at.why("3-2-5", sealed) == ("place",)


def test_a_question_that_is_nothing_or_no_code_is_known() -> None:
    def read(typed: str) -> Question:
        return Question.of(typed, LABELS)

    assert read(" 、・").is_empty
    assert read("森").is_short
    assert not read("森田").is_short
    assert read("1234-5678-9012-3456-78").is_bad_code
    assert not read("510-0001").is_bad_code
    code = receipt_code.generate()
    assert not read(code).is_bad_code
    assert read("あ" * 500).typed == "あ" * 100

"""What a note may hold: the same rules at every door, and nothing that is sent makes them fall."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.draft import CHOICES, FIELDS, LIMITS, Draft, read_draft
from models.sign import SIGNS
from models.town_time import TOKYO
from models.urgency import Urgency

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
ENOUGH: dict[str, object] = {"area": "12", "words": "新聞がたまっています。"}


def read(**fields: object) -> tuple[Draft, list[tuple[str, str]]]:
    """What a strict door reads, with its problems as (field, code)."""
    draft, problems = read_draft({**ENOUGH, **fields}, now=NOW)
    return draft, [(problem.field, problem.code) for problem in problems]


def read_sealed(**fields: object) -> tuple[Draft, list[tuple[str, str]]]:
    """What the sealed door reads."""
    draft, problems = read_draft({**ENOUGH, **fields}, now=NOW, lenient=True)
    return draft, [(problem.field, problem.code) for problem in problems]


def test_a_place_and_a_sign_or_words_are_enough() -> None:
    assert read() == (Draft(area="12", words="新聞がたまっています。"), [])
    assert read_draft({"place": "518-0721", "signs": ["mail_pile"]})[1] == []


@pytest.mark.parametrize("lenient", [True, False])
def test_without_place_and_content_it_says_what_is_missing(lenient: bool) -> None:
    blank = {"area": "", "place": " \u200b", "words": "\u3000\n", "signs": []}
    draft, problems = read_draft(blank, lenient=lenient)
    assert [p.key for p in problems] == ["problem.need_place", "problem.need_one"]
    assert draft.words == ""


def test_a_whole_note_is_read_as_it_was_sent() -> None:
    sent = {
        "id": "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "area": 7,
        "place": "朝日町",
        "place_detail": "1-2 コーポ桜\u202e203",
        "called": "髙﨑さん",
        "relation": "neighbour",
        "about": "elderly",
        "signs": ["mail_pile", "thin", "mail_pile"],
        "urgency": "today",
        "words": "葛\U000e0100城の\r\n𠮷野さん\x00",
        "person_knows": "no",
        "wish": "家にいたい",
        "contact": "telephone",
        "telephone": "０９０ー１２３４ー５６７８",
        "show_name": "on",
        "not_nearby": True,
        "not_to": "山田",
        "called_first": "later",
        "noted_at": "2026-11-24T10:00:00+09:00",
        "receipt": "0000-0000-0000-0000-98",
        "language": "ja@easy",
    }
    draft, problems = read_draft(sent, now=NOW)
    assert problems == []
    assert draft == Draft(
        id=uuid.UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        area="7",
        place="朝日町",
        place_detail="1-2 コーポ桜203",
        called="髙﨑さん",
        relation="neighbour",
        about="elderly",
        signs=("mail_pile", "thin"),
        urgency=Urgency.TODAY,
        words="葛\U000e0100城の\n𠮷野さん",
        person_knows="no",
        wish="家にいたい",
        contact="telephone",
        telephone="09012345678",
        show_name=True,
        not_nearby=True,
        not_to="山田",
        called_first="later",
        noted_at=dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC),
        receipt="000000000000000098",
        language="ja@easy",
    )
    assert set(sent) == set(FIELDS)


def test_the_limits_are_those_of_the_form() -> None:
    assert LIMITS == {
        "place": 100,
        "place_detail": 200,
        "called": 100,
        "words": 2000,
        "wish": 300,
        "not_to": 100,
        "telephone": 20,
    }


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_its_limit_and_says_by_how_much_it_is_longer(name: str) -> None:
    fits = "0901234567890123456"[: LIMITS[name]] if name == "telephone" else "が" * LIMITS[name]
    assert "too_long" not in [code for _, code in read(**{name: fits})[1]]
    draft, problems = read_draft({**ENOUGH, name: "あ" * (LIMITS[name] + 3)})
    assert [p.params for p in problems if p.code == "too_long"] == [{"n": 3}]
    assert getattr(draft, name) == "あ" * (LIMITS[name] + 3)


@pytest.mark.parametrize("name", CHOICES)
def test_only_known_codes_are_taken(name: str) -> None:
    for code in CHOICES[name]:
        assert getattr(read(**{name: code})[0], name) == code
    assert read(**{name: "other_code"})[1] == [(name, "unknown_code")]
    assert read(**{name: ["soon"]})[1] == [(name, "wrong_type")]
    assert read(**{name: ""}) == read()


def test_an_unknown_sign_is_a_problem_and_the_sealed_door_keeps_it() -> None:
    signs = ["mail_pile", "from_tomorrow", "from_next_week"]
    draft, problems = read(signs=signs)
    assert (draft.signs, problems) == (("mail_pile",), [("signs", "unknown_code")])
    draft, problems = read_sealed(signs=signs)
    assert (draft.signs, problems) == (tuple(signs), [("signs", "unknown_code")])


@pytest.mark.parametrize(
    ("sent", "strictly", "sealed"),
    [
        ("mail_pile", (), ("mail_pile",)),
        ([3, None, "mail_pile"], ("mail_pile",), ("3", "mail_pile")),
        ({"a": 1}, (), ("a 1",)),
        (False, (), ()),
    ],
)
def test_signs_of_the_wrong_type_say_so(
    sent: object, strictly: tuple[str, ...], sealed: tuple[str, ...]
) -> None:
    draft, problems = read(signs=sent)
    assert (draft.signs, problems) == (strictly, [("signs", "wrong_type")])
    assert read_sealed(signs=sent)[0].signs == sealed


def test_a_text_of_the_wrong_type_is_refused_and_the_sealed_door_keeps_what_it_says() -> None:
    sent = {"a": ["夜も", {"b": "暗い"}], "c": [True, None, 3.5]}
    assert read(wish=sent)[1] == [("wish", "wrong_type")]
    draft, problems = read_sealed(wish=sent)
    assert (draft.wish, problems) == ("a 夜も b 暗い c 3.5", [("wish", "wrong_type")])


def test_a_number_of_any_size_is_read() -> None:
    assert read_sealed(words=10**5000)[0].words == hex(10**5000)


def test_the_sealed_door_keeps_over_long_words_whole() -> None:
    draft, problems = read_sealed(words="あ" * 5000)
    assert draft.words == "あ" * 5000
    assert problems == [("words", "too_long")]


@pytest.mark.parametrize(
    ("sent", "on"),
    [(True, True), ("1", True), ("TRUE", True), (False, False), ("off", False), (None, False)],
)
def test_a_switch_is_read_from_json_and_from_a_form(sent: object, on: bool) -> None:
    draft, problems = read(show_name=sent, not_nearby=sent)
    assert (draft.show_name, draft.not_nearby, problems) == (on, on, [])


@pytest.mark.parametrize("sent", [1, "perhaps", ["true"], {}])
def test_a_doubtful_switch_hides_rather_than_shows(sent: object) -> None:
    draft, problems = read_sealed(show_name=sent, not_nearby=sent)
    assert (draft.show_name, draft.not_nearby) == (False, True)
    assert problems == [("show_name", "wrong_type"), ("not_nearby", "wrong_type")]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("x", "unknown_code"),
        ("²", "unknown_code"),
        ("9" * 10, "unknown_code"),
        (-1, "unknown_code"),
        (10**9, "wrong_type"),
        (True, "wrong_type"),
        (1.5, "wrong_type"),
        (["1"], "wrong_type"),
    ],
)
def test_an_area_is_the_number_of_a_row(sent: object, code: str) -> None:
    draft, problems = read(area=sent, place="朝日町")
    assert (draft.area, problems) == (None, [("area", code)])


@pytest.mark.parametrize(
    "sent",
    [7, [], "x", "00000000-0000-0000-0000-000000000000", "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}"],
)
def test_an_id_is_a_uuid_in_its_usual_form(sent: object) -> None:
    draft, problems = read(id=sent)
    assert (draft.id, problems) == (None, [("id", "bad_id")])


@pytest.mark.parametrize(
    "sent",
    [
        "2019-12-31T23:59:59Z",
        "2026-11-25T03:00:01Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+09:00",
        "2026-02-30",
        "昨日",
        1763950000,
    ],
)
def test_a_date_that_cannot_be_is_a_problem_and_dropped_at_the_sealed_door(sent: object) -> None:
    assert read(noted_at=sent)[1] == [("noted_at", "bad_date")]
    assert read_sealed(noted_at=sent) == read_sealed()


def test_a_date_without_offset_is_the_towns_and_the_phone_may_be_a_day_ahead() -> None:
    assert read(noted_at="2026-11-24T10:00")[0].noted_at == dt.datetime(
        2026, 11, 24, 10, tzinfo=TOKYO
    )
    for instant in ("2026-11-25T03:00:00Z", "2020-01-01T00:00:00Z"):
        assert read(noted_at=instant)[1] == []


def test_without_a_clock_the_future_is_not_judged() -> None:
    assert read_draft({**ENOUGH, "noted_at": "2100-01-01T00:00:00Z"})[1] == []


def test_a_number_that_cannot_be_dialled_and_a_wrong_code_say_so_and_the_number_stays() -> None:
    draft, problems = read(telephone="夜だけ", receipt="1234")
    assert (draft.telephone, draft.receipt) == ("夜だけ", None)
    assert problems == [("telephone", "bad_telephone"), ("receipt", "bad_receipt")]


@pytest.mark.parametrize("name", ["place", "place_detail", "called", "words", "wish", "not_to"])
def test_an_individual_number_is_asked_to_be_taken_out(name: str) -> None:
    assert read(**{name: "1234 5678 9018"})[1] == [(name, "my_number")]


def test_the_sealed_door_is_not_held_up_by_a_language_it_does_not_have() -> None:
    draft, problems = read_sealed(language="tlh")
    assert (draft.language, problems) == ("ja", [])


def test_a_value_of_any_depth_is_read() -> None:
    deep: object = "底"
    for _ in range(50_000):
        deep = [deep]
    draft, _ = read_draft(dict.fromkeys(FIELDS, deep), lenient=True)
    assert draft.words == "底"
    assert read_draft(dict.fromkeys(FIELDS, deep))[1]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from([*SIGNS, *(code for codes in CHOICES.values() for code in codes)]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(), json_values), st.booleans())
def test_whatever_is_sent_is_read_and_can_be_stored(
    sent: Mapping[str, object], lenient: bool
) -> None:
    draft, problems = read_draft(sent, now=NOW, lenient=lenient)
    for name in ("words", "place", "called", "telephone", "wish", *draft.signs):
        stored = str(getattr(draft, name, name))
        assert stored.encode().decode() == stored
    assert len({(p.field, p.code) for p in problems}) == len(problems)
    assert {p.field for p in problems} <= set(FIELDS)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_words_come_back_equal(typed: str) -> None:
    assert read(words=f"あ{typed}")[0].words == f"あ{typed}"

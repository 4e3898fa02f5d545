"""The chips: what each carries, what seals, and the words they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import sign
from models.sign import GROUPS, SIGNS
from models.urgency import Urgency
from models.words import LOCALES, Words

FIELDS = {"elderly", "disability", "child", "other"}
TOPICS = {
    "home_welfare",
    "ltc_insurance",
    "health_medical",
    "parenting_mch",
    "child_community",
    "child_school",
    "living_cost",
    "pension_insurance",
    "employment",
    "family",
    "housing",
    "living_env",
    "daily_support",
    "other",
}
LIFE_ISSUES = {
    "welfare",
    "care",
    "prevention",
    "health",
    "housing",
    "work",
    "education",
    "isolation",
    "participation",
}
WORDS = Words(Path(__file__).parents[2] / "translations", strict=True)


def test_the_folds_stand_in_their_order_with_the_six_common_ones_first() -> None:
    assert GROUPS == (
        "common",
        "home",
        "elderly",
        "child",
        "disability",
        "poverty",
        "isolation",
        "plus",
        "called",
    )
    assert [s.code for s in sign.common()] == [
        "not_seen",
        "mail_pile",
        "thin",
        "repeats",
        "no_light",
        "trash",
    ]
    assert sum(len(sign.in_group(group)) for group in GROUPS) == len(SIGNS) == 69


@pytest.mark.parametrize("code", SIGNS)
def test_every_sign_carries_codes_of_the_national_tables(code: str) -> None:
    one = SIGNS[code]
    assert one.field in FIELDS
    assert one.topic in TOPICS
    assert one.life_issue in LIFE_ISSUES


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sign_and_group_has_its_words(locale: str) -> None:
    for code in SIGNS:
        assert WORDS.say(locale, f"sign.{code}")
    for group in GROUPS:
        assert WORDS.say(locale, f"sign.group.{group}")


def test_exactly_the_signs_of_the_design_seal() -> None:
    assert {s.code for s in SIGNS.values() if s.seals} == {
        "violence_now",
        "child_alone_danger",
        "cry",
        "injury",
        "afraid",
        "yelling",
        "bruise",
        "abuse_dis",
        "dv",
        "returned",
        "medical_child",
    }
    assert sign.seals(["trash", "returned"])
    assert not sign.seals(["trash", "not_seen_child"])


def test_only_what_was_called_about_is_now() -> None:
    now = {s.code for s in SIGNS.values() if s.urgency is Urgency.NOW}
    assert now == {s.code for s in sign.in_group(sign.AFTER_CALL)}
    assert len(now) == 11


def test_the_urgency_of_several_signs_is_the_highest_and_of_none_a_memo() -> None:
    assert sign.urgency_of(["garden", "mail_pile", "thin"]) is Urgency.TODAY
    assert sign.urgency_of([]) is Urgency.MEMO


@pytest.mark.parametrize(
    ("codes", "calls"),
    [
        (["cry", "night_out"], ("189",)),
        (["no_school", "hungry"], ("189",)),
        (["scam", "bruise", "dv"], ("110", "desk", "188")),
        (["unconscious"], ("119",)),
        (["trash"], ()),
    ],
)
def test_signs_of_danger_name_whom_to_call_first(codes: list[str], calls: tuple[str, ...]) -> None:
    assert sign.calls_first(codes) == calls


NO_NOTICE = {
    "medical_child": "a child who needs medical care at home is no child that somebody neglects",
}
"""Signs about a child that ask for no call, and why."""


def test_every_sign_about_a_child_names_the_number_to_call_first() -> None:
    without = {s.code for s in sign.in_group("child") if s.call is None}
    assert without == set(NO_NOTICE)
    assert {s.call for s in sign.in_group("child")} == {"189", None}
    assert {s.call for s in SIGNS.values() if s.field == "child"} == {"189", None}


def test_a_number_to_call_alone_seals_nothing() -> None:
    called = [s for s in sign.in_group("child") if s.call and not s.seals]
    assert {s.code for s in called} == {
        "dirty",
        "hungry",
        "night_out",
        "no_school",
        "not_seen_child",
        "young_carer",
        "isolated_parent",
    }
    assert not sign.seals(s.code for s in called)


def test_every_sealing_sign_of_abuse_has_a_number_to_call() -> None:
    abuse = {s.code for s in SIGNS.values() if s.seals} - {"returned", "medical_child"}
    assert all(SIGNS[code].call for code in abuse)


def test_a_code_of_another_version_carries_nothing() -> None:
    assert sign.known(["trash", "from_tomorrow"]) == [SIGNS["trash"]]
    assert sign.urgency_of(["from_tomorrow"]) is Urgency.MEMO
    assert not sign.seals(["from_tomorrow"])


@pytest.mark.parametrize(
    ("locale", "said"), [("ja", "刑務所"), ("ja@easy", "刑務所"), ("en", "prison")]
)
def test_the_chip_that_seals_a_return_says_from_where(locale: str, said: str) -> None:
    assert sign.seals(["returned"])
    assert said in WORDS.say(locale, "sign.returned")

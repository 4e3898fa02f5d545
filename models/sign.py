"""Signs (気になるサイン): one-tap chips, each with what it carries for routing and statistics.

What is seen or heard, never a diagnosis. Labels are words of the catalogue: `sign.<code>`
and `sign.group.<group>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.urgency import Urgency, highest

_MEMO, _SOON, _TODAY, _NOW = Urgency.MEMO, Urgency.SOON, Urgency.TODAY, Urgency.NOW

AFTER_CALL = "called"
"""The group that is offered once somebody has telephoned; its signs are no chips before."""

# Code, urgency, field and topic (columns B and A of the activity report, 活動記録), and the
# life issue (地域生活課題, 社会福祉法 第4条第3項). In groups, in the order of the form's folds.
_TABLE: dict[str, tuple[tuple[str, Urgency, str, str, str], ...]] = {
    "common": (
        ("not_seen", _SOON, "elderly", "daily_support", "isolation"),
        ("mail_pile", _TODAY, "elderly", "daily_support", "isolation"),
        ("thin", _SOON, "elderly", "health_medical", "health"),
        ("repeats", _SOON, "elderly", "health_medical", "care"),
        ("no_light", _TODAY, "elderly", "daily_support", "isolation"),
        ("trash", _SOON, "other", "living_env", "welfare"),
    ),
    "home": (
        ("laundry_left", _TODAY, "elderly", "daily_support", "isolation"),
        ("light_day", _TODAY, "elderly", "daily_support", "isolation"),
        ("window_rain", _SOON, "elderly", "daily_support", "prevention"),
        ("shutters", _TODAY, "other", "daily_support", "isolation"),
        ("odor", _TODAY, "other", "living_env", "welfare"),
        ("garden", _MEMO, "elderly", "daily_support", "prevention"),
        ("utility_stop", _TODAY, "other", "living_cost", "welfare"),
        ("stranger", _SOON, "elderly", "daily_support", "welfare"),
        ("yelling", _TODAY, "other", "family", "welfare"),
    ),
    "elderly": (
        ("lost_way", _SOON, "elderly", "health_medical", "care"),
        ("bruise", _TODAY, "elderly", "family", "care"),
        ("greeting_stop", _MEMO, "elderly", "daily_support", "prevention"),
        ("group_stop", _MEMO, "elderly", "daily_support", "participation"),
        ("money_trouble", _SOON, "elderly", "daily_support", "care"),
        ("scam", _SOON, "elderly", "daily_support", "welfare"),
        ("carer_tired", _SOON, "elderly", "ltc_insurance", "care"),
        ("meds", _SOON, "elderly", "health_medical", "health"),
    ),
    "child": (
        ("cry", _TODAY, "child", "child_community", "welfare"),
        ("injury", _TODAY, "child", "child_community", "welfare"),
        ("dirty", _SOON, "child", "child_community", "welfare"),
        ("hungry", _SOON, "child", "child_community", "welfare"),
        ("night_out", _TODAY, "child", "child_community", "welfare"),
        ("no_school", _SOON, "child", "child_school", "education"),
        ("afraid", _TODAY, "child", "child_community", "welfare"),
        ("not_seen_child", _TODAY, "child", "child_community", "welfare"),
        ("young_carer", _SOON, "child", "child_school", "education"),
        ("isolated_parent", _SOON, "child", "parenting_mch", "isolation"),
        ("medical_child", _SOON, "child", "parenting_mch", "health"),
    ),
    "disability": (
        ("no_service", _SOON, "disability", "home_welfare", "welfare"),
        ("refuse", _SOON, "disability", "home_welfare", "welfare"),
        ("panic", _SOON, "disability", "health_medical", "health"),
        ("abuse_dis", _TODAY, "disability", "family", "welfare"),
        ("carer_limit", _TODAY, "disability", "home_welfare", "care"),
    ),
    "poverty": (
        ("no_food", _TODAY, "other", "living_cost", "welfare"),
        ("arrears", _SOON, "other", "living_cost", "welfare"),
        ("no_job", _SOON, "other", "employment", "work"),
        ("debt", _SOON, "other", "living_cost", "welfare"),
        ("homeless", _TODAY, "other", "housing", "housing"),
        ("no_heat", _TODAY, "other", "living_cost", "housing"),
    ),
    "isolation": (
        ("hikikomori", _SOON, "other", "daily_support", "isolation"),
        ("p8050", _SOON, "elderly", "family", "isolation"),
        ("double_care", _SOON, "other", "family", "care"),
        ("no_contact", _SOON, "other", "daily_support", "isolation"),
        ("bereaved", _SOON, "other", "family", "isolation"),
        ("gomi", _SOON, "other", "living_env", "housing"),
        ("foreign", _SOON, "other", "daily_support", "isolation"),
        ("animals", _SOON, "other", "living_env", "welfare"),
        ("dv", _TODAY, "other", "family", "welfare"),
        ("returned", _SOON, "other", "daily_support", "participation"),
    ),
    "plus": (
        ("recovered", _MEMO, "other", "daily_support", "health"),
        ("can_help", _MEMO, "other", "daily_support", "participation"),
        ("wants_place", _MEMO, "other", "daily_support", "participation"),
    ),
    AFTER_CALL: (
        ("unconscious", _NOW, "other", "health_medical", "health"),
        ("cannot_get_up", _NOW, "elderly", "health_medical", "health"),
        ("bleeding_pain", _NOW, "other", "health_medical", "health"),
        ("seen_collapsed", _NOW, "other", "health_medical", "health"),
        ("flies_odor", _NOW, "elderly", "living_env", "isolation"),
        ("gas_smoke_fire", _NOW, "other", "living_env", "housing"),
        ("violence_now", _NOW, "other", "family", "welfare"),
        ("child_alone_danger", _NOW, "child", "child_community", "welfare"),
        ("suicide_talk", _NOW, "other", "health_medical", "health"),
        ("missing_person", _NOW, "elderly", "daily_support", "care"),
        ("heat_cold", _NOW, "elderly", "health_medical", "health"),
    ),
}

# A sealed note goes straight to the sealed team of the core.
_SEALING = frozenset(
    {
        "yelling",
        "bruise",
        "cry",
        "injury",
        "afraid",
        "medical_child",
        "abuse_dis",
        "dv",
        "returned",
        "violence_now",
        "child_alone_danger",
    }
)

# Whom to telephone first: the statutory notice is a call, never the note (児童虐待の防止等に関する
# 法律 第6条: whoever thinks that it may be). "desk" is the town's own number for abuse of older or
# disabled people.
_CALLS = {
    "yelling": "110",
    "bruise": "desk",
    "scam": "188",
    "cry": "189",
    "injury": "189",
    "dirty": "189",
    "hungry": "189",
    "night_out": "189",
    "no_school": "189",
    "afraid": "189",
    "not_seen_child": "189",
    "young_carer": "189",
    "isolated_parent": "189",
    "abuse_dis": "desk",
    "dv": "110",
    "unconscious": "119",
    "cannot_get_up": "119",
    "bleeding_pain": "119",
    "seen_collapsed": "119",
    "flies_odor": "110",
    "gas_smoke_fire": "119",
    "violence_now": "110",
    "child_alone_danger": "189",
    "suicide_talk": "119",
    "missing_person": "110",
    "heat_cold": "119",
}
_CALL_ORDER = ("119", "110", "189", "desk", "188")
_NO_CALL = {None}


class Field(StrEnum):
    """The four fields of a commissioner's activity report, in its order."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True)
class Sign:
    """One chip. `call` is the number to call first, "desk" for the town's own, or None."""

    code: str
    group: str
    urgency: Urgency
    seals: bool
    call: str | None
    field: str
    topic: str
    life_issue: str


SIGNS: Mapping[str, Sign] = {
    code: Sign(code, group, urgency, code in _SEALING, _CALLS.get(code), field, topic, life_issue)
    for group, rows in _TABLE.items()
    for code, urgency, field, topic, life_issue in rows
}
GROUPS = tuple(_TABLE)
"""`common` first, then the folds in their order, `called` last."""


def in_group(group: str) -> tuple[Sign, ...]:
    """The signs of a group in the order of its fold."""
    return tuple(sign for sign in SIGNS.values() if sign.group == group)


def common() -> tuple[Sign, ...]:
    """The six that stand open above the folds, in their published order of frequency.

    A town's own counts are not asked: they would have to open what is encrypted, and a chip that
    moved after a note would tell what had been noted.
    """
    return in_group("common")


def known(codes: Iterable[str]) -> list[Sign]:
    """The signs of these codes; a code that is not ours is left out."""
    return [SIGNS[code] for code in codes if code in SIGNS]


def fields_of(codes: Iterable[str]) -> frozenset[Field]:
    """The fields of the signs of these codes; several signs may have several."""
    return frozenset(Field(one.field) for one in known(codes))


def seals(codes: Iterable[str]) -> bool:
    """Whether any of the signs makes the note a sealed one (DESIGN, What seals)."""
    return any(sign.seals for sign in known(codes))


def urgency_of(codes: Iterable[str]) -> Urgency:
    """The highest urgency the signs carry; `memo` for none."""
    return highest(sign.urgency for sign in known(codes))


def urgency_with(chosen: Urgency, codes: Iterable[str]) -> Urgency:
    """A note's own urgency: the highest of what was chosen and what its signs carry."""
    return highest((chosen, urgency_of(codes)))


def calls_first(codes: Iterable[str]) -> tuple[str, ...]:
    """The numbers to call before the note is sent, the most pressing first."""
    calls = {SIGNS[code].call for code in codes if code in SIGNS}
    if calls <= _NO_CALL:
        return ()
    return tuple(number for number in _CALL_ORDER if number in calls)

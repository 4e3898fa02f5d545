"""Whom a note calls by what name, and whether two names may be of one household."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import NamedTuple

from rapidfuzz import fuzz

from models import normalise
from models.household import surnames


class Likeness(Enum):
    """How two names stand to each other."""

    FULL = "full"
    FAMILY = "family"
    SIMILAR = "similar"
    UNKNOWN = "unknown"
    """One is missing, or says who somebody is and not their name, or cannot be read."""
    DIFFERENT = "different"


class Called(NamedTuple):
    """A name as it was understood; both are empty where none was."""

    family: str = ""
    given: str = ""


_KATAKANA, _KANJI = "ァ-ヺー", "㐀-鿿々\U00020000-\U0003ffff"
_BRACKETS = re.compile(r"[(〔\[].*?[)〕\]]")
_LODGING = re.compile(r".*(?:様方|方\s)\s*(?=\S)")
_EITHER = re.compile(f"(?<=[{_KANJI}])か(?=[{_KANJI}])|または|[/／]")
_SOMEBODY = re.compile(
    "ばあ|じい|婆|爺|おば(?:さん|ちゃん)|おじ(?:さん|ちゃん)|[母父奥]さん|女性|男性|母子|親子|ちゃん$"
    "|だった|いる|暮らし|ぐらし|[のたるい](?:人|方|子)$|[かの]先生|元先生|^(?:人|方|ご?夫婦|ご?主人|先生)"
)
_KIN = re.compile(
    r"(?P<name>.+?)(?:さん|様|さま|氏)"
    r"(?:の\S*|宅|家|方|ち|んち|一家|ご?夫[婦妻]|親子|母子|たち|ら)?\Z"
)
_NO = re.compile(f"(?<=[{_KANJI}])[ノ之](?=[{_KANJI}])")
_KANA_ALONE = re.compile(f"[{_KATAKANA}]+")
_NOBODY = Called()
_NEAR, _HALF = 75, 50


def understood(typed: str) -> tuple[Called, ...]:
    """The names in what somebody is called; two where the writer was not sure, else at most one."""
    if not typed:
        return ()
    flat = _BRACKETS.sub("", unicodedata.normalize("NFKC", typed)).strip()
    names = [_one(part) for part in _EITHER.split(_LODGING.sub("", flat))]
    return tuple(name for name in names if name != _NOBODY)


def _one(text: str) -> Called:
    if (before := text.partition("の")[0]) != text and _folded(before) in surnames.READINGS:
        text = before
    kin = _KIN.match(text)
    named = kin["name"] if kin and not _SOMEBODY.search(kin["name"] + "さん") else text
    if named is text and _SOMEBODY.search(text):
        return _NOBODY
    family, _, given = named.strip().partition(" ")
    folded = _folded(family)
    if given:
        return Called(folded, _folded(given))
    return Called(*surnames.split(folded))


def _folded(text: str) -> str:
    return _NO.sub("", normalise.name(text))


def compare(some: tuple[Called, ...], others: tuple[Called, ...]) -> Likeness:
    """The nearest of the names on either side."""
    if not some or not others:
        return Likeness.UNKNOWN
    found = [_compare(one, other) for one in some for other in others]
    return min(found, key=_ORDER.index)


_ORDER = list(Likeness)


def _compare(one: Called, other: Called) -> Likeness:
    family = _families(one.family, other.family)
    if family is not Likeness.FAMILY or not one.given or not other.given:
        return family
    return Likeness.FULL if one.given == other.given else Likeness.FAMILY


def _families(one: str, other: str) -> Likeness:
    if one == other:
        return Likeness.FAMILY
    readings, others = _readings(one), _readings(other)
    one_in_kana, other_in_kana = is_kana(one), is_kana(other)
    if readings & others:
        return Likeness.FAMILY if one_in_kana or other_in_kana else Likeness.SIMILAR
    if not readings or not others:
        return _unread(one, other)
    if one_in_kana or other_in_kana:
        near = max(fuzz.ratio(a, b) for a in readings for b in others)
        return Likeness.SIMILAR if near >= _NEAR else Likeness.DIFFERENT
    return Likeness.DIFFERENT


def _unread(one: str, other: str) -> Likeness:
    """Of two names, one of which nobody here can read."""
    if is_kana(one) != is_kana(other):
        return Likeness.UNKNOWN
    is_near = len(one) == len(other) and fuzz.ratio(one, other) >= _HALF
    return Likeness.UNKNOWN if is_near else Likeness.DIFFERENT


def _readings(family: str) -> frozenset[str]:
    if is_kana(family):
        return frozenset({family})
    return surnames.READINGS.get(family, frozenset())


def is_kana(text: str) -> bool:
    """Whether a folded name is written in kana alone."""
    return _KANA_ALONE.fullmatch(text) is not None

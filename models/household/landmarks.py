"""A house that is described instead of numbered: 「公園の北側、青い屋根の家」."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from models.household import buildings

# What says where or which, in one spelling each. Two marks that differ in one of these are two
# places: 公園の北側 and 公園の南側, 小学校 and 中学校.
_SAID = {
    "where": {
        "ウラ": "裏",
        "マエ": "前",
        "トナリ": "隣",
        "ムカイ": "向カイ 向イ 向",
        "ヨコ": "横",
        "カド": "角",
        "オク": "奥",
        "ソバ": "側",
    },
    "side": {"北": "北側", "南": "南側", "東": "東側", "西": "西側"},
    "colour": {"青": "", "赤": "", "白": "", "黒": "", "緑": "", "黄": "", "茶": "", "灰": ""},
    "school": {"小学": "小学校", "中学": "中学校", "高校": "", "保育": "", "幼稚": ""},
}
_WORDS = {
    variant: (kind, word)
    for kind, words in _SAID.items()
    for word, variants in words.items()
    for variant in (word, *variants.split())
}
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_ANY = re.compile(r"[^\w]|[ノニガハヲモ]|デス|アル|イル|オ家|家|サン")
_TOWN = re.compile(r"[0-9]+番町ノ?")
_NUMBER = re.compile(r"[0-9]+|[一二三四五六七八九](?=[軒階番])")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_VAGUE = re.compile("近ク|チカク|アタリ|辺リ|付近|周辺|方面")
ALIKE = 70


class Mark(NamedTuple):
    """The parts of a description that are compared."""

    rest: str
    said: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    is_shared: bool
    """Several households live there, or it is only somewhere about."""


NONE = Mark("", frozenset(), frozenset(), False)


def understood(folded: str) -> Mark:
    """A description in the form of `normalise.place`."""
    folded = _TOWN.sub("", folded)
    said = frozenset(_WORDS[word] for word in _WORD.findall(folded))
    numbers = frozenset(n.translate(_DIGITS) for n in _NUMBER.findall(folded))
    rest = _ANY.sub("", _NUMBER.sub("", _WORD.sub("", folded)))
    is_shared = bool(_VAGUE.search(folded) or buildings.KIND.search(folded))
    return Mark(rest, said, numbers, is_shared)


def alike(one: Mark, other: Mark) -> bool:
    """Whether two descriptions may be of one house."""
    if not (one.rest and other.rest) or one.numbers != other.numbers:
        return False
    for kind in _SAID:
        some = {word for of, word in one.said if of == kind}
        others = {word for of, word in other.said if of == kind}
        if some and others and not (some <= others or others <= some):
            return False
    return max(fuzz.ratio(one.rest, other.rest), _beginning(one.rest, other.rest)) >= ALIKE


def _beginning(one: str, other: str) -> float:
    """How alike they are where one says more than the other."""
    if min(len(one), len(other)) < 2:
        return 0
    return fuzz.partial_ratio(one, other)

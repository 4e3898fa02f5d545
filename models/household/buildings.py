"""Whether two names may be of one building: kana or kanji, whole or short, kind before or after."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

_OWNER = re.compile("[県市町村](?=営|住(?!宅))")
KIND = re.compile(
    "アパト|マンシヨン|ハイツ|コポ|メゾン|レジデンス|ヴイラ|荘|寮|住宅|団地|ハイム|ホム|シヤト|パレス"
    "|ハウス|[県市町村](?:営|住(?!宅))"
)
"""What several homes under one roof are called, in the form of `normalise.place`."""
_NUMBERED = re.compile("第?([0-9一二三四五六七八九])")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_KANA = re.compile("[ァ-ヺ]+")
ALIKE = 75


def may_be_one(one: str, other: str) -> bool:
    """Whether nothing that both say contradicts it; in the form of `normalise.place`."""
    if one == other or not one or not other:
        return True
    if len({owner for name in (one, other) for owner in _OWNER.findall(name)}) > 1:
        return False
    if not _numbers(one) & _numbers(other) and _numbers(one) | _numbers(other):
        return False
    core, other_core = _core(one), _core(other)
    if not core or not other_core:
        return True
    if _is_kana(core) != _is_kana(other_core):
        # さくら may be 桜, but コーポ is no メゾン.
        return set(KIND.findall(one)) == set(KIND.findall(other))
    return fuzz.partial_ratio(core, other_core) >= ALIKE


def _core(name: str) -> str:
    return KIND.sub("", _NUMBERED.sub("", name))


def _numbers(name: str) -> set[str]:
    return {number.translate(_DIGITS) for number in _NUMBERED.findall(name)}


def _is_kana(text: str) -> bool:
    return _KANA.fullmatch(text) is not None

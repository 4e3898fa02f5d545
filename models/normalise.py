"""Japanese places and names in the one form in which they meet, however they were typed.

For blind indexes and look-ups only: what was typed is kept as it is. Two texts that meet are
a proposal to a person, never a decision. A room is never folded away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product

from models import variants

_UNSEEN = re.compile(
    "[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]"
)
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_DASHES = re.compile("[-‐‑‒–—―−~〜～﹣]")

_KANJI = "\u3400-\u9fff々\uf900-\ufaff\U00020000-\U0003ffff"
_NUMERAL = "〇零一二三四五六七八九十百千"
_NUMERALS = re.compile(f"[{_NUMERAL}]+")
_JOIN = re.compile(f"(?<=[0-9{_NUMERAL}])[ノー](?=[0-9{_NUMERAL}])")
_DIGIT = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_ONE_BY_ONE = str.maketrans(_DIGIT)
_POWER = {"十": 10, "百": 100, "千": 1000}
_COUNTED = ("丁", "番", "号", "階", "室", "棟", "-")
_COUNTING = ("目", "番", "地", "号", "-")

_LAND = re.compile(f"大字|小字|(?:^|(?<=[町村市区郡]))字(?=[{_KANJI}])")
_UNIT = re.compile(r"(?<=[0-9])(?:丁目|丁(?=[0-9])|番地|番(?![町丁])|号室|号(?![棟館])|室)ノ?")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\sノ、,・/]+(?=[0-9])")
_DASH_RUN, _SPACES = re.compile("-+"), re.compile(r"\s+")
_LONELY_DASH = re.compile(r"(?<![0-9])-+|-+(?![0-9])")
_GA = re.compile(f"(?<=[{_KANJI}ァ-ヶ])[ヶケヵガ](?=[{_KANJI}])|(?<=[{_KANJI}])カ(?=[{_KANJI}])")
_NO = re.compile(f"(?<=[{_KANJI}])[ノ之](?=[{_KANJI}])")
_FLOOR = re.compile(r"(?<=[0-9])階")

_GAP_SIGNS = "・.,、。'’"
_GAPS = re.compile(rf"[\s{_GAP_SIGNS}]+")
_OLD_FORM = re.compile(f"[{''.join(map(chr, variants.TABLE))}]")
_TO_LETTERS: dict[int, str | None] = {
    **{ord(sign): None for sign in f"{_GAP_SIGNS}ー"},
    **{code: None for code in range(0x3001) if chr(code).isspace()},
    **{code: chr(code).translate(_SMALL_TO_LARGE) for code in range(0x30A1, 0x30F7)},
    **{code: chr(kata).translate(_SMALL_TO_LARGE) for code, kata in _TO_KATAKANA.items()},
}
"""What `letters` makes of a character in one go: `_GAPS`, `_TO_KATAKANA` and `_large`."""
_BETWEEN_TEXTS = "\0"
_MOST = 64
"""So many forms at most are looked for: a name has one or two such characters."""
_HONORIFIC = re.compile("(?<=.)(?:サン|サマ|チャン|クン|様|氏|君|殿)$")


def digits(text: str) -> str:
    """Wide and kanji digits as plain ones, each by itself: 〇九〇 → 090."""
    return unicodedata.normalize("NFKC", text).translate(_ONE_BY_ONE)


def place(text: str) -> str:
    """An address, building or landmark: 一丁目2番地の3 コーポ桜 二〇三号室 → 1-2-3コポ桜203."""
    flat = _JOIN.sub("-", _DASHES.sub("-", _flat(text)))
    flat = _LAND.sub("", _NUMERALS.sub(_count, flat))
    flat = _BETWEEN_DIGITS.sub("-", _UNIT.sub("-", flat))
    flat = _LONELY_DASH.sub("", _SPACES.sub("", _DASH_RUN.sub("-", flat)))
    flat = _NO.sub("ノ", _GA.sub("ケ", _FLOOR.sub("f", flat)))
    return _large(flat)


def name(text: str) -> str:
    """A person's name or what people call them, without さん: 髙﨑　さん → 高崎."""
    return _large(_HONORIFIC.sub("", _GAPS.sub("", _flat(text))))


def letters(text: str) -> str:
    """Any words, for finding some of them among others: without gaps, all else as in a name."""
    return unicodedata.normalize("NFC", _today(text).translate(_TO_LETTERS))


def each(fold: Callable[[str], str], texts: Iterable[str]) -> list[str]:
    """Many texts folded at once, in their order, at a fraction of what one by one costs.

    A 字 with which a text begins may stay.
    """
    apart = [text.replace(_BETWEEN_TEXTS, "") for text in texts]
    # What is never typed parts them: neither fold makes anything of it.
    return fold(_BETWEEN_TEXTS.join(apart)).split(_BETWEEN_TEXTS) if apart else []


def before(folded: str) -> Iterator[str]:
    """What an earlier folding may have left of a text that is folded to this: itself, and more.

    For what is stored in that folding and cannot be made anew.
    """
    letters = (variants.EARLIER.get(letter, letter) for letter in folded)
    return islice(map("".join, product(*letters)), _MOST)


def _flat(text: str) -> str:
    """One width, one script of kana, today's kanji, small letters, nothing unseen."""
    return _today(text).translate(_TO_KATAKANA).strip()


def _today(text: str) -> str:
    """The same, with both scripts of kana."""
    flat = _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text))).lower()
    # They are rare, and `translate` asks for every character.
    return _OLD_FORM.sub(lambda old: variants.TABLE[ord(old.group())], flat)


def _large(text: str) -> str:
    """Small kana large, long marks gone: people write both."""
    large = text.translate(_SMALL_TO_LARGE).replace("ー", "")
    # What a gap kept apart may have become one letter.
    return unicodedata.normalize("NFC", large)


def _count(match: re.Match[str]) -> str:
    """Digits for kanji numerals that count something; 八幡 and 三条 keep theirs."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(start - 2, 0) : start].removesuffix("ノ")
    if text.startswith(_COUNTED, end) or before.endswith(_COUNTING):
        return _number(match.group())
    return match.group()


def _number(numerals: str) -> str:
    if not any(numeral in _POWER for numeral in numerals):
        return "".join(_DIGIT[numeral] for numeral in numerals)
    total, digit = 0, ""
    for numeral in numerals:
        if numeral in _POWER:
            total += int(digit or "1") * _POWER[numeral]
            digit = ""
        else:
            digit = _DIGIT[numeral]
    return str(total + int(digit or "0"))

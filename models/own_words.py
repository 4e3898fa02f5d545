"""The one sentence a desk may add for residents: short, and naming nobody and no place.

The same expressions run on the screen (JavaScript, flag `u`) and here; they look at text in
NFKC with every dash between digits made plain. Full names without さん are beyond them: the
desk reads what it sends.
"""

from __future__ import annotations

import re
import unicodedata

from models import text
from models.draft_values import Problem

ASKED_ONCE = "has_name"
"""What only looks like a name may be sent, once somebody says so."""
LIMIT = 140
"""Characters a reader counts."""

DASHES = "(?<=[0-9])[ー‐‑‒–—―−~〜](?=[0-9])"
SENTENCE_ENDS = r"[。!?\n]+|(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Dr)\.(?=\s|$)"

_K = "一-龯㐀-䶿々〆\uf900-\ufaff\U00020000-\U0003ffff"
_N = "[0-9〇一二三四五六七八九十百]"
_KANA = "ァ-ヶー"
# Who is meant by a calling or a place in the family is no name.
_NOBODY = (
    "皆|子|母|父|兄|姉|弟|妹|孫|娘|息子|奥|嫁|婿|叔父|叔母|伯父|伯母|祖父|祖母|主人|旦那|本人|"
    "客|業者|近所|隣|大家|両親|親御|先生|坊|何|諸|両|一|赤|神|王|"
    "八百屋|花屋|魚屋|床屋|店屋|工務店|"
    f"[{_K}]*(?:員|師|士|医者|会長|所長|店長|課長|係長|部長|主任|模|仕|多|同|異|有|無|各)"
)
_CALLINGS = (
    "ヘルパー|ケアマネ|ケアマネジャー|ケアマネージャー|スタッフ|ボランティア|ドクター|ナース"
)
_SPOKEN = (
    "たく|みな|おばあ|ばあ|おじい|じい|おかあ|かあ|おとう|とう|おねえ|ねえ|おにい|にい|おば|おじ|おく|"
    "おまわり|となり|おいしゃ|むすめ|むすこ|およめ|きんじょ|しゅじん|おこ|あか|ぼう|おきゃく"
)
_NOT_SPOKEN = "".join(f"(?<!{word})" for word in _SPOKEN.split("|"))
_CALLED = "さん(?!ぽ)|さま|様(?![子々式相態])|氏(?![名神族])|くん|ちゃん"
_NAMES = (
    f"(?<![{_K}])(?!(?:{_NOBODY})(?:{_CALLED}|君))[{_K}]{{1,6}}(?:{_CALLED}|君(?![{_K}]))",
    f"(?<![{_KANA}])(?!(?:{_CALLINGS})(?:{_CALLED}))[{_KANA}]{{2,12}}(?:{_CALLED})",
    "[ぁ-ん]{2}" + _NOT_SPOKEN + "(?:さん(?!ぽ)|ちゃん|くん)",
    f"[A-Za-z]{{2,20}}(?:-san(?![a-z])|{_CALLED})",
    r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss)\.? ?[A-Z]",
)

_BIRTH_DATE = (
    "生年月日|(?:明治|大正|昭和|平成|令和)[0-9元]{1,2}年(?:[0-9]{1,2}月[0-9]{1,2}日)?生"
    "|(?:明治|大正|昭和|平成)[0-9元]{1,2}年[0-9]{1,2}月"
    "|(?<![0-9])19[0-9]{2}(?:年|[./-][0-9])|[0-9]日(?:に)?生"
)
_ADDRESS = (
    f"{_N}(?:丁目|番地|号室|号棟)|{_N}番{_N}{{0,4}}(?:号|地)"
    "|[0-9]-[0-9]{1,4}-[0-9]|[0-9]-[0-9]{1,5}(?![0-9-]| ?[日時分人回週月年歳件名度か%a-z])"
)
_TELEPHONE = r"(?<![0-9])(?:\+81[- ]?|0)[0-9]{1,4}[-( ]{0,2}[0-9]{1,4}[-) ]{0,2}[0-9]{3,4}(?![0-9])"

CHECKS: tuple[tuple[str, str], ...] = (
    ("has_postal_code", "〒|(?<![0-9-])[0-9]{3}-[0-9]{4}(?![0-9-])"),
    ("has_telephone", _TELEPHONE),
    ("has_birth_date", _BIRTH_DATE),
    ("has_address", _ADDRESS),
    ("has_name", "|".join(_NAMES)),
)
"""Problem code and what gives it away, in the order in which they are looked for."""

_COMPILED = tuple((code, re.compile(expression)) for code, expression in CHECKS)


def problems(words: str) -> list[Problem]:
    """Why words may not be sent to residents; none for an empty text."""
    found = []
    if over := text.excess(words, LIMIT):
        found.append(Problem("words", "too_long", {"n": over}))
    plain = _plain(words)
    sentences = [part for part in re.split(SENTENCE_ENDS, plain) if not text.is_blank(part)]
    if len(sentences) > 1:
        found.append(Problem("words", "one_sentence"))
    return found + given_away(words)


def given_away(words: str, field: str = "words") -> list[Problem]:
    """What in the words looks like a name, a place or a number that is better left out."""
    found, plain = [], _plain(words)
    for code, expression in _COMPILED:
        left = expression.sub(" ", plain)
        if left != plain:
            found.append(Problem(field, code))
        plain = left
    return found


def _plain(words: str) -> str:
    return re.sub(DASHES, "-", unicodedata.normalize("NFKC", words))

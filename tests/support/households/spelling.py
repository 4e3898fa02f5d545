"""How people write one address, one flat and one name: no two of them alike."""

from __future__ import annotations

import random

SURNAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("佐藤",), "さとう"),
    (("鈴木", "鈴樹"), "すずき"),
    (("高橋", "髙橋"), "たかはし"),
    (("田中",), "たなか"),
    (("伊藤", "伊東"), "いとう"),
    (("渡辺", "渡邊", "渡邉", "渡部"), "わたなべ"),
    (("山本", "山元"), "やまもと"),
    (("中村", "仲村"), "なかむら"),
    (("小林",), "こばやし"),
    (("加藤", "嘉藤"), "かとう"),
    (("吉田", "𠮷田"), "よしだ"),
    (("山田",), "やまだ"),
    (("斎藤", "斉藤", "齋藤", "齊藤"), "さいとう"),
    (("中島", "中嶋", "中嶌"), "なかじま"),
    (("山崎", "山﨑", "山嵜"), "やまざき"),
    (("阿部", "安部", "阿倍"), "あべ"),
    (("池田",), "いけだ"),
    (("橋本",), "はしもと"),
    (("石川",), "いしかわ"),
    (("前田",), "まえだ"),
    (("藤田",), "ふじた"),
    (("小川",), "おがわ"),
    (("岡田",), "おかだ"),
    (("後藤",), "ごとう"),
    (("長谷川",), "はせがわ"),
    (("村上",), "むらかみ"),
    (("近藤",), "こんどう"),
    (("坂本", "阪本"), "さかもと"),
    (("遠藤",), "えんどう"),
    (("青木", "靑木"), "あおき"),
    (("藤井",), "ふじい"),
    (("西村",), "にしむら"),
    (("福田",), "ふくだ"),
    (("太田", "大田"), "おおた"),
    (("三浦",), "みうら"),
    (("岡本",), "おかもと"),
    (("松田",), "まつだ"),
    (("中川",), "なかがわ"),
    (("小野",), "おの"),
    (("田村",), "たむら"),
    (("竹内", "武内"), "たけうち"),
    (("金子", "兼子"), "かねこ"),
    (("和田",), "わだ"),
    (("中山",), "なかやま"),
    (("石田",), "いしだ"),
    (("上田", "植田"), "うえだ"),
    (("森田",), "もりた"),
    (("原",), "はら"),
    (("柴田",), "しばた"),
    (("酒井", "坂井"), "さかい"),
    (("工藤",), "くどう"),
    (("横山",), "よこやま"),
    (("宮崎", "宮﨑"), "みやざき"),
    (("内田",), "うちだ"),
    (("高木", "髙木"), "たかぎ"),
    (("谷口",), "たにぐち"),
    (("大野",), "おおの"),
    (("丸山",), "まるやま"),
    (("今井",), "いまい"),
    (("河野", "川野"), "かわの"),
    (("広瀬", "廣瀬"), "ひろせ"),
    (("浜田", "濱田", "濵田"), "はまだ"),
    (("沢田", "澤田"), "さわだ"),
    (("辺見", "邊見"), "へんみ"),
    (("増田", "增田"), "ますだ"),
    (("児玉", "兒玉"), "こだま"),
    (("豊田", "豐田"), "とよだ"),
    (("淵上", "渕上"), "ふちがみ"),
    (("関", "關"), "せき"),
    (("桜井", "櫻井"), "さくらい"),
    (("国分", "國分"), "こくぶ"),
    (("小山内",), "おさない"),
    (("勅使河原",), "てしがわら"),
    (("日下部",), "くさかべ"),
    (("グエン",), "ぐえん"),
    (("陳",), "ちん"),
)
"""Each with the ways in which it is written, and its reading."""
GIVEN = (
    *(
        ("一郎", "いちろう"),
        ("ハル", "はる"),
        ("清", "きよし"),
        ("千代", "ちよ"),
        ("房江", "ふさえ"),
    ),
    *(
        ("幸子", "さちこ"),
        ("健太", "けんた"),
        ("美咲", "みさき"),
        ("正", "ただし"),
        ("文子", "ふみこ"),
    ),
    *(("茂", "しげる"), ("トメ", "とめ"), ("翔", "しょう"), ("由美", "ゆみ"), ("勇", "いさむ")),
)
CALLINGS = (
    *(
        "おばあさん",
        "おじいさん",
        "おばあちゃん",
        "一人暮らしの方",
        "元先生",
        "いつも犬を連れている方",
    ),
    *("杖をついた方", "大工だった方", "若いお母さん", "ご夫婦"),
)
BUILDINGS: tuple[tuple[str, str], ...] = (
    *(("コーポ桜", "コーポさくら"), ("メゾン青葉", "メゾンあおば"), ("第2松風荘", "第二松風荘")),
    *(("ハイツ港", "ハイツみなと"), ("緑ハイツ", "みどりハイツ"), ("サンライズ本町", "サンライズ")),
    *(
        ("県営住宅2号棟", "県営2棟"),
        ("グリーンヒルズ", "グリーンヒル"),
        ("レジデンス東", "レジデンスひがし"),
    ),
)
LANDMARKS = (
    *("郵便局の裏", "バス停の向かい", "公園の北側", "公園の南側", "神社の隣", "小学校の裏門の前"),
    *("八百屋の二軒隣", "橋のたもと", "駅前の交番の裏"),
)
LOOKS = ("", "、青い屋根の家", "、白い塀の家", "の平屋", "、大きな柿の木の家")

_DIGITS = frozenset("0123456789０１２３４５６７８９")
_KANJI = "〇一二三四五六七八九"
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_HABITS = ("plain", "plain", "plain", "wide", "units", "units", "kanji", "no", "long", "spaces")


def numeral(dice: random.Random, number: int) -> str:
    """A number as one of three kinds of digits; tens as 十二."""
    habit = dice.choice(("plain", "wide", "kanji"))
    if habit == "kanji":
        tens, ones = divmod(number, 10)
        return (
            ("" if tens < 2 else _KANJI[tens]) + ("十" if tens else "") + _KANJI[ones] * (ones > 0)
        )
    return str(number).translate(_WIDE) if habit == "wide" else str(number)


def address(dice: random.Random, numbers: tuple[int, ...]) -> str:
    """3-2-1 in one of many ways; now and then its last part is left out, or a digit is wrong."""
    if len(numbers) > 2 and dice.random() < 0.02:
        numbers = numbers[:2]
    plain = "-".join(str(number) for number in numbers)
    habit = dice.choice(_HABITS)
    if habit == "wide":
        return plain.translate(_WIDE)
    if habit == "units":
        ends = dice.choice((("丁目", "番地の", ""), ("丁目", "番", "号"), ("丁目", "-", "")))
        said = "".join(numeral(dice, n) + end for n, end in zip(numbers, ends, strict=False))
        return said.removesuffix("の").removesuffix("-")
    if habit == "kanji":
        return f"{_KANJI[numbers[0]]}丁目" + "-".join(str(number) for number in numbers[1:])
    joint = {"no": "の", "long": "ー", "spaces": " "}.get(habit, "-")
    return (" " if habit == "spaces" else "") + plain.replace("-", joint)


def building(dice: random.Random, lot: str, names: tuple[str, str], room: int) -> str:
    """A flat: the building by one of its names, or by the number of its room alone."""
    said = dice.choice((f"{room}", f"{room}号室", f"{room}号", str(room).translate(_WIDE)))
    chance = dice.random()
    if chance < 0.12:
        return f"{lot}-{room}" if lot[-1].isdigit() else f"{lot} {said}"
    name = mistyped(dice, names[0] if dice.random() < 0.7 else names[1], 0.04)
    if chance < 0.22:
        return f" {name}{said}"
    return f"{lot} {name}{dice.choice(('', ' '))}{said}"


def person(
    dice: random.Random, surname: tuple[tuple[str, ...], str], given: tuple[str, str]
) -> str:
    """A name: whole or the surname, in kanji, hiragana or katakana, with さん or a kinship."""
    kanji, kana = surname
    is_whole = dice.random() < 0.35
    chance = dice.random()
    if chance < 0.62:
        family = kanji[0] if dice.random() < 0.6 else dice.choice(kanji)
        said = family + dice.choice(("", " ", "\u3000")) + given[0] if is_whole else family
    else:
        said = kana + (dice.choice(("", " ")) + given[1] if is_whole else "")
        said = mistyped(dice, said, 0.04)
        said = said.translate(_KATAKANA) if chance > 0.8 else said
    return said + dice.choice(
        ("", "", "", "さん", "さん", "様", "さんのおばあちゃん", "さんのご主人", "さん宅")
    )


def mistyped(dice: random.Random, text: str, chance: float) -> str:
    """Now and then two letters change places, or one is lost; digits are left as they are."""
    places = [n for n in range(1, len(text) - 1) if not _DIGITS & set(text[n : n + 2])]
    if len(text) < 4 or not places or dice.random() >= chance:
        return text
    at = dice.choice(places)
    if dice.random() < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]

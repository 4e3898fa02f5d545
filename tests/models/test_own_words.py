"""A desk's own sentence for residents names nobody, and the screen finds the same as the server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.own_words import CHECKS, DASHES, LIMIT, problems
from models.text import length

NODE = Path(sys.executable).with_name("node")
FINE = [
    "",
    "教えてくれて、ありがとうございます。",
    "2-3日のうちに、またお知らせします",
    "10-12時にお電話をください",
    "お母さんや娘さんにも、よろしくお伝えください",
    "皆さんの様子を、また教えてください",
    "民生委員さんと看護師さんが、いっしょに見ています",
    "ヘルパーさんとケアマネさんに、たくさん聞きました",
    "おばあさんはお元気です",
    "お医者さんとお客様と神様",
    "小学3年生の登校を、気にかけています",
    "同様のことや多様な見方、人間模様も、仕様です",
    "氏名は書かないでください",
    "いつものさんぽのときに、見てください",
    "12月1日の午後に、もう一度うかがいます",
    "2026年12月1日にお知らせします",
    "赤ちゃんの声",
    "一番気になることを教えてください",
    "We will look again in 2-3 days.",
]
TELLING = [
    ("田中さんはお元気です", "has_name"),
    ("髙﨑様にお会いしました", "has_name"),
    ("山本氏と話しました", "has_name"),
    ("金子さんと土屋さん", "has_name"),
    ("佐々木くんのこと", "has_name"),
    ("タナカさんのお宅", "has_name"),
    ("いまたなかさんのところです", "has_name"),
    ("Tanaka-san is well", "has_name"),
    ("Mr. Smith is well", "has_name"),
    ("桜が丘3丁目のお宅です", "has_address"),
    ("三丁目のお宅です", "has_address"),
    ("２番５号です", "has_address"),
    ("夏見2828番地", "has_address"),
    ("203号室です", "has_address"),
    ("1ー2ー3です", "has_address"),
    ("12-3のお宅", "has_address"),
    ("〒のところ", "has_postal_code"),
    ("５１８−０７２１です", "has_postal_code"),
    ("0595-63-7111に電話をください", "has_telephone"),
    ("０９０１２３４５６７８です", "has_telephone"),
    ("+81 90 1234 5678", "has_telephone"),
    ("昭和25年3月1日生まれの方", "has_birth_date"),
    ("昭和25年生まれの方", "has_birth_date"),
    ("令和5年3月1日生まれのお子さん", "has_birth_date"),
    ("1950年の方", "has_birth_date"),
    ("1950/3/1の方", "has_birth_date"),
    ("生年月日をたしかめました", "has_birth_date"),
]


def codes(words: str) -> list[str]:
    """The codes of the problems, in their order."""
    return [problem.code for problem in problems(words)]


@pytest.mark.parametrize("words", FINE)
def test_a_kind_sentence_can_be_sent(words: str) -> None:
    assert codes(words) == []


@pytest.mark.parametrize(("words", "code"), TELLING)
def test_names_addresses_and_numbers_are_asked_to_be_taken_out(words: str, code: str) -> None:
    assert codes(words) == [code]


@pytest.mark.parametrize(
    "words", ["見ました。元気です", "見ました！\nまた", "Seen. Well.", "見ましたか？はい"]
)
def test_only_one_sentence_may_be_added(words: str) -> None:
    assert codes(words) == ["one_sentence"]


@pytest.mark.parametrize("words", ["見ました。", "体温は36.5度です。", "本当ですか!?", "。\u200b"])
def test_the_end_of_a_sentence_is_not_another(words: str) -> None:
    assert codes(words) == []


def test_a_sentence_has_at_most_140_characters_as_a_reader_counts() -> None:
    assert length("が" * LIMIT) == 140
    assert codes("か\u3099" * LIMIT) == []
    assert [(p.code, p.params) for p in problems("か" * 142)] == [("too_long", {"n": 2})]


def test_everything_wrong_is_said_at_once() -> None:
    words = "田中さん（〒518-0721、1丁目2番3号、0595-63-7111）です。あ"
    assert codes(words) == [
        "one_sentence",
        "has_postal_code",
        "has_telephone",
        "has_address",
        "has_name",
    ]


@pytest.mark.parametrize(
    "unit", ["一", "0", "0-", "ア", "あ", "a", "19", "様", "さん", "昭和1", "1番"]
)
def test_no_text_takes_long(unit: str) -> None:
    before = time.process_time()
    problems(unit * 20_000 + "!")
    assert time.process_time() - before < 1


def test_the_screen_finds_what_the_server_finds(tmp_path: Path) -> None:
    samples = FINE + [words for words, _ in TELLING]
    script = tmp_path / "check.mjs"
    script.write_text(
        """
        const {checks, dashes, samples} = JSON.parse(process.argv[2]);
        const found = samples.map((words) => {
          let plain = words.normalize("NFKC").replace(new RegExp(dashes, "gu"), "-");
          return checks.filter(([, expression]) => {
            const left = plain.replace(new RegExp(expression, "gu"), " ");
            const is_found = left !== plain;
            plain = left;
            return is_found;
          }).map(([code]) => code);
        });
        console.log(JSON.stringify(found));
        """
    )
    given = json.dumps({"checks": CHECKS, "dashes": DASHES, "samples": samples})
    out = subprocess.run([NODE, script, given], capture_output=True, check=True, text=True)
    assert json.loads(out.stdout) == [codes(words) for words in samples]

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from markupsafe import Markup

from models.words import LOCALES, Words

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogue(directory: Path, locale: str, domain: str, entries: dict[str, str]) -> None:
    folder = directory / locale / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    body = "\n".join(f'msgid "{key}"\nmsgstr "{text}"\n' for key, text in entries.items())
    (folder / f"{domain}.po").write_text(HEADER + body, "utf-8")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    easy = "{area}の こと。書《か》く・気《き》づき 𠮷田《よしだ》《x》 <b>"
    catalogue(tmp_path, "ja", "note", {"note.title": "{area}のこと", "note.only": "ここだけ"})
    catalogue(tmp_path, "ja@easy", "note", {"note.title": easy, "note.days": "2〜3日《にち》"})
    catalogue(tmp_path, "en", "note", {"note.title": "In {area}"})
    catalogue(tmp_path, "en", "desk", {"desk.title": "Queue"})
    return tmp_path


def test_ruby_stands_over_the_kanji_before_it_alone(directory: Path) -> None:
    words = Words(directory)
    assert words.show("ja@easy", "note.days") == "2〜3<ruby>日<rt>にち</rt></ruby>"
    shown = words.show("ja@easy", "note.title", area="x")
    assert "<ruby>書<rt>か</rt></ruby>く・<ruby>気<rt>き</rt></ruby>づき" in shown
    assert "<ruby>𠮷田<rt>よしだ</rt></ruby>《x》 &lt;b&gt;" in shown


def test_ruby_is_left_out_where_it_cannot_be_shown(directory: Path) -> None:
    assert Words(directory).say("ja@easy", "note.days") == "2〜3日"


def test_what_somebody_typed_is_never_markup_nor_ruby(directory: Path) -> None:
    words = Words(directory)
    typed = "<script>漢字《かんじ》{area}"
    assert words.show("ja", "note.title", area=typed) == "&lt;script&gt;漢字《かんじ》{area}のこと"
    assert words.say("ja", "note.title", area=typed) == f"{typed}のこと"
    assert words.show("ja", "note.title", area=Markup("<b>町</b>")) == "<b>町</b>のこと"


def test_every_domain_of_a_language_is_read(directory: Path) -> None:
    words = Words(directory)
    assert words.say("en", "desk.title") == "Queue"
    assert words.keys("en") == {"note.title", "desk.title"}
    assert words.has("en", "desk.title")
    assert not words.has("ja", "desk.title")


def test_a_missing_key_is_an_error_in_tests(directory: Path) -> None:
    with pytest.raises(KeyError, match=r"note\.only in en"):
        Words(directory, strict=True).say("en", "note.only")


def test_in_a_town_the_japanese_stands_in_and_the_log_says_so(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = Words(directory)
    with caplog.at_level(logging.ERROR):
        assert words.say("en", "note.only") == "ここだけ"
        assert words.show("en", "note.nowhere") == "note.nowhere"
    assert caplog.messages == [
        "no words for note.only in en",
        "no words for note.nowhere in en",
    ]


def test_the_catalogues_of_this_house_have_the_same_keys_in_every_language() -> None:
    words = Words(Path(__file__).parents[2] / "translations", strict=True)
    for locale in LOCALES:
        assert words.keys(locale) == words.keys("ja")

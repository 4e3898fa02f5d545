"""Catalogues are complete in every language, nothing in them is stale, no text stands elsewhere."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from models.words import LOCALES
from tests.support.catalogues import DOMAINS, ROOT, messages, sources, stale, used


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_entry_filled_and_sure(locale: str) -> None:
    found = messages(locale)
    assert set(found) == set(messages("ja"))
    assert [key for key, m in found.items() if not str(m.string).strip()] == []
    assert [key for key, m in found.items() if m.fuzzy] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_entry_has_the_same_variables_as_the_japanese(locale: str) -> None:
    japanese = messages("ja")
    for key, message in messages(locale).items():
        assert _variables(message) == _variables(japanese[key]), key


def _variables(message: Message) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(str(message.string)) if name}
    # English says the month by its name.
    return {name.replace("month_name", "month") for name in names}


NO_RUBY = {"frame.language.ja", "frame.language.ja@easy", "frame.name", "frame.title"}
"""Names, which stand as on every other page."""


def test_the_easy_japanese_has_a_reading_over_every_kanji() -> None:
    bare = re.compile(r"[一-龥々]+(?!《|[一-龥々])")
    found = {key for key, m in messages("ja@easy").items() if bare.search(str(m.string))}
    assert found - NO_RUBY == set()


def test_every_key_in_the_sources_has_an_entry() -> None:
    known = set(messages("ja"))
    whole, _ = used()
    paths = {k for k in whole if not k.endswith(".") and k not in known and not _is_file(k)}
    assert {k for k in paths if not any(e.startswith(k) for e in known)} == set()


def _is_file(key: str) -> bool:
    return key.endswith((".html", ".js", ".css", ".po", ".py", ".svg"))


def test_no_entry_is_stale() -> None:
    assert stale(messages("ja")) == set()


CLOSED = ("desk.outcome.", "frame.", "office.act.", "push.", "push.reply.", "said.", "sign.")
"""Beginnings that a table or the codes of the sources close."""


def test_a_stale_entry_is_found_in_every_domain_and_family() -> None:
    _, beginnings = used()
    planted = {f"{domain}.long_{end}" for domain in DOMAINS for end in ("gone", "gone.title")}
    planted |= {f"{one}long_gone" for one in beginnings}
    planted |= {f"{one}title.long_gone" for one in CLOSED}
    # A code of ours elsewhere, and no column of the table.
    planted.add("desk.day.column.telephone")
    assert {one.partition(".")[0] for one in planted} == set(DOMAINS)
    assert planted - stale(planted) == set()


JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"(?:alt|title|placeholder|aria-label)=\"([^\"{]*[A-Za-z]{3}[^\"{]*)\"")
# Where a script says something: an assignment or argument, to the end of its statement.
_SAYING = r"(?:textContent|innerText|innerHTML|title|ariaLabel|placeholder|alt)"
TOLD = re.compile(
    rf"(?:\b{_SAYING}\s*(?:\+?=(?!=)|:)|setAttribute\(\s*[\"'](?:aria-label|title|placeholder|alt)"
    r"[\"']\s*,|\b(?:alert|confirm|prompt)\()([^;\n]*)"
)
# Modules whose business is how Japanese is written, not what is said.
LOOKS_AT_JAPANESE = {
    "asked_for.py",
    "buildings.py",
    "called.py",
    "landmarks.py",
    "normalise.py",
    "own-words.js",
    "own_words.py",
    "receipt_code.py",
    "telephone.py",
    "whereabouts.py",
    "words.py",
}
# Words that are the same in every language, or belong to no language.
ALLOWED = {"English", "やさしい日本語", "日本語"}


@pytest.mark.parametrize(
    "path",
    sorted((*ROOT.glob("pwa/templates/**/*.html"), *ROOT.glob("blueprints/**/*.html"))),
    ids=str,
)
def test_a_template_holds_no_text_of_its_own(path: Path) -> None:
    text = JINJA.sub("", path.read_text("utf-8"))
    parts = {part.strip() for part in TAGS.split(text) if '="' not in part}
    bare = {part for part in parts if re.search(r"[^\W\d_]{2}", part)}
    assert bare - ALLOWED == set()
    assert set(ATTRIBUTE.findall(text)) - ALLOWED == set()


@pytest.mark.parametrize("path", sorted(ROOT.glob("pwa/**/*.js")), ids=str)
def test_a_script_holds_no_text_of_its_own(path: Path) -> None:
    code = _without_comments(path.read_text("utf-8"))
    assert path.name in LOOKS_AT_JAPANESE or JAPANESE.findall(code) == []
    assert [said for told in TOLD.findall(code) if (said := _said(told))] == []


@pytest.mark.parametrize(
    "code",
    [
        'line.textContent = "Sent";',
        "line.textContent = is_off ? `No signal` : other;",
        'button.title = "Close";',
        'field.setAttribute("aria-label", "Your words");',
        'Object.assign(field, { placeholder: "Your words" });',
        'alert("It went wrong");',
    ],
)
def test_words_that_a_script_would_show_are_found(code: str) -> None:
    assert [said for told in TOLD.findall(code) if (said := _said(told))]


def _without_comments(code: str) -> str:
    return re.sub(r"(?<![:\"'`])//[^\n]*|/\*.*?\*/", "", code, flags=re.DOTALL)


def _said(told: str) -> list[str]:
    """The literals with a word in them, without what is put into them."""
    literals = re.findall(r'"([^"]*)"|\'([^\']*)\'|`([^`]*)`', told)
    bare = [re.sub(r"\$\{.*?\}", "", "".join(parts)) for parts in literals]
    return [text for text in bare if re.search(r"[A-Za-z]{2}", text)]


def test_python_holds_no_japanese_but_in_comments_and_tables() -> None:
    found = []
    for path, text in sources().items():
        if path.suffix != ".py" or path.name in LOOKS_AT_JAPANESE:
            continue
        code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
        found += [
            f"{path.name}: {line.strip()}" for line in code.splitlines() if JAPANESE.search(line)
        ]
    assert found == []

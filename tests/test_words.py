"""The catalogues are complete in every language, nothing in them is stale, and no text stands elsewhere."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from models.words import LOCALES

ROOT = Path(__file__).parents[1]
DOMAINS = sorted(p.stem for p in (ROOT / "translations/ja/LC_MESSAGES").glob("*.po"))
KEY = re.compile(rf"[\"']((?:{'|'.join(DOMAINS)})\.[a-z0-9_]+(?:\.[a-z0-9_]+)*\.?)(?![\w/-])")
# In Python and in templates a key may be put together: "reply." ~ code, f"sign.{code}".
OPEN_KEY = re.compile(
    rf"((?:{'|'.join(DOMAINS)})\.(?:[a-z0-9_]+\.)*[a-z0-9_]*)(?:[\"'] ?[~+%]|\{{)"
)


def _catalogue(locale: str, domain: str) -> Catalog:
    path = ROOT / "translations" / locale / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        return read_po(file, charset="utf-8", abort_invalid=True)


def _messages(locale: str) -> dict[str, Message]:
    return {str(m.id): m for domain in DOMAINS for m in _catalogue(locale, domain) if m.id}


def _sources() -> dict[Path, str]:
    kinds = ("*.py", "*.html", "*.js")
    folders = ("blueprints", "models", "pwa")
    paths = [path for f in folders for kind in kinds for path in (ROOT / f).rglob(kind)]
    return {path: path.read_text("utf-8") for path in (*paths, ROOT / "app.py")}


def _used() -> tuple[set[str], set[str]]:
    """Keys that stand whole in the sources, and beginnings that something is added to."""
    text = "\n".join(_sources().values())
    whole = {match[1] for match in KEY.finditer(text)}
    beginnings = {match[1] for match in OPEN_KEY.finditer(text)}
    return whole, {b for b in beginnings if b.count(".") > 1 or b.endswith((".", "_"))}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_entry_filled_and_sure(locale: str) -> None:
    messages = _messages(locale)
    assert set(messages) == set(_messages("ja"))
    assert [key for key, m in messages.items() if not str(m.string).strip()] == []
    assert [key for key, m in messages.items() if m.fuzzy] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_entry_has_the_same_variables_as_the_japanese(locale: str) -> None:
    japanese = _messages("ja")
    for key, message in _messages(locale).items():
        assert _variables(message) == _variables(japanese[key]), key


def _variables(message: Message) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(str(message.string)) if name}
    # English says the month by its name.
    return {name.replace("month_name", "month") for name in names}


def test_every_key_in_the_sources_has_an_entry() -> None:
    known = set(_messages("ja"))
    whole, _ = _used()
    paths = {k for k in whole if not k.endswith(".") and k not in known and not _is_file(k)}
    assert {k for k in paths if not any(e.startswith(k) for e in known)} == set()


def _is_file(key: str) -> bool:
    return key.endswith((".html", ".js", ".css", ".po", ".py", ".svg"))


def test_no_entry_is_stale() -> None:
    whole, beginnings = _used()
    stale = {
        key
        for key in _messages("ja")
        if key not in whole and not any(key.startswith(b) and key != b for b in beginnings)
    }
    assert stale == set()


JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"(?:alt|title|placeholder|aria-label)=\"([^\"{]*[A-Za-z]{3}[^\"{]*)\"")
# Modules whose business is how Japanese is written, not what is said.
LOOKS_AT_JAPANESE = {"normalise.py", "own_words.py", "receipt_code.py", "telephone.py", "words.py"}
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
    code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert JAPANESE.findall(code) == []


def test_python_holds_no_japanese_but_in_comments_and_tables() -> None:
    found = []
    for path, text in _sources().items():
        if path.suffix != ".py" or path.name in LOOKS_AT_JAPANESE:
            continue
        code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
        found += [
            f"{path.name}: {line.strip()}" for line in code.splitlines() if JAPANESE.search(line)
        ]
    assert found == []

"""The only store of words: gettext catalogues, read once, said plainly or shown with ruby."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LOCALES = ("ja", "ja@easy", "en")
HOME_LOCALE = "ja"
CATALOGUES = Path(__file__).parents[1] / "translations"

_KANJI = "\u3400-\u9fff々〆ヶ\uf900-\ufaff\U00020000-\U0003ffff\ufe00-\ufe0f\U000e0100-\U000e01ef"
_RUBY = re.compile(f"([{_KANJI}]+)《([^》]+)》")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry, made ready for both ways of giving it."""

    plain: str
    shown: Markup
    pieces: tuple[tuple[str, str | None], ...]
    """What is shown, in pieces: a text, and the name of the parameter behind it."""

    @classmethod
    def of(cls, text: str) -> Message:
        """The entry of a catalogue's text, in which 漢字《かな》 is ruby."""
        ruby = _RUBY.sub(r"<ruby>\1<rt>\2</rt></ruby>", str(escape(text)))
        pieces = tuple((literal, name) for literal, name, _, _ in Formatter().parse(ruby))
        return cls(_RUBY.sub(r"\1", text), Markup(ruby), pieces)  # noqa: S704 - escaped just above

    def show(self, params: Mapping[str, object]) -> Markup:
        """The entry as HTML; a list shows dozens, so they are filled without a formatter."""
        if not params:
            return self.shown
        filled: list[str] = []
        for literal, name in self.pieces:
            filled.append(literal)
            if name is not None:
                value = params[name]
                filled.append(value if isinstance(value, Markup) else escape(value))
        return Markup("".join(filled))  # noqa: S704 - escaped just above


class Words:
    """Every word the program says, by locale and symbolic key.

    `strict` makes a missing key a KeyError; else it is logged and the Japanese stands in,
    because a person in need is better served by the other language than by an error.
    `parts`: the catalogues that are read, by the first word of their keys; without it, all.
    """

    def __init__(
        self, directory: Path = CATALOGUES, *, strict: bool = False, parts: Sequence[str] = ("*",)
    ) -> None:
        self.strict = strict
        self._messages = {locale: _load(directory / locale, parts) for locale in LOCALES}

    def has(self, locale: str, key: str) -> bool:
        """Whether this locale has an entry of its own for the key."""
        return key in self._messages[locale]

    def keys(self, locale: str) -> frozenset[str]:
        """All keys of a locale."""
        return frozenset(self._messages[locale])

    def say(self, locale: str, key: str, **params: object) -> str:
        """The words as plain text, without ruby: for attributes, titles, mail and push."""
        plain = self._message(locale, key).plain
        return plain.format(**params) if params else plain

    def show(self, locale: str, key: str, **params: object) -> Markup:
        """The words as HTML with ruby; parameters are escaped unless they are markup."""
        return self._message(locale, key).show(params)

    def _message(self, locale: str, key: str) -> Message:
        message = self._messages[locale].get(key)
        if message is not None:
            return message
        if self.strict:
            raise KeyError(f"no words for {key} in {locale}")
        _log.error("no words for %s in %s", key, locale)
        return self._messages[HOME_LOCALE].get(key) or Message.of(key)


def _load(directory: Path, parts: Sequence[str]) -> dict[str, Message]:
    messages: dict[str, Message] = {}
    folder = directory / "LC_MESSAGES"
    for path in sorted(path for part in parts for path in folder.glob(f"{part}.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, charset="utf-8", abort_invalid=True)
        messages |= {
            str(entry.id): Message.of(str(entry.string))
            for entry in catalogue
            if entry.id and entry.string
        }
    return messages

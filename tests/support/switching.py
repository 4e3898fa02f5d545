"""The languages of a page, tapped as a browser without scripts does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

Pairs = list[tuple[str, str]]
_signer = URLSafeTimedSerializer("none of the app")
_UNSENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass
class Form:
    """Where a form goes, and what it sends beside the button."""

    action: str = ""
    fields: Pairs = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """The names of the fields that somebody can type into or choose from."""


class Forms(HTMLParser):
    """The forms of a page by id, and the buttons that change its language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_id: dict[str, Form] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        """By language, the form's id and the button's name."""
        self.ids: list[str] = []
        self.first: dict[str, dict[str, str | None]] = {}
        """By form, the button that Enter in one of its fields presses."""
        self._form = ""
        self._select: tuple[str, str] | None = None
        self._options: list[tuple[str, bool]] = []
        self._text: tuple[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag == "form":
            self._form = given.get("id") or f"form-{len(self.by_id)}"
            self._of(self._form).action = given.get("action") or ""
        form, name, value = given.get("form") or self._form, given.get("name"), given.get("value")
        if tag == "button" and given.get("type", "submit") == "submit" and form:
            self.first.setdefault(form, given)
            if name in ("language", "speak") and "link" in (given.get("class") or ""):
                self.buttons[value or ""] = (form, str(name))
        elif tag == "input" and name and given.get("type") not in _UNSENT:
            self._input(form, name, given)
        elif tag == "select" and name:
            self._select, self._options = (form, name), []
            self._of(form).seen.add(name)
        elif tag == "option" and self._select:
            self._options.append((value or "", "selected" in given))
        elif tag == "textarea" and name:
            self._text = (form, name)
            self._of(form).fields.append((name, ""))
            self._of(form).seen.add(name)

    def _input(self, form: str, name: str, given: dict[str, str | None]) -> None:
        value = given.get("value")
        if given.get("type") != "hidden":
            self._of(form).seen.add(name)
        is_box = given.get("type") in ("checkbox", "radio")
        if not is_box or "checked" in given:
            self._of(form).fields.append((name, "on" if value is None else value))

    def handle_data(self, data: str) -> None:
        if self._text:
            form, name = self._text
            *before, (_, value) = self._of(form).fields
            self._of(form).fields = [*before, (name, value + data)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "textarea" and self._text:
            form, name = self._text
            *before, (_, value) = self._of(form).fields
            self._of(form).fields = [
                *before,
                (name, _lines(value)),
            ]
            self._text = None
        elif tag == "select" and self._select:
            form, name = self._select
            chosen = [one for one, is_it in self._options if is_it] or [
                one for one, _ in self._options[:1]
            ]
            self._of(form).fields += [(name, one) for one in chosen]
            self._select = None

    def sent_by(self, language: str) -> tuple[str, Pairs]:
        """Where a tap on a language sends, and what."""
        form, name = self.buttons[language]
        assert form in self.by_id, f"a button of the form {form}, which is not there"
        found = self.by_id[form]
        return found.action, [*found.fields, (name, language)]

    def _of(self, form: str) -> Form:
        return self.by_id.setdefault(form, Form())


@lru_cache(maxsize=4)
def forms_of(page: str) -> Forms:
    """To be read alone: a page that is asked about several times is read once."""
    return Forms(page)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").removeprefix("\n")


def told(page: str) -> str:
    """What a page told once, as its form takes it along, readable."""
    found = re.search(r'name="shown" value="([^"]*)"', page)
    return "" if found is None else json.dumps(_signer.loads_unsafe(found[1])[1][2])


def fields_of(page: str, language: str = "en") -> Pairs:
    """What the form holds that a tap on a language sends."""
    return forms_of(page).sent_by(language)[1]


def tap(client: FlaskClient, page: TestResponse | str, language: str, **typed: str) -> TestResponse:
    """One tap on a language, and what is typed into the page's fields before.

    Nobody types into what the page hides, nor into another form than the one that is sent.
    """
    forms = forms_of(page if isinstance(page, str) else page.text)
    action, fields = forms.sent_by(language)
    unseen = typed.keys() - forms.by_id[forms.buttons[language][0]].seen
    assert not unseen, f"no field of the form to type into: {unseen}"
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(typed.get(name, value))
    for name in typed.keys() - data.keys():
        data[name] = [typed[name]]
    return client.post(action, data=data)

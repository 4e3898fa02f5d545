"""Every page has its languages, those that answer a form too; a tap on them does nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import template_rendered
from jinja2 import Template
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.words import LOCALES
from tests.attacks.matrix import EVERYBODY, MATRIX
from tests.attacks.test_matrix import World, ask
from tests.conftest import EVERYTHING
from tests.support.catalogues import sources
from tests.support.switching import forms_of, tap
from tests.test_looked_at import wholes

WITHOUT = {
    # Where the quick exit leads; it tells nothing of what was open, not even this.
    "closed.html",
    # All languages stand on them.
    "offline.html",
    "operator/trust.html",
    # What a phone keeps for a lost signal, in one language: no server is there to ask for another.
    "note/shell_calls.html",
    "note/shell_desks.html",
    "note/shell_notes.html",
}
TEXTS = {
    path.as_posix().rpartition("templates/")[2]: text
    for path, text in sources().items()
    if path.suffix == ".html"
}
POSTS = {
    route: may_enter
    for route, may_enter in MATRIX.items()
    if route.startswith("POST ") and "/api/" not in route
}
_NO_CHANGE = ("BEGIN", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SELECT")
_LOOKED = ("INSERT INTO audit_", "UPDATE audit_head")
"""That a page was shown is written down, whatever its language."""


@contextmanager
def rendered() -> Iterator[list[str | None]]:
    """The templates that are drawn meanwhile."""
    names: list[str | None] = []

    def remember(_app: object, template: Template, **_: object) -> None:
        names.append(template.name)

    with template_rendered.connected_to(remember):
        yield names


def is_page(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html" and answer.location is None


def spoken(answer: TestResponse) -> str:
    """The language of a page, by the one that it does not offer."""
    [found] = set(LOCALES) - set(forms_of(answer.text).buttons)
    return found


def letter(route: str) -> str:
    return (MATRIX[route] or EVERYBODY)[-1]


def test_every_page_has_its_languages_and_each_has_a_form_that_is_there(world: World) -> None:
    silent = []
    for route in MATRIX:
        with rendered() as names:
            answer = ask(world, letter(route), route)
        if (
            "/shell/" not in route
            and is_page(answer)
            and names[0] not in WITHOUT
            and not world_has(answer)
        ):
            silent.append((route, names[0]))
    assert silent == []


def has_languages(name: str) -> bool:
    """Whether a template, or what it extends, draws them."""
    text = TEXTS[name]
    extended = re.search(r'{%-? extends "([^"]+)"', text)
    draws = "frame.languages(" in text or "frame.masthead(" in text
    return draws or bool(extended and has_languages(extended[1]))


def test_every_template_of_a_page_has_them_too() -> None:
    silent = {name for name in wholes("blueprints", "pwa") if not has_languages(name)}
    assert silent - {"page.html"} == {"closed.html", "offline.html", "operator/trust.html"}


def world_has(answer: TestResponse) -> bool:
    forms = forms_of(answer.text)
    whole = len(forms.buttons) == len(LOCALES) - 1
    return whole and all(form in forms.by_id for form, _ in forms.buttons.values())


def test_a_page_that_answers_a_form_comes_again_in_every_language(world: World) -> None:
    wrong = []
    for route in POSTS:
        world.clients[letter(route)].delete_cookie("kizuki_language")
        answer = ask(world, letter(route), route)
        statuses = {answer.status_code, 200, 422}
        for language in ("en", "ja@easy", "ja"):
            if not is_page(answer):
                break
            ids = forms_of(answer.text).ids
            answer = tap(world.clients[letter(route)], answer, language)
            is_spoken = is_page(answer) and spoken(answer) == language
            if not is_spoken or answer.status_code not in statuses or len(set(ids)) < len(ids):
                wrong.append((route, language, answer.status_code))
    assert wrong == []


def test_a_tap_on_a_language_does_nothing_for_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route: what would be committed is nothing, but that somebody looked.

    Of those whom the gate sends away, all alike, one asks; by make test-all every role does.
    """
    store = world.app.extensions["kizuki"].store
    written: list[str] = []
    began = store.write

    @contextmanager
    def watched(wait_seconds: float | None = None) -> Iterator[Session]:
        here: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            if not statement.startswith((*_NO_CHANGE, *_LOOKED)):
                here.append(statement)

        sa.event.listen(store.engine, "before_cursor_execute", note)
        try:
            with began(wait_seconds) as session:
                yield session
                session.flush()
                written.extend(here)
        finally:
            sa.event.remove(store.engine, "before_cursor_execute", note)

    monkeypatch.setattr(store, "write", watched)
    done = {}
    for route, may_enter in POSTS.items():
        sent_away = [who for who in EVERYBODY if who not in may_enter]
        for who in EVERYBODY if EVERYTHING else (*may_enter, *sent_away[-1:]):
            written.clear()
            speak = {"speak": "ja", "email": "okada@misaki.example", "password": "x" * 20}
            ask(world, who, route, speak)
            if written:
                done[route, who] = list(written)
    assert done == {}

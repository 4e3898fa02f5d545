"""Every form, filled with anything: never a fault, always a sentence, nothing forbidden kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.data_key import DataKey
from models.keys import KeyRing
from tests.attacks.crawled import POSTS, Fields, forms, letter, says
from tests.attacks.matrix import MATRIX
from tests.attacks.test_matrix import World, ask
from tests.conftest import EVERYTHING

EACH = 60 if EVERYTHING else 2
"""How often each form is filled anew."""
MY_NUMBER = "123456789018"
ODD = ["", " ", "\0", "\ud800".encode("utf-8", "surrogatepass"), "0", "-1", "9" * 40, "true", "[]"]
ODD += [
    "../..",
    "<script>",
    "'\"",
    "\u202e",
    "2026-02-30",
    "9999-12-31",
    "00000000-0000-4000-8000-000000000000",
]
anything = st.one_of(
    st.sampled_from(ODD), st.text(max_size=40), st.integers().map(str), st.dates().map(str)
)


@st.composite
def filled(draw: st.DrawFn, fields: Fields) -> dict[str, Any]:
    """A form of which fields are missing, filled with anything, or sent several times."""
    sent: dict[str, Any] = {}
    for name, value in fields.items():
        how = draw(st.sampled_from(("kept", "kept", "anything", "twice", "missing")))
        if how == "kept":
            sent[name] = value
        elif how == "anything":
            sent[name] = draw(anything)
        elif how == "twice":
            sent[name] = [draw(anything), value]
    if draw(st.booleans()):
        sent[draw(st.sampled_from(["numbers", "sure", "goes_on", "kept.words", "own"]))] = draw(
            anything
        )
    return sent


def _is_told(answer: TestResponse) -> bool:
    """Whether somebody whose form was refused reads why."""
    is_page = answer.mimetype == "text/html" and answer.location is None
    return answer.status_code < 400 or not is_page or bool(says(answer))


@settings(
    max_examples=EACH,
    derandomize=not EVERYTHING,
    # Each example fills every form: made smaller, one would be asked for hours.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_form_is_a_fault_of_ours_and_each_refusal_is_a_sentence(
    world: World, data: st.DataObject
) -> None:
    known = _known(world)
    wrong = []
    for route in POSTS:
        given_ = data.draw(filled(known.get(route, {})), label=route)
        answer = ask(world, letter(route), route, given_)
        if answer.status_code >= 500 or not _is_told(answer):
            wrong.append((route, answer.status_code, given_))
    assert wrong == []


_forms: dict[int, dict[str, Fields]] = {}


def _known(world: World) -> dict[str, Fields]:
    """The forms of a world, read once."""
    if id(world) not in _forms:
        _forms.clear()
        _forms[id(world)] = forms(world)
    return _forms[id(world)]


def test_the_pages_show_a_form_for_all_but_a_few_routes(world: World) -> None:
    """What is sent from elsewhere is filled with what all forms have in common."""
    silent = set(POSTS) - _known(world).keys()
    assert len(silent) < len(POSTS) * 2 / 5, sorted(silent)


@contextmanager
def kept(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All that goes into the store meanwhile, before it is encrypted."""
    told: list[str] = []

    def watch(kind: type, name: str) -> None:
        seal = getattr(kind, name)

        def sealed(self: Any, *args: Any) -> bytes:
            told.append(str(args[-1]))
            return bytes(seal(self, *args))

        monkeypatch.setattr(kind, name, sealed)

    watch(KeyRing, "seal")
    watch(DataKey, "seal")
    engine = world.app.extensions["kizuki"].store.engine

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            told.append(str(parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_no_form_stores_an_individual_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found, stored = [], 0
    with kept(world, monkeypatch) as told:
        for route, fields in _known(world).items():
            for name in fields:
                told.clear()
                ask(world, letter(route), route, fields | {name: f"控え {MY_NUMBER}"})
                stored += len(told)
                if any(MY_NUMBER in one for one in told):
                    found.append((route, name))
    assert stored > 0
    assert found == []


_LOOKED = (
    "INSERT INTO audit_",
    "UPDATE audit_head",
    "UPDATE sign_in",
    "UPDATE inbox",
    "UPDATE delivery",
    'UPDATE handoff SET "before"',
)
"""That somebody looked: written down, seen, still signed in, and read before it is undone."""


def test_a_look_changes_nothing_but_that_somebody_looked(world: World) -> None:
    engine = world.app.extensions["kizuki"].store.engine
    wrote: list[tuple[str, str]] = []
    at = ""

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and not statement.startswith(
            _LOOKED
        ):
            wrote.append((at, statement[:60]))

    sa.event.listen(engine, "before_cursor_execute", note)
    for at in MATRIX:
        if at.startswith("GET "):
            ask(world, letter(at), at)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert wrote == []

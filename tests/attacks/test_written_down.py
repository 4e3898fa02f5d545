"""No page shows a note, or names people, before who looks is written down and committed."""

from __future__ import annotations

import pytest
from flask import Response

from models.audit_views import View
from models.errors import Busy
from models.ledger import Ledger
from models.store import Store
from tests.attacks.matrix import MATRIX
from tests.attacks.test_matrix import World, ask
from tests.conftest import EVERYTHING

NOTE, REPORTER, SOMEBODY = "このごろ見かけません", "鈴木", "須田"
COLLEAGUE, STAFF = "加藤", "岡田"
SHOWS = {
    "I": (NOTE, REPORTER, COLLEAGUE),
    "T": (NOTE, REPORTER),
    "K": (NOTE,),
    "M": (SOMEBODY, STAFF),
}
"""What of the town only somebody else's page shows, by who asks."""
LOOKS_FOR = {
    "POST /desk/search": {"q": "おばあさん"},
    "POST /desk/phones": {"name": "鈴木"},
    "POST /desk/handoffs/<uuid:handoff_id>/reply": {"words": ""},
}
# A sheet for one person names them, and is an act of its own.
ACTS = {"POST /office/people/<uuid:person_id>/invitation"}
SEEN = {
    "GET /desk",
    "GET /desk/handoffs/<uuid:handoff_id>",
    "POST /desk/search",
    "POST /desk/phones",
    "GET /desk/people",
    "GET /desk/work",
    "GET /office/people",
    "GET /office/desks/<uuid:desk_id>",
}
"""Pages that do show it, so that the search cannot be empty."""


def _words(answer: object) -> str:
    assert isinstance(answer, Response)
    return answer.get_data().decode("utf-8", "replace")


def _shown(world: World, written: list[View]) -> tuple[set[str], list[str]]:
    """The routes that showed something, and those that did so unwritten.

    Whoever may not enter asks by make test-all: to them the gate shows one page of its own.
    """
    shown, silent = set(), []
    for route in set(MATRIX) - ACTS:
        for letter, canaries in SHOWS.items():
            if letter not in MATRIX[route] and not EVERYTHING:
                continue
            written.clear()
            body = _words(ask(world, letter, route, LOOKS_FOR.get(route)))
            if any(canary in body for canary in canaries):
                shown.add(route)
                if not written:
                    silent.append(f"{route} as {letter}")
    return shown, silent


def test_what_a_page_shows_is_written_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[View] = []
    monkeypatch.setattr(Ledger, "write", lambda _self, _store, view: written.append(view))
    shown, silent = _shown(world, written)
    assert silent == []
    assert shown >= SEEN


def _shown_unwritten(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is readable though no line can be written."""

    def fail(_self: Ledger, _store: Store, _view: View) -> None:
        raise Busy

    monkeypatch.setattr(Ledger, "write", fail)
    return [
        (route, letter)
        # A form that looks for a name is given back with the name.
        for route in sorted(SEEN - {"POST /desk/phones"})
        for letter, canaries in SHOWS.items()
        for body in [_words(ask(world, letter, route, LOOKS_FOR.get(route)))]
        if any(canary in body for canary in canaries)
    ]


def test_what_cannot_be_written_down_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _shown_unwritten(world, monkeypatch) == []
    refused = ask(world, "I", "GET /desk")
    assert refused.status_code == 503
    assert "記録できなかった" in _words(refused)


def test_a_line_that_is_written_after_the_page_is_sent_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(response: Response) -> Response:
        response.call_on_close(lambda: None)  # The planted bug: here the line would be written.
        return response

    hooks = world.app.after_request_funcs[None]
    hooks[:] = [late if one.__module__ == "blueprints.looked" else one for one in hooks]
    assert ("GET /desk/handoffs/<uuid:handoff_id>", "I") in _shown_unwritten(world, monkeypatch)

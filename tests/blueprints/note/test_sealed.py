"""For its writer the world is the same with and without 「近所には知られたくない」."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient

from models.desk import Desk
from models.handoff import Outcome
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import SetClock
from tests.support.notes import post, thread_path, typed
from tests.town import Cast

VARYING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'name="csrf_token" value="[^"]+"|data-csrf="[^"]+"'), "TOKEN"),
    (re.compile(r'<time datetime="[^"]+">[^<]*</time>|data-at="[^"]+"'), "TIME"),
)
CASES = {
    "own area": {},
    "another area": {"place": "南町"},
    "a town without a desk": {"place": "島"},
    "a town nobody knows": {"place": "ない町", "unknown_place": "ない町"},
    "a sign that asks for a call": {"signs": ["night_out", "hungry"]},
    "urgent, name shown": {"urgency": "today", "show_name": "1", "contact": "telephone"},
}


def _seen(client: FlaskClient, path: str) -> str:
    """A page as its writer gets it, headers and all, without what differs for every note."""
    answer = client.get(path)
    text = f"{answer.status} {sorted(answer.headers.keys())}\n{answer.text}"
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text


def _pages(client: FlaskClient, path: str) -> list[str]:
    return [_seen(client, path + "/sent"), _seen(client, path), _seen(client, "/notes")]


@pytest.mark.parametrize("changed", CASES.values(), ids=CASES.keys())
def test_a_sealed_note_looks_as_any_other(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock, changed: dict[str, object]
) -> None:
    _compare(suzuki, store, cast, clock, changed)


def test_a_sealed_note_looks_as_any_other_while_the_desk_is_closed(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    clock.forward(hours=12)
    assert "いま窓口は閉まっています" in _compare(suzuki, store, cast, clock, {})[0][0]


def test_a_sealed_note_looks_as_any_other_where_somebody_else_noted_the_same_house(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        town.note(session, clock.now, by=cast.tanaka, area=cast.kitamachi, place_detail="1-2")
    _compare(suzuki, store, cast, clock, {"place_detail": "1-2"})


def _compare(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, changed: dict[str, object]
) -> list[list[str]]:
    plain = _told(client, store, cast, clock, changed, sealed=False)
    with store.write() as session:
        _forget_all_of(session.get_one(Person, cast.suzuki))
    assert plain == _told(client, store, cast, clock, changed, sealed=True)
    return plain


def _told(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    clock: SetClock,
    changed: dict[str, object],
    *,
    sealed: bool,
) -> list[list[str]]:
    """What the writer sees of one note: sent, opened, acknowledged, closed."""
    fields = typed(cast.kitamachi, **changed) | ({"not_nearby": "1"} if sealed else {})
    path = thread_path(post(client, "/notes", **fields))
    seen = [_pages(client, path)]
    thread_id = uuid.UUID(path.rsplit("/", 1)[-1])
    with store.write() as session:
        thread = session.get_one(Thread, thread_id)
        assert thread.is_sealed is sealed
        member = session.get_one(Person, cast.aoki if sealed else _reader(thread, cast))
        if thread.handoff.held_reason is None:
            thread.handoff.acknowledge(member, Said("check"), clock.forward(minutes=3))
    seen.append(_pages(client, path))
    with store.write() as session:
        thread = session.get_one(Thread, thread_id)
        if thread.handoff.held_reason is None:
            thread.handoff.close(member, Outcome.SETTLED, Said("closed"), clock.forward(minutes=3))
    seen.append(_pages(client, path))
    clock.forward(minutes=-6)
    return seen


def _reader(thread: Thread, cast: Cast) -> uuid.UUID:
    desks = {cast.north_desk: cast.okada, cast.south_desk: cast.kimura, cast.core: cast.ueda}
    return desks[thread.handoff.desk_id]


def _forget_all_of(person: Person) -> None:
    """The list holds one note at a time, so that the two worlds are alike."""
    from models.reporter import threads_of

    for reporter in person.session.scalars(threads_of(person.session, person)):
        reporter.token = None

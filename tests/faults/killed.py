"""Kill a process at every SQL statement of one act, and look each time at what is left.

Run as `python -m tests.faults.killed <key file>` with the address of an empty database for each
act on its standard input, as JSON; as JSON it tells what was found of each, or its own fault.
A child process acts; at its n-th statement or commit it is gone, as at a power switch, for
n = 1, 2, … until it comes through.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import traceback
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models import follow_up, purge
from models.arrival import Arrival, accept
from models.base import Base
from models.desk import Desk
from models.draft import content_hash, read_draft
from models.errors import NotAllowed
from models.follow_up import Item
from models.handoff import Handoff
from models.keys import KeyRing
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.sender import Sender
from models.speech import SpeechKind, read, say
from models.store import Store
from models.taking import CameBy, Taking
from models.thread import Thread
from tests import town
from tests.support import promises

GONE = 9
RAW = town.fields(id="3f6c1e2a-8a5f-4d52-9c57-0b1c2d3e4f50", receipt="123456789012345663")
ANSWER = "3f6c1e2a-8a5f-4d52-9c57-0b1c2d3e4f51"
Act = Callable[[Store, town.Cast], str]


def send(store: Store, cast: town.Cast) -> str:
    """Accept a note under one id, again and again the same."""
    return _accept(store, cast, by=cast.suzuki)


def take_down(store: Store, cast: town.Cast) -> str:
    """The same, taken down at the desk for somebody who telephoned."""
    return _accept(store, cast, taking=Taking(CameBy.TELEPHONE, cast.okada, "すずき"))


def _accept(store: Store, cast: town.Cast, *, by: uuid.UUID | None = None, **more: Any) -> str:
    draft, _ = read_draft(RAW)
    with store.write() as session:
        arrival = Arrival(
            note_id=uuid.UUID(RAW["id"]),
            content_hash=content_hash(RAW),
            draft=draft,
            area_id=cast.kitamachi,
            by=None if by is None else session.get(Person, by),
            receipt_hash=b"r" * 32,
            **more,
        )
        outcome, _ = accept(session, arrival, town.MORNING)
    return outcome.value


def acknowledge(store: Store, cast: town.Cast) -> str:
    """Acknowledge the note."""
    with store.write() as session:
        handoff = _handoff(session)
        try:
            handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), town.MORNING)
        except NotAllowed:
            return "repeated"
    return "created"


def undo(store: Store, cast: town.Cast) -> str:
    """Undo the acknowledgement within its ten seconds."""
    with store.write() as session:
        handoff = _handoff(session)
        try:
            handoff.undo(session.get_one(Person, cast.okada), lambda: town.MORNING)
        except NotAllowed:
            return "repeated"
    return "created"


def pass_on(store: Store, cast: town.Cast) -> str:
    """Pass the note on to the south desk."""
    with store.write() as session:
        handoff = town.thread_of(session, RAW["id"]).handoffs[0]
        south = session.get_one(Desk, cast.south_desk)
        try:
            handoff.pass_on(session.get_one(Person, cast.okada), south, "担当です", town.MORNING)
        except NotAllowed:
            return "repeated"
    return "created"


def answer(store: Store, cast: town.Cast) -> str:
    """Take an answer out of the writer's outbox, again and again the same."""
    return _follow(store, cast, RAW["id"])


def hold(store: Store, cast: town.Cast) -> str:
    """Take an answer to a note that nobody has: it is held."""
    return _follow(store, cast, "3f6c1e2a-8a5f-4d52-9c57-0b1c2d3e4f59")


def forget(store: Store, cast: town.Cast) -> str:
    """Purge the thread; offered again, the note is answered and not stored."""
    with store.write() as session:
        found = session.query(Observation).filter_by(client_id=uuid.UUID(RAW["id"])).first()
        if found is not None:
            purge.purge(session, found.thread, town.MORNING, by=cast.aoki)
            return "created"
    return send(store, cast)


def _follow(store: Store, cast: town.Cast, note: str) -> str:
    raw = {"kind": "answer", "id": ANSWER, "note": note, "words": "土曜からです。"}
    item = Item(
        id=uuid.UUID(ANSWER),
        kind="answer",
        note_id=uuid.UUID(note),
        fields=raw,
        content_hash=content_hash(raw),
        envelope=b"",
        sender=Sender(cast.suzuki),
    )
    door = follow_up.Door(may_write=lambda *_: True, is_beyond=lambda: False)
    with store.write() as session:
        outcome, _ = follow_up.accept(session, item, _say, door, town.MORNING)
    return outcome.value


def _say(thread: Thread, item: Item, now: dt.datetime) -> None:
    say(thread, read(SpeechKind(item.kind), item.fields), now)


FLOWS: dict[str, Act] = {
    "accept": send,
    "take_down": take_down,
    "acknowledge": acknowledge,
    "undo": undo,
    "pass_on": pass_on,
    "answer": answer,
    "hold": hold,
    "purge": forget,
}


def run(url: str, keys: KeyRing, flow: str) -> dict[str, Any]:
    """Kill at n = 1, 2, … until the act comes through; what was seen on the way."""
    store, act = Store(url, keys), FLOWS[flow]
    with store.write() as session:
        cast = town.build(session)
    if act not in (send, take_down):
        send(store, cast)
    if act is undo:
        acknowledge(store, cast)
    before, kills = rows(store), 0
    while True:
        store.close()
        status = _child(partial(_die_at, kills + 1, url, keys, act, cast))
        if status == 0:
            break
        assert status == GONE, f"the act failed by itself at {kills + 1}: {status}"
        kills += 1
        assert rows(store) == before, f"half is left of a kill at statement {kills}"
    after = rows(store)
    again = act(store, cast)
    with store.read() as session:
        promises.check(session, _ids(session))
    return {
        "kills": kills,
        "changed": sorted(name for name in after if after[name] != before[name]),
        "again": again,
        "same": rows(store) == after,
    }


def rows(store: Store) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with store.read() as session:
        return {
            table.name: sorted(str(row) for row in session.execute(sa.select(table)))
            for table in Base.metadata.sorted_tables
        }


def _die_at(nth: int, url: str, keys: KeyRing, act: Act, cast: town.Cast) -> None:
    store, seen = Store(url, keys), 0

    def count(*_args: object) -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            os._exit(GONE)

    sa.event.listen(store.engine, "before_cursor_execute", count)
    sa.event.listen(store.engine, "commit", count)
    act(store, cast)


def _child(work: Callable[[], None]) -> int:
    """Run in a process of its own; its exit status, without any clean-up."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _handoff(session: Any) -> Handoff:
    return town.thread_of(session, RAW["id"]).handoff


def _ids(session: Any) -> set[uuid.UUID]:
    column = Base.metadata.tables["observation"].c.client_id
    return set(session.scalars(sa.select(column)))


def tried(url: str, keys: KeyRing, flow: str) -> dict[str, Any]:
    """What was found of one act, or why nothing was."""
    try:
        return run(url, keys, flow)
    except Exception:
        return {"error": traceback.format_exc()}


if __name__ == "__main__":
    ring = KeyRing.load(Path(sys.argv[1]))
    urls: dict[str, str] = json.load(sys.stdin)
    sys.stdout.write(json.dumps({flow: tried(url, ring, flow) for flow, url in urls.items()}))

"""Two worlds from one seed, and every answer of both, with what may differ by chance left out."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import sqlalchemy as sa
from werkzeug.test import TestResponse

from models.delivery import Delivery
from models.desk import Desk
from models.keys import KeyRing
from models.membership import reader_ids
from models.mirror import MirrorMonth
from models.store import Store
from tests.attacks.matrix import EVERYBODY, MATRIX
from tests.attacks.test_matrix import World, ask, made
from tests.conftest import SetClock
from tests.support.histories import CASE, HOUSES, Case, History, Plan, drawn, handoffs_of, noon
from tests.support.stores import hasty
from tests.town import Cast

LETTERS = "ARrVNCIOKUXMBY"
"""Everybody but the sealed team, and the auditor, who has every act by its ids."""
APART = {
    "POST /language": "Sends back to where one came from.",
}
_TOKEN = re.compile(r'"\.?[\w-]+\.[\w-]{6}\.[\w-]{27}"')
_ADDRESS = re.compile(r"/d/[\w-]{22}")
_CIPHER = re.compile(r'name="key" value="[\w=-]+"')
"""A key that is offered once, under a nonce that no seed decides."""
_DROPPED = ("Set-Cookie", "Date")
Seen = dict[tuple[str, str], tuple[int, list[tuple[str, str]], str]]
Asked = tuple[str, dict[str, object], dict[str, str]]
"""A route, what its address has that is not the usual row, and what is typed."""


@dataclass(frozen=True)
class Twin:
    """One of the two worlds, as it stands after its weeks."""

    world: World
    history: History
    case: Case | None


@contextmanager
def twins(
    folder: Path, model_file: Path, keys: KeyRing, seed: int, plan: Plan, *, steps: int
) -> Iterator[tuple[Twin, Twin]]:
    """The same weeks without and with two cases that are sealed, one of them later."""
    with ExitStack() as stack:
        pair = []
        for name in ("without", "with"):
            path = folder / name
            path.mkdir()
            shutil.copy(model_file, path / "kizuki.sqlite3")
            store = hasty(Store(f"sqlite:///{path}/kizuki.sqlite3", keys))
            stack.callback(store.close)
            pair.append(stack.enter_context(_lived(store, keys, seed, plan, steps, name)))
        yield pair[0], pair[1]


@contextmanager
def _lived(
    store: Store, keys: KeyRing, seed: int, plan: Plan, steps: int, name: str
) -> Iterator[Twin]:
    clock, found = SetClock(), []
    case = Case(seals_at_once=False) if name == "with" else None

    def live(cast: Cast) -> None:
        history = History(store, cast, clock, seed)
        at_once = Case(seals_at_once=True)
        both = None if case is None else _Both(at_once, case)
        history.live(steps, both, plan)
        noon(clock)
        found.append(history)

    def from_seed(step: str) -> AbstractContextManager[None]:
        return drawn(f"{seed} {step}")

    with made(store, keys, clock, live, from_seed) as world:
        yield Twin(world, found[0], case)


class _Both(Case):
    """Two cases in one world: what hides one of them must not show the other."""

    def __init__(self, *cases: Case) -> None:
        super().__init__(seals_at_once=False)
        self.cases = cases

    def at(self, of: History, n: int, plan: Plan) -> None:
        for one in self.cases:
            one.at(of, n, plan)


def differences(
    pair: tuple[Twin, Twin], letters: str = LETTERS, *, looks_only: bool = False
) -> list[str]:
    """Every answer, push and figure that is not the same in both worlds.

    `looks_only`: leave out the routes that do something, for a look that takes seconds.
    """
    one, other = pair
    case = [] if other.case is None else _handoffs(other)
    with one.history.store.read() as session:
        desks = session.scalars(sa.select(Desk.id).order_by(Desk.name)).all()
    acts = [each for each in _asked(case) if not looks_only or each[0].startswith("GET ")]
    found = [
        f"{letter} {_name(each)}: {what}"
        for letter in letters
        for each in [*acts, *_looking(desks)]
        if letter in _who(each)
        for what in _unlike(_answer(one.world, letter, each), _answer(other.world, letter, each))
    ]
    return found + _unlike_rows(one, other)


def _handoffs(twin: Twin) -> list[uuid.UUID]:
    assert twin.case is not None
    with twin.history.store.read() as session:
        return handoffs_of(session, twin.case.thread)


def _asked(case: Iterable[uuid.UUID]) -> Iterator[Asked]:
    """Every route with its usual rows; those of a note with the case's ids, too."""
    for route in MATRIX:
        if route not in APART:
            yield route, {}, {}
        if "<uuid:handoff_id>" in route:
            for one in case:
                yield route, {"handoff_id": one}, {}


def _looking(desks: Iterable[uuid.UUID]) -> Iterator[Asked]:
    """What asks for more than the first of a page."""
    for desk in desks:
        at = {"desk": str(desk)}
        for view in ("waiting", "today", "telephone", "answered", "moving", "closed"):
            yield f"GET /desk?desk={desk}&view={view}", {}, {}
        for path in ("/desk/day", "/desk/mirror", "/desk/work", "/desk/pulse"):
            yield f"GET {path}?desk={desk}", {}, {}
        for sought in (CASE["called"], HOUSES[0], "秘密"):
            yield "POST /desk/search", {}, {**at, "q": sought}
        yield "POST /desk/day/table", {}, at


def _who(asked: Asked) -> str:
    """A few of those for whom a page is the same, or who are refused at the door of a route."""
    route = asked[0].partition("?")[0]
    if asked[1] or MATRIX.get(route) == EVERYBODY:
        return "ARIOKMB"
    may = MATRIX.get(route, "IOKB")
    return may + "rI"


def _name(asked: Asked) -> str:
    route, changed, typed = asked
    return " ".join([route, *(["(the case)"] if changed else []), *typed.values()])


def _answer(world: World, letter: str, asked: Asked) -> TestResponse:
    route, changed, typed = asked
    with drawn(f"{letter} {route}"):
        return ask(world, letter, route, typed, **changed)


def _unlike(one: TestResponse, other: TestResponse) -> list[str]:
    """What differs: the status, headers, or body, which is told by where it begins to differ."""
    if one.status_code != other.status_code:
        return [f"{one.status_code} is {other.status_code}"]
    heads = [sorted(_headers(each)) for each in (one, other)]
    found = [f"{a} is {b}" for a, b in zip(*heads, strict=False) if a != b][:1]
    bodies = [_body(each) for each in (one, other)]
    if bodies[0] != bodies[1]:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(*bodies, strict=False))
        at = sum(1 for _ in same)
        found.append(" is ".join(each[max(0, at - 80) : at + 120] for each in bodies))
    return found


def _headers(answer: TestResponse) -> Iterator[tuple[str, str]]:
    for name, value in answer.headers:
        if name not in _DROPPED:
            yield name, _ADDRESS.sub("/d/", value)


def _body(answer: TestResponse) -> str:
    text = answer.get_data().decode("utf-8", "replace")
    return _ADDRESS.sub("/d/", _TOKEN.sub('""', _CIPHER.sub("", text)))


def _unlike_rows(one: Twin, other: Twin) -> list[str]:
    """Pushes to everybody outside the sealed team, and every desk's figures of its months."""
    pushes, months = ([kind(each) for each in (one, other)] for kind in (_pushes, _months))
    found = []
    for name, (mine, theirs) in (("push", pushes), ("month", months)):
        found += [f"{name} {row} is gone" for row in mine if row not in theirs]
        found += [f"{name} {row} is new" for row in theirs if row not in mine]
    return found


def _pushes(twin: Twin) -> list[str]:
    """Sent, or to be; of a note, of a list, or of nothing in particular."""
    cast = twin.history.cast
    with twin.history.store.read() as session:
        team = reader_ids(session, cast.core, sealed=True) | {cast.tanaka}
        rows = session.scalars(sa.select(Delivery).where(Delivery.person_id.is_not(None))).all()
        told = [one for one in rows if one.person_id not in team]
        return sorted(
            f"{one.kind} {one.person_id} {one.thread_id} {one.desk_id} {one.created_at}"
            f" {one.state} {one.high} {one.release_at}"
            for one in told
        )


def _months(twin: Twin) -> list[str]:
    with twin.history.store.read() as session:
        plain = sa.select(MirrorMonth).where(MirrorMonth.is_sealed.is_(False))
        columns = [one.name for one in MirrorMonth.__table__.c]
        return sorted(
            str([str(getattr(row, name)) for name in columns]) for row in session.scalars(plain)
        )

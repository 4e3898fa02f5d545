"""A town's random weeks, the same in two worlds; in one of them a case lives until it is sealed.

Everything is drawn from the step's own seed, ids among it, so that what a step does depends on
nothing but itself and on the notes that stand in both worlds.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, mirror_keeping, sealing, summary, watch
from models.contact import ContactKind
from models.desk import Desk
from models.errors import DomainError
from models.handoff import Doubt, Handoff, Outcome, Verb
from models.household import gathering
from models.household.entity import Gathering, members
from models.membership import reader_ids
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import SetClock
from tests.town import Cast

HOUSES = ("１丁目２番地", "１丁目２番地の３", "２丁目１番地", "２丁目９番地 見晴荘201")
CALLED = ("田所さん", "花岡さん", "")
SIGNS = ([], ["not_seen"], ["garden"], ["not_seen", "garden"], ["no_contact"])
WRITERS = ("suzuki", "sato", "nakamura", "takahashi")
CASE = {"place_detail": HOUSES[0], "called": CALLED[0], "words": "封をされる秘密の話。"}
_SAID = Said("check")


@contextmanager
def drawn(seed: str) -> Iterator[None]:
    """Ids, nonces and challenges come from this seed meanwhile.

    Each length by itself: SQLAlchemy draws ten bytes to name an alias, once in a process, and what
    comes after is to be the same in the second world.
    """
    dice: dict[int, random.Random] = {}

    def draw(size: int) -> bytes:
        if size not in dice:
            dice[size] = random.Random(f"{seed} {size}")
        return dice[size].randbytes(size)

    own, secret = os.urandom, vars(random)["_urandom"]
    os.urandom = vars(random)["_urandom"] = draw
    try:
        yield
    finally:
        os.urandom, vars(random)["_urandom"] = own, secret


@dataclass
class History:
    """One world, and the notes that stand in both."""

    store: Store
    cast: Cast
    clock: SetClock
    seed: int
    notes: list[uuid.UUID] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    """Notes that the case may touch: nobody else acts upon them before it is sealed.

    What somebody did because of it, or was told, before it was sealed, is not undone."""

    def live(self, steps: int, case: Case | None, plan: Plan) -> None:
        """Go through the weeks; `case` lives in this world between the steps of `plan`."""
        for n in range(steps):
            dice = random.Random(f"{self.seed} {n}")
            quiet = plan.begins_at <= n < plan.sealed_at
            if n == plan.begins_at:
                self.closed = self._apart()
            if n == plan.sealed_at:
                self.closed = set()
            span = (1, 4) if quiet else (1, dice.choice((20, 300, 60 * 48)))
            self.clock.forward(minutes=dice.randint(*span))
            with drawn(f"{self.seed} step {n}"):
                self._step(dice, quiet)
            if case is not None:
                with drawn(f"{self.seed} case {n}"):
                    case.at(self, n, plan)
        self.clock.forward(minutes=20)
        with drawn(f"{self.seed} end"):
            self._tick()

    def _apart(self) -> set[int]:
        """A third of the notes, with all that stands in one household with any of them."""
        with self.store.read() as session:
            there = (members(session, one, sealed=False) for one in self.notes[::3])
            found = frozenset().union(*there)
        return {index for index, one in enumerate(self.notes) if one in found}

    def write(self, act: Callable[[Session], object]) -> None:
        """One act in one transaction; what the domain refuses is not done."""
        with suppress(DomainError), self.store.write() as session:
            act(session)

    def _step(self, dice: random.Random, quiet: bool) -> None:
        kind = dice.random()
        if kind < 0.2 or not self.notes:
            self._note(dice, HOUSES[1:] if quiet else HOUSES)
        elif kind < 0.3 and not quiet:
            self._tick()
        else:
            self._act(dice)

    def _note(self, dice: random.Random, houses: Sequence[str]) -> None:
        by = getattr(self.cast, dice.choice(WRITERS))
        told = {
            "place_detail": dice.choice(houses),
            "called": dice.choice(CALLED),
            "signs": dice.choice(SIGNS),
            "urgency": dice.choice(("memo", "soon", "soon")),
            "words": f"気になります {dice.randint(0, 999)}",
        }
        with self.store.write() as session:
            area = self.cast.kitamachi
            self.notes.append(town.note(session, self.clock(), by=by, area=area, **told).thread_id)

    def _tick(self) -> None:
        watch.watch(self.store, self.clock())
        summary.gather(self.store, self.clock())
        mirror_keeping.keep(self.store, self.clock())

    def _act(self, dice: random.Random) -> None:
        first, second = (dice.randrange(len(self.notes)) for _ in range(2))
        verb, someone = dice.choice(VERBS), dice.random()
        if {first, second} & self.closed:
            return

        def act(session: Session) -> None:
            threads = [session.get_one(Thread, self.notes[each]) for each in (first, second)]
            verb(session, self, threads[0].handoff, threads[1].handoff, someone)

        self.write(act)

    def staff(self, session: Session, handoff: Handoff, which: float) -> Person:
        """Somebody of the desk that owns a note, outside the sealed team."""
        team = {self.cast.aoki, self.cast.ishii}
        there = sorted(reader_ids(session, handoff.desk_id) - team)
        return session.get_one(Person, there[int(which * len(there))])


Act = Callable[[Session, History, Handoff, Handoff, float], object]


def _open(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> object:
    return one.open(of.staff(session, one, who), of.clock())


def _acknowledge(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.acknowledge(of.staff(session, one, who), _SAID, of.clock())


def _ask(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.ask(of.staff(session, one, who), Said(words="いつごろですか。"), of.clock())


def _visit(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.act(Verb.VISIT, of.staff(session, one, who), _SAID, of.clock(), inside="留守")


def _close(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.close(of.staff(session, one, who), Outcome.SETTLED, Said("closed"), of.clock())


def _claim(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.claim(of.staff(session, one, who), of.clock())


def _call(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.log_contact(of.staff(session, one, who), ContactKind.TELEPHONED, of.clock())


def _mark(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    one.mark(of.staff(session, one, who), Doubt.AGAIN, "", of.clock())


def _pass_on(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    desks = [of.cast.core, of.cast.north_desk, of.cast.south_desk]
    to = session.get_one(Desk, desks[int(who * len(desks))])
    one.pass_on(of.staff(session, one, who), to, "そちらで", of.clock())


def _gather(session: Session, of: History, one: Handoff, other: Handoff, who: float) -> None:
    gathering.gather(one, other, of.staff(session, one, who), of.clock())


def _ungather(session: Session, of: History, one: Handoff, _other: Handoff, who: float) -> None:
    here = sa.or_(Gathering.one_id == one.thread_id, Gathering.other_id == one.thread_id)
    found = session.scalars(sa.select(Gathering.id).where(here).order_by(Gathering.at)).first()
    if found is not None:
        gathering.undo(session, found, of.staff(session, one, who), of.clock())


def _add(_session: Session, of: History, one: Handoff, _other: Handoff, _who: float) -> None:
    hearing.add(one.thread, "きょうも見ました。", of.clock())


def _read(_session: Session, of: History, one: Handoff, _other: Handoff, _who: float) -> None:
    hearing.read(one.thread, of.clock())


VERBS: tuple[Act, ...] = (
    *(_open, _acknowledge, _acknowledge, _ask, _visit, _close, _claim, _call, _mark),
    *(_pass_on, _gather, _gather, _ungather, _add, _read),
)


@dataclass(frozen=True)
class Plan:
    """At which steps the case comes, and is sealed."""

    begins_at: int
    sealed_at: int


@dataclass
class Case:
    """What one world has beside: sealed as it comes, or lived with for a while and sealed then."""

    seals_at_once: bool
    thread: uuid.UUID | None = None
    pushes: list[str] = field(default_factory=list)

    def at(self, of: History, n: int, plan: Plan) -> None:
        """Whatever happens to it after a step of the town."""
        if n == plan.begins_at:
            of.write(lambda session: self._come(session, of))
        elif plan.begins_at < n < plan.sealed_at and not self.seals_at_once:
            self._lived_with(of, random.Random(f"{of.seed} case {n}"))
        elif n == plan.sealed_at and not self.seals_at_once:
            of.write(lambda session: self._sealed(session, of))

    def _come(self, session: Session, of: History) -> None:
        told = {**CASE, "not_nearby": self.seals_at_once}
        made = town.note(session, of.clock(), by=of.cast.tanaka, area=of.cast.kitamachi, **told)
        self.thread = made.thread_id

    def _lived_with(self, of: History, dice: random.Random) -> None:
        """Acts upon it, with notes that nobody else touches meanwhile."""
        verb, someone, other = dice.choice(VERBS), dice.random(), dice.choice(sorted(of.closed))
        assert self.thread is not None
        own = self.thread

        def act(session: Session) -> None:
            thread, beside = (session.get_one(Thread, one) for one in (own, of.notes[other]))
            verb(session, of, thread.handoff, beside.handoff, someone)

        of.write(act)

    def _sealed(self, session: Session, of: History) -> None:
        assert self.thread is not None
        handoff = session.get_one(Thread, self.thread).handoff
        sealing.seal(handoff, of.staff(session, handoff, 0.0), of.clock(), "夫に知られると危ない。")


def handoffs_of(session: Session, thread_id: uuid.UUID | None) -> list[uuid.UUID]:
    """The ids of a case's handoffs, the last one last."""
    own = sa.select(Handoff.id).where(Handoff.thread_id == thread_id).order_by(Handoff.step)
    return list(session.scalars(own))


def noon(clock: SetClock) -> dt.datetime:
    """A moment in which every desk is open, on the clock's next Tuesday."""
    clock.forward(days=1)
    while clock.now.weekday() != 1:
        clock.forward(days=1)
    clock.now = clock.now.replace(hour=1, minute=0, second=0, microsecond=0)
    return clock.now

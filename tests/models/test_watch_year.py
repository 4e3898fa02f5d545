"""A simulated winter under the watch: nothing unanswered stays, and nothing is done twice.

People do what they do in `test_state_machine`, over holidays and New Year; meanwhile time
passes, and workers run, double, die midway or stay away for days.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from random import Random
from unittest import mock

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import absence, deadline, watch
from models.audit import AuditLine
from models.delivery import DeliveryKind
from models.errors import Invalid, NotAllowed
from models.handoff import Doubt, Handoff, State, Verb
from models.household import gathering
from models.household.entity import Gathering
from models.membership import Membership
from models.receipt import has_no_reader
from models.reply import Reply, ReplyKind
from models.store import Store
from models.town_time import TOKYO, local_date
from tests.models.test_state_machine import AREAS, DESKS, PHONES, STAFF, Loop
from tests.support import heard
from tests.support.killed import killed_at

BEGINS = tuple(
    dt.datetime(year, month, day, 9, 20, tzinfo=TOKYO).astimezone(dt.UTC)
    for year, month, day in ((2026, 11, 24), (2026, 12, 24), (2027, 4, 26), (2027, 9, 16))
)
"""Before the year's ends: New Year, Golden Week, and the autumn's run of holidays."""
HOURS = (0.25, 1, 1, 3, 8, 15, 24, 24, 48, 75, 24 * 6)
WRONG_BY = (-9.0, -2.0, -0.2, 0.2, 2.0, 9.0)
"""Hours by which a worker's clock is wrong for a while; nine is UTC taken for the time here."""
SETTLES = dt.timedelta(days=2)
"""By then nothing is left of a wrong clock; before, a word may come a day early or late."""
A_YEAR = 280
"""So many steps take about a year of the town's."""
UNANSWERED = (State.SENT, State.HELD)
Told = Counter[tuple[str, str]]


class Winter(Loop):
    """The town of the loop, a clock and its workers; one random number leads all of it."""

    def live(self, seed: int, steps: int) -> None:
        """So many steps: time passes, somebody does something, and the watch runs, or fails to."""
        self.random = Random(seed)
        self.start()
        self.settle()
        self.now = self.random.choice(BEGINS)
        self.jumped_at = self.now - SETTLES
        self.seen: Counter[tuple[str, uuid.UUID, object]] = Counter()
        for step in range(steps):
            self.now += dt.timedelta(hours=self.random.choice(HOURS))
            self.random.choice(DONE)(self)
            self.watch()
            if step % 10 == 9:
                self.promises_hold()

    def settle(self) -> None:
        """In some towns one desk stands behind the other, and some have a duty list."""
        with self.store.write() as session:
            north, south = (self._desk(session, f"{name}_desk") for name in ("north", "south"))
            if self.random.random() < 0.5:
                north.back_up_by(south)
            for desk in (north, south, self._desk(session, "core")):
                desk.has_duty = self.random.random() < 0.5
            for membership in session.scalars(sa.select(Membership).order_by(Membership.id)):
                membership.on_duty = self.random.random() < 0.4

    def send(self) -> None:
        urgency = self.random.choice(("memo", "soon", "today", "now"))
        by, area = self.random.choice(PHONES), self.random.choice(AREAS)
        sealed, times = self.random.random() < 0.2, self.random.choice((1, 1, 1, 5))
        house = self.random.choice((None, "3-4"))
        told = {"urgency": urgency, "not_nearby": sealed, "place_detail": house}
        self.note(by=by, area=area, times=times, **told)

    def answer(self) -> None:
        verbs = (Verb.ACKNOWLEDGE,) * 4 + (Verb.VISIT, Verb.REPLY, Verb.CLOSE, Verb.PASS_ON)
        verb, to = self.random.choice((*verbs, Verb.RETURN_BACK)), self.random.choice(DESKS)
        with self.store.write() as session:
            if handoff := self._some(session, self.random.randrange(100)):
                verb = Verb.PLACE if handoff.state is State.HELD else verb
                self._do(session, handoff, verb, to, self.random.randrange(100))

    def tap(self) -> None:
        """Somebody takes it, puts it down, or acknowledges it and thinks better of it."""
        nth, hand = self.random.randrange(100), self.random.randrange(100)
        verb = self.random.choice((Verb.CLAIM, Verb.PUT_DOWN, Verb.UNDO))
        if verb is Verb.UNDO:
            self.acknowledge_and_undo(nth, hand)
            return
        with self.store.write() as session:
            if handoff := self._some(session, nth):
                self._do(session, handoff, verb, "core", hand)

    def doubt(self) -> None:
        with self.store.write() as session:
            handoff = self._some(session, self.random.randrange(100))
            if handoff is None or not handoff.is_open:
                return
            by = self._hand(session, handoff, self.random.randrange(100))
            if self.random.random() < 0.6:
                handoff.mark(by, self.random.choice(list(Doubt)), "", self.now)
            else:
                handoff.unmark(by, self.now)

    def gather(self) -> None:
        """Two notes are of one household, or somebody takes that back."""
        one, other = self.random.randrange(100), self.random.randrange(100)
        with self.store.write() as session:
            made = session.scalars(sa.select(Gathering.id).order_by(Gathering.at, Gathering.id))
            acts, by = made.all(), self._person(session, "aoki")
            if acts and self.random.random() < 0.4:
                gathering.undo(session, acts[one % len(acts)], by, self.now)
                return
            pair = [self._some(session, nth) for nth in (one, other)]
            try:
                if pair[0] is not None and pair[1] is not None:
                    gathering.gather(pair[0], pair[1], by, self.now)
            except (Invalid, NotAllowed):
                session.rollback()

    def staff(self) -> None:
        name = self.random.choice(STAFF)
        if self.random.random() < 0.4:
            self.lose(name=name, how=self.random.choice(("suspend", "end")))
        else:
            self.win(name=name)

    def away(self) -> None:
        """Somebody is absent for some days, or back."""
        name, days = self.random.choice(STAFF), self.random.choice((0, 2, 9))
        with self.store.write() as session:
            by, today = self._person(session, name), local_date(self.now)
            for one in [one for one in by.memberships if one.is_active]:
                if days:
                    absence.mark(one, today, today + dt.timedelta(days=days), by, self.now)
                else:
                    absence.end(one, by, self.now)

    def watch(self) -> None:
        """Two runs in ten do not come; three die midway, and others follow, one to three.

        One in ten comes by a clock that jumped, before the right ones.
        """
        chance = self.random.random()
        if chance < 0.2:
            return
        if self.random.random() < 0.1:
            self.jumped_at = self.now
            wrong = self.now + dt.timedelta(hours=self.random.choice(WRONG_BY))
            self.run(1, self.told(), wrong)
        before = self.told()
        with self.store.read() as session:
            stood = heard.stood(session, self.now)
        if chance < 0.5:
            with killed_at(self.store, self.random.randrange(1, 60)):
                watch.watch(self.store, self.now)
        self.run(self.random.randrange(1, 4), before, self.now)
        self.hear(before, stood)
        self.look()

    def run(self, times: int, before: Told, now: dt.datetime) -> None:
        owed = self.owed()
        with mock.patch.object(watch._log, "exception", side_effect=AssertionError("stumbled")):
            for _ in range(times):
                watch.watch(self.store, now)
        new = self.told() - before
        assert set(new.values()) <= {1}, "nothing is told twice"
        for handoff_id, act in new:
            if act == "remind":
                due_at = owed[uuid.UUID(handoff_id)]
                self.once("remind", handoff_id, (due_at, local_date(now)))

    def hear(self, before: Told, stood: dict[uuid.UUID, heard.Stood]) -> None:
        """Whatever was to be warned of was; whoever had it heard of that, and of its move."""
        if self.now - self.jumped_at < SETTLES:
            return
        new = self.told() - before
        with self.store.read() as session:
            for id_, one in stood.items():
                if one.is_to_warn:
                    assert new[str(id_), "warn"] == 1
                    heard.check(session, id_, DeliveryKind.DUE_SOON, one)
                if new[str(id_), "escalate"]:
                    heard.check(session, id_, DeliveryKind.MOVED_ON, one)

    def look(self) -> None:
        if self.now - self.jumped_at < SETTLES:
            return
        with self.store.read() as session:
            for handoff in session.scalars(sa.select(Handoff).where(Handoff.is_open)):
                self.check(session, handoff)

    def once(self, act: str, handoff_id: str, what: object) -> None:
        self.seen[act, uuid.UUID(handoff_id), what] += 1
        assert self.seen[act, uuid.UUID(handoff_id), what] == 1, f"{act} twice"

    def check(self, session: Session, handoff: Handoff) -> None:
        if handoff.state not in UNANSWERED:
            self.check_next_on(session, handoff)
        elif handoff.due_at <= self.now:
            assert handoff.desk.is_core, "past the promise it has moved to the top"
            if self.now >= deadline.opening_after(self.yesterday(), handoff.desk.calendar):
                lines = self.since(session, handoff, self.midnight())
                assert "remind" in [line.act for line in lines]

    def check_next_on(self, session: Session, handoff: Handoff) -> None:
        assert handoff.next_on is not None
        calendar = handoff.thread.shown_desk.calendar
        opening = deadline.opening_after(handoff.next_on, calendar)
        if self.now < opening:
            return
        # Each new owner is told anew; the reporter is not.
        lines = self.since(session, handoff, opening)
        owners = [n for n, line in enumerate(lines) if line.act == "hand_to_backup"]
        # By their order, not their times: a clock may have jumped between them.
        lines = lines[owners[-1] :] if owners else lines
        told = [line.at for line in lines if line.act == "date_passed"]
        assert len(told) == 1, "the desk is told that the day has passed"
        if self.now < deadline.opening_after(local_date(told[0]), calendar):
            return
        assert [line.act for line in lines].count("date_passed_again") == 1
        said = sa.select(Reply).where(
            Reply.handoff_id == handoff.id,
            Reply.by_id.is_(None),
            Reply.kind == ReplyKind.PROGRESS,
            Reply.at >= opening,
        )
        if not has_no_reader(handoff.thread):
            assert [reply.said.template for reply in session.scalars(said)] == ["still_on_it"]

    def since(self, session: Session, handoff: Handoff, at: dt.datetime) -> list[AuditLine]:
        lines = sa.select(AuditLine).where(
            AuditLine.object_id == str(handoff.id), AuditLine.at >= at
        )
        return list(session.scalars(lines.order_by(AuditLine.id)))

    def yesterday(self) -> dt.date:
        return local_date(self.now) - dt.timedelta(days=1)

    def midnight(self) -> dt.datetime:
        return deadline.day_after(self.yesterday())

    def owed(self) -> dict[uuid.UUID, dt.datetime]:
        with self.store.read() as session:
            rows = session.execute(sa.select(Handoff.id, Handoff.due_at))
            return {row[0]: row[1] for row in rows}

    def told(self) -> Told:
        """What the watch has done to each handoff so far."""
        acts = ("warn", "escalate", "remind", "date_passed", "date_passed_again")
        with self.store.read() as session:
            lines = sa.select(AuditLine.object_id, AuditLine.act).where(AuditLine.act.in_(acts))
            return Counter((row[0], row[1]) for row in session.execute(lines))


DONE = (
    *(Winter.send, Winter.send, Winter.answer, Winter.answer, Winter.staff),
    *(Winter.tap, Winter.doubt, Winter.gather, Winter.gather, Winter.away),
)
"""What people do."""


@pytest.mark.everything_on_postgresql
@pytest.mark.parametrize(
    ("examples", "steps"), [(2, 60), pytest.param(8, A_YEAR, marks=pytest.mark.everything)]
)
def test_a_winter_passes_and_nothing_is_forgotten_or_done_twice(
    either: Store, examples: int, steps: int
) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32))
    def winters(seed: int) -> None:
        type("BoundWinter", (Winter,), {"store": either})().live(seed, steps)

    winters()

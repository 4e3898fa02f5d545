"""No order of verbs, people and repeats leaves a worry without exactly one owner.

The machine reads the same table of transitions as the code: what the table has must work and
end where it says, and everything else must raise and change nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from models import hearing, staffing
from models.arrival import Arrival, accept
from models.arrival import Outcome as Answer
from models.base import Base
from models.desk import Desk
from models.draft import content_hash, read_draft
from models.errors import Invalid, NotAllowed
from models.handoff import TRANSITIONS, Handoff, HeldReason, Outcome, State, Verb
from models.membership import Membership, active_members
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import EVERYTHING
from tests.support import promises
from tests.support.refusals import may_refuse

VERBS = tuple(sorted({verb for _, verb in TRANSITIONS} - {Verb.REOPEN, Verb.RESUME}))
ACTS = (Verb.VISIT, Verb.CONNECT, Verb.KEEP_WATCHING, Verb.WATCH_OURSELVES)
AREAS = ("kitamachi", "minamimachi", "shima", None, None)
STAFF = ("aoki", "ishii", "ueda", "okada", "kato", "kimura", "kubo")
PHONES = ("sato", "suzuki", "tanaka", "nakamura", "takahashi", None)
NTH = st.integers(0, 99)
DESKS = ("core", "north_desk", "south_desk")


@dataclass(frozen=True)
class Kept:
    """What the phone knows of a note it sent."""

    arrival: Arrival
    by: str | None
    area: str | None
    acceptance: dict[str, Any]


class Loop(RuleBasedStateMachine):
    """A small town in which everything may happen in any order."""

    store: ClassVar[Store]

    @initialize()
    def start(self) -> None:
        self.now = town.MORNING
        self.kept: list[Kept] = []
        self.threads: list[uuid.UUID] = []
        with self.store.write() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(sa.delete(table))
        with self.store.write() as session:
            self.cast = town.build(session, self.now, noise=False)

    # What people send.

    @rule(
        by=st.sampled_from(PHONES),
        area=st.sampled_from(AREAS),
        urgency=st.sampled_from(("memo", "soon", "today", "now")),
        not_nearby=st.booleans(),
        times=st.sampled_from((1, 1, 4)),
    )
    def note(self, by: str | None, area: str | None, times: int = 1, **raw: object) -> None:
        raw["place_detail"] = "1-2" if times > 1 else raw.get("place_detail")
        for _ in range(times):
            arrival = self._arrival(town.fields(**raw))
            answer = self._accept(arrival, by, area)
            self.kept.append(Kept(arrival, by, area, answer[1]))
            assert answer[0] is Answer.CREATED

    @rule(nth=NTH)
    def send_again(self, nth: int) -> None:
        if self.kept:
            kept = self.kept[nth % len(self.kept)]
            answer = self._accept(kept.arrival, kept.by, kept.area)
            assert answer == (Answer.REPEATED, kept.acceptance)

    @rule(nth=NTH, words=st.sampled_from(("べつの言葉", "もう一つ")))
    def send_other_content(self, nth: int, words: str) -> None:
        if self.kept:
            kept = self.kept[nth % len(self.kept)]
            raw = town.fields(id=str(kept.arrival.note_id), words=words)
            outcome, acceptance = self._accept(self._arrival(raw), kept.by, kept.area)
            assert outcome is Answer.CONFLICT
            assert acceptance["hash"] == content_hash(raw)

    @rule(nth=NTH, said=st.sampled_from(("answer", "add", "stop", "withdraw")))
    def speak(self, nth: int, said: str) -> None:
        with self.store.write() as session:
            if not self.threads:
                return
            thread = session.get_one(Thread, self.threads[nth % len(self.threads)])
            is_over = thread.handoff.outcome is Outcome.TAKEN_BACK
            with pytest.raises(NotAllowed) if is_over else nullcontext():
                self._say(thread, said)

    def _say(self, thread: Thread, said: str) -> None:
        says: dict[str, Callable[[], object]] = {
            "answer": lambda: hearing.answer(thread, "はい", self.now),
            "add": lambda: hearing.add(thread, "電気がつきました", self.now),
            "stop": lambda: hearing.stop_contact(thread, self.now),
            "withdraw": lambda: hearing.ask_to_withdraw(thread, self.now),
        }
        says[said]()

    # What desks do.

    @rule(nth=NTH, verb=NTH, to=st.sampled_from(DESKS), hand=NTH)
    def do_what_the_table_has(self, nth: int, verb: int, to: str, hand: int) -> None:
        with self.store.write() as session:
            if handoff := self._some(session, nth):
                known = [v for v in VERBS if (handoff.state, v) in TRANSITIONS]
                self._do(session, handoff, known[verb % len(known)], to, hand)

    @rule(nth=NTH, verb=st.sampled_from(VERBS), to=st.sampled_from(DESKS), hand=NTH)
    def do_anything(self, nth: int, verb: Verb, to: str, hand: int) -> None:
        with self.store.write() as session:
            if handoff := self._some(session, nth):
                self._do(session, handoff, verb, to, hand)

    @rule(nth=NTH, hand=NTH)
    def acknowledge_and_undo(self, nth: int, hand: int) -> None:
        with self.store.write() as session:
            handoff = self._some(session, nth)
            if handoff is None or not handoff.can(Verb.ACKNOWLEDGE):
                return
            handoff_id, before = handoff.id, promises.row(handoff)
            self._do(session, handoff, Verb.ACKNOWLEDGE, "core", hand)
        with self.store.write() as session:
            handoff = session.get_one(Handoff, handoff_id)
            self._do(session, handoff, Verb.UNDO, "core", hand)
            session.flush()
            # What was undone waits there to be said better, as a row of its own.
            assert promises.row(handoff) == before | {"before": handoff.before, "storm_id": None}

    @rule(nth=NTH, there_and_back=st.booleans(), to=st.sampled_from(DESKS), hand=NTH)
    def move(self, nth: int, there_and_back: bool, to: str, hand: int) -> None:
        with self.store.write() as session:
            if handoff := self._some(session, nth):
                moves = (Verb.PLACE, Verb.RETURN_BACK if there_and_back else Verb.PASS_ON)
                self._do(session, handoff, moves[handoff.state is not State.HELD], to, hand)

    # What happens to people and time.

    @rule(name=st.sampled_from(STAFF), how=st.sampled_from(("suspend", "leave", "end")))
    def lose(self, name: str, how: str) -> None:
        with self.store.write() as session:
            person, admin = self._person(session, name), self._person(session, "yamamoto")
            try:
                if how == "suspend":
                    staffing.suspend(session, person, admin, self.now)
                elif how == "leave":
                    staffing.leave(session, person, self.now)
                else:
                    for membership in [m for m in person.memberships if m.is_active]:
                        staffing.end_membership(session, membership, admin, self.now)
            except Invalid:
                session.rollback()

    @rule(name=st.sampled_from(STAFF))
    def win(self, name: str) -> None:
        with self.store.write() as session:
            person = self._person(session, name)
            if not person.is_active:
                return
            own = sa.select(Membership).where(Membership.person_id == person.id)
            for membership in session.scalars(own):
                membership.ended_at = None
                membership.confirm(self._person(session, "yamamoto"), self.now)

    @rule(seconds=st.sampled_from((2, 10, 60, 11 * 60, 60 * 60 * 24)))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "cast"):
            with self.store.read() as session:
                promises.check(session, {kept.arrival.note_id for kept in self.kept})

    # Small parts.

    def _some(self, session: Session, nth: int) -> Handoff | None:
        """One of the handoffs, mostly one that owes something."""
        if not self.threads:
            return None
        handoffs = session.get_one(Thread, self.threads[nth % len(self.threads)]).handoffs
        return handoffs[nth % len(handoffs)] if nth % 5 == 0 else handoffs[0].thread.handoff

    def _do(self, session: Session, handoff: Handoff, verb: Verb, to: str, hand: int) -> None:
        """Try a verb; the table decides whether it works, and where it ends."""
        before, expected = handoff.state, TRANSITIONS.get((handoff.state, verb))
        by = self._hand(session, handoff, hand)
        try:
            self._verb(session, handoff, verb, by, self._desk(session, to))
        except (NotAllowed, Invalid):
            session.rollback()
            target = self._desk(session, to)
            assert expected is None or may_refuse(handoff, verb, target, by, self.now)
            return
        assert expected is not None, f"{verb} must not be possible when {before}"
        assert handoff.state is expected

    def _arrival(self, raw: dict[str, Any]) -> Arrival:
        draft, problems = read_draft(raw)
        assert not problems
        return Arrival(note_id=uuid.UUID(raw["id"]), content_hash=content_hash(raw), draft=draft)

    def _accept(
        self, arrival: Arrival, by: str | None, area: str | None
    ) -> tuple[Answer, dict[str, Any]]:
        with self.store.write() as session:
            known = None if area is None else getattr(self.cast, area)
            settled = replace(
                arrival,
                area_id=known,
                by=None if by is None else self._person(session, by),
                held=HeldReason.UNKNOWN_AREA if known is None else None,
            )
            answer = accept(session, settled, self.now)
            # In the order in which they came, so that a run can be played again.
            new = sa.select(Thread.id).where(Thread.id.not_in(self.threads))
            self.threads += session.scalars(new)
        return answer

    def _verb(self, session: Session, handoff: Handoff, verb: Verb, by: Person, to: Desk) -> None:
        now, core = self.now, self._desk(session, "core")
        calls: dict[Verb, Callable[[], object]] = {
            Verb.OPEN: lambda: handoff.open(by, now),
            Verb.PLACE: lambda: handoff.place(by, to, now),
            Verb.ACKNOWLEDGE: lambda: handoff.acknowledge(by, Said("check"), now),
            Verb.UNDO: lambda: handoff.undo(by, lambda: now),
            Verb.ASK: lambda: handoff.ask(by, Said(words="いつからですか"), now),
            Verb.REPLY: lambda: handoff.reply(by, Said("check"), now),
            Verb.CLOSE: lambda: handoff.close(by, Outcome.SETTLED, Said("closed"), now),
            Verb.PASS_ON: lambda: handoff.pass_on(by, to, "遠い親戚がいます", now),
            Verb.RETURN_BACK: lambda: handoff.return_back(by, "担当がちがいます", now),
            Verb.TAKE_BACK: lambda: handoff.take_back(now),
            Verb.HAND_TO_BACKUP: lambda: handoff.hand_to_backup(core, now),
            Verb.ESCALATE: lambda: handoff.escalate(core, now),
            Verb.CLAIM: lambda: handoff.claim(by, now),
            Verb.ENTRUST: lambda: handoff.assign(by, self._person(session, "kato"), now),
            Verb.PUT_DOWN: lambda: handoff.put_down(by, now),
            **{act: lambda act=act: handoff.act(act, by, Said("visited"), now) for act in ACTS},
        }
        calls[verb]()

    def _hand(self, session: Session, handoff: Handoff, nth: int) -> Person:
        """A member of the owning desk, by name; somebody of the core where it has none."""
        ids = {one.person_id for one in session.scalars(active_members(handoff.desk_id))}
        names = [name for name in STAFF if getattr(self.cast, name) in ids] or ["aoki"]
        return self._person(session, names[nth % len(names)])

    def _person(self, session: Session, name: str) -> Person:
        return session.get_one(Person, getattr(self.cast, name))

    def _desk(self, session: Session, name: str) -> Desk:
        return session.get_one(Desk, getattr(self.cast, name))


def test_no_order_of_events_leaves_a_worry_unowned(either: Store) -> None:
    machine = type("BoundLoop", (Loop,), {"store": either})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=500 if EVERYTHING else 12 if either.is_sqlite else 3,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )

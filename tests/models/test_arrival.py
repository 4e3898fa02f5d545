"""A note is taken exactly once, whole, with everything it owes, and never refused for its place."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.arrival import Arrival, Outcome, accept
from models.audit import AuditLine
from models.base import Base
from models.contact import ContactKind
from models.delivery import Delivery, DeliveryKind
from models.draft import content_hash, read_draft
from models.handoff import Doubt, Handoff, HeldReason, State
from models.observation import Observation
from models.person import Person
from models.receipt import Receipt
from models.reply import InsideNote, Said
from models.store import Store
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def arriving(session: Session, cast: Cast, area: int | None = None, **changed: object) -> Arrival:
    raw = town.fields(**changed)
    draft, problems = read_draft(raw)
    assert not problems
    assert draft.id is not None
    return Arrival(
        note_id=draft.id,
        content_hash=content_hash(raw),
        draft=draft,
        area_id=area or cast.kitamachi,
        by=session.get(Person, cast.suzuki),
    )


def _count(session: Session, kind: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_a_note_comes_with_its_handoff_deliveries_and_audit_line(either: Store, cast: Cast) -> None:
    with either.write() as session:
        before = _count(session, AuditLine)
        outcome, acceptance = accept(session, arriving(session, cast), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        told = session.scalars(sa.select(Delivery).where(Delivery.kind == DeliveryKind.NEW_NOTE))
        assert {d.person_id for d in told} == {cast.okada, cast.kato}
        assert _count(session, AuditLine) == before + 1
    assert outcome is Outcome.CREATED
    assert (handoff.state, handoff.desk_id) == (State.SENT, cast.north_desk)
    assert acceptance["desk"]["name"] == "北の相談室"
    assert acceptance["state"] == "arrived"


def test_the_same_note_again_is_answered_as_at_first(either: Store, cast: Cast) -> None:
    with either.write() as session:
        arrival = arriving(session, cast)
        _, first = accept(session, arrival, MORNING)
    with either.write() as session:
        again = replace(arrival, area_id=cast.minamimachi, by=session.get(Person, cast.tanaka))
        outcome, second = accept(session, again, MORNING.replace(hour=5))
        assert _count(session, Observation) == 1
    assert (outcome, second) == (Outcome.REPEATED, first)


def test_other_words_under_one_id_are_kept_beside_it_once(either: Store, cast: Cast) -> None:
    with either.write() as session:
        arrival = arriving(session, cast)
        accept(session, arrival, MORNING)
        other = replace(arriving(session, cast, words="別の言葉"), note_id=arrival.note_id)
        answers = [accept(session, other, MORNING) for _ in range(3)]
        held = session.scalars(sa.select(Handoff).where(Handoff.state == State.HELD)).one()
        assert _count(session, Observation) == 2
    assert {(outcome, told["held"]) for outcome, told in answers} == {(Outcome.CONFLICT, True)}
    assert (held.desk_id, held.held_reason) == (cast.core, HeldReason.CONFLICT)


@pytest.mark.parametrize("held", [None, HeldReason.UNKNOWN_AREA, HeldReason.TOO_LONG])
def test_the_acceptance_tells_whether_the_core_holds_the_note_sealed_or_not(
    either: Store, cast: Cast, held: HeldReason | None
) -> None:
    with either.write() as session:
        plain = replace(arriving(session, cast), held=held)
        twin = replace(plain, note_id=uuid.uuid4(), draft=replace(plain.draft, not_nearby=True))
        answers = [accept(session, one, MORNING)[1] | {"id": ""} for one in (plain, twin)]
        again = accept(session, plain, MORNING)[1] | {"id": ""}
    assert answers[0] == answers[1] == again
    assert answers[0]["held"] is (held is not None)
    assert answers[0]["desk"]["id"] == str(cast.core if held else cast.north_desk)


def test_a_receipt_code_in_use_is_left_out_and_said(either: Store, cast: Cast) -> None:
    with either.write() as session:
        code = b"c" * 32
        _, first = accept(session, replace(arriving(session, cast), receipt_hash=code), MORNING)
        _, second = accept(session, replace(arriving(session, cast), receipt_hash=code), MORNING)
        thread = Receipt.open(session, code)
        assert thread is not None
        assert str(thread.observation.client_id) == first["id"]
    assert (first["receipt"], second["receipt"]) == (True, False)


@pytest.mark.parametrize(
    "seal",
    [{"not_nearby": True}, {"signs": ["dv"]}, {"signs": ["cry"]}, {"signs": ["medical_child"]}],
)
def test_a_sealed_note_is_told_to_the_sealed_team_alone(
    either: Store, cast: Cast, seal: dict[str, object]
) -> None:
    with either.write() as session:
        _, acceptance = accept(session, arriving(session, cast, **seal), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        told = {d.person_id for d in session.scalars(sa.select(Delivery))}
        lines = session.scalars(sa.select(AuditLine.chain)).all()
    assert (handoff.desk_id, handoff.is_sealed) == (cast.core, True)
    assert told == {cast.aoki, cast.ishii}
    assert str(cast.north_desk) not in lines
    assert acceptance["desk"]["name"] == "北の相談室"


def test_a_sealed_note_is_accepted_in_the_same_words_as_any_other(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        open_note = arriving(session, cast)
        sealed = replace(
            open_note, note_id=uuid.uuid4(), draft=replace(open_note.draft, not_nearby=True)
        )
        answers = [accept(session, arrival, MORNING)[1] for arrival in (open_note, sealed)]
    for answer in answers:
        answer.pop("id")
    assert answers[0] == answers[1]


def test_nothing_of_a_note_lies_readable_in_the_database(either: Store, cast: Cast) -> None:
    words = {"words": "カナリア一号", "called": "カナリア二号", "place_detail": "カナリア三号9-9"}
    told = {"contact": "telephone", "telephone": "0901112222"}
    with either.write() as session:
        accept(session, arriving(session, cast, **words, **told), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        kato = session.get_one(Person, cast.kato)
        InsideNote.write(
            handoff,
            kato,
            "カナリア四号は留守",
            MORNING,
            contact=ContactKind.AWAY,
            contact_at=MORNING,
        )
        handoff.acknowledge(kato, Said("check", words="カナリア五号"), MORNING)
        handoff.mark(kato, Doubt.AGAIN, "カナリア六号", MORNING)
    raw = _stored(either)
    # What is looked for would be found as it is written here.
    assert b"24299" in raw
    for canary in ("カナリア", "0901112222", "not_seen", "鈴木"):
        assert canary.encode() not in raw
        assert json.dumps(canary)[1:-1].encode() not in raw


def _stored(store: Store) -> bytes:
    """All that a copy of the database holds: of SQLite its file, else every column of every row."""
    if store.is_sqlite:
        return b"".join(
            Path(f"{store.url.database}{suffix}").read_bytes() for suffix in ("", "-wal")
        )
    with store.engine.connect() as raw:
        rows = [
            tuple(row)
            for table in Base.metadata.sorted_tables
            for row in raw.exec_driver_sql(f'SELECT * FROM "{table.name}"')
        ]
    cells = [cell for row in rows for cell in row]
    return b"\n".join(
        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in cells
    )

"""What retention leaves, what earlier versions wrote, and a head a day."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, audit_head, audit_keeping
from models.audit import AuditHead, AuditLine, broken_chains
from models.audit_chain import Wrong
from models.audit_forgetting import forget_lines
from models.audit_glance import changed, wrong_ends
from models.audit_keying import key_chains
from models.audit_line import AuditCheckpoint
from models.store import Store
from models.town import Town
from tests.conftest import NOW

YEARS_AGO = NOW - dt.timedelta(days=11 * 366)
LAST_WEEK = NOW - dt.timedelta(days=7)


def _town(session: Session) -> Town:
    found = Town.of(session)
    return found or Town.start(session, code="24299", name="みさき市", is_demo=False, now=NOW)


def _record(store: Store, at: dt.datetime, lines: int = 2) -> None:
    with store.write() as session:
        for _ in range(lines):
            audit.record(session, "change", _town(session), now=at)


def _lines(session: Session) -> list[AuditLine]:
    return list(session.scalars(sa.select(AuditLine).order_by(AuditLine.id)))


def _left(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(AuditLine.act).order_by(AuditLine.id)))


def _wrong(store: Store, head: audit_head.Head | None = None) -> list[Wrong | None]:
    with store.read() as session:
        return [one.wrong for one in audit_head.verify(session, head)]


def test_old_lines_go_and_the_rest_is_whole_behind_a_signed_checkpoint(either: Store) -> None:
    _record(either, YEARS_AGO, 3)
    _record(either, LAST_WEEK)
    assert forget_lines(either, 10, NOW) == 3
    assert forget_lines(either, 10, NOW) == 0
    assert _left(either) == ["change", "change", "forget_lines"]
    assert _wrong(either) == [None]
    with either.read() as session:
        assert (changed(session, _lines(session)), wrong_ends(session)) == (set(), [])


@pytest.mark.parametrize("since", [[], [dt.timedelta(0)]], ids=["nothing", "today alone"])
def test_a_clock_that_jumped_years_ahead_forgets_nothing(
    store: Store, since: list[dt.timedelta]
) -> None:
    _record(store, NOW, 3)
    jumped = NOW + dt.timedelta(days=11 * 366)
    for before in since:
        _record(store, jumped - before)
    assert forget_lines(store, 10, jumped) == 0
    assert "forget_lines" not in _left(store)


def test_a_beginning_that_retention_did_not_leave_is_found(either: Store) -> None:
    _record(either, NOW, 4)
    with either.write() as session:
        session.execute(sa.delete(AuditLine).where(AuditLine.position <= 2))
    assert _wrong(either) == [Wrong.GAP]
    with either.write() as session:
        second = session.scalars(sa.select(AuditLine).where(AuditLine.position == 3)).one()
        session.add(
            AuditCheckpoint(
                chain="town", position=2, digest=second.previous, at=NOW, code=b"0" * 32
            )
        )
    assert _wrong(either) == [Wrong.BEGINNING]


def test_a_head_from_before_what_is_kept_says_so_and_blames_nothing(either: Store) -> None:
    _record(either, YEARS_AGO)
    with either.read() as session:
        raw = audit_head.document(session, YEARS_AGO + dt.timedelta(hours=1))
    _record(either, YEARS_AGO + dt.timedelta(days=1))
    _record(either, LAST_WEEK)
    assert forget_lines(either, 10, NOW) > 0
    with either.read() as session:
        (walked,) = audit_head.verify(session, audit_head.read(raw.encode(), either.keys))
    assert (walked.wrong, walked.is_forgotten) == (None, True)


def _unkey(session: Session, chain: str = "town") -> None:
    """As 0.5.0 wrote it."""
    previous, here = b"", sa.select(AuditLine).where(AuditLine.chain == chain)
    for line in session.scalars(here.order_by(AuditLine.position)):
        line.previous, line.shown = previous, None
        line.digest = hashlib.sha256(line.unkeyed_content()).digest()
        previous = line.digest
    head = session.get_one(AuditHead, chain)
    head.digest, head.code = previous, None


def test_lines_from_before_the_key_stay_good_and_come_under_it_once(store: Store) -> None:
    _record(store, NOW, 3)
    with store.write() as session:
        _unkey(session)
    assert _wrong(store) == [Wrong.UNKEYED]
    key_chains(store, NOW)
    assert _left(store)[-1] == "key_chain"
    assert _wrong(store) == [None]
    key_chains(store, NOW)
    assert _left(store).count("key_chain") == 1
    with store.read() as session:
        assert (changed(session, _lines(session)), wrong_ends(session)) == (set(), [])


def test_a_chain_to_which_somebody_was_quicker_and_a_quiet_one_come_under_the_key(
    store: Store,
) -> None:
    _record(store, NOW, 2)
    with store.write() as session:
        desk = uuid.uuid4()
        audit.record(session, "change", _town(session), now=NOW, desk_id=desk)
        session.flush()
        _unkey(session, str(desk))
        _unkey(session)
    # A second server writes before the first one has signed anything.
    _record(store, NOW, 1)
    key_chains(store, NOW)
    assert _wrong(store) == [None, None]
    assert _left(store).count("key_chain") == 2


def test_behind_a_signed_line_none_without_a_signature_counts(store: Store) -> None:
    _record(store, NOW, 3)
    with store.write() as session:
        last = session.scalars(sa.select(AuditLine).where(AuditLine.position == 3)).one()
        last.act = "visit"
        last.digest = hashlib.sha256(last.unkeyed_content()).digest()
        session.get_one(AuditHead, "town").digest = last.digest
    assert _wrong(store) == [Wrong.CHANGED]


def test_one_head_a_day_which_is_tried_again_later_and_later(store: Store) -> None:
    _record(store, NOW)
    with store.write() as session:
        first = audit_keeping.begin(session, NOW)
        assert first is not None
        text = first.document
        assert audit_keeping.begin(session, NOW) is None
    waits = []
    at = NOW
    for _ in range(3):
        with store.write() as session:
            row = session.get_one(audit_keeping.KeptHead, first.day)
            row.take([], is_whole=False, now=at)
            assert row.next_at is not None
            waits.append(row.next_at - at)
            at = row.next_at
            assert audit_keeping.begin(session, at) is row
            assert row.document == text
    assert waits == [dt.timedelta(minutes=n) for n in (5, 10, 20)]
    with store.write() as session:
        row = session.get_one(audit_keeping.KeptHead, first.day)
        row.take(["folder"], is_whole=True, now=at)
        assert not audit_keeping.is_due(session, at + dt.timedelta(hours=1))
        assert audit_keeping.is_due(session, at + dt.timedelta(days=1))
        assert audit_keeping.last_kept(session) == at
        assert broken_chains(session) == []

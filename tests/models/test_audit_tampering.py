"""Six ways to cover something up, by who has the database and by who has its key file as well."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import audit, audit_head
from models.audit_chain import Wrong
from models.audit_head import Head, NotAHead
from models.keys import KeyRing
from models.store import Store
from models.town import Town
from tests.conftest import NOW
from tests.support import tampering
from tests.support.tampering import LINES, Tamper, tamper


@pytest.fixture
def kept(either: Store) -> Head:
    """The head of a day after which two more lines came."""
    _write(either, NOW, LINES)
    with either.read() as session:
        raw = audit_head.document(session, NOW + dt.timedelta(hours=1))
    _write(either, NOW + dt.timedelta(hours=2), 2)
    return audit_head.read(raw.encode(), either.keys)


def _write(store: Store, at: dt.datetime, lines: int) -> None:
    with store.write() as session:
        town = Town.of(session) or Town.start(
            session, code="24299", name="みさき市", is_demo=False, now=NOW
        )
        for n in range(lines):
            audit.record(session, "change", town, now=at + dt.timedelta(seconds=n))


def _found(store: Store, head: Head | None) -> list[Wrong]:
    with store.read() as session:
        return [one.wrong for one in audit_head.verify(session, head) if one.wrong]


def test_what_was_not_touched_is_whole_and_says_what_lies_after(either: Store, kept: Head) -> None:
    with either.read() as session:
        (walked,) = audit_head.verify(session, kept)
    assert (walked.wrong, walked.position, walked.after) == (None, LINES + 2, 2)


@pytest.mark.parametrize("how", tampering.ALL, ids=lambda how: how.__name__)
def test_with_the_database_alone_nothing_stays_hidden(
    either: Store, kept: Head, how: Tamper
) -> None:
    with either.write() as session:
        tamper(session, how, with_key=False)
    assert len(_found(either, None)) == 1
    assert len(_found(either, kept)) == 1


@pytest.mark.parametrize("how", tampering.ALL, ids=lambda how: how.__name__)
def test_with_the_key_the_head_outside_still_finds_it(
    either: Store, kept: Head, how: Tamper
) -> None:
    with either.write() as session:
        tamper(session, how, with_key=True)
    # Whole in itself: only what is kept outside tells.
    assert _found(either, None) == []
    expected = Wrong.CUT if how is tampering.truncate else Wrong.REWRITTEN
    assert _found(either, kept) == [expected]


def test_a_line_after_the_head_that_claims_to_be_from_before_is_found(
    either: Store, kept: Head
) -> None:
    _write(either, NOW - dt.timedelta(hours=1), 1)
    assert _found(either, kept) == [Wrong.BACKDATED]


def test_a_chain_that_is_gone_with_its_end_is_found(either: Store, kept: Head) -> None:
    with either.write() as session:
        session.execute(sa.delete(audit.AuditLine))
        session.execute(sa.delete(audit.AuditHead))
    assert _found(either, kept) == [Wrong.CUT]


def test_a_head_that_was_changed_or_is_anothers_is_none(either: Store, kept: Head) -> None:
    with either.read() as session:
        raw = audit_head.document(session, NOW)
    changed = raw.replace(f"{LINES + 2}", f"{LINES}", 1)
    assert changed != raw
    for text, keys in ((changed, either.keys), (raw, KeyRing.ephemeral()), ("", either.keys)):
        with pytest.raises(NotAHead):
            audit_head.read(text.encode(), keys)

"""A log that was put back to an earlier state of itself: only who saw more can tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from models import audit, audit_head
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_chain import Wrong
from models.audit_following import Following, follow
from models.audit_line import AuditHead, AuditLine
from models.store import Store
from models.town import Town
from tests import town
from tests.conftest import NOW
from tests.town import Cast

LATER = NOW + dt.timedelta(minutes=10)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def _write(store: Store, cast: Cast, lines: int, act: str = "change") -> None:
    with store.write() as session:
        about = session.get_one(Town, session.scalars(sa.select(Town.id)).one())
        for _ in range(lines):
            audit.record(session, act, about, now=NOW, desk_id=cast.north_desk)


def _end(store: Store, cast: Cast) -> tuple[int, dict[str, Any]]:
    """The position of the end, and its row as somebody may keep it."""
    with store.read() as session:
        head = session.get_one(AuditHead, str(cast.north_desk))
        kept = {"position": head.position, "digest": head.digest, "code": head.code}
        return head.position, kept


def _put_back(store: Store, cast: Cast, position: int, kept: dict[str, Any]) -> None:
    chain = str(cast.north_desk)
    newer = AuditLine.chain == chain, AuditLine.position > position
    with store.write() as session:
        session.execute(sa.delete(AuditLine).where(*newer))
        session.execute(sa.update(AuditHead).where(AuditHead.chain == chain).values(**kept))


def _asked(store: Store) -> list[tuple[Any, int]]:
    with store.read() as session:
        broken = sa.select(AuditAlarm).where(AuditAlarm.kind == AlarmKind.BROKEN)
        return [(one.desk_id, one.count) for one in session.scalars(broken)]


@pytest.mark.parametrize("written_since", [0, 5], ids=["cut", "cut and grown again"])
def test_an_end_that_was_put_back_is_told_by_who_saw_more(
    store: Store, cast: Cast, written_since: int
) -> None:
    following = Following()
    _write(store, cast, 3)
    begun = _end(store, cast)
    _write(store, cast, 2)
    seen, _ = _end(store, cast)
    assert following.look(store, NOW) == 0
    with store.read() as session:
        raw = audit_head.document(session, NOW)
    _put_back(store, cast, *begun)
    _write(store, cast, written_since, "assign")
    with store.read() as session:
        kept = audit_head.read(raw.encode(), store.keys)
        # Whole and signed, as it was then.
        assert [one.wrong for one in audit_head.verify(session, None) if one.wrong] == []
        found = [one.wrong for one in audit_head.verify(session, kept) if one.wrong]
    assert found == [Wrong.REWRITTEN if written_since else Wrong.CUT]
    assert following.look(store, LATER) == 1
    assert following.look(store, LATER) == 0
    assert _asked(store) == [(cast.north_desk, seen)]


def test_a_log_that_only_grows_is_no_question(store: Store, cast: Cast) -> None:
    following = Following()
    for _ in range(3):
        _write(store, cast, 2)
        assert following.look(store, NOW) == 0
    assert follow(store, NOW) == 0


def test_what_was_changed_is_found_by_the_day_and_asked_about_once(
    store: Store, cast: Cast
) -> None:
    _write(store, cast, 4)
    last, _ = _end(store, cast)
    here = AuditLine.chain == str(cast.north_desk), AuditLine.position == last - 1
    with store.write() as session:
        session.execute(sa.update(AuditLine).where(*here).values(act="visit"))
    assert [follow(store, at) for at in (NOW, LATER)] == [1, 0]
    assert _asked(store) == [(cast.north_desk, last - 1)]

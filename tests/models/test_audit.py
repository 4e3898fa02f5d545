"""The audit chain shows every change made behind its back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit import AuditLine, broken_chains
from models.store import Store
from models.town import Town
from tests.conftest import NOW


@pytest.fixture
def chained(store: Store) -> Store:
    with store.write() as session:
        town = Town.start(session, code="24299", name="みさき市", is_demo=False, now=NOW)
        for act in ("make", "change", "remove"):
            audit.record(session, act, town, now=NOW)
    return store


def _line(session: Session, position: int) -> AuditLine:
    return session.scalars(sa.select(AuditLine).where(AuditLine.position == position)).one()


def _edit(session: Session) -> None:
    _line(session, 2).act = "nothing"


def _delete(session: Session) -> None:
    session.delete(_line(session, 2))


def _truncate(session: Session) -> None:
    session.delete(_line(session, 3))


def _backdate(session: Session) -> None:
    _line(session, 3).at = NOW.replace(year=2020)


def _swap(session: Session) -> None:
    first, second = _line(session, 1), _line(session, 2)
    first.act, second.act = second.act, first.act


def _insert(session: Session) -> None:
    last = _line(session, 3)
    session.add(
        AuditLine(
            at=NOW,
            act="four",
            object_kind="town",
            object_id="1",
            chain=last.chain,
            position=4,
            previous=last.digest,
            digest=b"0" * 32,
        )
    )


def test_an_untouched_chain_holds(chained: Store) -> None:
    with chained.read() as session:
        assert broken_chains(session) == []


@pytest.mark.parametrize("tamper", [_edit, _delete, _truncate, _backdate, _swap, _insert])
def test_a_tampered_chain_is_named(chained: Store, tamper: Callable[[Session], None]) -> None:
    with chained.write() as session:
        tamper(session)
    with chained.read() as session:
        assert broken_chains(session) == [audit.TOWN_CHAIN]


def test_an_act_that_fails_leaves_no_line(chained: Store) -> None:
    with chained.write() as session:
        town = Town.of(session)
        assert town is not None
        audit.record(session, "change", town, now=NOW)
        session.rollback()
    with chained.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditLine)) == 3
        assert broken_chains(session) == []

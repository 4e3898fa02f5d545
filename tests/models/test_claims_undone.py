"""An acknowledgement that is undone takes back who has it by that alone, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.handoff import Handoff
from models.reply import Said
from models.store import Store
from tests.models.test_claims import SECOND, Office
from tests.town import MORNING

BETWEEN: dict[str, tuple[Callable[[Office, Handoff], object], str | None]] = {
    "nothing": (lambda o, h: None, None),
    "put down": (lambda o, h: h.put_down(o.okada, MORNING + SECOND), None),
    "put down and claimed again": (
        lambda o, h: (h.put_down(o.okada, MORNING), h.claim(o.okada, MORNING + SECOND)),
        "okada",
    ),
    "given to a colleague": (
        lambda o, h: h.assign(o.okada, o.kato, MORNING + SECOND, o.okada.id),
        "kato",
    ),
    "taken over": (lambda o, h: h.claim(o.kato, MORNING + SECOND, o.okada.id), "kato"),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_an_undo_keeps_what_somebody_said_of_it_meanwhile(either: Store, between: str) -> None:
    act, whose = BETWEEN[between]
    with either.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.acknowledge(office.okada, Said("check"), MORNING)
        session.flush()
        assert handoff.claimed_by_id == office.okada.id
        act(office, handoff)
        session.flush()
        # Nothing was said to the reporter, so that the words still wait and can be undone.
        assert handoff.is_withheld(MORNING + 2 * SECOND)
        handoff.undo(office.okada, lambda: MORNING + 2 * SECOND)
        assert handoff.claimed_by_id == (getattr(office, whose).id if whose else None)


def test_an_undo_leaves_it_to_whoever_had_it_before(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        for who in (office.kato, office.okada):
            handoff = office.note()
            handoff.claim(who, MORNING)
            handoff.acknowledge(office.okada, Said("check"), MORNING + SECOND)
            handoff.undo(office.okada, lambda: MORNING + 2 * SECOND)
            assert (handoff.claimed_by_id, handoff.claim_at) == (who.id, MORNING)


def test_an_undo_gives_back_when_it_was_put_down(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.claim(office.kato, MORNING)
        handoff.put_down(office.kato, MORNING + SECOND)
        handoff.acknowledge(office.okada, Said("check"), MORNING + 2 * SECOND)
        handoff.undo(office.okada, lambda: MORNING + 3 * SECOND)
        assert (handoff.claimed_by_id, handoff.claim_at) == (None, MORNING + SECOND)


def test_a_note_that_is_taken_back_meanwhile_is_nobodys(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.acknowledge(office.okada, Said("check"), MORNING)
        handoff.claim(office.kato, MORNING + SECOND, office.okada.id)
        handoff.take_back(MORNING + 2 * SECOND)
        assert (handoff.claimed_by_id, handoff.is_open) == (None, False)


def test_who_acknowledges_for_another_desk_does_not_get_it(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.acknowledge(office.kimura, Said("check"), MORNING)
        assert handoff.claimed_by_id is None

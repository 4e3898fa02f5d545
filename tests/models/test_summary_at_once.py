"""Summaries where workers are several, fail, or are killed."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from sqlalchemy.orm import Session

from models import summary
from models.errors import Busy
from models.store import Store
from tests.models.test_summary import OPENING, cast, send, summaries
from tests.models.test_watch_year import killed_at
from tests.town import Cast

__all__ = ["cast"]


def test_several_workers_tell_each_once(either: Store, cast: Cast) -> None:
    for _ in range(3):
        send(either, cast)
    counts: list[int] = []
    workers = [
        threading.Thread(target=lambda: counts.append(summary.gather(either, OPENING)))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sum(counts), len(counts)) == (2, 4)
    assert summaries(either, cast) == ["kato", "okada"]


def test_killed_between_any_two_lines_it_is_told_once_all_the_same(
    either: Store, cast: Cast
) -> None:
    send(either, cast)
    statement = 0
    while len(summaries(either, cast)) < 2:
        with killed_at(either, statement):
            summary.gather(either, OPENING)
        statement += 1
        assert len(summaries(either, cast)) == len(set(summaries(either, cast)))
    assert statement > 6
    assert summary.gather(either, OPENING) == 0


def test_one_that_fails_stands_in_nobodys_way(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(either, cast)
    whole = summary._gather

    def gather(session: Session, person_id: uuid.UUID, now: dt.datetime) -> bool:
        if person_id == cast.kato:
            raise ZeroDivisionError
        return whole(session, person_id, now)

    monkeypatch.setattr(summary, "_gather", gather)
    assert summary.gather(either, OPENING) == 1
    monkeypatch.undo()
    assert summary.gather(either, OPENING) == 1
    assert summaries(either, cast) == ["kato", "okada"]


def test_a_row_that_somebody_holds_is_met_again(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(either, cast)

    def busy(*_: object) -> bool:
        raise Busy

    monkeypatch.setattr(summary, "_gather", busy)
    if either.is_sqlite:
        with pytest.raises(Busy):
            summary.gather(either, OPENING)
    else:
        assert summary.gather(either, OPENING) == 0
    monkeypatch.undo()
    assert summary.gather(either, OPENING) == 2


def test_for_nobody_there_is_nothing_to_gather(either: Store, cast: Cast) -> None:
    send(either, cast)
    with either.write() as session:
        assert not summary._gather(session, uuid.uuid4(), OPENING)

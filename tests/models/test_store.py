"""Writers take turns, a turn that does not come is told, and nothing is half-written."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import store as store_module
from models.errors import Busy
from models.keys import KeyRing
from models.store import Store
from models.town import Beat
from tests.conftest import NOW


def _beats(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(Beat.name).order_by(Beat.name)))


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def write() -> None:
        with store.write() as session:
            session.add(Beat(name="half", at=NOW))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert _beats(store) == []


def test_who_reads_sees_one_moment(either: Store) -> None:
    query = sa.select(Beat.name)
    with either.read() as reading:
        assert list(reading.scalars(query)) == []
        with either.write() as session:
            session.add(Beat(name="meanwhile", at=NOW))
        assert list(reading.scalars(query)) == []
    assert _beats(either) == ["meanwhile"]


def test_who_reads_writes_nothing_on_postgresql(either: Store) -> None:
    if either.is_sqlite:
        return
    with either.read() as reading, pytest.raises(sa.exc.InternalError, match="read-only"):
        reading.execute(sa.insert(Beat).values(name="meanwhile", at=NOW))


def test_threads_write_one_after_the_other(store: Store) -> None:
    def write(number: int) -> None:
        with store.write() as session:
            count = session.scalar(sa.select(sa.func.count()).select_from(Beat))
            session.add(Beat(name=f"{number:02d}-{count}", at=NOW))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = sorted(int(name.split("-")[1]) for name in _beats(store))
    assert counts == list(range(16))


def test_a_writer_of_another_process_makes_ours_wait_and_then_say_so(
    tmp_path: Path, keys: KeyRing, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    other = Store(f"sqlite:///{tmp_path}/kizuki.sqlite3", keys)

    def write() -> None:
        with other.write():
            raise AssertionError("two writers at once")

    with store.write(), pytest.raises(Busy):
        write()
    with other.write() as session:
        session.add(Beat(name="after", at=NOW))
    other.close()
    assert _beats(store) == ["after"]


def test_a_thread_that_holds_the_turn_too_long_makes_others_say_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    caught: list[type[BaseException]] = []

    def write() -> None:
        try:
            with store.write():
                pass
        except Busy as busy:
            caught.append(type(busy))

    with store.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert caught == [Busy]


def test_readers_see_one_moment_while_somebody_writes(store: Store) -> None:
    with store.read() as reading:
        assert reading.scalars(sa.select(Beat)).all() == []
        with store.write() as session:
            session.add(Beat(name="later", at=NOW))
        assert reading.scalars(sa.select(Beat)).all() == []
    assert _beats(store) == ["later"]


def test_sqlite_keeps_every_commit_through_a_power_cut(tmp_path: Path, keys: KeyRing) -> None:
    as_shipped = Store(f"sqlite:///{tmp_path}/bare.sqlite3", keys)
    with as_shipped.read() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    as_shipped.close()


def test_a_store_whose_connections_are_all_in_use_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    small = Store(str(store.url), store.keys, pool_size=1)

    def read_and_write() -> None:
        with small.read() as session:
            session.scalar(sa.select(1))
            with small.write() as writing:
                writing.scalar(sa.select(1))

    with pytest.raises(Busy):
        read_and_write()
    small.close()

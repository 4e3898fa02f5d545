"""Password hashes: argon2id at the promised cost, told apart, right or wrong."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import password


def test_a_hash_fits_its_password_and_no_other() -> None:
    kept = password.hash_password("あいうえお 123")
    assert password.is_password(kept, "あいうえお 123")
    assert not password.is_password(kept, "あいうえお 124")
    assert not password.is_password(password.NOBODYS, "")


def test_two_hashes_of_one_password_differ() -> None:
    assert password.hash_password("同じ") != password.hash_password("同じ")


def test_the_cost_is_19_mib_and_two_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "MEMORY_KIB", 19 * 1024)
    monkeypatch.setattr(password, "PASSES", 2)
    kept = password.hash_password("一度だけ")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password.NOBODYS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password.is_password(kept, "一度だけ")


def test_two_are_hashed_at_a_time_and_a_third_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    both, looked = threading.Barrier(3, timeout=20), threading.Event()

    class Slow:
        def __init__(self, **_: object) -> None: ...

        def derive_phc_encoded(self, _: bytes) -> str:
            both.wait()
            assert looked.wait(20)
            return "made"

    monkeypatch.setattr(password, "Argon2id", Slow)
    with ThreadPoolExecutor(2) as two:
        made = [two.submit(password.hash_password, "同じ") for _ in "ab"]
        both.wait()
        is_free = password._turns.acquire(blocking=False)
        looked.set()
        assert [one.result() for one in made] == ["made", "made"]
    assert not is_free

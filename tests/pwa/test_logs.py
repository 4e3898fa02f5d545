"""Of an error the log has its kind and its place; its text may hold anything that was written."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import sys
from typing import Any

import pytest

from models import logs
from models.policy import Actor, Permission, allow, reach, rules
from models.store import Store
from models.town import Town
from pwa.worker import Step, Worker
from tests.support.office import Office
from tests.support.push_peer import PushPeer

CANARY = "金糸雀"


def _raise(*_args: object, **_more: object) -> Any:
    raise ValueError(CANARY)


def _formatted(caplog: pytest.LogCaptureFixture) -> list[str]:
    """As this program's own handler writes them; another one may have formatted them before."""
    formatter = logs.BareFormatter(logging.BASIC_FORMAT)
    return [formatter.format(one) for one in caplog.records if one.exc_info]


def test_a_step_of_the_worker_and_a_delivery_that_fail_tell_no_text(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.courier.Courier.carry", _raise)

    async def both(_worker: Worker) -> None:
        async with asyncio.timeout(20):
            while len(_formatted(caplog)) < 2:
                await asyncio.sleep(0.01)

    with PushPeer() as peer:
        office = Office(store, peer)
        clerk, _ = office.reader()
        office.owe(clerk)
        office.work(both, (Step("canary", dt.timedelta(days=1), _raise),))
    said = _formatted(caplog)
    assert {one.partition("\n")[0].split(":")[1] for one in said} == {"pwa.sender", "pwa.worker"}
    assert all("\nValueError at _raise:" in one for one in said)
    assert CANARY not in "".join(said)


def test_a_rule_of_the_policy_that_fails_tells_no_text(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rules.ROWS, (Permission.OFFICE, Town), (_raise, _raise))
    monkeypatch.setitem(rules.ENTRY, Permission.OFFICE, lambda _actor: True)
    assert not allow(Actor.nobody(), Permission.OFFICE, Town())
    reach(Actor(), Permission.OFFICE, Town)
    said = _formatted(caplog)
    assert len(said) == 2
    assert all("\nValueError at _raise:" in one for one in said)
    assert CANARY not in "".join(said)


def test_every_process_writes_its_logs_so(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.set_up("INFO")
    (handler,) = root.handlers
    try:
        _raise()
    except ValueError:
        record = root.makeRecord("x", 40, "", 0, "it failed", (), sys.exc_info())
    # Another handler may have put the whole text into the record already.
    logging.Formatter().format(record)
    assert handler.format(record).startswith("ERROR:x:it failed\nValueError at ")
    assert CANARY not in handler.format(record)

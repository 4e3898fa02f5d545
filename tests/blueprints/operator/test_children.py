"""Signals to whatever keeps web server and worker: any number of them, at any moment."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

import pytest

from blueprints.operator.children import Children

PATIENCE_SECONDS = 10
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


def _late(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """As they were, afterwards; whatever hangs ends as a failure."""
    before = {number: signal.getsignal(number) for number in HEARD}
    tracer = sys.gettrace()
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    yield
    sys.settrace(tracer)
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_that_comes_while_another_is_heard_holds_nothing_up() -> None:
    came = 0

    def another(_frame: FrameType, _event: str, _given: Any) -> Any:
        nonlocal came
        sys.settrace(None)
        came += 1
        signal.raise_signal(signal.SIGINT)
        sys.settrace(another)
        return another

    with Children({}) as children:
        assert children.rest()
        sys.settrace(another)
        signal.raise_signal(signal.SIGINT)
        sys.settrace(None)
        assert came > 0
        assert not children.rest()


def test_once_it_ends_no_signal_is_heard_any_more() -> None:
    with Children({}):
        pass
    for number in HEARD[:3]:
        signal.raise_signal(number)

"""The truthful ladder: rungs that stand on events, none shown before it happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.handoff import State
from models.thread import Thread


@dataclass(frozen=True)
class Rung:
    """A rung the reporter sees: its catalogue code and when it was reached."""

    code: str
    at: dt.datetime


def rungs(thread: Thread, now: dt.datetime) -> list[Rung]:
    """The rungs reached, in the order in which they came; none that can still be undone.

    A sealed thread shows the same rungs as any other, and never a passing-on. Whoever reads a held
    note only looks for the desk that it belongs to.
    """
    handoffs = [one for one in thread.handoffs if one.state is not State.HELD]
    reached = [Rung("arrived", thread.made_at)]
    for code in ("opened", "acknowledged", "working"):
        times = [at for h in handoffs if (at := h.told_at(code, now)) is not None]
        if times:
            reached.append(Rung(code, min(times)))
    last = thread.handoff
    if last.state is State.CLOSED and last.closed_at is not None:
        code = "taken_back" if last.outcome == "taken_back" else "closed"
        reached.append(Rung(code, last.closed_at))
    return sorted(reached, key=lambda rung: rung.at)

"""What a reporter sends a second time because no answer came: nothing has been said since."""

from __future__ import annotations

from models.handoff import Handoff, Outcome
from models.reply import Said
from models.thread import Thread


def is_repeat(thread: Thread, said: Said) -> bool:
    """Whether this very thing was the last word in the thread, and the reporter's."""
    _hold(thread)
    last = thread.replies[-1] if thread.replies else None
    return last is not None and last.kind.is_from_reporter and last.said == said


def is_taken_back(thread: Thread) -> bool:
    """Whether its writer took the note back before."""
    return _hold(thread).outcome is Outcome.TAKEN_BACK


def _hold(thread: Thread) -> Handoff:
    """Two of the same at once take turns, and the second sees the first."""
    handoff = thread.handoff
    handoff.lock()
    thread.session.expire(thread, ["replies"])
    return handoff

"""A form that comes a second time: told by what it says, so that it is said once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from models import text
from models.errors import Unreadable
from models.handoff import Handoff, State
from models.person import Person
from models.reply import InsideNote, Reply

WITHIN = dt.timedelta(minutes=1)
TOLD = ("words",)
"""The fields of every form whose own words go to the reporter."""
INSIDE = ("inside", "reason", "memo", "contact_words", "mark_words", "seal_words", "unseal_reason")
"""Those whose own words are for the desks alone."""
UNDOING = "undoing"
_SEALS = {"sealing", "unsealing-proposal", "unsealing-withdrawal", "unsealing"}
_UNSAID = _SEALS | {"claim", "assignment", "putting-down", "gathering", "ungathering"}
"""Nothing is said by these, and their verbs do once what comes twice, with locks of their own."""
_DONE = {
    "acknowledgement": (State.RECEIVED, State.WORKING),
    UNDOING: (State.SENT,),
    "closure": (State.CLOSED,),
    "passing-on": (State.PASSED_ON,),
    "return": (State.RETURNED,),
}


class Repeat(Exception):
    """What the form says was just said by the same person; raised to undo the second time."""


@contextmanager
def said_once(handoff: Handoff, noun: str) -> Iterator[None]:
    """Raise Repeat where the block says again what its writer said within the last minute.

    Raises NotAllowed where the handoff went to another desk meanwhile.
    What moves the state cannot be done twice: whoever tries is met by `is_done`.
    """
    if noun in _DONE or noun in _UNSAID:
        yield
        return
    handoff.lock_unmoved()
    notes, before = handoff.inside_notes, (handoff.next_on, handoff.doubt)
    replied, noted = len(handoff.thread.replies), len(notes)
    yield
    replies = handoff.thread.replies
    again = [_is_again(one, _like(one, replies[:replied])) for one in replies[replied:]]
    again += [_is_again(one, notes[noted - 1] if noted else None) for one in notes[noted:]]
    if again and all(again) and before == (handoff.next_on, handoff.doubt):
        raise Repeat


def is_done(handoff: Handoff, noun: str, by: Person) -> bool:
    """Whether `by` did this before, so that the state has it and every word typed is there."""
    if handoff.state not in _DONE.get(noun, ()):
        return False
    if noun == UNDOING:
        # An undo leaves no trace of who did what: it waits to be acknowledged, as it did.
        return True
    if handoff.last_by_id != by.id:
        return False
    if request.form.get("outcome", handoff.outcome) != handoff.outcome:
        return False
    typed = {text.clean(request.form.get(name, "")).strip() for name in TOLD + INSIDE}
    return {words for words in typed if not text.is_blank(words)} <= _words_of(handoff, by)


def _words_of(handoff: Handoff, by: Person) -> set[str]:
    thread = handoff.thread
    notes = [note for one in thread.handoffs for note in one.inside_notes if note.by_id == by.id]
    try:
        said = {reply.said.words for reply in thread.replies if reply.by_id == by.id}
        return said | {note.words for note in notes}
    except Unreadable:
        return set()


def _like(new: Reply, earlier: list[Reply]) -> Reply | None:
    return next((one for one in reversed(earlier) if one.kind is new.kind), None)


def _is_again(new: Reply | InsideNote, last: Reply | InsideNote | None) -> bool:
    if last is None or last.by is not new.by or new.at - last.at > WITHIN:
        return False
    try:
        return _content(last) == _content(new)
    except Unreadable:
        return False


def _content(one: Reply | InsideNote) -> object:
    if isinstance(one, Reply):
        return one.said
    # Without a time of its own a call was made when it was written down, twice a moment apart.
    at = None if one.contact_at == one.at else one.contact_at
    return one.words, one.contact, at

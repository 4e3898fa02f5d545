"""What a reporter says after the note, by whichever door: read once, and said once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import hearing, involved, my_number, sealing, staff_lock, text
from models.conflict import ConflictKind
from models.draft_values import Values
from models.errors import Invalid
from models.handoff import Outcome
from models.household import denied, gathering
from models.reply import Said
from models.thread import Thread

WORDS_LIMIT = 2000
PLACE_LIMIT = 200
CALL_ANSWERS = ("done", "later", "other")


class SpeechKind(StrEnum):
    """What is said."""

    ANSWER = "answer"
    ADDITION = "addition"
    STOP_CONTACT = "stop_contact"
    WITHDRAWAL = "withdrawal"
    CALLED = "called"


@dataclass(frozen=True)
class Speech:
    """One thing said, as far as it can be checked without its thread."""

    kind: SpeechKind
    words: str = ""
    place: str = ""
    """The right place, which an addition may tell."""
    not_nearby: bool = False
    """近所には知られたくない, which an addition may say of the note."""
    how: str = ""
    """One of CALL_ANSWERS; or the only way to withdraw that is meant: `back`, `ask`."""


def read(kind: SpeechKind, raw: Mapping[str, object], *, masks: bool = False) -> Speech:
    """Read the fields of a speech; raises Invalid that names the field.

    An answer without words says 「わからない」. `masks` an individual number (the sealed door, and
    whoever was asked about it and goes on), where otherwise it is asked about.
    """
    words = _words(raw, "words", WORDS_LIMIT, masks=masks)
    if kind is SpeechKind.ANSWER:
        return Speech(kind, words)
    if kind is SpeechKind.ADDITION:
        place = text.clean_line(_words(raw, "right_place", PLACE_LIMIT, masks=masks))
        not_nearby = Values(raw, lenient=True).switch("not_nearby", in_doubt=True)
        if not words and not place and not not_nearby:
            raise Invalid("note.problem.need_words", "words")
        return Speech(kind, words, place, not_nearby)
    how = raw.get("called_first" if kind is SpeechKind.CALLED else "how")
    if kind is SpeechKind.CALLED and how not in CALL_ANSWERS:
        raise Invalid("note.problem.need_called", "called_first")
    return Speech(kind, how=how if isinstance(how, str) else "")


def say(thread: Thread, speech: Speech, now: dt.datetime) -> None:
    """Say it to the desk, in the caller's transaction; what was the last word is not repeated.

    Raises NotAllowed for what is too late, Invalid for an answer without words to no question.
    """
    if speech.place:
        involved.share(thread.session)
    # In the order of `turns`: staff, then what it is gathered with, and last its own row.
    if speech.not_nearby:
        sealing.hold(thread)
    elif speech.place:
        _look_again(thread, speech.place, now)
    elif speech.kind is SpeechKind.WITHDRAWAL:
        staff_lock.share(thread.session, thread.handoff.desk)
        gathering.hold(thread.session, thread.id)
    # Two of the same at once take turns, and the second sees the first.
    hearing.owing(thread)
    thread.session.expire(thread, ["replies"])
    _VERBS[speech.kind](thread, speech, now)


def _look_again(thread: Thread, right_place: str, now: dt.datetime) -> None:
    """Whoever lives or works where it is now sees it no more; nobody gives an address meanwhile."""
    session = thread.session
    if near := involved.of_place(thread, right_place):
        denied.hold(session, [thread.id])
        denied.deny(session, [thread.id], near, ConflictKind.FOUND, now)


def _answer(thread: Thread, speech: Speech, now: dt.datetime) -> None:
    if hearing.is_asked(thread):
        hearing.answer(thread, speech.words, now)
    elif _is_repeat(thread, Said(words=speech.words) if speech.words else Said("unknown"), now):
        return
    elif speech.words:
        hearing.add(thread, speech.words, now)
    else:
        raise Invalid("note.problem.need_words", "words")


def _add(thread: Thread, speech: Speech, now: dt.datetime) -> None:
    if speech.not_nearby and not hearing.is_not_nearby(thread):
        hearing.tell_not_nearby(thread, now)
    says_more = speech.words or speech.place
    if says_more and not _is_repeat(thread, hearing.added(speech.words, speech.place), now):
        hearing.add(thread, speech.words, now, place=speech.place)
    if speech.not_nearby:
        sealing.seal(thread.handoff, None, now)
        if speech.place:
            _look_again(thread, speech.place, now)


def _stop_contact(thread: Thread, _speech: Speech, now: dt.datetime) -> None:
    if thread.reporter.expects_calls:
        hearing.stop_contact(thread, now)


def _withdraw(thread: Thread, speech: Speech, now: dt.datetime) -> None:
    """Take the note back while that is possible, else ask the desk to let it rest."""
    handoff = thread.handoff
    if handoff.outcome is Outcome.TAKEN_BACK and speech.how != "ask":
        return
    if speech.how == "back" or (speech.how != "ask" and handoff.may_take_back(now)):
        handoff.take_back(now)
        gathering.take_out(thread, now)
    elif not _is_repeat(thread, Said("withdraw"), now):
        hearing.ask_to_withdraw(thread, now)


def _tell_called(thread: Thread, speech: Speech, now: dt.datetime) -> None:
    said = Said(f"called_{speech.how}")
    if hearing.waits_for_call(thread) and not _is_repeat(thread, said, now):
        hearing.tell_called(thread, speech.how, now)


_VERBS: dict[SpeechKind, Callable[[Thread, Speech, dt.datetime], None]] = {
    SpeechKind.ANSWER: _answer,
    SpeechKind.ADDITION: _add,
    SpeechKind.STOP_CONTACT: _stop_contact,
    SpeechKind.WITHDRAWAL: _withdraw,
    SpeechKind.CALLED: _tell_called,
}


def _is_repeat(thread: Thread, said: Said, now: dt.datetime) -> bool:
    """Whether this very thing was the last word the reporter knows of, and their own."""
    told = thread.told(now)
    return bool(told) and told[-1].kind.is_from_reporter and told[-1].said == said


def _words(raw: Mapping[str, object], name: str, limit: int, *, masks: bool) -> str:
    typed = raw.get(name)
    if typed is None:
        return ""
    if not isinstance(typed, str):
        raise Invalid("problem.wrong_type", name)
    words = text.clean(typed).strip()
    if text.is_blank(words):
        return ""
    if over := text.excess(words, limit):
        raise Invalid("problem.too_long", name, n=over)
    if masks:
        return my_number.mask(words)
    if my_number.is_in(words):
        raise Invalid("problem.my_number", name)
    return words

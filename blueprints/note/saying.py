"""What a reporter can do in a thread, with a sign-in or a code: each one write of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from blueprints import access
from blueprints.language import plain
from blueprints.repeats import is_repeat, is_taken_back
from models import hearing, text
from models.delivery import Delivery
from models.errors import Invalid
from models.my_number import is_in
from models.reply import Said
from models.thread import Thread

WORDS_LIMIT = 2000
PLACE_LIMIT = 200
Fields = Mapping[str, str]
Verb = Callable[[Thread, Fields], None]


def answer(thread: Thread, typed: Fields) -> None:
    """Answer the desk's question; 「わからない」 counts as an answer."""
    words = "" if typed.get("unknown") else _words(typed, "words", WORDS_LIMIT)
    if not words and not typed.get("unknown"):
        raise Invalid("note.problem.need_words", "words")
    if hearing.is_asked(thread):
        hearing.answer(thread, words, access.now())
    elif words and not is_repeat(thread, Said(words=words)):
        hearing.add(thread, words, access.now())


def add(thread: Thread, typed: Fields) -> None:
    """Add to the note, or put its place right."""
    words = _words(typed, "added", WORDS_LIMIT)
    place = text.clean_line(_words(typed, "right_place", PLACE_LIMIT))
    if not words and not place:
        raise Invalid("note.problem.need_words", "added")
    if place:
        words = "\n".join(filter(None, (plain("note.thread.added_place", place=place), words)))
    if not is_repeat(thread, Said(words=words)):
        hearing.add(thread, words, access.now())


def tell_called(thread: Thread, typed: Fields) -> None:
    """Tell how the telephone call went that a sign asks for."""
    how = typed.get("called_first", "")
    if how not in ("done", "later", "other"):
        raise Invalid("note.problem.need_called", "called_first")
    if hearing.waits_for_call(thread):
        hearing.tell_called(thread, how, access.now())


def stop_contact(thread: Thread, _typed: Fields) -> None:
    """Withdraw the wish to be telephoned."""
    if thread.reporter.expects_calls:
        hearing.stop_contact(thread, access.now())


def withdraw(thread: Thread, typed: Fields) -> None:
    """Take the note back (NotAllowed once that is too late), or ask the desk to let it rest."""
    if typed.get("how") == "ask":
        if not is_repeat(thread, Said("withdraw")):
            hearing.ask_to_withdraw(thread, access.now())
    elif not is_taken_back(thread):
        thread.handoff.take_back(access.now())


def mark_read(thread: Thread) -> None:
    """The writer has the thread open: inbox and pushes are seen, in one write."""
    if hearing.read(thread, access.now()):
        Delivery.read(thread.session, thread_id=thread.id, person_id=None, now=access.now())


def _words(typed: Fields, name: str, limit: int) -> str:
    words = text.clean(typed.get(name, "")).strip()
    if text.is_blank(words):
        return ""
    if over := text.excess(words, limit):
        raise Invalid("problem.too_long", name, n=over)
    if is_in(words):
        raise Invalid("problem.my_number", name)
    return words

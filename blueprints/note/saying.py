"""What a reporter can do in a thread, with a sign-in or a code: the form's fields to one speech."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from blueprints import access
from blueprints.note.masking import is_masking
from models import hearing
from models.delivery import Delivery
from models.errors import Invalid
from models.speech import SpeechKind, read, say
from models.thread import Thread

Fields = Mapping[str, str]
Verb = Callable[[Thread, Fields], None]


def answer(thread: Thread, typed: Fields) -> None:
    """Answer the desk's question; 「わからない」 counts as an answer."""
    is_unknown = bool(typed.get("unknown"))
    speech = read(SpeechKind.ANSWER, {} if is_unknown else typed, masks=is_masking(typed))
    if not speech.words and not is_unknown:
        raise Invalid("note.problem.need_words", "words")
    if speech.words or hearing.is_asked(thread):
        say(thread, speech, access.now())


def add(thread: Thread, typed: Fields) -> None:
    """Add to the note, or put its place right."""
    fields = {"words": typed.get("added"), "right_place": typed.get("right_place")}
    fields["not_nearby"] = typed.get("not_nearby")
    try:
        speech = read(SpeechKind.ADDITION, fields, masks=is_masking(typed))
    except Invalid as problem:
        field = "added" if problem.field == "words" else problem.field
        raise Invalid(problem.key, field, **problem.params) from None
    say(thread, speech, access.now())


def tell_called(thread: Thread, typed: Fields) -> None:
    """Tell how the telephone call went that a sign asks for."""
    say(thread, read(SpeechKind.CALLED, typed), access.now())


def stop_contact(thread: Thread, typed: Fields) -> None:
    """Withdraw the wish to be telephoned."""
    say(thread, read(SpeechKind.STOP_CONTACT, typed), access.now())


def withdraw(thread: Thread, typed: Fields) -> None:
    """Take the note back (NotAllowed once that is too late), or ask the desk to let it rest."""
    how = "ask" if typed.get("how") == "ask" else "back"
    say(thread, read(SpeechKind.WITHDRAWAL, {"how": how}), access.now())


def mark_read(thread: Thread) -> None:
    """The writer has the thread open: inbox and pushes are seen, in one write."""
    if hearing.read(thread, access.now()):
        Delivery.read(thread.session, thread_id=thread.id, person_id=None, now=access.now())

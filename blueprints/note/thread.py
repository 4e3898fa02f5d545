"""One's own thread: read it, answer, add to it, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from flask import redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.language import show
from blueprints.note import asked, bp, saying, talk
from blueprints.note.page import Page, page
from blueprints.note.titles import title_of
from blueprints.translated import said_again
from models import audit_views, hearing
from models.errors import Busy, Invalid, NotAllowed
from models.reveal import told
from models.thread import Thread


class Told(NamedTuple):
    """Why something was not said: the field, the sentence, and whether one tap can mask it."""

    field: str
    sentence: Markup
    asks_number: bool


Finder = Callable[[Session, uuid.UUID], Thread]


@bp.get("/notes/<uuid:thread_id>")
@allow(Permission.THREAD_READ)
def show_thread(thread_id: uuid.UUID) -> Page:
    """The thread; what is new in it is read from now on."""
    thread = access.load(Thread, thread_id, Permission.THREAD_READ)
    is_new = talk.has_news(thread)
    if is_new:
        read_by_its_writer(thread_id, _own)
        thread = access.load(Thread, thread_id, Permission.THREAD_READ)
    return thread_page(thread, f"/notes/{thread_id}", is_new=is_new)


@bp.post("/notes/<uuid:thread_id>/answers")
@allow(Permission.THREAD_WRITE)
def create_answer(thread_id: uuid.UUID) -> Page | Response:
    """Answer the desk's question."""
    return _say(thread_id, saying.answer)


@bp.post("/notes/<uuid:thread_id>/additions")
@allow(Permission.THREAD_WRITE)
def create_addition(thread_id: uuid.UUID) -> Page | Response:
    """Add words, or the right place."""
    return _say(thread_id, saying.add)


@bp.post("/notes/<uuid:thread_id>/call")
@allow(Permission.THREAD_WRITE)
def create_call(thread_id: uuid.UUID) -> Page | Response:
    """Tell how the telephone call went."""
    return _say(thread_id, saying.tell_called)


@bp.post("/notes/<uuid:thread_id>/contact-withdrawal")
@allow(Permission.THREAD_WRITE)
def create_contact_withdrawal(thread_id: uuid.UUID) -> Page | Response:
    """Ask the desk not to telephone."""
    return _say(thread_id, saying.stop_contact)


@bp.post("/notes/<uuid:thread_id>/withdrawal")
@allow(Permission.THREAD_WRITE)
def create_withdrawal(thread_id: uuid.UUID) -> Page | Response:
    """Take the note back, or ask to."""
    return _say(thread_id, saying.withdraw)


def thread_page(
    thread: Thread,
    base: str,
    status: int = 200,
    *,
    code: str = "",
    is_new: bool = False,
    problem: Told | None = None,
) -> Page:
    """The thread's page. Its forms post below `base`, with the code that opened it, if any."""
    if code and not problem:
        said_again(base, code=code)
    return page(
        "thread",
        tab="replies",
        status=status,
        thread=thread,
        kept=title_of(thread),
        entries=talk.entries(thread),
        rungs=talk.rungs(thread),
        waiting=talk.waiting(thread),
        is_over=talk.is_over(thread),
        is_asked=hearing.is_asked(thread),
        is_new=is_new,
        may_take_back=thread.handoff.may_take_back(access.now()),
        asks_called=talk.waits_for_call(thread),
        calls=talk.calls(thread),
        hurry=talk.hurry(thread),
        base=base,
        code=code,
        problem=problem,
        typed=request.form if problem else {},
        looks=audit_views.told(thread),
        revealed=told.told(thread),
        note_id=thread.observation.client_id or thread.observation.id,
        sentences=asked.of_speech(),
        limits=asked.SPEECH_LIMITS,
    )


def read_by_its_writer(thread_id: uuid.UUID, find: Finder) -> None:
    """Remember that the answers were read; a busy store is no reason not to show them."""
    access.close()
    with suppress(Busy, access.NotSent), access.writing() as session:
        saying.mark_read(find(session, thread_id))


def tried(thread_id: uuid.UUID, verb: saying.Verb, find: Finder) -> Invalid | NotAllowed | None:
    """Do one thing to a thread in one write; gives why it was not done."""
    access.close()
    try:
        access.in_turn(lambda session: verb(find(session, thread_id), request.form))
    except (Invalid, NotAllowed) as reason:
        return reason
    return None


def problem_of(reason: Invalid | NotAllowed) -> Told:
    """The field and the sentence of a reason."""
    sentence = show(reason.key, **reason.params)
    return Told(getattr(reason, "field", ""), sentence, reason.key == "problem.my_number")


def _say(thread_id: uuid.UUID, verb: saying.Verb) -> Page | Response:
    reason = tried(thread_id, verb, _own)
    if reason is None:
        return redirect(f"/notes/{thread_id}", 303)
    thread = access.load(Thread, thread_id, Permission.THREAD_READ)
    status = 409 if isinstance(reason, NotAllowed) else 422
    return thread_page(thread, f"/notes/{thread_id}", status, problem=problem_of(reason))


def _own(session: Session, thread_id: uuid.UUID) -> Thread:
    return access.load(Thread, thread_id, Permission.THREAD_WRITE, session)

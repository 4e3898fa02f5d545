"""Reading and answering without an account: the code stands in the body, never in an address."""

from __future__ import annotations

import uuid

from flask import request
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.codes import thread_of_code
from blueprints.language import show
from blueprints.note import bp, saying, talk
from blueprints.note.page import Page, page
from blueprints.note.thread import problem_of, read_by_its_writer, thread_page, tried
from models import receipt_code
from models.errors import NotAllowed
from models.thread import Thread

BASE = "/receipts"
WRITTEN = ("words", "added", "right_place")


@bp.get("/receipts")
@allow(Permission.RECEIPT_READ)
def show_receipts() -> Page:
    """The field for the code."""
    return page("receipts", tab="replies", action=BASE)


@bp.post("/receipts")
@allow(Permission.RECEIPT_READ)
def create_receipt_reading() -> Page:
    """The thread that the code opens; one sentence for every failure."""
    thread_id = _opened()
    if thread_id is None:
        return _wrong()
    thread = _by_code(access.reading(), thread_id)
    is_new = talk.has_news(thread)
    if is_new:
        read_by_its_writer(thread_id, _by_code)
    return _thread_page(thread_id, is_new=is_new)


@bp.post("/receipts/answers")
@allow(Permission.RECEIPT_READ)
def create_receipt_answer() -> Page:
    """Answer the desk's question."""
    return _say(saying.answer)


@bp.post("/receipts/additions")
@allow(Permission.RECEIPT_READ)
def create_receipt_addition() -> Page:
    """Add words, or the right place."""
    return _say(saying.add)


@bp.post("/receipts/call")
@allow(Permission.RECEIPT_READ)
def create_receipt_call() -> Page:
    """Tell how the telephone call went."""
    return _say(saying.tell_called)


@bp.post("/receipts/contact-withdrawal")
@allow(Permission.RECEIPT_READ)
def create_receipt_contact_withdrawal() -> Page:
    """Ask the desk not to telephone."""
    return _say(saying.stop_contact)


@bp.post("/receipts/withdrawal")
@allow(Permission.RECEIPT_READ)
def create_receipt_withdrawal() -> Page:
    """Take the note back, or ask to."""
    return _say(saying.withdraw)


def _opened() -> uuid.UUID | None:
    """The thread of the code in the body."""
    typed = request.form.get("code", "")
    # What stands empty in a page that only changes its language was no try.
    return None if access.is_only_shown() and not typed else thread_of_code(typed)


def _say(verb: saying.Verb) -> Page:
    thread_id = _opened()
    if thread_id is None:
        return _wrong()
    reason = tried(thread_id, verb, _by_code)
    if reason is None:
        return _thread_page(thread_id)
    status = 409 if isinstance(reason, NotAllowed) else 422
    return _thread_page(thread_id, status, problem=problem_of(reason))


def _thread_page(thread_id: uuid.UUID, status: int = 200, **more: object) -> Page:
    thread = _by_code(access.reading(), thread_id)
    code = receipt_code.parse(request.form["code"]) or ""
    return thread_page(thread, BASE, status, code=code, **more)  # type: ignore[arg-type]


def _wrong() -> Page:
    """The same for a slip of the pen and a code that never was; what was typed comes along."""
    kept = [(name, request.form[name]) for name in WRITTEN if request.form.get(name)]
    sentence = show("note.problem.code_wrong")
    return page(
        "receipts", tab="replies", status=422, code_error=sentence, kept=kept, action=request.path
    )


def _by_code(session: Session, thread_id: uuid.UUID) -> Thread:
    """The thread that a code has just opened."""
    return session.get_one(Thread, thread_id)

"""What the reporter says after the note, with a session or with the receipt code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, jsonify
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp, shape
from blueprints.api.identity import signed_in, thread_id_of_code
from blueprints.api.observations import own_thread
from blueprints.repeats import is_repeat, is_taken_back
from models import hearing
from models.errors import Invalid
from models.reply import Said
from models.thread import Thread

WORDS_LIMIT = 2000
KINDS = ("answer", "addition", "stop_contact", "withdrawal")


@bp.post("/api/v1/observations/<uuid:note_id>/replies")
@allow(Permission.RECEIPT_READ)
def create_reply(note_id: uuid.UUID) -> tuple[Response, int]:
    """Answer, add, stop being telephoned, or take the note back (later: ask to)."""
    said = body.json_object()
    kind = body.one_of(said, "kind", KINDS)
    words = body.text(said, "words", WORDS_LIMIT, needed=kind == "addition")
    thread_id = _thread_id(note_id, said)
    access.close()
    with access.writing() as session:
        thread = session.get_one(Thread, thread_id)
        _say(thread, kind, words)
        session.flush()
        answer = _answer(session, thread)
    return jsonify(answer), 201


def _thread_id(note_id: uuid.UUID, said: dict[str, Any]) -> uuid.UUID:
    """The thread somebody may write to: one's own, or the one the code opens."""
    if "code" not in said:
        signed_in()
        return own_thread(note_id, Permission.THREAD_WRITE).id
    thread = access.reading().get_one(Thread, thread_id_of_code(said))
    if shape.note_id(thread) != str(note_id):
        abort(404)
    return thread.id


def _say(thread: Thread, kind: str, words: str) -> None:
    now = access.now()
    if kind == "stop_contact":
        if thread.reporter.may_call:
            hearing.stop_contact(thread, now)
    elif kind == "withdrawal":
        _withdraw(thread)
    elif kind == "answer" and hearing.is_asked(thread):
        hearing.answer(thread, words, now)
    elif is_repeat(thread, Said(words=words) if words else Said("unknown")):
        return
    elif words:
        hearing.add(thread, words, now)
    else:
        raise Invalid("api.problem.needed", "words")


def _withdraw(thread: Thread) -> None:
    if thread.handoff.may_take_back(access.now()):
        thread.handoff.take_back(access.now())
    elif not is_taken_back(thread) and not is_repeat(thread, Said("withdraw")):
        hearing.ask_to_withdraw(thread, access.now())


def _answer(session: Session, thread: Thread) -> dict[str, Any]:
    session.expire(thread)
    return shape.thread(thread, access.now())

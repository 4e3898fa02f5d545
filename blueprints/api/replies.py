"""What the reporter says after the note, with a session or with the receipt code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, jsonify

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp, shape
from blueprints.api.identity import signed_in, thread_id_of_code
from blueprints.api.observations import own_thread
from models.speech import SpeechKind, read, say
from models.thread import Thread

KINDS = tuple(kind.value for kind in SpeechKind)


@bp.post("/api/v1/observations/<uuid:note_id>/replies")
@allow(Permission.RECEIPT_READ)
def create_reply(note_id: uuid.UUID) -> tuple[Response, int]:
    """Answer, add, tell of a call, stop being telephoned, or take the note back (or ask to).

    Where reading is locked it is taken all the same, and nothing of the thread is shown.
    """
    said = body.json_object()
    speech = read(SpeechKind(body.one_of(said, "kind", KINDS)), said)
    thread_id = _thread_id(note_id, said)
    access.close()
    access.in_turn(lambda session: say(session.get_one(Thread, thread_id), speech, access.now()))
    if "code" not in said and not access.may_enter(Permission.THREAD_READ):
        return Response(), 204
    # Opened and written out after the write, which nobody waits for meanwhile.
    thread = access.reading().get_one(Thread, thread_id)
    return jsonify(shape.thread(thread, access.now())), 201


def _thread_id(note_id: uuid.UUID, said: dict[str, Any]) -> uuid.UUID:
    """The thread somebody may write to: one's own, or the one the code opens."""
    if "code" not in said:
        signed_in()
        return own_thread(note_id, Permission.THREAD_WRITE).id
    thread = access.reading().get_one(Thread, thread_id_of_code(said))
    if shape.note_id(thread) != str(note_id):
        abort(404)
    return thread.id

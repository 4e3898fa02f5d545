"""Reading the replies without an account: the code stands in the body, never in an address."""

from __future__ import annotations

from flask import Response, jsonify

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp, shape
from blueprints.api.identity import thread_id_of_code
from blueprints.api.observations import mark_read
from models.thread import Thread


@bp.post("/api/v1/receipts")
@allow(Permission.RECEIPT_READ)
def create_receipt_reading() -> Response:
    """The thread that a receipt code opens: note, ladder and replies."""
    thread = access.reading().get_one(Thread, thread_id_of_code(body.json_object()))
    answer = shape.thread(thread, access.now())
    mark_read(thread)
    return jsonify(answer)

"""What a phone says of a push: shown, opened. The message's own code is all it needs."""

from __future__ import annotations

import uuid

from flask import Response, abort

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp
from models.delivery import Delivery, Sighting

CODE_LENGTH = 64


@bp.post("/api/v1/deliveries/<uuid:delivery_id>/sightings")
@allow(Permission.ANYONE)
def create_sighting(delivery_id: uuid.UUID) -> Response:
    """Take a sighting; the same again changes nothing, a wrong code is not found."""
    said = body.json_object()
    code = body.text(said, "code", CODE_LENGTH)
    kind = Sighting(body.one_of(said, "kind", tuple(Sighting)))
    keys = access.kizuki().keys
    if not keys.is_message_code("sighting", str(delivery_id), code):
        abort(404)
    with access.writing() as session:
        Delivery.sight(session, delivery_id, code, kind, access.now())
    return Response(status=204)

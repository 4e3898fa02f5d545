"""The keys: the town's, to which phones seal their notes, and the phones' own."""

from __future__ import annotations

from flask import Response, g, jsonify
from flask_login import current_user

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp
from blueprints.api.identity import signed_in
from blueprints.signed_in import browser_family
from models import device
from models.credential import SignIn
from models.errors import Invalid
from models.keys import ENVELOPE_CONTEXT
from models.person import Person

POINT_LENGTH = 100


@bp.get("/api/v1/key")
@allow(Permission.ANYONE)
def show_key() -> Response:
    """The town's public envelope key with its id, and the key push subscriptions are made with."""
    keys = access.kizuki().keys
    g.is_public = True
    return jsonify(
        keys.envelope_key | {"info": ENVELOPE_CONTEXT.decode(), "vapid": keys.vapid_public}
    )


@bp.post("/api/v1/devices")
@allow(Permission.SIGNED_IN)
def create_device() -> tuple[Response, int]:
    """Let this phone's key sign its person's notes; the same key again gives the same id.

    The answer names the key it is for, so that no other is ever taken for it. Either way this
    session is that phone's from now on: it ends when the phone is ended.
    """
    person_id = signed_in()
    given = body.text(body.json_object(), "point", POINT_LENGTH)
    point = body.from_base64url(given)
    access.close()
    with access.writing() as session:
        person = session.get_one(Person, person_id)
        if not person.role.is_phone:
            raise Invalid("api.problem.not_a_phone", "point")
        made = device.register(session, person, point, access.now(), browser_family())
        session.get_one(SignIn, current_user.sign_in_id).device_id = made.id
        answer = {"id": str(made.id), "point": given}
    return jsonify(answer), 201

"""A phone says how far its notes have come, and is told which of them never came."""

from __future__ import annotations

import uuid

from flask import Response, abort, jsonify, request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp
from blueprints.api.body import from_base64url
from blueprints.errors import problem
from models import device
from models.errors import Invalid
from models.gaps import number
from models.phone import MISSING_TOLD, Contact, Phone

SIGNATURE_LENGTH = 88


@bp.post("/api/v1/devices/<uuid:device_id>/contacts")
@allow(Permission.ANYONE)
def create_contact(device_id: uuid.UUID) -> Response:
    """Take a signed contact; a revoked phone is emptied once nothing is missing from it.

    Who is signed in there makes no difference: only the page can tell what was the key's.
    """
    said = _said(device_id)
    access.close()
    with access.writing() as session:
        phone = session.get_one(Phone, device_id, with_for_update=True)
        phone.learn(said, access.now())
        missing = phone.gaps.first(MISSING_TOLD)
        revoked = device.is_revoked(phone.device)
    if revoked and not said.waiting and not missing:
        return _emptied()
    return jsonify(revoked=revoked, missing=missing)


def _said(device_id: uuid.UUID) -> Contact:
    """What this phone signed; aborts with 403 for everything that it did not."""
    given = body.json_object()
    signature = from_base64url(request.headers.get("Kizuki-Signature", "")[:SIGNATURE_LENGTH])
    by = device.signer(access.reading(), device_id, signature, request.get_data())
    if by.device_id != device_id:
        abort(403)
    deleted = given.get("deleted", [])
    if not isinstance(deleted, list) or len(deleted) > MISSING_TOLD:
        raise Invalid("device.problem.number", "deleted")
    return Contact(
        sequence=_number(given.get("sequence"), "sequence"),
        waiting=_number(given.get("waiting"), "waiting"),
        deleted=frozenset(_number(one, "deleted") for one in deleted),
    )


def _number(value: object, name: str) -> int:
    found = number(value)
    if found is None:
        raise Invalid("device.problem.number", name)
    return found


def _emptied() -> Response:
    """The phone empties itself, in one transaction with its look at what still waits there.

    Clear-Site-Data would take what somebody keeps at this very moment, and browsers ignore it
    where no cookie goes with the request.
    """
    return problem(401, device.REVOKED)

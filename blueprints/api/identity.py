"""Who stands at the JSON door: a signed note, a session with its header, or a receipt code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from blueprints import access
from blueprints.api.body import from_base64url, text
from blueprints.codes import thread_of_code
from blueprints.origin import is_from_elsewhere
from models import device, receipt_code
from models.errors import DomainError, Invalid
from models.sender import NOBODY, Sender

CODE_LENGTH = 40
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NoSuchCode(DomainError):
    """A receipt code that opens nothing: never used, or mistyped beyond its check digits."""

    key = "api.problem.code"


def guard_origin() -> None:
    """Refuse what another site's page sends (403); programs and our own pages pass."""
    if request.method in _WRITES and is_from_elsewhere():
        abort(403)


def sender(signed: bytes) -> Sender:
    """Who sends a note. A wrong signature is nobody, and never refused.

    The signature decides alone where there is one: a phone that somebody else signed in on
    sends the first owner's notes as the first owner's. 401 where a page speaks for a session
    that is over: it still has the note, and can send it under its author later, or as nobody's.
    """
    if "Kizuki-Signature" in request.headers:
        return _signer(signed)
    if "X-CSRFToken" not in request.headers:
        return NOBODY
    person = access.me()
    if person is None or not has_token():
        abort(401)
    return Sender(person.id)


def signed_in() -> uuid.UUID:
    """The signed-in person, with the header that only our own pages know; else 401 or 400."""
    person = access.me()
    if person is None:
        abort(401)
    if not has_token():
        abort(403)
    return person.id


def has_token() -> bool:
    """Whether the header X-CSRFToken belongs to this session."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        return False
    return True


def thread_id_of_code(body: dict[str, Any]) -> uuid.UUID:
    """The thread that the body's receipt code opens; raises Invalid and NoSuchCode.

    Aborts with 429 beyond the limit.
    """
    typed = text(body, "code", CODE_LENGTH)
    found = thread_of_code(typed)
    if found is None and receipt_code.parse(typed) is None:
        raise Invalid("api.problem.code", "code")
    if found is None:
        raise NoSuchCode
    return found


def _signer(signed: bytes) -> Sender:
    try:
        device_id = uuid.UUID(request.headers.get("Kizuki-Device", ""))
    except ValueError:
        return NOBODY
    signature = from_base64url(request.headers["Kizuki-Signature"])
    return device.signer(access.reading(), device_id, signature, signed)

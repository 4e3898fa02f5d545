"""A phone's own key: what it signs is its person's, also when the sign-in has ended."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from itertools import chain

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from sqlalchemy.orm import Session

from models import audit
from models.credential import Credential, CredentialKind
from models.errors import Invalid
from models.lost_phone import phones_of
from models.person import Person
from models.phone import Phone
from models.sender import NOBODY, Sender
from models.town_time import hour_of

POINT_BYTES = 65
DEVICES_PER_PERSON = 10
REVOKED = "device.problem.revoked"
"""What a phone is told whose key speaks for nobody any more."""
_HALF = 32


def register(
    session: Session, person: Person, point: bytes, now: dt.datetime, family: str = ""
) -> Credential:
    """Let a phone's key (a P-256 point, uncompressed) speak for its person.

    The same key again gives the same credential; beyond ten, the least used one ends. `family`:
    the browser's. Raises Invalid for what is no point, and, under a key of its own so that the
    phone makes a new pair, for one that was revoked.
    """
    if _public(point) is None:
        raise Invalid("api.problem.point", "point")
    mine = session.scalars(_keys_of(person)).all()
    same = next((key for key in mine if key.material == point), None)
    if same is not None and same.revoked_at is not None:
        raise Invalid(REVOKED, "point")
    if same is not None:
        return same
    live = [key for key in mine if key.revoked_at is None]
    if len(live) >= DEVICES_PER_PERSON:
        for key in _by_use(session, person, live, now)[: 1 - DEVICES_PER_PERSON]:
            key.revoked_at = now
    made = Credential(
        id=uuid.uuid4(), person=person, kind=CredentialKind.DEVICE_KEY, material=point, made_at=now
    )
    session.add_all((made, Phone(device=made, family=family, heard_at=hour_of(now))))
    audit.record(session, "device", made, now=now, by=person.id)
    return made


def signer(session: Session, device_id: uuid.UUID, signature: bytes, signed: bytes) -> Sender:
    """Whose phone signed this (ECDSA P-256 with SHA-256, r ‖ s); NOBODY if nobody's of ours.

    A revoked key still says whose it was; of who no longer takes part it names no person. A phone
    may give the name of the key that it has by now: then another of that person's has signed.
    """
    named = session.get(Credential, device_id)
    if named is None or named.kind is not CredentialKind.DEVICE_KEY:
        return NOBODY
    own = chain([named], _latest(session, named))
    device = next((key for key in own if _is_signed(key.material, signature, signed)), None)
    if device is None:
        return NOBODY
    person_id = device.person_id if device.person.is_active else None
    return Sender(person_id, device.id, is_revoked=device.revoked_at is not None)


def has_signed(device: Credential, signature: str, signed: bytes) -> bool:
    """Whether this key made a signature, in base64url as browsers give it."""
    padded = signature.encode("ascii", "replace") + b"=" * (-len(signature) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error:
        return False
    return _is_signed(device.material, raw, signed)


def is_revoked(device: Credential) -> bool:
    """Whether a key speaks for nobody any more: it was ended, or its person takes no part."""
    return device.revoked_at is not None or not device.person.is_active


def _by_use(
    session: Session, person: Person, keys: Sequence[Credential], now: dt.datetime
) -> list[Credential]:
    """A person's keys: those of phones on which nobody is signed in, then the others.

    The longest silent first, not the oldest, which may well be the phone in daily use.
    """
    phones = {phone.id: phone for phone in phones_of(session, person, now)}

    def use(key: Credential) -> tuple[bool, dt.datetime, dt.datetime]:
        phone = phones[key.id]
        # When a phone was heard is kept by the hour.
        return bool(phone.sign_in_ids), phone.heard_at, key.made_at

    return sorted(keys, key=use)


def _keys_of(person: Person) -> sa.Select[Credential]:
    return sa.select(Credential).where(
        Credential.person_id == person.id, Credential.kind == CredentialKind.DEVICE_KEY
    )


def _latest(session: Session, named: Credential) -> Iterator[Credential]:
    """The other keys of one's person, asked for only where that one did not sign."""
    others = _keys_of(named.person).where(Credential.id != named.id)
    latest = others.order_by(Credential.made_at.desc(), Credential.id)
    yield from session.scalars(latest.limit(2 * DEVICES_PER_PERSON))


def _is_signed(point: bytes, signature: bytes, signed: bytes) -> bool:
    key = _public(point)
    if key is None or len(signature) != 2 * _HALF:
        return False
    r, s = (int.from_bytes(half) for half in (signature[:_HALF], signature[_HALF:]))
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _public(point: bytes) -> ec.EllipticCurvePublicKey | None:
    if len(point) != POINT_BYTES:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return None

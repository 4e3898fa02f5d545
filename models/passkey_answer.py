"""What is asked of an authenticator, and what its answer proves (WebAuthn level 3).

Nobody's role is known here. The library that verifies loads only when somebody answers.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from models.challenge import LIFE

MOST_CHARACTERS = 20_000
"""Of an answer; those of real authenticators are a tenth of it."""
_ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256 and RS256 (RFC 9053): what authenticators have."""
_MILLISECONDS = int(LIFE.total_seconds()) * 1000

Made = TypeVar("Made")


class Refused(Exception):
    """The answer proves nothing; why is said to nobody."""


@dataclass(frozen=True)
class Site:
    """For whom an authenticator answers. `host` is the relying party's id."""

    origin: str
    host: str
    name: str

    @staticmethod
    def of(public_url: str, name: str) -> Site:
        """The site of this town's address, without a path."""
        parts = urlsplit(public_url)
        return Site(f"{parts.scheme}://{parts.netloc}", parts.hostname or "", name)


@dataclass(frozen=True)
class Holder:
    """Whose passkey is to be made. `handle` is base64url and tells nothing of the person."""

    handle: str
    address: str
    name: str


@dataclass(frozen=True)
class NewKey:
    """A passkey as its authenticator made it; the public key is COSE (RFC 9052)."""

    key_id: bytes
    public_key: bytes
    sign_count: int
    is_synced: bool


@dataclass(frozen=True)
class Used:
    """What an authenticator says of itself when it signs."""

    sign_count: int
    is_synced: bool


def creation_options(
    site: Site, holder: Holder, challenge: str, known: Iterable[bytes]
) -> dict[str, Any]:
    """What `parseCreationOptionsFromJSON` takes; an authenticator that is `known` makes no second.

    It has to make sure who holds it, by finger, face or PIN.
    """
    return {
        "challenge": challenge,
        "rp": {"id": site.host, "name": site.name},
        "user": {"id": holder.handle, "name": holder.address, "displayName": holder.name},
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in _ALGORITHMS],
        "timeout": _MILLISECONDS,
        "excludeCredentials": [_named(one) for one in known],
        # Found without an address, so that nobody can ask which accounts there are.
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(site: Site, challenge: str, allowed: Iterable[bytes] = ()) -> dict[str, Any]:
    """What `parseRequestOptionsFromJSON` takes; without `allowed` ids, any of the site's."""
    return {
        "challenge": challenge,
        "rpId": site.host,
        "timeout": _MILLISECONDS,
        "allowCredentials": [_named(one) for one in allowed],
        "userVerification": "required",
    }


def parts_of(answer: str) -> tuple[bytes, bytes]:
    """The challenge that an answer is to, and the id of the key that gives it; raises Refused."""
    if len(answer) > MOST_CHARACTERS:
        raise Refused
    try:
        told = json.loads(answer)
        client = json.loads(_bytes(told["response"]["clientDataJSON"]))
        if client.get("crossOrigin"):
            raise Refused
        return _bytes(client["challenge"]), _bytes(told["id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused from None


def read_creation(answer: str, challenge: bytes, site: Site) -> NewKey:
    """The new passkey; raises Refused for another origin, site or challenge, and unchecked."""
    from webauthn import verify_registration_response  # noqa: PLC0415

    made = _verified(
        lambda: verify_registration_response(credential=answer, **_expected(challenge, site))
    )
    return NewKey(
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        made.credential_backed_up,
    )


def read_assertion(answer: str, challenge: bytes, site: Site, public_key: bytes) -> Used:
    """Who holds the passkey signed; raises Refused as above, and for another key.

    A count that went back is the caller's to flag: synced passkeys always say 0.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415

    proved = _verified(
        lambda: verify_authentication_response(
            credential=answer,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            **_expected(challenge, site),
        )
    )
    return Used(proved.new_sign_count, proved.credential_backed_up)


def _verified(verify: Callable[[], Made]) -> Made:
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        return verify()
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # What a stranger sent is no fault of ours, however it is broken.
        raise Refused from None


def _expected(challenge: bytes, site: Site) -> dict[str, Any]:
    return {
        "expected_challenge": challenge,
        "expected_rp_id": site.host,
        "expected_origin": site.origin,
        "require_user_verification": True,
    }


def _named(key_id: bytes) -> dict[str, str]:
    return {"type": "public-key", "id": base64.urlsafe_b64encode(key_id).rstrip(b"=").decode()}


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise Refused from None

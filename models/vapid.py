"""The town's keys towards push services (RFC 8292): the present one, and those of before."""

from __future__ import annotations

import base64
import functools
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


class VapidKeys:
    """Private keys by id, as the key file holds them; the last is the one in use."""

    def __init__(self, kept: Sequence[dict[str, Any]]) -> None:
        self._pems = {str(key["id"]): str(key["pem"]) for key in kept}
        self.present_id = str(kept[-1]["id"])

    def private_pem(self, key_id: str) -> bytes | None:
        """The private key of `key_id`, or None where it is no longer kept."""
        pem = self._pems.get(key_id)
        return None if pem is None else pem.encode()

    @functools.cached_property
    def public(self) -> str:
        """The present public key as browsers want it: base64url of the 65-byte point."""
        return _public(self._pems[self.present_id])

    def id_of(self, public: str) -> str | None:
        """The id of a kept key by its public half, or None where it is no longer kept."""
        return self._ids.get(public.rstrip("="))

    @functools.cached_property
    def _ids(self) -> dict[str, str]:
        return {_public(pem): key_id for key_id, pem in self._pems.items()}


def new_vapid_key() -> dict[str, str]:
    """A fresh key, as the key file holds it."""
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"id": secrets.token_hex(4), "pem": pem.decode()}


def _public(pem: str) -> str:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

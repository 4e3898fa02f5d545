"""The key file: one Tink keyset for each thing kept apart, in one file of mode 0600.

What is kept apart: thread keys of ordinary and of sealed notes, the reporter's identity,
other columns, two blind indexes, the phone's envelope, and message codes. A copied database
without this file shows nobody.

Of what is opened by key id, the older keys stay and still open: those keysets rotate, as does
the phone's envelope. An index or a code is only ever compared: it has one key for good.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import io
import json
import os
import stat
import uuid
from pathlib import Path
from typing import Any

import tink
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tink import aead, cleartext_keyset_handle, hybrid, prf
from tink.proto import ecies_aead_hkdf_pb2

from models.data_key import DataKey, bound
from models.errors import DomainError, Unreadable
from models.new_keys import new_document
from models.vapid import VapidKeys

aead.register()
hybrid.register()
prf.register()

ENVELOPE_CONTEXT = b"kizuki/observation/v1"
_COMPARED = ("index", "index_sealed", "index_reporter", "message")
# Interactive cost of RFC 7914; codes of 53 bits need no more, and a desk clerk waits for it.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class KeyFileError(DomainError):
    """The key file is missing, readable by others, or not one of ours; `key` says which."""


class KeyRing:
    """Everything secret, loaded once; the methods are the only uses."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._handles = {
            name: cleartext_keyset_handle.read(tink.JsonKeysetReader(json.dumps(keyset)))
            for name, keyset in document["keysets"].items()
        }
        self._aead = {
            name: self._handles[name].primitive(aead.Aead)
            for name in ("thread", "sealed", "reporter", "column")
        }
        self._prf = {name: self._only_key_of(name) for name in _COMPARED}
        self._vapid = VapidKeys(document["vapid"])
        self._envelopes = self._handles["outbox"].primitive(hybrid.HybridDecrypt)
        self.receipt_salt = base64.b64decode(document["receipt_salt"])
        self.session_secret = base64.b64decode(document["session_secret"])

    def _only_key_of(self, name: str) -> prf.Prf:
        keys = self._handles[name].primitive(prf.PrfSet)
        if len(keys.all()) > 1:
            raise KeyFileError("cli.keys.second", name=name)
        return keys.primary()

    @staticmethod
    def create(path: Path) -> KeyRing:
        """Write a new key file, readable by its owner only; raises FileExistsError."""
        document = new_document()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return KeyRing(document)

    @staticmethod
    def load(path: Path) -> KeyRing:
        """Read a key file; raises KeyFileError where others could read it, or it cannot serve."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except FileNotFoundError:
            raise KeyFileError("cli.keys.missing", file=path.name) from None
        if mode & 0o077:
            raise KeyFileError("cli.keys.mode", file=path.name, mode=f"{mode:04o}")
        try:
            return KeyRing(json.loads(path.read_text()))
        except (ValueError, KeyError, TypeError, tink.TinkError) as error:
            raise KeyFileError("cli.keys.unreadable", file=path.name) from error

    @staticmethod
    def ephemeral() -> KeyRing:
        """A ring that is never written down, for tests."""
        return KeyRing(new_document())

    # Data keys of their own, wrapped; dropping the wrapped key forgets what they opened.

    def new_data_key(self, kind: str, owner: uuid.UUID) -> tuple[DataKey, bytes]:
        """A fresh data key and its wrapped form, bound to its owner's id.

        `kind`: thread, sealed (threads of the sealed team) or reporter (identities).
        """
        raw = AESGCM.generate_key(256)
        return DataKey(raw), self._aead[kind].encrypt(raw, owner.bytes)

    def data_key(self, kind: str, owner: uuid.UUID, wrapped: bytes) -> DataKey:
        """The data key that was wrapped for `owner`; raises Unreadable."""
        try:
            return DataKey(self._aead[kind].decrypt(wrapped, owner.bytes))
        except tink.TinkError as error:
            raise Unreadable from error

    def rewrap(self, was: str, becomes: str, owner: uuid.UUID, wrapped: bytes) -> bytes:
        """The same data key, wrapped for another kind; raises Unreadable."""
        try:
            raw = self._aead[was].decrypt(wrapped, owner.bytes)
        except tink.TinkError as error:
            raise Unreadable from error
        return bytes(self._aead[becomes].encrypt(raw, owner.bytes))

    # Columns: bound to table, column and row, so that a moved ciphertext does not open.

    def seal(self, kind: str, place: str, row: object, plain: str) -> bytes:
        """Encrypt a column's text. `kind`: column or reporter; `place`: "table.column"."""
        return bytes(self._aead[kind].encrypt(plain.encode(), bound(place, row)))

    def unseal(self, kind: str, place: str, row: object, cipher: bytes) -> str:
        """The text of an encrypted column; raises Unreadable."""
        try:
            return str(self._aead[kind].decrypt(cipher, bound(place, row)), "utf-8")
        except tink.TinkError as error:
            raise Unreadable from error

    # Indexes and codes.

    def index(self, field: str, text: str, *, sealed: bool = False, size: int = 16) -> bytes:
        """A blind index of `size` bytes: equal texts in one field meet, nothing else shows."""
        key = self._prf["index_sealed" if sealed else "index"]
        return bytes(key.compute(f"{field}\0{text}".encode(), 32)[:size])

    def reporter_token(self, person_id: uuid.UUID) -> bytes:
        """What joins a person to own threads; meaningless without the key file."""
        return bytes(self._prf["index_reporter"].compute(person_id.bytes, 32))

    def message_code(self, purpose: str, of: str, size: int = 24) -> str:
        """A url-safe code of `size` bytes for a purpose (topic, sighting), never guessable."""
        digest = self._prf["message"].compute(f"{purpose}\0{of}".encode(), 32)[:size]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_message_code(self, purpose: str, of: str, code: str, size: int = 24) -> bool:
        """Whether `code` is the message code, compared in constant time."""
        return hmac.compare_digest(self.message_code(purpose, of, size).encode(), code.encode())

    @functools.cached_property
    def _audit_key(self) -> bytes:
        return bytes(self._prf["message"].compute(b"audit\0", 32))

    def audit_code(self, content: bytes) -> bytes:
        """What signs a line, an end or a kept head of the audit (HMAC-SHA-256, 32 bytes).

        Its key follows from that of message codes, so that an older key file serves, too.
        """
        return hmac.digest(self._audit_key, content, "sha256")

    def slow_index(self, code: str) -> bytes:
        """scrypt of a short secret (receipt, invitation code) under the key file's salt.

        Deliberately slow (tens of milliseconds): call it outside any write.
        """
        return hashlib.scrypt(code.encode(), salt=self.receipt_salt, **_SCRYPT)

    # The phone's envelope.

    def open_envelope(self, envelope: bytes) -> bytes:
        """The bytes a phone sealed to the town's public key; raises Unreadable."""
        try:
            return bytes(self._envelopes.decrypt(envelope, ENVELOPE_CONTEXT))
        except tink.TinkError as error:
            raise Unreadable from error

    @functools.cached_property
    def envelope_key(self) -> dict[str, object]:
        """The public key phones seal to: `id` (int) and `point` (65 bytes, base64)."""
        out = io.StringIO()
        self._handles["outbox"].public_keyset_handle().write_no_secret(tink.JsonKeysetWriter(out))
        keyset = json.loads(out.getvalue())
        key = next(k for k in keyset["key"] if k["keyId"] == keyset["primaryKeyId"])
        public = ecies_aead_hkdf_pb2.EciesAeadHkdfPublicKey.FromString(
            base64.b64decode(key["keyData"]["value"])
        )
        point = b"\x04" + public.x[-32:].rjust(32, b"\0") + public.y[-32:].rjust(32, b"\0")
        return {"id": key["keyId"], "point": base64.b64encode(point).decode()}

    # VAPID (RFC 8292).

    @property
    def vapid_key_id(self) -> str:
        """Id of the key new subscriptions are made with."""
        return self._vapid.present_id

    def vapid_private_pem(self, key_id: str) -> bytes | None:
        """The private key of `key_id`, or None where it is no longer kept."""
        return self._vapid.private_pem(key_id)

    def vapid_id_of(self, public: str) -> str | None:
        """The id of the key with this public half, or None where it is no longer kept."""
        return self._vapid.id_of(public)

    @property
    def vapid_public(self) -> str:
        """The current public key as browsers want it: base64url of the 65-byte point."""
        return self._vapid.public

"""A town's new key file: fresh keys for each thing kept apart (models/keys.py)."""

from __future__ import annotations

import base64
import io
import json
import secrets
from typing import Any

import tink
from tink import aead, cleartext_keyset_handle, hybrid, prf

from models.vapid import new_vapid_key

_KEYSETS = {
    "thread": aead.aead_key_templates.AES256_GCM,
    "sealed": aead.aead_key_templates.AES256_GCM,
    "reporter": aead.aead_key_templates.AES256_GCM,
    "column": aead.aead_key_templates.AES256_GCM,
    "index": prf.prf_key_templates.HMAC_SHA256,
    "index_sealed": prf.prf_key_templates.HMAC_SHA256,
    "index_reporter": prf.prf_key_templates.HMAC_SHA256,
    "message": prf.prf_key_templates.HMAC_SHA256,
    "outbox": hybrid.hybrid_key_templates.ECIES_P256_HKDF_HMAC_SHA256_AES128_GCM,
}


def new_document() -> dict[str, Any]:
    """Everything secret, drawn anew."""
    return {
        "format": 1,
        "keysets": {name: _new_keyset(template) for name, template in _KEYSETS.items()},
        "receipt_salt": base64.b64encode(secrets.token_bytes(32)).decode(),
        "session_secret": base64.b64encode(secrets.token_bytes(32)).decode(),
        "vapid": [new_vapid_key()],
    }


def _new_keyset(template: Any) -> Any:
    out = io.StringIO()
    cleartext_keyset_handle.write(tink.JsonKeysetWriter(out), tink.new_keyset_handle(template))
    return json.loads(out.getvalue())

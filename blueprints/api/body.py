"""What a program sent, read strictly: one JSON object in UTF-8, and its fields by type."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NoReturn

from flask import abort, request

from models.errors import Invalid
from models.text import clean, excess, is_blank

MAX_JSON_BYTES = 64 * 1024
# The largest padded text, and what the envelope has around it.
MAX_ENVELOPE_BYTES = 2 * 1024 * 1024 + 1024
ENVELOPE_TYPES = ("application/octet-stream", "application/vnd.kizuki.note.v1")


def json_object() -> dict[str, Any]:
    """The request's JSON object; aborts with 413, 415 or 400 where it is none."""
    request.max_content_length = MAX_JSON_BYTES
    if not request.is_json:
        abort(415)
    found = parse_object(request.get_data())
    if found is None:
        abort(400)
    return found


def envelope() -> bytes:
    """The request's body as it came; aborts with 413 beyond its size, 400 where it is empty."""
    request.max_content_length = MAX_ENVELOPE_BYTES
    found = request.get_data()
    if not found:
        abort(400)
    return found


def parse_object(raw: bytes) -> dict[str, Any] | None:
    """A JSON object in strict UTF-8, without repeated names or NaN; None for all else."""
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(body: dict[str, Any], name: str, limit: int, *, needed: bool = True) -> str:
    """A text field of at most `limit` characters as typed; raises Invalid that points to it.

    Empty where nothing can be seen in it, and it is not needed.
    """
    value = body.get(name)
    if value is None or (isinstance(value, str) and is_blank(value)):
        if needed:
            raise Invalid("api.problem.needed", name)
        return ""
    if not isinstance(value, str):
        raise Invalid("api.problem.text", name)
    over = excess(value, limit)
    if over:
        raise Invalid("api.problem.too_long", name, n=over)
    return clean(value)


def one_of(body: dict[str, Any], name: str, known: tuple[str, ...]) -> str:
    """A field that is one of some words; raises Invalid that points to it."""
    value = body.get(name)
    if not isinstance(value, str) or value not in known:
        raise Invalid("api.problem.unknown", name)
    return value


def from_base64url(value: str) -> bytes:
    """The bytes of strict base64url, with or without padding; empty where it is none."""
    bare = value.rstrip("=")
    try:
        return base64.b64decode(
            bare.encode("ascii") + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        return b""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a number of JSON")

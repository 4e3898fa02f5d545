"""The head of the audit: where every chain ends, signed, to be kept where no one here can write.

What was changed up to a kept head is found even where somebody had the key file as well: they
cannot change what is kept outside.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import hmac
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_chain import Mark, Walked, chains, walk
from models.audit_line import AuditHead
from models.base import keys_of
from models.errors import DomainError
from models.keys import KeyRing

FORMAT = "kizuki-audit-1"


class NotAHead(DomainError):
    """A file that is no head, or not one that this town signed; the words say which."""

    key = "cli.audit.no_head"


@dataclass(frozen=True)
class Head:
    """A head as it was kept."""

    at: dt.datetime
    marks: dict[str, Mark]


def document(session: Session, now: dt.datetime) -> str:
    """The head of this moment as text: ids and digests, and nothing of anybody."""
    ends = session.scalars(sa.select(AuditHead).order_by(AuditHead.chain))
    chains = {end.chain: [end.position, end.digest.hex()] for end in ends}
    body: dict[str, Any] = {
        "format": FORMAT,
        "at": now.astimezone(dt.UTC).isoformat(),
        "chains": chains,
    }
    return json.dumps(body | {"code": _code(keys_of(session), body)}, indent=1)


def read(raw: bytes, keys: KeyRing) -> Head:
    """A head from its file or from a saved letter; raises NotAHead."""
    body = _json(raw)
    code = body.pop("code", None)
    if body.get("format") != FORMAT or not isinstance(code, str):
        raise NotAHead
    if not hmac.compare_digest(code.encode(), _code(keys, body).encode()):
        raise NotAHead("cli.audit.foreign_head")
    at = dt.datetime.fromisoformat(body["at"])
    marks = {
        chain: Mark(position, bytes.fromhex(digest), at)
        for chain, (position, digest) in body["chains"].items()
    }
    return Head(at, marks)


def verify(session: Session, head: Head | None) -> list[Walked]:
    """Every chain there is or was, followed against a kept head; by name."""
    marks = {} if head is None else head.marks
    return [walk(session, one, marks.get(one)) for one in sorted({*chains(session), *marks})]


def _code(keys: KeyRing, body: dict[str, Any]) -> str:
    return keys.audit_code(b"kept\x1f" + json.dumps(body, sort_keys=True).encode()).hex()


def _json(raw: bytes) -> dict[str, Any]:
    """What stands between the outermost braces of a file, or of a letter's text."""
    for text in (raw.decode("utf-8", "replace"), _letter(raw)):
        begin, end = text.find("{"), text.rfind("}")
        try:
            found = json.loads(text[begin : end + 1])
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise NotAHead


def _letter(raw: bytes) -> str:
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    part = letter.get_body(("plain",))
    return "" if part is None else str(part.get_content())

"""Record what a phone sends in an envelope version: python -m tests.clients.keep v2

Writes a folder with the key file that opens the envelopes, the phone's public key, what was
sealed, and each request as it goes over the line: invented people only. A folder that is there
is never written again: phones with that version are out there, and offer it for years.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models import receipt_code
from models.keys import ENVELOPE_CONTEXT, KeyRing
from tests.support.phone import OBSERVATIONS

HERE = Path(__file__).parent
DEVICE = "00000000-0000-4000-8000-00000000d001"
NOTED_AT = "2026-11-24T00:10:00Z"
CODE = "1234567890123456" + receipt_code.check_digits("1234567890123456")
NOBODY = "nobody"
LONG = "向かいの家の新聞が、きのうも今日もたまっていました。"


def uid(number: int) -> str:
    """An id that is the same at every recording."""
    return f"00000000-0000-4000-8000-{number:012}"


def note(number: int, **more: Any) -> dict[str, Any]:
    """A note as the form fills it."""
    fields = {
        "id": uid(number),
        "place": "北町",
        "signs": ["not_seen"],
        "urgency": "soon",
        "words": "葛󠄀城さんのお宅の新聞が、三日たまっています。",
        "contact": "reply",
        "show_name": "0",
        "language": "ja",
    }
    return fields | _of_outbox(number) | more


def following(number: int, kind: str, of: int, **more: Any) -> dict[str, Any]:
    """What follows a note."""
    return {"kind": kind, "id": uid(number), "note": uid(of)} | _of_outbox(number) | more


def _of_outbox(number: int) -> dict[str, str]:
    """What the outbox adds to every item."""
    return {"sequence": str(number), "noted_at": NOTED_AT, "salt": f"salt-of-item-number-{number}"}


def items() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every kind and every padding size, each with a name; whose name begins so, is nobody's."""
    yield "note-2kib", note(1, signs=["unconscious"], contact="telephone", telephone="09012345678")
    yield "note-sealed", note(2, not_nearby="1")
    yield "note-8kib", note(3, words=LONG * 75)
    yield "note-32kib", note(4, words=LONG * 300)
    yield "note-512kib", note(5, words=LONG * 4000)
    yield "note-2mib", note(6, words=LONG * 20000)
    yield "answer", following(7, "answer", 1, words="土曜からです。")
    yield "addition", following(8, "addition", 1, words="窓が", right_place="北町3-2")
    yield "called", following(9, "called", 1, called_first="done")
    yield "stop_contact", following(10, "stop_contact", 1)
    yield "withdrawal", following(11, "withdrawal", 2)
    slice_of = base64.b64encode(bytes(range(256)) * 352).decode()
    photo = {"photo": uid(99), "part": "1", "parts": "2", "data": slice_of}
    yield "photo-128kib", following(12, "photo", 3, **photo)
    yield f"{NOBODY}-note", note(13, receipt=CODE)
    yield f"{NOBODY}-addition", following(14, "addition", 13, words="窓が", code=CODE)


def main(version: str) -> None:
    """Record; raises FileExistsError where the version was recorded before."""
    folder = HERE / version
    folder.mkdir()
    keys = KeyRing.create(folder / "keys.json")
    named = list(items())
    key = {**keys.envelope_key, "info": ENVELOPE_CONTEXT.decode()}
    done = subprocess.run(
        ["node", HERE / "seal.mjs"],
        input=json.dumps({"townKey": key, "items": [raw for _, raw in named]}),
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    sent = {}
    for number, ((name, raw), one) in enumerate(zip(named, told["sealed"], strict=True), start=1):
        body = base64.b64decode(one["envelope"])
        head = _head(name, one["signature"], len(named) - number, len(body))
        (folder / f"{number:02}-{name}.http").write_bytes(head + body)
        sent[name] = _told(raw) | {"hash": one["hash"]}
    about = {"device": DEVICE, "point": told["point"], "sent": sent}
    (folder / "sent.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")


def _told(raw: dict[str, Any]) -> dict[str, Any]:
    """What a test has to know of an item; its words by their SHA-256, some are long."""
    known = {"kind": "note"} | {name: raw[name] for name in ("kind", "id", "note") if name in raw}
    words = raw.get("words")
    return known | ({"words": digest(words.encode())} if words else {})


def digest(raw: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


def _head(name: str, signature: str, waiting: int, length: int) -> bytes:
    signed = {"Kizuki-Device": DEVICE, "Kizuki-Signature": signature}
    headers = {
        **({} if name.startswith(NOBODY) else signed),
        "Content-Type": "application/octet-stream",
        "Kizuki-Waiting": str(waiting),
        "Content-Length": str(length),
    }
    lines = [f"POST {OBSERVATIONS} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


if __name__ == "__main__":
    main(sys.argv[1])

"""B9 and B10, uploads: the one form that takes a file, with names and bodies that are none.

What photos can hold is attacked in test_photos.py and tests/pwa/test_darkroom.py.
"""

from __future__ import annotations

import pytest

from tests.attacks.served import Answer, Caller, Served, said

PATH = "/office/areas/csv"
TABLE = "town,living_area\r\n北町,北部\r\n".encode()
EDGE = "----attack"
KIND = f"multipart/form-data; boundary={EDGE}"
NAMES = [
    "../../../etc/cron.d/x",
    "..\\..\\x.csv",
    "CON",
    "a" * 300,
    "gpj.\u202eexe",
    "x\x00.csv",
    "a%0d%0aX-Evil: 1",
    "=cmd|'/c calc'!A1.csv",
    "<script>alert(1)</script>",
]


@pytest.fixture(scope="module")
def yamamoto(here: Served) -> Caller:
    return here.person(here.cast.yamamoto)


def part(name: str, table: bytes = TABLE) -> bytes:
    """A file as a browser writes it, but for a name that no browser would."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: text/csv\r\n\r\n" + table + b"\r\n"


def upload(who: Caller, body: bytes, kind: str = KIND) -> Answer:
    return who.ask("POST", PATH, body, **{"Content-Type": kind, "X-CSRFToken": who.token})


@pytest.mark.parametrize("name", NAMES)
def test_b9_a_name_of_a_file_is_never_used(yamamoto: Caller, name: str) -> None:
    answer = upload(yamamoto, part(name) + f"--{EDGE}--\r\n".encode())
    assert answer.status == 200
    assert "X-Evil" not in answer.headers
    for shown in ("etc/cron", "\u202e", "<script>alert", "calc"):
        assert shown not in answer.text.partition("<main")[2]


END = f"--{EDGE}--\r\n".encode()
BROKEN: dict[str, tuple[bytes, str, int]] = {
    "no end": (part("a.csv")[:-2], KIND, 422),
    "no edge": (part("a.csv") + END, "multipart/form-data", 422),
    "another edge": (part("a.csv") + END, "multipart/form-data; boundary=other", 422),
    "an endless edge": (part("a.csv") + END, "multipart/form-data; boundary=" + "a" * 5000, 422),
    "10k parts": (part("a.csv", b"") * 10_000 + END, KIND, 413),
    "an archive": (part("a.csv", b"PK\x03\x04" + bytes(500)) + END, KIND, 422),
    "a packed bomb": (part("a.csv", b"\x1f\x8b\x08" + bytes(500)) + END, KIND, 422),
    "a page": (part("a.csv", b"<html><script>alert(1)</script>") + END, KIND, 422),
    "half a letter": (part("a.csv", TABLE[:-3] + b"\xe5") + END, KIND, 422),
    "4 MB": (part("a.csv", b"a" * 4_000_000) + END, KIND, 413),
    "nothing": (b"", KIND, 422),
}


@pytest.mark.parametrize("how", BROKEN)
def test_b10_a_body_that_is_none_is_told_and_changes_nothing(yamamoto: Caller, how: str) -> None:
    body, kind, status = BROKEN[how]
    answer = upload(yamamoto, body, kind)
    assert answer.status == status
    said_why = (said("frame.error.too_large"), said("office.csv.not_loaded"))
    assert any(sentence in answer.text for sentence in said_why)
    assert b"<script>alert" not in answer.body
    assert "北部" in yamamoto.get("/office/areas").text

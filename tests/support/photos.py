"""Pictures as phones and attackers make them, and the parts in which they are sent."""

from __future__ import annotations

import base64
import io
import struct
import uuid
import zlib
from typing import Any

from PIL import Image

PART_BYTES = 88 * 1024
CANARY = "カナリア-7F3A"
_MARK = CANARY.encode()
RIGHT_TOP = 6
"""EXIF orientation: the picture lies on its left side and is to be turned clockwise."""


def drawing(width: int = 80, height: int = 40) -> Image.Image:
    """A picture of which one sees when it was turned: its left half is red."""
    picture = Image.new("RGB", (width, height), "navy")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def jpeg(width: int = 80, height: int = 40, quality: int = 80) -> bytes:
    """A plain JPEG."""
    return _saved(drawing(width, height), "JPEG", quality=quality)


def noisy(width: int, height: int, quality: int = 70) -> bytes:
    """A JPEG that compresses badly, as a photograph does."""
    return _saved(Image.effect_noise((width, height), 80).convert("RGB"), "JPEG", quality=quality)


def telltale() -> bytes:
    """A JPEG with the canary in every place where a file tells more than it shows."""
    out = io.BytesIO()
    picture = drawing()
    picture.save(out, "JPEG", exif=_exif(), comment=_MARK, icc_profile=b"\0" * 128 + _MARK)
    data = out.getvalue()
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + _MARK + b"</x:xmpmeta>"
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(_MARK)) + _MARK
    head = data[:2] + _segment(0xE1, xmp) + _segment(0xED, iptc) + _segment(0xEF, _MARK)
    return head + data[2:] + jpeg(20, 10) + _MARK


def telltale_png() -> bytes:
    """A PNG with the canary in its text chunks and after its end."""
    data = _saved(drawing(), "PNG")
    chunks = b"".join(
        _chunk(kind, b"Comment\0" + body)
        for kind, body in (
            (b"tEXt", _MARK),
            (b"zTXt", b"\0" + zlib.compress(_MARK)),
            (b"iTXt", b"\0\0\0\0" + _MARK),
        )
    )
    return data[:33] + chunks + _chunk(b"eXIf", _exif()) + data[33:] + _MARK


def bomb(side: int = 50_000) -> bytes:
    """A PNG of `side` squared pixels in one bit each: small on the way, huge when opened."""
    line = zlib.compressobj(9)
    row = b"\0" * (1 + (side + 7) // 8)
    body = b"".join(line.compress(row) for _ in range(side)) + line.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def animated(kind: str, frames: int = 30) -> bytes:
    """An animated PNG or WebP."""
    first, *rest = [Image.new("RGB", (16, 16), (n, n, n)) for n in range(frames)]
    return _saved(first, kind, save_all=True, append_images=rest)


def saved(kind: str) -> bytes:
    """The drawing in another format."""
    return _saved(drawing(), kind)


def parts_of(
    data: bytes, note: str, *, photo: str | None = None, size: int = PART_BYTES
) -> list[dict[str, Any]]:
    """The items a phone makes of a picture."""
    photo = photo or str(uuid.uuid4())
    slices = [data[start : start + size] for start in range(0, max(len(data), 1), size)]
    return [
        {
            "kind": "photo",
            "id": str(uuid.uuid4()),
            "note": note,
            "photo": photo,
            "part": str(number),
            "parts": str(len(slices)),
            "data": base64.b64encode(one).decode(),
        }
        for number, one in enumerate(slices, 1)
    ]


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = RIGHT_TOP
    exif[0x010E] = CANARY
    exif.get_ifd(0x8825).update({1: "N", 2: (34.9, 0.0, 0.0), 27: _MARK})
    exif.get_ifd(0x8769)[0x9286] = _MARK
    return exif.tobytes() + jpeg(16, 8) + _MARK


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()

"""Draws a picture anew, in a process that has nothing to lose: stdin → stdout, then it ends.

Run by its path in an isolated interpreter (`darkroom.py`), never imported by the program. What
it is given comes from anybody; what it writes is a new JPEG of the same pixels, with nothing
else that stood in the file. Exit code 1: it is no picture that we take.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import resource
import struct
import sys
import warnings

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 2**20
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 1600
MOST_BYTES = 400_000
QUALITIES = (85, 75, 65, 50, 35)
FORMATS = ("JPEG", "PNG", "WEBP")
NO_PICTURE = 1

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38


def limit() -> None:
    """Give up time, memory and files; the rest follows once the decoders are loaded."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_the_network() -> None:
    """Where the kernel allows it, a network of one's own with nothing in it."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if library.unshare(_NEW_NET) != 0:
            library.unshare(_NEW_USER | _NEW_NET)


def shut() -> None:
    """No descriptor beyond the three there are: no file is opened and no socket made."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def drawn(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as a JPEG, upright and small, with its size; raises where it is none."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as found:
        width, height = found.size
        if width * height > MOST_PIXELS:
            raise ValueError("too many pixels")
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        found.load()
        ImageOps.exif_transpose(found, in_place=True)
        found.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        see_through = found.convert("RGBA")
    # A new picture: whatever hung on the old one stays there.
    picture = Image.new("RGB", see_through.size, "white")
    picture.paste(see_through, mask=see_through.getchannel("A"))
    return _written(picture), picture.size


def _written(picture: Image.Image) -> bytes:
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def main() -> int:
    """Read all, draw, write the size and the JPEG."""
    shut()
    data = sys.stdin.buffer.read()
    try:
        jpeg, size = drawn(data)
    except Exception:
        return NO_PICTURE
    sys.stdout.buffer.write(struct.pack(">II", *size) + jpeg)
    sys.stdout.buffer.flush()
    return 0


limit()
leave_the_network()
warnings.simplefilter("ignore")

from PIL import Image, ImageOps, MpoImagePlugin  # noqa: E402, F401 - within the limits


def warm_up() -> None:
    """Draw one picture of each kind, so that everything is loaded before the door shuts."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in FORMATS:
        out = io.BytesIO()
        Image.new("RGB", (8, 4)).save(out, kind, exif=exif)
        drawn(out.getvalue())


if __name__ == "__main__":
    warm_up()
    # Past the interpreter's own end, which would want files again.
    os._exit(main())

"""Runs the decoder as a process of its own, and believes nothing of what it says without a look."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 15.0
"""Longer than the decoder's own seconds of processor time, on a machine that is busy."""
LONGEST_SIDE = 1600
MOST_BYTES = 2 * 2**20
_NO_PICTURE = 1
_SIZE = struct.Struct(">II")
_STARTS, _ENDS = b"\xff\xd8\xff\xe0", b"\xff\xd9"
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_DECODER = Path(__file__).with_name("decoder.py")
COMMAND = (sys.executable, "-I", "-B", str(_DECODER))
"""Isolated: it knows neither this program, nor its environment, nor the folder it stands in."""


class NoPicture(Exception):
    """It is nothing that can be drawn, and will not be the next time."""


class Interrupted(Exception):
    """The decoder was stopped: by a limit, by the kernel, or together with the worker."""


@dataclass(frozen=True)
class Drawn:
    """A new JPEG with its width and height in pixels."""

    jpeg: bytes
    size: tuple[int, int]


def draw(data: bytes, command: Sequence[str] = COMMAND) -> Drawn:
    """Draw what a phone sent anew; raises NoPicture and Interrupted."""
    if not data.startswith(_MAGIC):
        raise NoPicture
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Interrupted from error
    if done.returncode == _NO_PICTURE:
        raise NoPicture
    if done.returncode != 0:
        raise Interrupted
    return _believed(done.stdout)


def _believed(told: bytes) -> Drawn:
    """What the decoder wrote, if it is what it must write."""
    jpeg = told[_SIZE.size :]
    is_jpeg = jpeg.startswith(_STARTS) and jpeg.endswith(_ENDS) and len(jpeg) <= MOST_BYTES
    if not is_jpeg:
        raise NoPicture
    width, height = _SIZE.unpack(told[: _SIZE.size])
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise NoPicture
    return Drawn(jpeg, (width, height))

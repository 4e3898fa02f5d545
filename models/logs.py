"""How this program's logs are written: of an error its kind and its place in the code, no text.

The text of an error may hold what somebody wrote, a name, or an address.
"""

from __future__ import annotations

import copy
import logging
import traceback
from typing import Any

_FRAMES = 6


class BareFormatter(logging.Formatter):
    """Writes no text of any error."""

    def format(self, record: logging.LogRecord) -> str:
        """As ever; what another formatter made of the error before is not taken over."""
        bare = copy.copy(record)
        bare.exc_text = bare.stack_info = None
        return super().format(bare)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """Kind and place."""
        return "" if ei[1] is None else place_of(ei[1])


def place_of(error: BaseException) -> str:
    """ValueError at inner:12 < outer:3: what went wrong and where, never what it was about."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-_FRAMES:]))
    return f"{type(error).__name__} at {where}"


def set_up(level: str) -> None:
    """For this process, where nobody has set up logs before."""
    handler = logging.StreamHandler()
    handler.setFormatter(BareFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)

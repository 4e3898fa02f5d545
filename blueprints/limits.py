"""Counting tries without raising: what lies beyond a limit is the door's to decide."""

from __future__ import annotations

import uuid

from limits import parse

from blueprints import access
from blueprints.gate import limiter, network

WRONG_CODES = "wrong codes"
OPENING_TIMES = 10
"""How much more often codes may be used than tried."""
PHOTO_PARTS_PER_DAY = 600
"""Forty notes with three photos each, in the five parts that a phone makes of one."""


def is_beyond_notes(by: uuid.UUID | None) -> bool:
    """Whether a sender has sent more notes in an hour than the settings say; counts this one.

    Such a note is accepted all the same, marked, and sorted last in its urgency.
    """
    return _is_beyond(f"{access.kizuki().settings.notes_per_hour}/hour", "notes", by)


def is_beyond_photos(by: uuid.UUID | None) -> bool:
    """Whether a sender has sent more parts of photos in a day than anybody takes; counts this one.

    Such a part is answered as any other and not kept; the note it belongs to is there.
    """
    return _is_beyond(f"{PHOTO_PARTS_PER_DAY}/day", "photos", by)


def is_beyond_codes() -> bool:
    """Whether an address has tried too many receipt codes in a minute that open nothing.

    Those that open count too, by far more: a hall or a carrier's network is one address for many,
    and each of them takes its time to hash.
    """
    most = access.kizuki().settings.codes_per_minute
    wrong = limiter.limiter.test(parse(f"{most}/minute"), WRONG_CODES, network())
    return limiter.enabled and (
        not wrong or _is_beyond(f"{most * OPENING_TIMES}/minute", "codes", None)
    )


def count_wrong_code() -> None:
    """One more that opens nothing."""
    _is_beyond(f"{access.kizuki().settings.codes_per_minute}/minute", WRONG_CODES, None)


def _is_beyond(rule: str, scope: str, by: uuid.UUID | None) -> bool:
    who = network() if by is None else str(by)
    return limiter.enabled and not limiter.limiter.hit(parse(rule), scope, who)

"""When reading was opened on a phone, and last used: in the signed cookie, in no database."""

from __future__ import annotations

import datetime as dt

from flask import session

from models.reading_lock import Used

_OPENED, _LAST, _OPENING = "opened_at", "read_at", "opening"
_EVERY = dt.timedelta(minutes=1)


def used() -> Used | None:
    """What this browser says; None where reading was never opened in its present session."""
    opened_at, last_at = _moment(_OPENED), _moment(_LAST)
    if opened_at is None or last_at is None:
        return None
    return Used(opened_at, last_at, session.get(_OPENING, 0))


def begin(now: dt.datetime, opening: int = 0) -> None:
    """Reading is open from now on; `opening`: by the how manieth proof, none where one came in."""
    session[_OPENED] = session[_LAST] = int(now.timestamp())
    session[_OPENING] = opening


def go_on(now: dt.datetime) -> None:
    """Somebody uses it; remembered once a minute."""
    last_at = _moment(_LAST)
    if last_at is not None and now - last_at >= _EVERY:
        session[_LAST] = int(now.timestamp())


def end() -> None:
    """Nobody reads on."""
    session.pop(_LAST, None)


def _moment(name: str) -> dt.datetime | None:
    kept = session.get(name)
    return dt.datetime.fromtimestamp(kept, dt.UTC) if isinstance(kept, int) else None

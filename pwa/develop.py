"""The worker's step that turns the parts of photos into pictures, a few at a time."""

from __future__ import annotations

import datetime as dt
import time

from models import developing, photo_joining
from models.developing import Ready
from models.store import Store
from pwa import darkroom

AT_ONCE = 20
TURN_SECONDS = 10.0
"""How long the worker's other steps may have to wait for this one."""


def develop_photos(store: Store, now: dt.datetime) -> int:
    """Draw what is whole; gives how many. What was interrupted is tried again the next time."""
    until = time.monotonic() + TURN_SECONDS
    _join_notes(store)
    with store.read() as session:
        found = developing.ready(session, AT_ONCE)
    drawn = 0
    for one in found:
        if time.monotonic() > until:
            break
        drawn += _develop(store, one, now)
    return drawn


def _join_notes(store: Store) -> None:
    with store.read() as session:
        is_anything = photo_joining.has_joinable(session)
    if is_anything:
        with store.write() as session:
            photo_joining.join_notes(session)


def _develop(store: Store, one: Ready, now: dt.datetime) -> bool:
    with store.write() as session:
        photo_id = developing.begin(session, one, now)
    if photo_id is None:
        return False
    with store.read() as session:
        sheet = developing.sheet(session, photo_id)
    if sheet is None:
        return False
    try:
        drawn = darkroom.draw(sheet.data)
    except darkroom.Interrupted:
        return False
    except darkroom.NoPicture:
        with store.write() as session:
            developing.give_up(session, sheet.id, now)
        return False
    with store.write() as session:
        developing.keep(session, sheet.id, drawn.jpeg, drawn.size, now)
    return True

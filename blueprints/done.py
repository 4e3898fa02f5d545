"""What was just done, as the address after it says it: a noun, and desks by their ids alone."""

from __future__ import annotations

import uuid

from flask import request
from markupsafe import Markup

from blueprints import access
from blueprints.access import Permission
from blueprints.language import current_locale, show, words
from models.desk import Desk
from models.handoff import Handoff, State

_OF_A_REPLY = ("acknowledgement", "undoing")
_ELSEWHERE = ("nobody_there", "takes_no_hurry")
_NAMES_DESKS = (*_ELSEWHERE, "gathered_on")


def given(noun: str, handoff: Handoff, chosen: Desk) -> str:
    """The end of the address after a handoff was given to a desk; its owner may be another."""
    if handoff.desk_id == chosen.id:
        return f"done={noun}"
    why = _ELSEWHERE[not chosen.takes(handoff.urgency)]
    return f"done={why}&chosen={chosen.id}&owner={handoff.desk_id}"


def moved(noun: str, handoff: Handoff, stood: Desk) -> str | None:
    """The desk's list, where what was just done took the handoff from it; else None."""
    if handoff.desk_id == stood.id:
        return None
    return f"/desk?desk={stood.id}&done={noun}&chosen={stood.id}&owner={handoff.desk_id}"


def sentence() -> Markup:
    """`desk.done.<noun>` of this address; empty where it names nothing that we say."""
    noun = request.args.get("done", "")
    key = f"desk.done.{noun}"
    if not words().has(current_locale(), key):
        return Markup()
    if noun in _OF_A_REPLY:
        return _of_reply(noun, key)
    if noun not in _NAMES_DESKS:
        return show(key)
    desk, owner = _name("chosen"), _name("owner")
    return show(key, desk=desk, owner=owner) if desk and owner else Markup()


def _of_reply(noun: str, key: str) -> Markup:
    """Only what is so by now: a reply can be undone, or taken away, and an undone one said anew."""
    handoff = _handoff("row" if noun == "undoing" else "of")
    if handoff is None or (handoff.state is State.SENT) is not (noun == "undoing"):
        return Markup()
    return show("desk.undo.over" if handoff.is_withheld(access.now()) else key)


def _handoff(which: str) -> Handoff | None:
    try:
        named = Handoff.id == uuid.UUID(request.args.get(which, ""))
    except ValueError:
        return None
    readable = access.listing(Handoff, Permission.HANDOFF_READ)
    return access.reading().scalars(readable.where(named)).first()


def _name(which: str) -> str:
    try:
        desk = access.reading().get(Desk, uuid.UUID(request.args.get(which, "")))
    except ValueError:
        return ""
    return "" if desk is None else desk.name

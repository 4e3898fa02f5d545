"""What was just done, as the address after it says it: a noun, and desks by their ids alone."""

from __future__ import annotations

import uuid

from flask import request
from markupsafe import Markup

from blueprints import access
from blueprints.language import current_locale, show, words
from models.desk import Desk
from models.handoff import Handoff

_ELSEWHERE = ("nobody_there", "takes_no_hurry")


def given(noun: str, handoff: Handoff, chosen: Desk) -> str:
    """The end of the address after a handoff was given to a desk; its owner may be another."""
    if handoff.desk_id == chosen.id:
        return f"done={noun}"
    why = _ELSEWHERE[not chosen.takes(handoff.urgency)]
    return f"done={why}&chosen={chosen.id}&owner={handoff.desk_id}"


def sentence() -> Markup:
    """`desk.done.<noun>` of this address; empty where it names nothing that we say."""
    noun = request.args.get("done", "")
    key = f"desk.done.{noun}"
    if not words().has(current_locale(), key):
        return Markup()
    if noun not in _ELSEWHERE:
        return show(key)
    desk, owner = _name("chosen"), _name("owner")
    return show(key, desk=desk, owner=owner) if desk and owner else Markup()


def _name(which: str) -> str:
    try:
        desk = access.reading().get(Desk, uuid.UUID(request.args.get(which, "")))
    except ValueError:
        return ""
    return "" if desk is None else desk.name

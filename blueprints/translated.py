"""A page that answers a form, in another language: nothing of it is done, and nothing is lost.

The buttons of the switch send the page's own form, with everything that stands in it, to where it
goes anyway, and beside it the language. From there the page comes back as after any problem.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from blueprints import access, language, shown_once
from blueprints.typed import Pairs, given
from models.errors import Busy
from models.words import LOCALES

FIELD = "speak"
_AWAY = (Busy, sa.exc.OperationalError, sa.exc.TimeoutError)


@dataclass(frozen=True)
class Switch:
    """Where the buttons of the other languages send, and what; or which form of the page."""

    name: str
    action: str = ""
    fields: Pairs = field(default_factory=list)
    form: str = ""


def is_asked() -> bool:
    """Whether a page's form came for the sake of another language alone."""
    if request.method != "POST" or request.path.startswith("/api/"):
        return False
    try:
        return request.form.get(FIELD) in LOCALES
    except HTTPException:
        return False


def take_up() -> Any:
    """Speak the language from now on and do nothing else; the page, where it was shown once.

    A store that is away keeps nobody from reading: the cookie remembers meanwhile.
    """
    with suppress(*_AWAY):
        language.speak(request.form[FIELD])
    access.close()
    access.only_show()
    return shown_once.shown_again(before_gate=True)


def show_again() -> Any:
    """The page that tells something once, for whoever may be here."""
    return shown_once.shown_again(before_gate=False) if access.is_only_shown() else None


def given_back(here: bool | str, name: str = "") -> Markup:
    """The id of a form, by which the switch sends it where it is the one given back.

    `here`: whether it is, or the address that such a form was sent to. `name`: its own id.
    """
    is_here = request.path == here if isinstance(here, str) else here
    found = name
    if is_here and request.method == "POST" and "given_back" not in g:
        found = g.given_back = name or "given-back"
    return Markup(' id="{}"').format(found) if found else Markup("")


def switch() -> Switch:
    """The way of this page. What the page holds is drawn before, and says which form it is."""
    if request.method != "POST":
        return Switch("language", "/language", [("back", request.full_path.rstrip("?"))])
    if "said_again" in g:
        return Switch(FIELD, *g.said_again)
    if "given_back" in g:
        return Switch(FIELD, form=g.given_back)
    told = shown_once.sealed()
    fields = given() if told is None else [(shown_once.FIELD, told)]
    return Switch(FIELD, request.full_path.rstrip("?"), fields)


def begin_page() -> None:
    """Another page is drawn than the one that was begun."""
    for name in ("given_back", "shown_once", "said_again"):
        g.pop(name, None)


def said_again(action: str, **fields: str) -> None:
    """Say by which form this page, the answer to another, is asked for again."""
    g.said_again = action, [(name, value) for name, value in fields.items() if value]


def init_app(app: Flask) -> None:
    """Give the templates the switch and the form that it sends."""
    app.jinja_env.globals.update(
        {"switch": switch, "given_back": given_back, "is_only_shown": access.is_only_shown}
    )

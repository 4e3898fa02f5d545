"""Pages that tell something once: a code, a sheet, a report. Nobody can ask for them again.

In another language the page is made anew from what it told. That travels in a field of a form,
never in an address: signed, and good for a day, in the browser that got it, at the same address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from models.errors import Invalid

FIELD = "shown"
OVER = "frame.error.shown_over"
SECONDS = 24 * 3600
Told = ParamSpec("Told")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Page:
    render: Callable[..., Any]
    is_open: bool
    """Whether it holds nothing for which a permission is asked."""


_pages: dict[str, _Page] = {}


def shown_once(
    *, is_open: bool = False
) -> Callable[[Callable[Told, Answer]], Callable[Told, Answer]]:
    """Mark what draws such a page. It is called by keywords, with what JSON can hold."""

    def mark(render: Callable[Told, Answer]) -> Callable[Told, Answer]:
        name = f"{render.__module__}.{render.__qualname__}"

        @wraps(render)
        def draw(*args: Told.args, **told: Told.kwargs) -> Answer:
            g.shown_once = (name, told)
            return render(*args, **told)

        _pages[name] = _Page(draw, is_open)
        return draw

    return mark


def sealed() -> str | None:
    """What this page told, for the field; None where it can be asked for again."""
    if "shown_once" not in g:
        return None
    # The session has its secret from now on.
    generate_csrf()
    name, told = g.shown_once
    return _signer().dumps([name, _where(), told])


def shown_again(*, before_gate: bool) -> Any:
    """The page that the field holds, or None where there is no such field.

    Only a page that is open to everybody is answered before the gate has asked who comes.
    Raises Invalid for what was not signed here, is not of this browser, or is too old.
    """
    sent = request.form.get(FIELD)
    if sent is None:
        return None
    try:
        name, where, told = _signer().loads(sent, max_age=SECONDS)
    except BadData:
        raise Invalid(OVER) from None
    if where != _where() or name not in _pages:
        raise Invalid(OVER)
    page = _pages[name]
    return page.render(**told) if page.is_open is before_gate else None


def _where() -> str:
    """This address in this browser's session."""
    secret = str(session.get("csrf_token", ""))
    return hashlib.sha256(f"{secret} {request.path}".encode()).hexdigest()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast("bytes", current_app.secret_key), salt="shown once")

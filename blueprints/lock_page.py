"""The page in the place of what is locked: the digits that open it, and where it leads then."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from blueprints import access
from blueprints.language import show
from blueprints.typed import Pairs
from models import reading_lock, routing
from models.credential import SignIn
from models.desk import Desk
from models.errors import DomainError
from models.pin import DIGITS


def lock_page(
    path: str,
    *,
    kept: Pairs | None = None,
    chooses: bool = False,
    problem: DomainError | None = None,
    status: int = 200,
) -> tuple[str, int]:
    """What opens reading, or where to turn when it does not.

    `kept`: what waits to be sent. `chooses`: new digits are asked for, though there are some.
    """
    # What a try changed counts.
    sign_in = access.reading().get_one(SignIn, current_user.sign_in_id)
    is_open = current_user.is_unlocked and not reading_lock.is_shut(sign_in)
    page = render_template(
        "join/lock.html",
        tab="replies",
        next=path,
        kept=kept,
        problem=None if problem is None else show(problem.key, **problem.params),
        at_field=getattr(problem, "field", ""),
        chooses=not sign_in.has_pin or (chooses and is_open),
        has_pin=sign_in.has_pin,
        is_shut=reading_lock.is_shut(sign_in),
        challenge=reading_lock.challenge(access.kizuki().keys, sign_in),
        digits=DIGITS,
        desk=_desk(),
    )
    return page, status


def _desk() -> Desk | None:
    """Whom to telephone: the desk of the own area, else the core."""
    person = access.me()
    area = None if person is None else person.area
    near = None if area is None else routing.desk_for(access.reading(), area)
    return near or Desk.core(access.reading())

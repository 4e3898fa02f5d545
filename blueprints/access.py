"""The one way to rows: every view names a permission, and loads only through the policy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import sqlalchemy as sa
from flask import abort, current_app, g
from flask_login import current_user
from sqlalchemy.orm import Session

from blueprints.only_shown import NotSent, is_only_shown, only_show
from models import policy
from models.base import Base
from models.errors import Locked, StepUp
from models.handoff import Handoff
from models.person import Person
from models.policy import Actor, Permission
from models.store import lost_a_race

if TYPE_CHECKING:
    from sqlalchemy.orm.interfaces import ORMOption

    from models.kizuki import Kizuki

__all__ = [
    "NotSent",
    "Permission",
    "actor",
    "allow",
    "ask_to_unlock",
    "fresh",
    "in_turn",
    "is_only_shown",
    "kept_back",
    "kizuki",
    "listing",
    "load",
    "may",
    "may_enter",
    "me",
    "need_fresh",
    "now",
    "only_show",
    "reading",
]

View = TypeVar("View", bound=Callable[..., Any])
Row = TypeVar("Row", bound=Base)
Made = TypeVar("Made")

TRIES = 4
"""Each try may meet another winner: of a note's id, of its receipt code, of a first line."""


def kizuki() -> Kizuki:
    """The running app's settings, store, keys, words and clock."""
    found: Kizuki = current_app.extensions["kizuki"]
    return found


def now() -> dt.datetime:
    """The instant of this request: one for all that happens in it."""
    if "now" not in g:
        g.now = kizuki().clock()
    instant: dt.datetime = g.now
    return instant


def allow(permission: Permission) -> Callable[[View], View]:
    """Name what a view needs; a view without it is closed to everybody."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def fresh(view: View) -> View:
    """Let a view wait until whoever asks has proved themselves within the last minutes."""
    view.needs_fresh = True  # type: ignore[attr-defined]
    return view


def need_fresh() -> None:
    """The same, for what only some of a view's answers need; raises StepUp."""
    if not policy.is_fresh(actor(), now()):
        raise StepUp


def reading() -> Session:
    """The request's session for reading; it sees one moment and is closed with the request."""
    if "reading" not in g:
        manager = kizuki().store.read()
        g.reading_manager = manager
        g.reading = manager.__enter__()
    session: Session = g.reading
    return session


@contextmanager
def writing(wait_seconds: float | None = None, *, of_showing: bool = False) -> Iterator[Session]:
    """One transaction: committed at the end of the block, with rights asked afresh inside.

    Raises Busy where the store does not come free in time, or within `wait_seconds`, and NotSent
    before anything is looked at, where a form is only given back; `of_showing`: it writes down
    that the page is shown, which holds then, too.
    """
    if is_only_shown() and not of_showing:
        raise NotSent
    with kizuki().store.write(wait_seconds) as session:
        yield session


def in_turn(take: Callable[[Session], Made]) -> Made:
    """The same with what it gives; where others were first, or waited crosswise, tried again.

    Where a form is only given back, it is tried and rolled back, so that the same rule says no
    as before; where none does, NotSent. Whatever counts tries goes through `writing`.
    """
    if is_only_shown():
        _tried_in_vain(take)
    for tries_left in reversed(range(TRIES)):
        try:
            with writing() as session:
                return take(session)
        except sa.exc.DBAPIError as error:
            if not tries_left or not lost_a_race(error):
                raise
    raise AssertionError("unreachable")


def _tried_in_vain(take: Callable[[Session], object]) -> NoReturn:
    with kizuki().store.write() as session:
        take(session)
        raise NotSent


def me(session: Session | None = None) -> Person | None:
    """The signed-in person as a row of `session` (default: the reading one), or None."""
    if not current_user.is_authenticated:
        return None
    session = session or reading()
    # The session itself keeps rows by weak reference only.
    person = session.info["me"] = session.get(Person, current_user.person_id)
    return person if person is not None and person.is_active else None


def actor(session: Session | None = None) -> Actor:
    """Who asks, with the rights of this very moment in `session`."""
    if not current_user.is_authenticated:
        waiting = g.get("waiting")
        return Actor.nobody() if waiting is None else Actor(**waiting)
    session = session or reading()
    if "actor" not in session.info:
        person = me(session)
        if person is None:
            session.info["actor"] = Actor.nobody()
        else:
            found = Actor.of(session, person, now(), is_unlocked=current_user.is_unlocked)
            session.info["actor"] = replace(found, proved_at=current_user.proved_at)
    return session.info["actor"]  # type: ignore[no-any-return]


def load(
    kind: type[Row],
    key: Any,
    permission: Permission,
    session: Session | None = None,
    with_: tuple[ORMOption, ...] = (),
) -> Row:
    """The row, where the policy allows it; else 404, as if it did not exist.

    Raises Locked where nothing of the kind is read before reading is unlocked.
    `with_`: what is read in the same query, a constant of the module that asks.
    """
    session = session or reading()
    ask_to_unlock(permission, session)
    row = session.scalar(_whole(kind, with_), {"key": key}) if with_ else session.get(kind, key)
    if row is None or not policy.allow(actor(session), permission, row):
        if kind is Handoff:
            # Written down alike, whether there is none or it is denied: see `looked`.
            g.not_shown = key
        abort(404)
    return row


def ask_to_unlock(permission: Permission, session: Session | None = None) -> None:
    """Raise Locked where reading is to be unlocked first."""
    if policy.is_locked(actor(session), permission):
        raise Locked


@lru_cache(maxsize=64)
def _whole(kind: type[Row], with_: tuple[ORMOption, ...]) -> sa.Select[Row]:
    """One row by its key with what belongs to it; made once, as it costs more than asking it."""
    (key,) = sa.inspect(kind).primary_key
    return sa.select(kind).where(key == sa.bindparam("key")).options(*with_)


def may(session: Session, person_id: uuid.UUID, permission: Permission, row: Base) -> bool:
    """Whether a person whose phone signed may do this to a row; no sign-in is asked for."""
    person = session.get(Person, person_id)
    return person is not None and policy.allow(Actor.of(session, person, now()), permission, row)


def allows(permission: Permission, row: Base) -> bool:
    """Whether whoever asks may do this to a row, by the rights of this very moment."""
    return policy.allow(actor(), permission, row)


def may_enter(permission: Permission) -> bool:
    """Whether whoever asks may use pages of this permission, for links that lead there."""
    return policy.may_enter(actor(), permission)


def listing(
    kind: type[Row], permission: Permission, session: Session | None = None
) -> sa.Select[Row]:
    """Select the rows of a kind that the policy allows; narrow and order it as you like."""
    return _within(kind, policy.reach(actor(session), permission, kind))


# By the condition itself, which the policy makes once for an actor: what is built upon the same
# selection is built once, too.
@lru_cache(maxsize=256)
def _within(kind: type[Row], reach: sa.ColumnElement[bool]) -> sa.Select[Row]:
    return sa.select(kind).where(reach)


def kept_back() -> sa.Select[Handoff]:
    """Select the handoffs that conflicts of interest alone keep from whoever asks: never to be
    shown, only to be written down that they were met.
    """
    return _within(Handoff, policy.kept_back(actor()))


def close(_error: BaseException | None = None) -> None:
    """End the request's reading session."""
    manager = g.pop("reading_manager", None)
    g.pop("reading", None)
    if manager is not None:
        manager.__exit__(None, None, None)

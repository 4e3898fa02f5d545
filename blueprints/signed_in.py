"""Flask-Login over the server's own sessions: the cookie holds a token and nothing else."""

from __future__ import annotations

import uuid
from contextlib import suppress

from flask import g, request, session
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from blueprints import access, reading_use
from blueprints.cookies import is_fetched
from models import proof, reading_lock, signing_in
from models.assurance import Assurance
from models.credential import SignIn
from models.errors import Busy


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person of a request, by a session token."""

    def __init__(self, token: str, sign_in: SignIn) -> None:
        self.token = token
        self.sign_in_id: uuid.UUID = sign_in.id
        self.person_id: uuid.UUID = sign_in.person_id
        self.language = sign_in.person.language
        self.is_phone = sign_in.person.role.is_phone
        self.assurance = sign_in.assurance
        self.proved_at = sign_in.proved_at
        device = sign_in.device
        # A key that was shut off is none: the phone then makes a new one.
        self.device_id = device.id if device is not None and device.revoked_at is None else None
        used = reading_use.used()
        self.is_unlocked = reading_lock.is_unlocked(sign_in, used, access.now())

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return self.token


def find_signed_in(token: str) -> SignedIn | None:
    """The person of a live session, or None; asked at every request.

    Whoever owes a second proof is nobody, and remembered as that alone.
    """
    g.pop("waiting", None)
    sign_in = SignIn.find(access.reading(), token, access.now())
    if sign_in is None:
        return None
    g.sign_in = sign_in
    if proof.is_whole(sign_in):
        return SignedIn(token, sign_in)
    may_add_first = proof.may_add_first(access.reading(), sign_in, access.now())
    g.waiting = {"waits_as": sign_in.person_id, "may_add_first": may_add_first}
    return None


def sign_in_with(token: str) -> None:
    """Let the browser hold a new session; an earlier one ends, with everything that was of it."""
    earlier = present()
    _begin(token)
    # Whoever came in is in, though the database was busy: nobody holds the earlier token any more.
    with suppress(Busy):
        _end(earlier)


def _begin(token: str) -> None:
    """The browser holds this session, in which reading is open, and nothing of one before."""
    access.close()
    _clear()
    session.permanent = True
    reading_use.begin(access.now())
    found = find_signed_in(token)
    if found is not None:
        login_user(found)
    else:
        logout_user()
        hold(token)
    access.close()


def unlock(opening: int) -> None:
    """Its person gave a proof, the how manieth: the same session goes on, reading open."""
    access.close()
    reading_use.begin(access.now(), opening)
    g.pop("_login_user", None)
    access.close()


def lock() -> None:
    """Close reading on this phone; the session goes on. A busy store leaves it to the cookie."""
    if not current_user.is_authenticated or current_user.assurance is not Assurance.DEVICE:
        return
    if not current_user.is_unlocked:
        return
    reading_use.end()
    access.close()
    with suppress(Busy), access.writing() as writing:
        row = writing.get(SignIn, current_user.sign_in_id)
        if row is not None:
            reading_lock.lock(row)


def sign_out() -> None:
    """End the session on the server and in the browser."""
    _end(present())
    logout_user()
    _clear()


def hold(token: str) -> None:
    """Let the browser hold this token from now on, in the session that it has."""
    session["_user_id"], session["_fresh"] = token, True


def waiting() -> SignIn | None:
    """The session that still owes its second proof, where that is what came."""
    is_in = current_user.is_authenticated
    found: SignIn | None = None if is_in else g.get("sign_in")
    return found


def present() -> uuid.UUID | None:
    """The session that came with the request, be it enough or not."""
    if current_user.is_authenticated:
        return uuid.UUID(str(current_user.sign_in_id))
    found = g.get("sign_in")
    return None if found is None else found.id


def _end(sign_in_id: uuid.UUID | None) -> None:
    if sign_in_id is None:
        return
    with access.writing() as writing:
        row = writing.get(SignIn, sign_in_id)
        if row is not None:
            row.end(access.now())


def _clear() -> None:
    """A page of this request stands in the new session, as its next form has to."""
    session.clear()
    for kept in ("csrf_token", "locale"):
        g.pop(kept, None)


def without_pages(answer: Response) -> Response:
    """Let no page of whoever was signed in come back by a tap on 'back'."""
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def touch() -> None:
    """Remember that the session was used, at most once a minute; nobody waits for it.

    What a page asks for by itself is no use: the desk's list asks all night.
    """
    sign_in = g.get("sign_in")
    if _is_used(sign_in):
        reading_use.go_on(access.now())
    if sign_in is None or request.method != "GET" or is_fetched():
        return
    if not sign_in.wants_touch(access.now()) and not sign_in.wants_renewal:
        return
    with suppress(Busy):
        with access.writing(wait_seconds=0) as writing:
            row = writing.get(SignIn, sign_in.id)
            if row is None or row.revoked_at is not None:
                return
            row.touch(access.now())
            token = _renewed(row)
        # Only what was committed is held.
        if token is not None:
            hold(token)


def _renewed(row: SignIn) -> str | None:
    """Another token where what the person may do has changed; where others were first, none."""
    if not row.wants_renewal:
        return None
    return signing_in.renew(row.session, row.id, row.token_hash, access.now())


def _is_used(sign_in: SignIn | None) -> bool:
    """Whether somebody reads on, on a phone, whose reading locks when nobody does."""
    is_phone = sign_in is not None and sign_in.assurance is Assurance.DEVICE
    return is_phone and bool(current_user.is_unlocked) and not is_fetched()


def browser_family() -> str:
    """The browser's family by its User-Agent, so that its owner can tell phones apart."""
    agent = request.user_agent.string
    for mark, family in (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ):
        if mark in agent:
            return family
    return ""

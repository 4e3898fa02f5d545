"""Opening reading on a phone by six digits, choosing them, and locking it again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, abort, g, redirect, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.gate import csrf
from blueprints.join import bp, patience
from blueprints.join.page import Page, page
from blueprints.join.trying import WRONG
from blueprints.language import own_path
from blueprints.lock_page import lock_page
from blueprints.origin import is_from_elsewhere
from blueprints.signed_in import lock, unlock
from blueprints.typed import kept_fields
from models import device, pin, reading_lock
from models.credential import SignIn
from models.errors import Invalid
from models.password import hash_password, is_password

SHUT = 409
FEW = 5
"""From when on it is said how many tries are left."""
CHANGED = "/settings?done=saved"
SIGNATURE_LENGTH = 88


@bp.get("/lock")
@allow(Permission.READING_LOCK)
def show_lock() -> Page | AnyResponse:
    """What opens reading; where it is open, on to where it leads."""
    path = own_path(request.args.get("next", "/notes"))
    return redirect(path, 303) if current_user.is_unlocked else lock_page(path)


@bp.post("/lock")
@allow(Permission.READING_LOCK)
def create_lock() -> Response:
    """Lock reading now, as the way out of a page asks; another site's page does not."""
    if is_from_elsewhere():
        abort(403)
    lock()
    # A phone that asks before it shows anything knows by it that no portal answered.
    return Response(status=204, mimetype="text/plain", headers={"Kizuki-Reading": "locked"})


# A page's way out waits for nothing, and its token may be stale; whose page it is is asked above.
csrf.exempt(create_lock)


@bp.post("/lock/opening")
@allow(Permission.READING_LOCK)
def create_opening() -> Page | AnyResponse:
    """Open reading by the digits of this phone."""
    return _opened(_try)


@bp.get("/lock/pin")
@allow(Permission.READING_LOCK)
def new_pin() -> Page:
    """Choose other digits, once reading is open; those of before are asked for with them."""
    return lock_page(CHANGED, chooses=True)


@bp.post("/lock/pin")
@allow(Permission.READING_LOCK)
def create_pin() -> Page | AnyResponse:
    """Choose the digits of this phone: the first time, or where reading is open."""
    return _opened(_choose)


def _opened(prove: Callable[[], int]) -> Page | AnyResponse:
    """Open reading by a proof, which gives the how manieth opening it is; what waits goes on."""
    path, chooses = own_path(request.form.get("next", "")), prove is _choose
    kept = kept_fields(request.form.items(multi=True)) if request.form.get("goes_on") else None
    if access.is_only_shown():
        return lock_page(path, kept=kept, chooses=chooses)
    try:
        opening = prove()
    except (Invalid, reading_lock.Shut) as problem:
        status = SHUT if isinstance(problem, reading_lock.Shut) else WRONG
        return lock_page(path, kept=kept, chooses=chooses, problem=problem, status=status)
    except TooManyRequests as error:
        busy = Invalid("frame.error.too_many")
        return lock_page(path, kept=kept, chooses=chooses, problem=busy, status=error.code)
    unlock(opening)
    return redirect(path, 303) if kept is None else page("go_on", kept=kept, path=path)


def _try() -> int:
    """The digits of this phone open it."""
    sign_in_id, proved = g.sign_in.id, _proved("pin")
    with access.writing() as session:
        return reading_lock.open_reading(_unchanged(session, sign_in_id, proved), access.now())


def _choose() -> int:
    """The first digits, or others: whoever finds a phone lying open does not know those of now."""
    digits, row = pin.chosen(request.form.get("pin", "")), g.sign_in
    sign_in_id, has_pin = row.id, row.has_pin
    if has_pin and not current_user.is_unlocked:
        raise Invalid("lock.problem.stale")
    proved = _proved("present") if has_pin else None
    access.close()
    hashed = hash_password(_peppered(sign_in_id, digits))
    with access.writing() as session:
        row = _unchanged(session, sign_in_id, proved)
        reading_lock.choose(row, hashed, access.now())
        return reading_lock.open_reading(row, access.now())


def _proved(field: str) -> bytes:
    """The hash of this phone's digits, which are right; each try counts before it is looked at.

    Raises Invalid for wrong ones, and Shut for the last of them.
    """
    digits = pin.read(request.form.get(field, ""))
    if digits is None:
        raise Invalid("lock.problem.six", field)
    sign_in_id, tries = g.sign_in.id, g.sign_in.wrong_pins + 1
    access.close()
    patience.hold_back(tries, patience.PHONES)
    hashed, tries = _counted(sign_in_id)
    if not is_password(hashed.decode(), _peppered(sign_in_id, digits)):
        raise _wrong(sign_in_id, tries, field)
    return hashed


def _counted(sign_in_id: uuid.UUID) -> tuple[bytes, int]:
    """The hash of this phone's digits, and the how manieth try this is.

    Raises Shut, and Invalid where the phone's key did not sign this very try: none is counted.
    """
    with access.writing() as session:
        row = _row(session, sign_in_id)
        if row.pin is None or not _is_signed(row):
            raise Invalid("lock.problem.stale")
        return row.pin, reading_lock.count_try(row)


def _is_signed(row: SignIn) -> bool:
    key = reading_lock.signing_key(row)
    asked = reading_lock.challenge(access.kizuki().keys, row)
    signature = request.form.get("signature", "")[:SIGNATURE_LENGTH]
    return key is None or device.has_signed(key, signature, reading_lock.signed_bytes(asked))


def _wrong(sign_in_id: uuid.UUID, tries: int, field: str) -> Invalid | reading_lock.Shut:
    """What is said of a wrong try; the last one is written down."""
    left = reading_lock.TRIES - tries
    if left > FEW:
        return Invalid("lock.problem.wrong", field)
    if left > 0:
        return Invalid("lock.problem.wrong_few", field, n=left)
    with access.writing() as session:
        reading_lock.shut(_row(session, sign_in_id), access.now())
    return reading_lock.Shut()


def _unchanged(session: Session, sign_in_id: uuid.UUID, proved: bytes | None) -> SignIn:
    """This very session, whose digits are still those that were proved; None: there were none."""
    row = _row(session, sign_in_id)
    if row.pin != proved:
        raise Invalid("lock.problem.stale")
    return row


def _peppered(sign_in_id: uuid.UUID, digits: str) -> str:
    return reading_lock.peppered(access.kizuki().keys, sign_in_id, digits)


def _row(session: Session, sign_in_id: uuid.UUID) -> SignIn:
    """This very session, which may have ended meanwhile: then nothing brings it back."""
    row = session.get_one(SignIn, sign_in_id, with_for_update={"of": SignIn})
    return row if row.is_live(access.now()) else abort(401)

"""Where a tap on a notification leads: a random address that tells nothing on a locked screen."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, redirect
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from models.delivery import Delivery, DeliveryKind
from models.handoff import Handoff
from models.phone import Phone
from models.text import clean_line
from models.thread import Thread

_VIEWS: dict[DeliveryKind, dict[str, str]] = {
    DeliveryKind.MOVED_ON: {},
    DeliveryKind.DATE_PASSED_BESIDE: {"view": "today"},
    DeliveryKind.SUMMARY: {},
}
"""What of a desk's list is shown for what is about no note of one's own."""
_PAGES = {DeliveryKind.AUDIT_ALARM: "/audit/alarms", DeliveryKind.REVEAL: "/desk/reveals"}


@bp.get("/d/<address>")
@allow(Permission.ANYONE)
def show_delivery(address: str) -> Response:
    """Lead to one's own thread or one's desk's handoff, 404 for everything else."""
    delivery = Delivery.at(access.reading(), clean_line(address)) or abort(404)
    if delivery.person_id is None and delivery.thread_id is not None:
        return redirect(_of_reporter(delivery.thread_id), 303)
    if not access.actor().is_signed_in:
        abort(401)
    if delivery.person_id != access.actor().person_id:
        abort(404)
    return redirect(_of_person(delivery), 303)


def _of_reporter(thread_id: object) -> str:
    """The own thread; without an account, the field for the code."""
    thread = access.reading().get(Thread, thread_id) or abort(404)
    if thread.reporter.token is None:
        return "/receipts"
    if not access.actor().is_signed_in:
        abort(401)
    if thread.reporter.token != access.actor().token:
        abort(404)
    access.ask_to_unlock(Permission.THREAD_READ)
    # Their own, and yet closed to them: the list says until when.
    own = access.listing(Thread, Permission.THREAD_READ).where(Thread.id == thread.id)
    is_open = access.reading().scalar(own) is not None
    return f"/notes/{thread.id}" if is_open else "/notes"


def _of_person(delivery: Delivery) -> str:
    if delivery.handoff_id is not None:
        handoff = access.load(Handoff, delivery.handoff_id, Permission.HANDOFF_READ)
        return f"/desk/handoffs/{handoff.id}"
    if delivery.kind in _VIEWS:
        return _at_desk("/desk", delivery, **_VIEWS[delivery.kind])
    if delivery.kind in _PAGES:
        return _PAGES[delivery.kind]
    if delivery.kind is not DeliveryKind.CONFIRM:
        return "/settings"
    asked = access.listing(Phone, Permission.PHONE_CALL)
    phone = access.reading().scalar(asked.where(Phone.silent_at == delivery.created_at).limit(1))
    if phone is None:
        return _at_desk("/desk/people", delivery)
    return f"/desk?desk={phone.desk_id}&view=telephone"


def _at_desk(path: str, delivery: Delivery, **view: str) -> str:
    """A list of the desk that was told, for whoever still stands there."""
    if delivery.desk_id in access.actor().desk_ids:
        view = {"desk": str(delivery.desk_id)} | view
    return f"{path}?{urlencode(view)}" if view else path

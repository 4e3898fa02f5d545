"""Where pushes go: a phone's own address, with a session and its header or a receipt code."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from flask import Response, jsonify, request
from flask_login import current_user
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp
from blueprints.api.identity import signed_in, thread_id_of_code
from models.delivery import Delivery, DeliveryKind
from models.endpoint import MAX_ENDPOINT_LENGTH, PushAddress, PushHosts, family_of
from models.errors import Invalid
from models.subscription import Subscription

KEY_LENGTH = 128


class Owner(NamedTuple):
    """Whose phone it is: a person's, or that of a thread without an account."""

    person_id: uuid.UUID | None = None
    thread_id: uuid.UUID | None = None


@bp.post("/api/v1/push/subscriptions")
@allow(Permission.RECEIPT_READ)
def create_subscription() -> tuple[Response, int]:
    """Store or renew a browser's subscription; an endpoint that was another person's moves."""
    given = body.json_object()
    owner, address = _owner(given), _address(given)
    key = body.text(given, "key", KEY_LENGTH, needed=False)
    access.close()
    with access.writing() as session:
        stored = _put(session, address, owner, key)
        stored.is_discreet = given.get("discreet") is True
        answer = {"id": str(stored.id)}
    return jsonify(answer), 201


@bp.delete("/api/v1/push/subscriptions")
@allow(Permission.RECEIPT_READ)
def delete_subscription() -> Response:
    """Forget a subscription of one's own; the answer is the same where there was none."""
    given = body.json_object()
    owner = _owner(given)
    endpoint = body.text(given, "endpoint", MAX_ENDPOINT_LENGTH)
    access.close()
    with access.writing() as session:
        Subscription.remove(session, endpoint, person_id=owner.person_id, thread_id=owner.thread_id)
    return Response(status=204)


@bp.post("/api/v1/push/test")
@allow(Permission.RECEIPT_READ)
def create_test_push() -> tuple[Response, int]:
    """Send a test notification to this phone, and to no other."""
    given = body.json_object()
    owner = _owner(given)
    endpoint = body.text(given, "endpoint", MAX_ENDPOINT_LENGTH)
    access.close()
    with access.writing() as session:
        answer = {"id": str(_try(session, endpoint, owner).id)}
    return jsonify(answer), 202


def _put(session: Session, address: PushAddress, owner: Owner, key: str) -> Subscription:
    try:
        return Subscription.put(
            session,
            PushHosts(access.kizuki().settings.push_hosts),
            *address,
            now=access.now(),
            family=family_of(request.user_agent.string),
            person_id=owner.person_id,
            thread_id=owner.thread_id,
            sign_in_id=None if owner.person_id is None else current_user.sign_in_id,
            key=key,
        )
    except Invalid as error:
        raise _pointed(error) from None


def _try(session: Session, endpoint: str, owner: Owner) -> Delivery:
    phone = Subscription.at(session, endpoint, owner.thread_id)
    if phone is None or not _is_of(phone, owner):
        raise Invalid("push.problem.endpoint", "endpoint")
    return Delivery.queue(
        session,
        DeliveryKind.TEST,
        now=access.now(),
        person_id=phone.person_id,
        thread_id=phone.thread_id,
        subscription_id=phone.id,
    )


def _owner(given: dict[str, Any]) -> Owner:
    """Whose phone it is: the receipt's thread where a code is sent, else the signed-in person."""
    if "code" in given:
        return Owner(thread_id=thread_id_of_code(given))
    return Owner(person_id=signed_in())


def _is_of(phone: Subscription, owner: Owner) -> bool:
    return (phone.person_id, phone.thread_id) == owner


def _address(given: dict[str, Any]) -> PushAddress:
    """Endpoint and keys, as `PushSubscription.toJSON()` gives them."""
    endpoint = body.text(given, "endpoint", MAX_ENDPOINT_LENGTH)
    keys = given.get("keys")
    if not isinstance(keys, dict):
        raise Invalid("push.problem.keys", "keys")
    try:
        p256dh, auth = (body.text(keys, name, KEY_LENGTH) for name in ("p256dh", "auth"))
    except Invalid as error:
        raise _pointed(error) from None
    return PushAddress(endpoint, p256dh, auth)


def _pointed(error: Invalid) -> Invalid:
    """The same problem, pointing into `keys` where its field stands there."""
    if error.field in ("p256dh", "auth"):
        error.field = f"keys/{error.field}"
    return error

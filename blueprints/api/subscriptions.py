"""Where pushes go: a phone's own address, with a session and its header or a receipt code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify, request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp
from blueprints.api.identity import signed_in, thread_id_of_code
from models.delivery import Delivery, DeliveryKind
from models.endpoint import MAX_ENDPOINT_LENGTH, PushHosts, family_of
from models.errors import Invalid
from models.subscription import Subscription

KEY_LENGTH = 128


@bp.post("/api/v1/push/subscriptions")
@allow(Permission.RECEIPT_READ)
def create_subscription() -> tuple[Response, int]:
    """Store or renew a browser's subscription; an endpoint that had another owner moves."""
    given = body.json_object()
    owner = _owner(given)
    endpoint, p256dh, auth = _address(given)
    hosts = PushHosts(access.kizuki().settings.push_hosts)
    access.close()
    with access.writing() as session:
        try:
            stored = Subscription.put(
                session,
                hosts,
                endpoint,
                p256dh,
                auth,
                now=access.now(),
                family=family_of(request.user_agent.string),
                **owner,
            )
        except Invalid as error:
            raise _pointed(error) from None
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
        Subscription.remove(session, endpoint, **owner)
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
        phone = Subscription.at(session, endpoint)
        if phone is None or not _is_of(phone, owner):
            raise Invalid("push.problem.endpoint", "endpoint")
        delivery = Delivery.queue(
            session,
            DeliveryKind.TEST,
            now=access.now(),
            subscription_id=phone.id,
            high=True,
            **owner,
        )
        answer = {"id": str(delivery.id)}
    return jsonify(answer), 202


def _owner(given: dict[str, Any]) -> dict[str, uuid.UUID]:
    """Whose phone it is: the receipt's thread where a code is sent, else the signed-in person."""
    if "code" in given:
        return {"thread_id": thread_id_of_code(given)}
    return {"person_id": signed_in()}


def _is_of(phone: Subscription, owner: dict[str, uuid.UUID]) -> bool:
    return (phone.person_id, phone.thread_id) == (owner.get("person_id"), owner.get("thread_id"))


def _address(given: dict[str, Any]) -> tuple[str, str, str]:
    """Endpoint and keys, as `PushSubscription.toJSON()` gives them."""
    endpoint = body.text(given, "endpoint", MAX_ENDPOINT_LENGTH)
    keys = given.get("keys")
    if not isinstance(keys, dict):
        raise Invalid("push.problem.keys", "keys")
    try:
        return endpoint, body.text(keys, "p256dh", KEY_LENGTH), body.text(keys, "auth", KEY_LENGTH)
    except Invalid as error:
        raise _pointed(error) from None


def _pointed(error: Invalid) -> Invalid:
    """The same problem, pointing into `keys` where its field stands there."""
    if error.field in ("p256dh", "auth"):
        error.field = f"keys/{error.field}"
    return error

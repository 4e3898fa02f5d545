"""Invitations for tests, with the secrets that are told once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.area import Area
from models.desk import Desk
from models.invitation import InvitationKind, Secrets, invite
from models.person import Person, Role
from models.store import Store
from tests.town import MORNING, csrf

PASSWORD = "asagao himawari kosumosu tsubaki"


def poster(store: Store, area: int, now: dt.datetime = MORNING, **changed: Any) -> Secrets:
    """A poster for residents of an area."""
    return _make(store, now, InvitationKind.POSTER, area=area, **{"role": Role.RESIDENT} | changed)


def personal(
    store: Store, role: Role = Role.COMMISSIONER, now: dt.datetime = MORNING, **changed: Any
) -> Secrets:
    """A personal invitation for 森."""
    return _make(store, now, InvitationKind.PERSONAL, role=role, **{"name": "森"} | changed)


def _make(store: Store, now: dt.datetime, kind: InvitationKind, **given: Any) -> Secrets:
    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        for name, model in (("area", Area), ("desk", Desk), ("by", Person), ("person", Person)):
            if given.get(name) is not None:
                given[name] = session.get(model, given[name])
        invite(session, told, code_hash, kind=kind, now=now, **given)
    return told


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a form as its page would, with the token of the client's session."""
    return client.post(path, data=fields, headers=csrf(client))

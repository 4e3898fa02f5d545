"""Is the process alive, and can it do its work? For machines that watch, with nothing private."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, jsonify

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import bp
from models import readiness
from models.errors import Busy


@bp.get("/healthz")
@allow(Permission.ANYONE)
def show_health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@allow(Permission.ANYONE)
def show_readiness() -> tuple[Response, int]:
    """Database, migrations and the worker's last beat; 503 where one of them is not well."""
    parts = _parts()
    is_ready = all(parts.values())
    return jsonify(status="ready" if is_ready else "not_ready", **parts), 200 if is_ready else 503


def _parts() -> dict[str, bool]:
    try:
        session = access.reading()
        return {
            "database": readiness.answers(session),
            "migrations": readiness.is_migrated(session),
            "worker": readiness.has_beat(session, access.now()),
        }
    except (sa.exc.SQLAlchemyError, Busy):
        return {"database": False, "migrations": False, "worker": False}

"""What every answer of this door carries, and how its own errors are told."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, g, jsonify

from blueprints import access
from blueprints.api import bp
from blueprints.api.identity import NoSuchCode, guard_origin
from blueprints.arrivals import Refused
from blueprints.errors import is_api, problem
from blueprints.language import plain
from models.town import Town

NEVER = "never"


@bp.before_request
def refuse_other_sites() -> None:
    """A page of another site sends nothing here."""
    guard_origin()


@bp.after_app_request
def name_epoch(response: Response) -> Response:
    """Epoch and backup watermark: what a phone needs to know when it may forget a note."""
    if not is_api():
        return response
    try:
        marks = g.get("marks") or Town.marks(access.reading())
    except sa.exc.SQLAlchemyError:
        return response
    watermark = marks.watermark.isoformat() if marks.watermark else NEVER
    response.headers["Kizuki-Epoch"] = marks.epoch
    response.headers["Kizuki-Backup-Watermark"] = watermark
    return response


@bp.errorhandler(Refused)
def answer_refused(refused: Refused) -> Response:
    """Every field that stopped the note, with a pointer and its sentence."""
    errors = [
        {
            "pointer": f"/{found.field}",
            "code": found.code,
            "detail": plain(found.key, **found.params),
        }
        for found in refused.problems
    ]
    response = problem(422, "api.problem.fields", n=len(errors))
    body = response.get_json() | {"errors": errors}
    response.set_data(jsonify(body).get_data())
    return response


@bp.errorhandler(NoSuchCode)
def answer_no_such_code(error: NoSuchCode) -> Response:
    """Nothing tells whether the code was ever somebody's."""
    return problem(404, error.key, "code")

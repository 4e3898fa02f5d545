"""From an error to a status, a clear sentence and the typed text, in its fields."""

from __future__ import annotations

import datetime as dt
import logging
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import ClientDisconnected, HTTPException

from blueprints import access, shown_once, way_back
from blueprints.access import NotSent
from blueprints.language import plain, show
from blueprints.lock_page import lock_page
from blueprints.origin import is_from_elsewhere
from blueprints.translated import begin_page
from blueprints.typed import came, given
from blueprints.way_in import sign_in_again, way_in
from models.errors import (
    Busy,
    Conflict,
    DomainError,
    Invalid,
    Locked,
    NotAllowed,
    StepUp,
    Unanswered,
)
from models.logs import place_of
from models.routing import NotStarted
from models.town_time import local

log = logging.getLogger("kizuki.errors")

_STATUS: dict[type[DomainError], int] = {
    Busy: 503,
    StepUp: 403,
    Unanswered: 403,
    NotStarted: 503,
    NotAllowed: 409,
    Conflict: 409,
    Invalid: 422,
}
# What they say where something was only to be read.
_READING = {
    "frame.error.busy": "frame.error.busy_read",
    "frame.error.server": "frame.error.server_read",
    "frame.error.too_many": "frame.error.too_many_read",
}
_EXPIRED = "frame.error.form_expired"
# What may go well the next time: a form without a field is sent again, too.
_AGAIN = frozenset({429, 500, 503})
_SIGN_IN = ("POST", "/signin")
_SENTENCES = {
    400: "frame.error.bad_request",
    401: "frame.error.sign_in_first",
    403: "frame.error.bad_request",
    404: "frame.error.not_here",
    405: "frame.error.not_here",
    409: "frame.error.conflict",
    411: "frame.error.no_length",
    413: "frame.error.too_large",
    415: "frame.error.bad_request",
    422: "frame.error.bad_request",
    429: "frame.error.too_many",
    503: "frame.error.busy",
}


def init_app(app: Flask) -> None:
    """Answer every error of every door here."""
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(DomainError, answer_domain)
    app.register_error_handler(Locked, answer_locked)
    app.register_error_handler(sa.exc.OperationalError, answer_store)
    app.register_error_handler(sa.exc.TimeoutError, answer_store)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def answer_csrf(_error: CSRFError) -> Response:
    """The form is older than its session: everything typed stands there, one tap goes on."""
    return answer(400, _EXPIRED)


def answer_locked(error: Locked) -> Response:
    """Reading is locked: its page, with what was to be sent; or on from there to what was asked."""
    path = request.full_path.rstrip("?")
    if is_api():
        return problem(403, error.key)
    if request.method == "GET":
        return redirect(url_for("join.show_lock", next=path), 303)  # type: ignore[return-value]
    begin_page()
    page, status = lock_page(path, kept=given(), problem=error, status=403)
    return Response(page, status, mimetype="text/html")


def answer_domain(error: DomainError) -> Response:
    """A rule said no."""
    if isinstance(error, StepUp) and not is_api():
        return _step_up()
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 400)
    params = {name: _shown(value) for name, value in error.params.items()}
    return answer(status, error.key, field=getattr(error, "field", ""), **params)


def _step_up() -> Response:
    """Who asks is to prove themselves anew; what they sent stands by and goes on then."""
    begin_page()
    waiting = {"kept": given()} if request.method == "POST" else {}
    page = render_template("join/step_up.html", next=request.full_path.rstrip("?"), **waiting)
    return Response(page, HTTPStatus.FORBIDDEN, mimetype="text/html")


def answer_store(error: sa.exc.OperationalError | sa.exc.TimeoutError) -> Response:
    """The database is away, or all its connections are in use: nothing was written."""
    _log(error)
    return answer(503, "frame.error.busy")


def answer_http(error: HTTPException) -> Response:
    """Werkzeug's own errors, in the reader's language."""
    status = error.code or 500
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]
    if status == HTTPStatus.UNAUTHORIZED and request.method == "GET" and not is_api():
        return _to_sign_in()
    is_cut = isinstance(error, ClientDisconnected)
    key = "frame.error.cut" if is_cut else _SENTENCES.get(status, "frame.error.server")
    response = answer(status, key)
    if getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(error.retry_after)  # type: ignore[attr-defined]
    return response


def _to_sign_in() -> Response:
    """To the way in, or to the second step of whoever took the first; then back to this page."""
    path = request.full_path.rstrip("?")
    if access.actor().waits_as:
        return redirect(url_for("join.show_second_step", next=path), 303)  # type: ignore[return-value]
    return redirect(url_for("join.show_sign_in", next=path), 303)  # type: ignore[return-value]


def answer_unexpected(error: Exception) -> Response:
    """A fault of ours: logged by its kind and place only, never by its text."""
    _log(error)
    return answer(500, "frame.error.server")


def answer(status: int, key: str, *, field: str = "", **params: Any) -> Response:
    """The error as a page that holds what was typed, or as problem+json (RFC 9457)."""
    if is_api():
        return problem(status, key, field, **params)
    g.pop("locale", None)
    begin_page()
    key = _READING.get(key, key) if request.method == "GET" else key
    sentence, typed = show(key, **params), given()
    if status == HTTPStatus.UNAUTHORIZED:
        page = way_in(typed, key)
    elif (request.method, request.path) == _SIGN_IN:
        page = sign_in_again(typed, key)
    else:
        ways = _ways_on(status, key)
        if request.method == "POST" and not typed and not ways["goes_again"]:
            steps = 1 if ways["goes_back"] or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else 0
            return _empty_handed(status=status, key=key, params=_plain(params), steps=steps)
        said = {"status": status, "sentence": sentence, "field": field, "typed": typed}
        page = render_template("error.html", **said, **ways)
    return Response(page, status, mimetype="text/html")


@shown_once.shown_once(is_open=True)
def _empty_handed(*, status: int, key: str, params: dict[str, Any], steps: int) -> Response:
    """The page of an error that holds nothing typed: what was, stands `steps` pages before."""
    if access.is_only_shown() and steps:
        steps = g.shown_once[1]["steps"] = steps + 1
    page = render_template(
        "error.html",
        status=status,
        sentence=show(key, **params),
        field="",
        typed=[],
        goes_back=bool(steps),
        steps=steps,
        came_from=way_back.form_page() if key == shown_once.OVER else None,
    )
    return Response(page, status, mimetype="text/html")


def problem(status: int, key: str, field: str = "", **params: Any) -> Response:
    """problem+json with a pointer to the field, where there is one."""
    body: dict[str, Any] = {
        "type": f"urn:kizuki:problem:{key}",
        "title": plain(key, **params),
        "status": status,
    }
    if field:
        body["errors"] = [{"pointer": f"/{field}", "detail": plain(key, **params)}]
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def is_api() -> bool:
    """Whether the answer is for a program."""
    return request.path.startswith("/api/")


def _ways_on(status: int, key: str) -> dict[str, bool]:
    """How a form goes on: sent again, even without a field; or from its page, with its file."""
    may_go_well = status in _AGAIN or key in (_EXPIRED, NotSent.key)
    is_again = request.method == "POST" and may_go_well and not is_from_elsewhere()
    is_upload = request.mimetype == "multipart/form-data"
    return {
        "goes_again": is_again and not is_upload,
        "goes_back": is_again and is_upload,
        "asks_password": "password" in dict(came()),
        "is_calm": key == NotSent.key,
    }


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    """As JSON can hold them."""
    return {name: one if isinstance(one, int) else str(one) for name, one in params.items()}


def _shown(value: object) -> object:
    return f"{local(value):%H:%M}" if isinstance(value, dt.datetime) else value


def _log(error: BaseException) -> None:
    log.error("%s in %s", place_of(error), request.endpoint)

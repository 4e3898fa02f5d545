"""A body counts only where all of it came: one that breaks off is nobody's words."""

from __future__ import annotations

from flask import Flask, abort, request

ENDS_BY_ITSELF = "wsgi.input_terminated"
IN_CHUNKS = "HTTP_TRANSFER_ENCODING"


def init_app(app: Flask) -> None:
    """Before anything reads a body."""
    app.before_request(expect_whole)


def expect_whole() -> None:
    """Hold every body to the length that was announced; aborts with 411 where none was.

    The web server calls each of its bodies complete, also where the line broke in the middle: of
    one that comes in chunks it gives what there is, or nothing, and no error. Without that mark
    Werkzeug counts, and raises ClientDisconnected (400) where something is missing.
    """
    ends_by_itself = request.environ.pop(ENDS_BY_ITSELF, False)
    if not ends_by_itself or request.content_length is not None:
        return
    if IN_CHUNKS in request.environ or request.environ["wsgi.input"].read(1):
        abort(411)

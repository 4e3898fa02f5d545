"""From a page that answered a form to the page on which that form stood: by its address alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from blueprints import gate


def form_page() -> str | None:
    """The nearest page that whoever asks may enter; None where only the start page is left."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    for path in _nearest(request.path):
        try:
            endpoint, _ = adapter.match(path, method="GET")
        except (HTTPException, RoutingException):
            continue
        if gate.is_open(endpoint):
            return path
    return None


def _nearest(path: str) -> Iterator[str]:
    """A form stands at `…/new`, at the address it is sent to, or at one above."""
    yield f"{path.rstrip('/')}/new"
    above = PurePosixPath(path)
    yield from (str(one) for one in (above, *above.parents) if str(one) != "/")

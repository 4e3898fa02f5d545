"""The site answers to its own name, so that nobody lets a name of theirs lead a browser to it.

Behind such a name (DNS rebinding) their page would speak to a town in an inner network as its own.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Response, request

from blueprints import access
from blueprints.errors import answer

_HERE = "localhost"


def init_app(app: Flask) -> None:
    """Before anything else looks at the request."""
    app.before_request(expect_own_name)


def expect_own_name() -> Response | None:
    """Tell whoever came by another name which one is the town's."""
    settings, name = access.kizuki().settings, _name(request.host)
    if name in (_HERE, settings.public_host) or _is_number(name):
        return None
    return answer(400, "frame.error.other_name", url=settings.public_url)


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    """An address is nobody's to give: no name server answers for it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

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
_PROBED = ("/healthz", "/readyz")
"""What watches a server asks by any name that it has there; the answer holds nothing private."""


def init_app(app: Flask) -> None:
    """Before anything else looks at the request."""
    app.before_request(expect_own_name)


def expect_own_name() -> Response | None:
    """Tell whoever came by another name which one is the town's."""
    settings, name = access.kizuki().settings, _name(request.host)
    is_own = name in (_HERE, _name(settings.public_host)) or _is_number(name)
    if is_own or request.path in _PROBED:
        return None
    return answer(400, "frame.error.other_name", url=settings.public_url)


def _name(host: str) -> str:
    """As a browser sends it: 気づき.jp as xn--, without the dot that may end a whole name."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name.rstrip(".").encode("idna").decode()
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    """An address is nobody's to give: no name server answers for it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

"""Whether a request comes from our own pages or a program, or from another site's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from blueprints import access

_OWN_SITES = frozenset({"same-origin", "none"})


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site's page sent it; programs say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OWN_SITES:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and not _is_ours(origin)


def _is_ours(origin: str) -> bool:
    public = urlsplit(access.kizuki().settings.public_url)
    return origin == f"{public.scheme}://{public.netloc}" or urlsplit(origin).netloc == request.host

"""Pages packed on their way, where packing tells nobody anything."""

from __future__ import annotations

from http import HTTPStatus

import brotli
from flask import Response, g, request

QUALITY = 3
"""A tenth of a millisecond for a page of 30 kB; more costs more than it saves."""
WORTH_BYTES = 1000


def pack_page(response: Response) -> Response:
    """Compress a page with brotli, unless the request could have put anything on it.

    A page holds a token; beside words of an attacker's choice its packed length would give the
    token away (BREACH). So only plain GETs without a query are packed, and no error page.
    """
    if not _is_fit(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["br"] > 0:
        response.set_data(brotli.compress(response.get_data(), quality=QUALITY))
        response.headers["Content-Encoding"] = "br"
    return response


def _is_fit(response: Response) -> bool:
    return (
        request.method == "GET"
        and (not request.query_string or g.get("is_query_ours", False))
        and response.status_code == HTTPStatus.OK
        and response.mimetype == "text/html"
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) > WORTH_BYTES
    )

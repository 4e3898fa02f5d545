"""Which answers may carry the session's cookie: a page's own, and that of what somebody sends."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

_BY_ITSELF = "Kizuki-By-Itself"
"""Sent by what asks again and again, since not every browser says `Sec-Fetch-Mode`."""


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but for what scripts and workers fetch beside a page.

    Such an answer began with the session of before, and would bring it over the one that the page
    just got: a sign-in, or the token that its forms send along.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, unless the answer is to a fetch."""
        if not is_fetched():
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")


def is_fetched() -> bool:
    """Whether a page or its worker asks, not a person: as the browser says, or our own scripts."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return request.method == "GET" and (mode != "navigate" or _BY_ITSELF in request.headers)

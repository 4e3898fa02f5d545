"""The gate before every view: default deny, CSRF, limits, cookies and headers."""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from blueprints import access, asked_first, translated
from blueprints.cookies import Sessions
from blueprints.shared_counts import TownCounts
from blueprints.signed_in import find_signed_in, touch
from models import policy
from models.assurance import Assurance
from models.policy import Permission
from models.reading_lock import IDLE
from models.settings import Settings, is_loopback

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Served by the framework or the asset tree, with no person's data in them.
OPEN_ENDPOINTS = frozenset(
    {
        "pwa.asset",
        "pwa.service_worker",
        "pwa.manifest",
        "pwa.offline",
        "language.create_language",
    }
)

MINUTE = dt.timedelta(minutes=1)
_MACHINE_BITS = 64

csrf = CSRFProtect()


def network() -> str:
    """Who asks, as far as limits go: one address, or the /64 in which one machine has billions."""
    address = get_remote_address()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((found, _MACHINE_BITS), strict=False))


limiter = Limiter(network, storage_uri=f"{TownCounts.STORAGE_SCHEME[0]}://")
login = LoginManager()


def init_app(app: Flask, settings: Settings) -> None:
    """Put the gate before every view of the app."""
    _settle_cookies(app, settings)
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)
    app.before_request(take_up_language)
    limiter.init_app(app)
    # It names the address of whoever tried too often.
    limiter.logger.setLevel(logging.WARNING)
    login.init_app(app)
    login.user_loader(find_signed_in)
    app.before_request(guard)
    app.before_request(translated.show_again)
    app.after_request(settle_headers)
    app.teardown_request(access.close)


def take_up_language() -> Any:
    """Before anything may refuse the request: the refusal is in the language asked for, too."""
    if not translated.is_asked():
        return None
    # Flask-WTF looks at no form that goes nowhere.
    if request.endpoint is None:
        csrf.protect()
    return translated.take_up()


def guard() -> None:
    """Refuse every endpoint that names no permission, and whoever may not enter it.

    Somebody not signed in is asked to sign in (401), whoever's reading is locked to unlock it
    (403), and staff who owe the answer where they live to give it (403); somebody without the role
    sees what an address that does not exist would show (404).
    """
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return
    permission = permission_of(request.endpoint)
    if permission is None:
        abort(404)
    if not policy.may_enter(access.actor(), permission):
        access.ask_to_unlock(permission)
        if policy.owes_answer(access.actor(), permission):
            asked_first.ask()
        abort(404 if access.actor().is_signed_in else 401)
    if getattr(current_app.view_functions[request.endpoint], "needs_fresh", False):
        access.need_fresh()
    touch()


def permission_of(endpoint: str) -> Permission | None:
    """What an endpoint's view says that it needs; None is closed."""
    view = current_app.view_functions.get(endpoint)
    found = getattr(view, "permission", None)
    return found if isinstance(found, Permission) else None


def is_open(endpoint: str) -> bool:
    """Whether whoever asks may enter this page, as far as the gate knows."""
    permission = permission_of(endpoint)
    return permission is not None and policy.may_enter(access.actor(), permission)


def locks_after() -> int:
    """After how many idle minutes this page is left; 0 where nothing on it is ever locked."""
    permission = permission_of(request.endpoint or "")
    if permission is None or getattr(current_user, "assurance", None) is not Assurance.DEVICE:
        return 0
    is_read = policy.is_locked(replace(access.actor(), is_unlocked=False), permission)
    return IDLE // MINUTE if is_read else 0


def settle_headers(response: Response) -> Response:
    """Headers of every answer; only assets and public pages may be kept or indexed."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if _is_pinned(access.kizuki().settings):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if not g.get("is_public", False):
        headers["X-Robots-Tag"] = "noindex"
    return response


def _is_pinned(settings: Settings) -> bool:
    """Whether browsers may hold on to HTTPS; a name of the own network is used for other things."""
    public = urlsplit(settings.public_url)
    is_local = is_loopback(settings.public_url) or (public.hostname or "").endswith(".local")
    return public.scheme == "https" and not is_local


def _settle_cookies(app: Flask, settings: Settings) -> None:
    secure = urlsplit(settings.public_url).scheme == "https"
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-kizuki" if secure else "kizuki",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=400 * 24 * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,
    )

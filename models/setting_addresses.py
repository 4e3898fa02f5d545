"""Settings that name others on the network: mail server, push services, Redis."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from models.endpoint import LOOPBACK
from models.errors import SettingError

# An address in numbers would be connected to without being looked at.
_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*|" + LOOPBACK)


def smtp(text: str) -> str:
    """The mail server's address; raises SettingError."""
    try:
        parts = urlsplit(text)
        is_server = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server:
        raise SettingError("cli.setting.smtp")
    return text


def redis(text: str) -> str:
    """Where Redis listens: over the network, over TLS or at a socket; raises SettingError."""
    try:
        parts = urlsplit(text)
        is_server = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
        is_socket = parts.scheme == "redis+unix" and parts.path.startswith("/")
    except ValueError:
        is_server = is_socket = False
    if not is_server and not is_socket:
        raise SettingError("cli.setting.redis")
    return text


def hosts(text: str) -> tuple[str, ...]:
    """The push services that may be posted to, by name; raises SettingError."""
    named = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not named or not all(_HOST.fullmatch(host) for host in named):
        raise SettingError("cli.setting.hosts")
    return named

"""Settings: read once from the environment, each with a default that works."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

Value = TypeVar("Value")
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_SUBJECT = re.compile(r"(mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+\S*)")
_LOCAL_DOMAIN = re.compile(r"@?localhost|\.local$")


class SettingError(Exception):
    """A setting that cannot be used; the text is one sentence that names it."""


@dataclass(frozen=True)
class Settings:
    """How this deployment runs. Times in seconds."""

    public_url: str = "http://localhost:8000"
    bind: str = "127.0.0.1"
    port: int = 8000
    database_url: str = "sqlite:///instance/kizuki.sqlite3"
    key_file: Path = Path("instance/keys.json")
    vapid_subject: str = "https://kizuki.example"
    smtp_url: str = ""
    mail_from: str = ""
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    trusted_proxies: int = 0
    log_level: str = "INFO"
    signins_per_minute: int = 10
    codes_per_minute: int = 10
    notes_per_hour: int = 30

    @staticmethod
    def from_env(environ: Mapping[str, str]) -> Settings:
        """Read every setting; raises SettingError with the first one that is wrong."""
        given = {
            field: _read(name, environ[name], parse)
            for name, (field, parse) in VARIABLES.items()
            if environ.get(name)
        }
        settings = Settings(**given)  # type: ignore[arg-type]
        if settings.smtp_url and not settings.mail_from:
            raise SettingError("KIZUKI_MAIL_FROM is needed where KIZUKI_SMTP_URL is set.")
        return settings


def _read(name: str, text: str, parse: Callable[[str], Value]) -> Value:
    try:
        return parse(text.strip())
    except ValueError as error:
        raise SettingError(f"{name} {error}.") from None


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("must be an address such as https://kizuki.example.jp")
    return text.rstrip("/")


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def _database(text: str) -> str:
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        raise ValueError("must be a database address such as postgresql:///kizuki") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("must name SQLite or PostgreSQL")
    return text


def _subject(text: str) -> str:
    if not _SUBJECT.fullmatch(text) or _LOCAL_DOMAIN.search(text):
        raise ValueError("must be mailto: or https: with a domain that can be looked up")
    return text


def _smtp(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must look like smtp://user:password@host:587 or smtps://host")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("must be an e-mail address")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not hosts or any("/" in host or ":" in host for host in hosts):
        raise ValueError("must be host names with commas between them")
    return hosts


def _level(text: str) -> str:
    if text.upper() not in _LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(_LOG_LEVELS)}")
    return text.upper()


def _text(text: str) -> str:
    return text


VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "KIZUKI_PUBLIC_URL": ("public_url", _origin),
    "KIZUKI_BIND": ("bind", _text),
    "KIZUKI_PORT": ("port", _between(1, 65535)),
    "DATABASE_URL": ("database_url", _database),
    "KIZUKI_KEY_FILE": ("key_file", Path),
    "KIZUKI_VAPID_SUBJECT": ("vapid_subject", _subject),
    "KIZUKI_SMTP_URL": ("smtp_url", _smtp),
    "KIZUKI_MAIL_FROM": ("mail_from", _address),
    "KIZUKI_PUSH_HOSTS": ("push_hosts", _hosts),
    "KIZUKI_TRUSTED_PROXIES": ("trusted_proxies", _between(0, 5)),
    "KIZUKI_LOG_LEVEL": ("log_level", _level),
    "KIZUKI_SIGNINS_PER_MINUTE": ("signins_per_minute", _between(1, 10_000)),
    "KIZUKI_CODES_PER_MINUTE": ("codes_per_minute", _between(1, 10_000)),
    "KIZUKI_NOTES_PER_HOUR": ("notes_per_hour", _between(1, 1_000_000)),
}
"""Every environment variable that is read, with its field and its check."""

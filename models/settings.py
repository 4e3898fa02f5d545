"""Settings: read once from the environment, each with a default that works."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from models.endpoint import LOOPBACK
from models.errors import DomainError

INSTANCE = Path(__file__).parents[1] / "instance"
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_SUBJECT = re.compile(r"(mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?)")
_NO_REAL_DOMAIN = re.compile(r"localhost|.*\.(local|localhost|internal)|[\d.]+")
# An address in numbers would be connected to without being looked at.
_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*|" + LOOPBACK)


class SettingError(DomainError):
    """A setting that cannot be used; `key` and `params` make one sentence that names it."""


@dataclass(frozen=True)
class Settings:
    """How this deployment runs. The README's table says what each is for."""

    public_url: str = "http://localhost:8000"
    bind: str = "127.0.0.1"
    port: int = 8000
    lan: bool = False
    instance: Path = INSTANCE
    database_url: str = f"sqlite:///{INSTANCE}/kizuki.sqlite3"
    key_file: Path = INSTANCE / "keys.json"
    vapid_subject: str = "https://kizuki.example"
    smtp_url: str = ""
    mail_from: str = ""
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    trusted_proxies: int = 0
    log_level: str = "INFO"
    signins_per_minute: int = 10
    codes_per_minute: int = 10
    notes_per_hour: int = 30
    silent_days: int = 3
    audit_mail: str = ""
    audit_folder: Path | None = None
    audit_years: int = 10
    terminal: str = "ja"
    """The locale in which the command line speaks."""

    @staticmethod
    def from_env(environ: Mapping[str, str]) -> Settings:
        """Read every setting; raises SettingError for the first one that is wrong."""
        given = {
            field: _read(name, environ[name], parse)
            for name, (field, parse) in VARIABLES.items()
            if environ.get(name)
        }
        settings = Settings(**_derived(given) | given, terminal=terminal_locale(environ))
        if settings.smtp_url and not settings.mail_from:
            raise SettingError("cli.setting.mail_from", name="KIZUKI_MAIL_FROM")
        if LOOPBACK in settings.push_hosts and not is_loopback(settings.public_url):
            raise SettingError("cli.setting.push_loopback", name="KIZUKI_PUSH_HOSTS")
        return settings

    @property
    def is_https(self) -> bool:
        """Whether phones reach this town over TLS."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """The name in the public address."""
        return urlsplit(self.public_url).hostname or ""


def terminal_locale(environ: Mapping[str, str]) -> str:
    """What the terminal's own language setting asks for; a terminal without one gets English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    asked = next((environ[name] for name in names if environ.get(name)), "")
    return "ja" if asked.startswith("ja") else "en"


def is_loopback(url: str) -> bool:
    """Whether an address leads to this very machine."""
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


def _derived(given: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults that follow from other settings."""
    folder = given.get("instance", INSTANCE)
    derived = {
        "database_url": f"sqlite:///{folder}/kizuki.sqlite3",
        "key_file": folder / "keys.json",
        "public_url": f"http://localhost:{given.get('port', 8000)}",
    }
    public_url = given.get("public_url", "")
    if _is_subject(public_url):
        derived["vapid_subject"] = public_url
    return derived


def _read(name: str, text: str, parse: Callable[[str], object]) -> object:
    try:
        return parse(text.strip())
    except SettingError as error:
        raise SettingError(error.key, name=name, **error.params) from None


_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_host = bool(parts.hostname) and not any(map(str.isspace, text))
        is_origin = is_host and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        is_origin = False
    if not is_origin or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise SettingError("cli.setting.origin")
    return text.rstrip("/")


def _bind(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise SettingError("cli.setting.bind") from None


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
            raise SettingError("cli.setting.number", low=low, high=high)
        return int(text)

    return parse


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingError("cli.setting.switch")
    return text == "1"


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingError("cli.setting.folder")
    return path


def _file(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        raise SettingError("cli.setting.file")
    return path


def _database(text: str) -> str:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingError("cli.setting.database") from None
    # Memory is each connection's own, and several processes are to share one database.
    is_file = url.database and url.database != ":memory:"
    if url.drivername not in _DRIVERS or (url.get_backend_name() == "sqlite" and not is_file):
        raise SettingError("cli.setting.database")
    return text


def _is_subject(text: str) -> bool:
    rest = text.rpartition("@")[2] if "@" in text else text.removeprefix("https://")
    domain = rest.partition("/")[0].partition(":")[0]
    return bool(_SUBJECT.fullmatch(text)) and not _NO_REAL_DOMAIN.fullmatch(domain)


def _subject(text: str) -> str:
    if not _is_subject(text):
        raise SettingError("cli.setting.subject")
    return text


def _smtp(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_server = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server:
        raise SettingError("cli.setting.smtp")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+|[^<>]*<[^@\s<>]+@[^@\s<>]+>", text):
        raise SettingError("cli.setting.address")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise SettingError("cli.setting.hosts")
    return hosts


def _level(text: str) -> str:
    if text.upper() not in _LOG_LEVELS:
        raise SettingError("cli.setting.level", levels=", ".join(_LOG_LEVELS))
    return text.upper()


VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "KIZUKI_PUBLIC_URL": ("public_url", _origin),
    "KIZUKI_BIND": ("bind", _bind),
    "KIZUKI_PORT": ("port", _between(1, 65534)),
    "KIZUKI_LAN": ("lan", _switch),
    "KIZUKI_INSTANCE": ("instance", _folder),
    "DATABASE_URL": ("database_url", _database),
    "KIZUKI_KEY_FILE": ("key_file", _file),
    "KIZUKI_VAPID_SUBJECT": ("vapid_subject", _subject),
    "KIZUKI_SMTP_URL": ("smtp_url", _smtp),
    "KIZUKI_MAIL_FROM": ("mail_from", _address),
    "KIZUKI_PUSH_HOSTS": ("push_hosts", _hosts),
    "KIZUKI_TRUSTED_PROXIES": ("trusted_proxies", _between(0, 5)),
    "KIZUKI_LOG_LEVEL": ("log_level", _level),
    "KIZUKI_SIGNINS_PER_MINUTE": ("signins_per_minute", _between(1, 10_000)),
    "KIZUKI_CODES_PER_MINUTE": ("codes_per_minute", _between(1, 10_000)),
    "KIZUKI_NOTES_PER_HOUR": ("notes_per_hour", _between(1, 1_000_000)),
    "KIZUKI_SILENT_DAYS": ("silent_days", _between(1, 90)),
    "KIZUKI_AUDIT_MAIL": ("audit_mail", _address),
    "KIZUKI_AUDIT_FOLDER": ("audit_folder", _folder),
    "KIZUKI_AUDIT_YEARS": ("audit_years", _between(1, 50)),
}
"""Every environment variable that is read, with its field and its check."""

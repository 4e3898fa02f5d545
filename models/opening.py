"""Before the first request: settings, keys and store of this installation, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from models import logs
from models.keys import KeyFileError, KeyRing
from models.kizuki import Clock, Kizuki, utc_now
from models.settings import SettingError, Settings, terminal_locale
from models.store import Store
from models.town import Town
from models.words import Words


def open_kizuki(
    environ: Mapping[str, str],
    words: Words,
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    keys: KeyRing | None = None,
    clock: Clock = utc_now,
    looks_only: bool = False,
) -> Kizuki:
    """Everything that one process holds; what is not given is made from the environment.

    A setting or key file that cannot be used ends the process with one sentence that names it.
    """
    try:
        settings = settings or Settings.from_env(environ)
        keys = keys or open_keys(settings, looks_only=looks_only)
    except (SettingError, KeyFileError) as error:
        locale = terminal_locale(environ)
        raise SystemExit(words.say(locale, error.key, **error.params)) from None
    logs.set_up(settings.log_level)
    return Kizuki(settings, store or Store(settings.database_url, keys), keys, words, clock)


def open_keys(settings: Settings, *, looks_only: bool = False) -> KeyRing:
    """The key ring; made anew only where there is no database yet that another one had locked.

    Who looks only is given one that is written nowhere instead. Raises KeyFileError, and
    SettingError where the database cannot tell or the file cannot be made or read.
    """
    try:
        if settings.key_file.exists():
            return KeyRing.load(settings.key_file)
        if looks_only:
            return KeyRing.ephemeral()
        return _new_keys(settings)
    except OSError as error:
        is_inside = settings.key_file.parent == settings.instance
        name = "KIZUKI_INSTANCE" if is_inside else "KIZUKI_KEY_FILE"
        raise SettingError(
            "cli.setting.unusable", name=name, path=settings.key_file, error=error.strerror
        ) from error


def _new_keys(settings: Settings) -> KeyRing:
    if _is_new(settings.database_url):
        try:
            return KeyRing.create(settings.key_file)
        except FileExistsError:
            pass
    return KeyRing.load(settings.key_file)


def is_demo(store: Store) -> bool:
    """Whether this is the demonstration town; no where the database cannot tell yet."""
    if not store.is_begun:
        return False
    try:
        with store.read() as session:
            town = Town.of(session)
            return town is not None and town.is_demo
    except sa.exc.DBAPIError:
        return False


def _is_new(database_url: str) -> bool:
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return True
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        return not sa.inspect(engine).get_table_names()
    except sa.exc.DBAPIError as error:
        raise SettingError(
            "cli.setting.no_database", name="DATABASE_URL", error=type(error.orig).__name__
        ) from error

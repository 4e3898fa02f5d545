"""Before the first request: the keys of this installation, and what its database says."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from models.town import Town


def open_keys(settings: Settings) -> KeyRing:
    """The key ring; made anew only where there is no database yet that another one had locked.

    Raises KeyFileError.
    """
    if not settings.key_file.exists() and _is_new(settings.database_url):
        try:
            return KeyRing.create(settings.key_file)
        except FileExistsError:
            pass
    return KeyRing.load(settings.key_file)


def is_demo(store: Store) -> bool:
    """Whether this is the demonstration town; no where the database cannot tell yet."""
    if store.is_sqlite and not Path(str(store.url.database)).exists():
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
    except sa.exc.DBAPIError:
        return False

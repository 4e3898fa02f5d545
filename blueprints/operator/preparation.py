"""What stands before the first start: the folder, the tables, the demonstration town."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import asdict
from functools import partial
from pathlib import Path

from blueprints.operator.terminal import Stopped, say, tell
from models import readiness
from models.audit_keying import key_chains
from models.confirmation import await_readmitted
from models.demo import DemoSignIn, is_empty, load_demo, with_invitations
from models.kizuki import Kizuki
from models.password import hash_password
from models.refolding import refold
from models.reporter import learn_numbers
from models.settings import Settings, is_loopback
from models.store import Store
from models.town import Town


def make_ready(town: Kizuki) -> None:
    """Make the folder and bring the database to the newest revision; the second time is nothing.

    What an update leaves to do with rows is asked at every start: the process may have died.
    Raises Stopped where the folder cannot be made.
    """
    os.umask(0o077)
    folder = town.settings.instance
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        params = {"name": "KIZUKI_INSTANCE", "path": folder, "error": error.strerror}
        raise Stopped(say("cli.setting.unusable", **params)) from error
    with town.store.read() as session:
        is_migrated = readiness.is_migrated(session)
    if not is_migrated:
        _migrate(town.store)
    learn_numbers(town.store)
    await_readmitted(town.store, town.clock())
    _key_chains(town)
    refold(town.store, town.clock())


def _key_chains(town: Kizuki) -> None:
    """Once in this folder's life.

    That it was done stands in a file: what stands in the database can be taken back by whoever
    wants lines of their own to be signed.
    """
    done = town.settings.instance / "log-signed"
    if not done.exists():
        key_chains(town.store, town.clock())
        done.touch(mode=0o600)


def _migrate(store: Store) -> None:
    # Alembic loads slowly, and most starts do not need it.
    from models import migrations  # noqa: PLC0415

    tell("cli.serve.migrating")
    migrations.upgrade(store.url)


def demo_sign_ins(town: Kizuki) -> list[DemoSignIn]:
    """Who can look at the demonstration town; it is loaded where nothing of a town is.

    Only an embedded database on a loopback or private address ever gets it.
    """
    kept = town.settings.instance / "demo-signins"
    with town.store.read() as session:
        found, is_bare = Town.of(session), is_empty(session)
        is_demo = found is not None and found.is_demo
    if is_bare and may_have_demo(town.settings, is_sqlite=town.store.is_sqlite):
        tell("cli.serve.loading_demo")
        return load_demo(town.store, town.clock(), hash_password, partial(_keep, kept))
    if is_demo and kept.exists():
        rows = [DemoSignIn(**row) for row in json.loads(kept.read_text("utf-8"))]
        return with_invitations(town.store, rows, town.clock(), partial(_keep, kept))
    return []


def may_have_demo(settings: Settings, *, is_sqlite: bool) -> bool:
    """Whether nobody from the open internet could mistake the demonstration for a real town."""
    host = settings.public_host
    is_near = is_loopback(settings.public_url) or host.endswith(".local") or _is_private(host)
    return is_sqlite and is_near and (settings.lan or _is_private(settings.bind))


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _keep(path: Path, sign_ins: list[DemoSignIn]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(sign_in) for sign_in in sign_ins], file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())

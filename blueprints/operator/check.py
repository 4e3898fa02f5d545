"""`flask --app app check`: the doctor, one line for each part."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from flask import current_app
from sqlalchemy.orm import Session

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.terminal import say, table
from models import readiness
from models.errors import Busy
from models.finding import Check, Finding
from models.keys import KeyFileError, KeyRing
from models.kizuki import Kizuki
from models.settings import Settings
from models.town import Town


class _NotBegun(Exception):
    """There is no database yet; to ask it would make one."""


@bp.cli.command("check")
def check() -> None:
    """Say of each part whether it is well; ends with 1 where one is not. Changes nothing."""
    findings = {name: _found(part) for name, part in parts().items()}
    click.echo(
        table(
            [
                ["ok" if f.is_well else "—", say(f"cli.check.{name}"), _sentence(name, f)]
                for name, f in findings.items()
            ]
        )
    )
    sys.exit(0 if all(finding.is_well for finding in findings.values()) else 1)


def parts() -> dict[str, Check]:
    """The parts in the order in which they are looked at; app.py adds those beyond the doors."""
    added: dict[str, Check] = current_app.extensions["kizuki.checks"]
    return {
        "database": database,
        "migrations": migrations,
        "keys": keys,
        "town": town,
        "https": https,
        "push": push,
        **added,
        "worker": worker,
    }


def _found(part: Check) -> Finding:
    try:
        return part(kizuki())
    except (sa.exc.SQLAlchemyError, Busy, _NotBegun):
        return Finding(False, "no_database")


@contextmanager
def _reading(town: Kizuki) -> Iterator[Session]:
    if not town.store.is_begun:
        raise _NotBegun
    with town.store.read() as session:
        yield session


def _sentence(name: str, finding: Finding) -> str:
    if finding.says == "no_database":
        return say("cli.check.no_database")
    return say(f"cli.check.{name}.{finding.says}", **finding.params)


def database(town: Kizuki) -> Finding:
    """It answers."""
    with _reading(town) as session:
        return Finding(readiness.answers(session), "well", {"kind": town.store.engine.dialect.name})


def migrations(town: Kizuki) -> Finding:
    """It stands at the newest revision."""
    with _reading(town) as session:
        is_well = readiness.is_migrated(session)
    return Finding(is_well, "well" if is_well else "behind")


def keys(town: Kizuki) -> Finding:
    """The key file is whole, and its owner's alone."""
    try:
        KeyRing.load(town.settings.key_file)
    except KeyFileError as error:
        return Finding(False, "bad", {"error": say(error.key, **error.params)})
    except OSError as error:
        params = {"name": "KIZUKI_KEY_FILE", "path": town.settings.key_file}
        return Finding(
            False, "bad", {"error": say("cli.setting.unusable", **params, error=error.strerror)}
        )
    return Finding(True, "well", {"file": town.settings.key_file})


def town(town: Kizuki) -> Finding:
    """There is one."""
    with _reading(town) as session:
        found = Town.of(session)
        if found is None:
            return Finding(False, "none")
        return Finding(True, "demo" if found.is_demo else "well", {"name": found.name})


def https(town: Kizuki) -> Finding:
    """A real town is reached over HTTPS; the demonstration may stay on this machine."""
    params = {"url": town.settings.public_url}
    if town.settings.is_https:
        return Finding(True, "well", params)
    return Finding(True, "demo", params) if _is_demo(town) else Finding(False, "none", params)


def push(town: Kizuki) -> Finding:
    """The key signs, and the subject is one that push services accept."""
    pem = town.keys.vapid_private_pem(town.keys.vapid_key_id)
    assert pem is not None
    serialization.load_pem_private_key(pem, password=None)
    params = {"subject": town.settings.vapid_subject}
    is_invented = town.settings.vapid_subject == Settings().vapid_subject
    if is_invented and not _is_demo(town):
        return Finding(False, "subject", params)
    return Finding(True, "well", params)


def worker(town: Kizuki) -> Finding:
    """It left a sign of life within the minute."""
    with _reading(town) as session:
        is_well = readiness.has_beat(session, town.clock())
    return Finding(is_well, "well" if is_well else "none")


def _is_demo(town: Kizuki) -> bool:
    with _reading(town) as session:
        found = Town.of(session)
        return found is not None and found.is_demo

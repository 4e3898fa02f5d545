"""`flask --app app audit`: whether the log is what was written, and its head to keep outside.

`verify` ends with 0 where everything is whole, 1 where something was changed, and 2 where the
head cannot be used.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.terminal import Commands, say, tell
from models import audit_head
from models.audit_chain import Walked
from models.audit_head import Head, NotAHead

CHANGED, UNUSABLE = 1, 2


@bp.cli.group("audit", cls=Commands)
def audit() -> None:
    """The log of who did and saw what."""


@audit.command("head")
def print_head() -> None:
    """Print where every chain ends now, signed: a file to keep where this server cannot write."""
    town = kizuki()
    with town.store.read() as session:
        click.echo(audit_head.document(session, town.clock()))


@audit.command("verify")
@click.option(
    "--head",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that was kept outside: the file, or the saved letter.",
)
def verify(file: Path | None) -> None:
    """Follow every chain; with --head, against what was kept outside. Changes nothing."""
    town = kizuki()
    try:
        head = None if file is None else audit_head.read(file.read_bytes(), town.keys)
    except NotAHead as error:
        click.echo(say(error.key))
        sys.exit(UNUSABLE)
    with town.store.read() as session:
        walked = audit_head.verify(session, head)
    faults = [one for one in walked if one.wrong]
    for one in faults:
        what = say(f"cli.audit.wrong.{one.wrong}")
        tell("cli.audit.fault", chain=one.chain, position=one.position, what=what)
    if not faults:
        lines = sum(one.position for one in walked)
        tell("cli.audit.whole", chains=len(walked), lines=lines)
    _tell_of_head(head, walked)
    sys.exit(CHANGED if faults else 0)


def _tell_of_head(head: Head | None, walked: list[Walked]) -> None:
    """How far the head vouches, and what lies after it."""
    if head is None:
        tell("cli.audit.no_mark")
        return
    tell("cli.audit.up_to", at=f"{head.at:%Y-%m-%d %H:%M} UTC")
    for one in walked:
        after = one.after if one.chain in head.marks else one.position
        if one.is_forgotten:
            tell("cli.audit.forgotten", chain=one.chain)
        if after and one.wrong is None:
            tell("cli.audit.after", chain=one.chain, n=after)

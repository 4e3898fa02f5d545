"""`flask --app app upgrade`: bring the database to this program's revision, before it starts."""

from __future__ import annotations

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.preparation import make_ready
from blueprints.operator.terminal import tell


@bp.cli.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest revision; does nothing where it is there."""
    make_ready(kizuki())
    tell("cli.upgrade.done")

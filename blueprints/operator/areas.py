"""`flask --app app areas`: real towns by JIS code, and the office's table of areas and desks."""

from __future__ import annotations

from pathlib import Path

import click

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.preparation import make_ready
from blueprints.operator.terminal import Commands, Stopped, say, tell
from models import area_csv, gazetteer


@bp.cli.group("areas", cls=Commands)
def areas() -> None:
    """The town's areas."""


@areas.command("load")
@click.argument("code")
def load_areas(code: str) -> None:
    """Bring in every town and postal code of the municipality with this JIS CODE."""
    town = kizuki()
    try:
        read = gazetteer.read_municipality(code)
    except gazetteer.UnknownMunicipality as error:
        raise Stopped(say(error.key, **error.params)) from None
    make_ready(town)
    with town.store.write() as session:
        gazetteer.load_municipality(session, read)
    codes = {postal_code for found in read.towns.values() for postal_code in found}
    tell("cli.areas.loaded", name=read.name, towns=len(read.towns), codes=len(codes))


@areas.command("assign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def assign_areas(file: Path) -> None:
    """Put towns into areas and areas to desks as the CSV FILE says, whole or not at all.

    One assignment a line, UTF-8 or CP932. The first line names the columns: town, and any of
    living_area, school_district, beat, association and desk (the name of a desk).
    """
    town = kizuki()
    make_ready(town)
    try:
        rows = area_csv.read(file.read_bytes())
        with town.store.write() as session:
            done = area_csv.take(session, rows, town.clock())
    except area_csv.WrongRows as error:
        lines = [say(problem.key, **problem.params) for problem in error.problems]
        raise Stopped("\n".join(lines)) from None
    tell("cli.areas.assigned", towns=done.towns, areas=done.areas, desks=done.desks)

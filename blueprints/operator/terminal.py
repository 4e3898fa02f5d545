"""Words on the terminal, in its own language."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from blueprints.access import kizuki
from models.errors import Busy


class Stopped(click.ClickException):
    """A command cannot go on; the sentence says why."""


class Command(click.Command):
    """A command that says in a sentence that the database does not answer."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; raises Stopped."""
        try:
            return super().invoke(ctx)
        except (sa.exc.DBAPIError, sqlite3.Error, Busy) as error:
            name = type(getattr(error, "orig", error)).__name__
            raise Stopped(
                say("cli.setting.no_database", name="DATABASE_URL", error=name)
            ) from error


class Commands(AppGroup):
    """A group of such commands."""

    command_class = Command


def say(key: str, /, **params: object) -> str:
    """The words of a key."""
    town = kizuki()
    return town.words.say(town.settings.terminal, key, **params)


def tell(key: str, /, **params: object) -> None:
    """Print the words of a key."""
    click.echo(say(key, **params))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns one below the other; a kanji is two columns wide."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "FW" else 1 for c in text)

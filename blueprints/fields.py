"""Shared form fields: text is cleaned, and every problem is a sentence of the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError

from blueprints.language import show
from models import my_number, text
from models.errors import Invalid

Check = Callable[[FlaskForm, Field], None]
NUMBER_LENGTH = 30


def line(value: str | None) -> str:
    """One clean line; nothing is an empty one."""
    return text.clean_line(value or "")


def lines(value: str | None) -> str:
    """Own words, cleaned."""
    return text.clean(value or "").strip()


def digits(value: str | None) -> str:
    """The digits of what was typed, full-width or with spaces and strokes between."""
    flat = unicodedata.normalize("NFKC", value or "")
    return "".join(character for character in flat if character.isdecimal())


def needed(key: str) -> Check:
    """Something has to stand in the field."""

    def check(_form: FlaskForm, field: Field) -> None:
        if text.is_blank(field.data or ""):
            raise StopValidation(show(key))

    return check


def at_most(limit: int) -> Check:
    """No more characters than this, as a reader counts them."""

    def check(_form: FlaskForm, field: Field) -> None:
        over = text.excess(field.data or "", limit)
        if over:
            raise ValidationError(show("frame.count_over", n=over))

    return check


def one_of(codes: Collection[str], key: str) -> Check:
    """One of these codes."""

    def check(_form: FlaskForm, field: Field) -> None:
        if field.data not in codes:
            raise ValidationError(show(key))

    return check


def without_individual_number(_form: FlaskForm, field: Field) -> None:
    """No text that is kept holds a My Number."""
    if my_number.is_in(field.data or ""):
        raise ValidationError(show("problem.my_number"))


def text_line(limit: int, *checks: Check) -> StringField:
    """A field of one line."""
    return StringField(
        filters=[line], validators=[*checks, at_most(limit), without_individual_number]
    )


def text_lines(limit: int, *checks: Check) -> StringField:
    """A field of own words."""
    return StringField(
        filters=[lines], validators=[*checks, at_most(limit), without_individual_number]
    )


def call_number(*checks: Check) -> StringField:
    """A telephone number, which may have as many digits as a My Number."""
    return StringField(filters=[line], validators=[*checks, at_most(NUMBER_LENGTH)])


class DoorForm(FlaskForm):  # type: ignore[misc]
    """A form whose problems stand at their fields and in the summary on top."""

    def error(self, name: str) -> Markup | str:
        """The first problem of a field, or an empty string."""
        field = self._fields.get(name)
        return field.errors[0] if field is not None and field.errors else ""

    @property
    def problems(self) -> list[tuple[str, Markup | str]]:
        """(field id, sentence) of every field with a problem, in the form's order."""
        found = [(name, self.error(name)) for name in self._fields if self.error(name)]
        return found + [("main", sentence) for sentence in self.form_errors]

    def refuse(self, error: Invalid) -> None:
        """Put what the domain said no to at the field it belongs to."""
        sentence = show(error.key, **dict(error.params))
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]

    def data_of(self, *names: str) -> dict[str, Any]:
        """The values of some fields by name."""
        return {name: self._fields[name].data for name in names}

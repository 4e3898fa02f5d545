"""The form of a desk."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from blueprints.fields import DoorForm, call_number, digits, line, needed, text_line, text_lines
from blueprints.language import show
from blueprints.office.hours import Hours, day_lines, typed_days
from blueprints.office.page import as_id, as_number
from blueprints.office.sheet import Drawn
from models.desk import DEFAULT_HOURS, Desk
from models.errors import Invalid
from models.furnishing import Begins, Furnishing
from models.sign import Field as ReportField

_TEXTS = ("name", "place", "telephone", "duty_telephone", "who", "does", "is_volunteer")
_NAMES = (*_TEXTS, "takes_on")
_PROMISED = ("memo_days", "soon_days", "now_minutes")
_LEAST_DIGITS = 3


def _rings(_form: object, field: Field) -> None:
    if field.data and len(digits(field.data)) < _LEAST_DIGITS:
        raise ValidationError(show("office.problem.telephone"))


class DeskForm(DoorForm):
    """Everything of a desk but its hours, which stand in a table of their own."""

    name = text_line(80, needed("office.problem.desk_name"))
    place = text_line(200)
    telephone = call_number(needed("office.problem.desk_telephone"), _rings)
    duty_telephone = call_number(_rings)
    hours_at = StringField()
    closings = text_lines(2000)
    who = text_lines(300)
    does = text_lines(600)
    takes_on = SelectMultipleField(choices=list(ReportField), validate_choice=False)
    is_volunteer = BooleanField()
    backup = StringField(filters=[line])
    memo_days = StringField(filters=[line], default="5")
    soon_days = StringField(filters=[line], default="2")
    now_minutes = StringField(filters=[line], default="30")
    begins_person = StringField(filters=[line])
    begins_name = text_line(40)

    hours: Hours

    @staticmethod
    def of(desk: Desk | None) -> DeskForm:
        """The form as it is first shown."""
        if desk is None:
            form = DeskForm()
            form.hours = dict(DEFAULT_HOURS)
            return form
        given = {name: getattr(desk, name) for name in _NAMES}
        given |= {name: str(getattr(desk, name)) for name in _PROMISED}
        form = DeskForm(
            **given,
            backup=str(desk.backup_id or ""),
            closings=day_lines(desk.closings),
        )
        form.hours = desk.hours
        return form

    def validate_closings(self, field: Field) -> None:
        """A day on each line."""
        try:
            typed_days(field.data)
        except Invalid as error:
            raise ValidationError(show(error.key, **error.params)) from None

    def wanted(self, hours: Hours) -> Furnishing:
        """The desk as the form has it, without closing days that are none."""
        promised: dict[str, Any] = {name: as_number(self[name].data) or 0 for name in _PROMISED}
        return Furnishing(
            **self.data_of(*_TEXTS),
            takes_on=tuple(self.takes_on.data or ()),
            **promised,
            backup_id=as_id(self.backup.data),
            hours=hours,
            closings=frozenset() if self.closings.errors else typed_days(self.closings.data),
        )

    def begins(self, drawn: Drawn | None) -> Begins:
        """Who begins there, where anybody is named."""
        return Begins(
            person_id=as_id(self.begins_person.data),
            name=self.begins_name.data,
            told=None if drawn is None else drawn.told,
            code_hash=b"" if drawn is None else drawn.code_hash,
        )

"""The form of an invitation, poster or personal."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, StringField

from blueprints.fields import DoorForm, line, one_of, text_line
from blueprints.language import current_locale
from blueprints.office.page import as_id, as_number
from models.area import Area
from models.desk import Desk
from models.errors import Invalid
from models.invitation import PERSONAL_DAYS, InvitationKind
from models.person import Role
from models.town_time import TOKYO, local_date

POSTER_DAYS = 90
LONGEST_DAYS = 366
DAILY_LIMIT = "30"


class InviteForm(DoorForm):
    """Who is invited, for where and for what; `once` makes one invitation of five taps."""

    once = HiddenField(filters=[line])
    kind = HiddenField(
        filters=[line], validators=[one_of(set(InvitationKind), "office.problem.kind")]
    )
    role = StringField(filters=[line], validators=[one_of(set(Role), "office.problem.role")])
    name = text_line(40)
    area = StringField(filters=[line])
    desk = StringField(filters=[line])
    in_sealed_team = BooleanField()
    is_deputy = BooleanField()
    ends_on = StringField(filters=[line])
    daily_limit = StringField(filters=[line])
    paper = StringField(filters=[line], default=current_locale)

    @staticmethod
    def blank(asked: Mapping[str, str], now: dt.datetime) -> InviteForm:
        """The form as it is first shown, for the kind that was asked for."""
        is_poster = asked.get("kind") == InvitationKind.POSTER
        days = POSTER_DAYS if is_poster else PERSONAL_DAYS
        personal = Role.STAFF if asked.get("desk") else Role.COMMISSIONER
        return InviteForm(
            once=str(uuid.uuid4()),
            kind=InvitationKind.POSTER.value if is_poster else InvitationKind.PERSONAL.value,
            role=Role.RESIDENT.value if is_poster else personal.value,
            desk=asked.get("desk", ""),
            area=asked.get("area", ""),
            ends_on=(local_date(now) + dt.timedelta(days=days)).isoformat(),
            daily_limit=DAILY_LIMIT if is_poster else "",
        )

    @property
    def once_id(self) -> uuid.UUID:
        """The id the invitation will have."""
        found = as_id(self.once.data)
        return uuid.uuid4() if found is None else found

    def wanted(self, session: Session, now: dt.datetime) -> dict[str, Any]:
        """What the domain is asked to make; raises Invalid for a date that cannot be."""
        kind, role = InvitationKind(self.kind.data), Role(self.role.data)
        area_id, desk_id = as_number(self.area.data), as_id(self.desk.data)
        is_poster = kind is InvitationKind.POSTER
        is_staff = role is Role.STAFF
        return {
            "kind": kind,
            "role": role,
            "name": "" if is_poster else self.name.data,
            "area": session.get(Area, area_id) if area_id and role.is_phone else None,
            "desk": session.get(Desk, desk_id) if desk_id and is_staff else None,
            "in_sealed_team": is_staff and self.in_sealed_team.data,
            "is_deputy": is_staff and self.is_deputy.data,
            "ends_at": self._ends_at(local_date(now)) if is_poster else None,
            "daily_limit": self._daily_limit() if is_poster else None,
        }

    def _daily_limit(self) -> int | None:
        """How many a day; None where nothing was written. What is no number is none of any size."""
        typed = self.daily_limit.data
        return (as_number(typed) or 0) if typed else None

    def _ends_at(self, today: dt.date) -> dt.datetime:
        """The end of the last day on which a poster may be used."""
        try:
            day = dt.date.fromisoformat(self.ends_on.data)
        except ValueError:
            day = today - dt.timedelta(days=1)
        if not 0 <= (day - today).days <= LONGEST_DAYS:
            raise Invalid("office.problem.ends_on", "ends_on", days=LONGEST_DAYS)
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), TOKYO)

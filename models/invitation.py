"""Two kinds of invitation: a poster that many use, and a personal one for one person."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit
from models.area import Area
from models.base import Base, keys_of, words_of
from models.credential import token_hash
from models.errors import Invalid
from models.keys import KeyRing
from models.person import Person, Role
from models.town_time import local_date

if TYPE_CHECKING:
    from models.desk import Desk

PERSONAL_DAYS = 14
PERSONAL_USES = 2
"""Once in the browser and once in the installed app, which does not share its storage."""
WRONG_DIGITS = 5
MOST_A_DAY = 1000
POSTER_ROLES = (Role.RESIDENT, Role.VOLUNTEER)


class InvitationKind(StrEnum):
    """Who an invitation is for."""

    POSTER = "poster"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Secrets:
    """What is told once: the link's token, the twelve digits, and the four told apart."""

    token: str
    code: str
    digits: str

    @staticmethod
    def draw(keys: KeyRing) -> tuple[Secrets, bytes]:
        """Fresh secrets and the slow index of the code; slow, so outside any write."""
        code = f"{secrets.randbelow(10**12):012d}"
        made = Secrets(secrets.token_urlsafe(16), code, f"{secrets.randbelow(10**4):04d}")
        return made, keys.slow_index(code)


class Invitation(Base):
    """Neither token nor code is stored, only what recognises them."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[InvitationKind] = mapped_column(words_of(InvitationKind))
    role: Mapped[Role] = mapped_column(words_of(Role))
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"))
    in_sealed_team: Mapped[bool] = mapped_column(default=False)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    digits_code: Mapped[str | None] = mapped_column(sa.String(40))
    sealed_name: Mapped[bytes | None]
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE")
    )
    """Whom it lets in: an account that moves phones, or the one that redeemed it first."""
    ends_other_phones: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    daily_limit: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    uses_today: Mapped[int] = mapped_column(default=0)
    used_on: Mapped[dt.date | None]
    wrong_digits: Mapped[int] = mapped_column(default=0)
    """Refused tries: wrong digits, and addresses that are somebody's already."""
    revoked_at: Mapped[dt.datetime | None]
    needs_second: Mapped[bool] = mapped_column(default=False)
    """Whether a second member of staff has to agree: no desk confirms its person afterwards."""
    second_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    area: Mapped[Area | None] = relationship()
    desk: Mapped[Desk | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)

    @property
    def name(self) -> str:
        """The invited person's name, as the administrator wrote it."""
        if self.sealed_name is None:
            return ""
        return self.keys.unseal("column", "invitation.name", self.id, self.sealed_name)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it lets nobody in on any day: revoked, ended or used up."""
        if self.revoked_at is not None or now >= self.ends_at or self.wrong_digits >= WRONG_DIGITS:
            return True
        if self.person is not None and not self.person.is_active:
            return True
        uses = PERSONAL_USES if self.role.is_phone else 1
        return self.kind is InvitationKind.PERSONAL and self.uses >= uses

    def is_usable(self, now: dt.datetime) -> bool:
        """Whether it can be redeemed now: not over, and not at today's limit."""
        if self.is_over(now) or (self.needs_second and self.second_id is None):
            return False
        today = self.uses_today if self.used_on == local_date(now) else 0
        return self.daily_limit is None or today < self.daily_limit

    def admits(self, digits: str, now: dt.datetime) -> bool:
        """Whether it can be redeemed with these digits; a wrong try is counted."""
        if not self.is_usable(now):
            return False
        if self.has_digits(digits):
            return True
        self.count_wrong()
        return False

    def count_wrong(self) -> None:
        """Count a try that was refused; after WRONG_DIGITS of them it lets nobody in."""
        self.wrong_digits += 1

    def revoke(self, by: Person, now: dt.datetime) -> None:
        """Let nobody in by it any more; who came in stays."""
        if self.revoked_at is None:
            self.revoked_at = now
            audit.record(self.session, "revoke", self, now=now, by=by.id)

    def count_use(self, now: dt.datetime) -> None:
        """Count one redemption, today's apart."""
        today = local_date(now)
        self.uses_today = 1 if self.used_on != today else self.uses_today + 1
        self.used_on = today
        self.uses += 1

    def has_digits(self, digits: str) -> bool:
        """Whether these are the four digits told apart from the sheet (posters have none)."""
        if self.digits_code is None:
            return True
        return self.keys.is_message_code("digits", f"{self.id}|{digits}", self.digits_code)

    @staticmethod
    def forget(session: Session, person: Person, now: dt.datetime) -> None:
        """Blank and end every sheet and code of somebody who leaves."""
        for invitation in session.scalars(
            sa.select(Invitation).where(Invitation.person_id == person.id)
        ):
            invitation.sealed_name = invitation.digits_code = None
            invitation.revoked_at = invitation.revoked_at or now

    def _check(self, name: str) -> None:
        is_poster, is_staff = self.kind is InvitationKind.POSTER, self.role is Role.STAFF
        if is_poster and self.role not in POSTER_ROLES:
            raise Invalid("office.problem.poster_role", "role")
        if not is_poster and not name:
            raise Invalid("office.problem.name_needed", "name")
        # An account that moves phones has its area and its desks already.
        if self.person is None and self.area is None and self.role.is_phone:
            raise Invalid("office.problem.area_needed", "area")
        if self.person is None and self.desk is None and is_staff:
            raise Invalid("office.problem.desk_needed", "desk")
        if not is_staff and (self.desk is not None or self.in_sealed_team):
            raise Invalid("office.problem.desk_for_staff", "desk")
        if self.in_sealed_team and (self.desk is None or not self.desk.is_core):
            raise Invalid("office.problem.sealed_at_core", "in_sealed_team")
        if self.daily_limit is not None and not 1 <= self.daily_limit <= MOST_A_DAY:
            raise Invalid("office.problem.promise", "daily_limit", low=1, high=MOST_A_DAY)

    def _begin(self, session: Session, name: str, told: Secrets) -> None:
        """Keep the name sealed to this row and, for one person, what recognises the digits."""
        is_desks = self.desk is not None or self.role.is_phone
        self.needs_second = self.made_by_id is not None and not is_desks
        session.add(self)
        keys = keys_of(session)
        if name:
            self.sealed_name = keys.seal("column", "invitation.name", self.id, name)
        if self.kind is InvitationKind.PERSONAL:
            self.digits_code = keys.message_code("digits", f"{self.id}|{told.digits}")

    @staticmethod
    def by_token(session: Session, token: str) -> Invitation | None:
        """The invitation of a link's token, usable or not."""
        return session.scalar(
            sa.select(Invitation).where(Invitation.token_hash == token_hash(token))
        )

    @staticmethod
    def by_code(session: Session, code_hash: bytes) -> Invitation | None:
        """The invitation of a twelve-digit code's slow index, usable or not."""
        return session.scalar(sa.select(Invitation).where(Invitation.code_hash == code_hash))


def invite(
    session: Session,
    told: Secrets,
    code_hash: bytes,
    *,
    kind: InvitationKind,
    role: Role,
    now: dt.datetime,
    ends_at: dt.datetime | None = None,
    name: str = "",
    area: Area | None = None,
    desk: Desk | None = None,
    by: Person | None = None,
    daily_limit: int | None = None,
    in_sealed_team: bool = False,
    is_deputy: bool = False,
    person: Person | None = None,
    invitation_id: uuid.UUID | None = None,
) -> Invitation:
    """Make an invitation of either kind; `told` is shown once and then known to nobody.

    Raises Invalid where kind, role, area and desk do not go together.
    """
    invitation = Invitation(
        id=invitation_id or uuid.uuid4(),
        kind=kind,
        role=role,
        area=area,
        desk=desk,
        in_sealed_team=in_sealed_team,
        is_deputy=is_deputy,
        token_hash=token_hash(told.token),
        code_hash=code_hash,
        person=person,
        ends_other_phones=person is not None,
        made_by_id=None if by is None else by.id,
        made_at=now,
        ends_at=ends_at or now + dt.timedelta(days=PERSONAL_DAYS),
        daily_limit=daily_limit,
    )
    invitation._check(name)
    invitation._begin(session, name, told)
    audit.record(session, "invite", invitation, now=now, by=None if by is None else by.id)
    return invitation

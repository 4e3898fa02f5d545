"""The office's invitations in the order of its list: those that let somebody in come first."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from models.invitation import PERSONAL_USES, WRONG_DIGITS, Invitation, InvitationKind
from models.person import PHONE_ROLES, Person, PersonState

_PERSONAL = Invitation.kind == InvitationKind.PERSONAL
_OWN_PHONE = sa.and_(
    _PERSONAL,
    Invitation.digits_code.is_(None),
    Invitation.person_id.is_not(None),
    Invitation.person_id == Invitation.made_by_id,
)


def in_order(invitations: sa.Select[Invitation], now: dt.datetime) -> sa.Select[Invitation]:
    """Those that are not over before the others, the newest of both first.

    The codes for people's own apps are left out: they come by the hundred, and end in an hour.
    """
    # person_id may be nobody's yet, which is no other account than the maker's.
    listed = invitations.where(sa.not_(sa.func.coalesce(_OWN_PHONE, sa.false())))
    return listed.order_by(
        sa.case((_is_over(now), 1), else_=0), Invitation.made_at.desc(), Invitation.id
    )


def _is_over(now: dt.datetime) -> sa.ColumnElement[bool]:
    """As `Invitation.is_over` says it of one."""
    uses = sa.case((Invitation.role.in_(PHONE_ROLES), PERSONAL_USES), else_=1)
    active = sa.select(Person.id).where(Person.state == PersonState.ACTIVE)
    return sa.or_(
        Invitation.revoked_at.is_not(None),
        Invitation.ends_at <= now,
        Invitation.wrong_digits >= WRONG_DIGITS,
        Invitation.person_id.not_in(active),
        sa.and_(_PERSONAL, Invitation.uses >= uses),
    )

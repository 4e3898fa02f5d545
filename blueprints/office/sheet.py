"""The A4 page of an invitation, shown once: its secrets are in no table and in no address."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import g, render_template
from markupsafe import Markup

from blueprints import access
from blueprints.shown_once import shown_once
from models.desk import Desk
from models.invitation import Invitation, InvitationKind, Secrets
from models.routing import desk_for
from models.town import Town
from models.town_time import local_date
from models.words import LOCALES


@dataclass(frozen=True)
class Drawn:
    """Fresh secrets, with the slow index that is computed before the transaction."""

    told: Secrets
    code_hash: bytes


def draw() -> Drawn:
    """Draw the secrets of one invitation; slow, so outside any write."""
    return Drawn(*Secrets.draw(access.kizuki().keys))


@dataclass(frozen=True)
class Sheet:
    """What the page says."""

    told: Secrets
    is_poster: bool
    role: str
    is_phone: bool
    name: str
    place: str
    last_day: dt.date
    is_return: bool
    desk_name: str
    telephone: str
    asks_digits: bool
    needs_second: bool = False
    """Whether somebody else has to agree first."""

    @staticmethod
    def of(invitation: Invitation, drawn: Drawn) -> Sheet:
        """The page of an invitation that was just made."""
        place = invitation.desk or invitation.area
        desk = invitation.desk or _desk(invitation)
        return Sheet(
            told=drawn.told,
            is_poster=invitation.kind is InvitationKind.POSTER,
            role=invitation.role.value,
            is_phone=invitation.role.is_phone,
            name=invitation.name,
            place="" if place is None else place.name,
            last_day=local_date(invitation.ends_at - dt.timedelta(seconds=1)),
            is_return=invitation.ends_other_phones,
            desk_name="" if desk is None else desk.name,
            telephone="" if desk is None else desk.telephone,
            asks_digits=invitation.digits_code is not None,
            needs_second=invitation.needs_second,
        )

    @property
    def link(self) -> str:
        """What the QR code holds; the token stands behind the #, where no log sees it."""
        return f"{access.kizuki().settings.public_url}/join#{self.told.token}"

    @property
    def address(self) -> str:
        """What somebody types who has no camera."""
        return f"{urlsplit(access.kizuki().settings.public_url).netloc}/join"

    @property
    def qr(self) -> Markup:
        """The QR code as inline SVG, without any style of its own."""
        code = segno.make(self.link, error="m", micro=False)
        drawn = code.svg_inline(border=2, svgclass="sheet__qr", lineclass=None, omitsize=True)
        return Markup(drawn)  # noqa: S704 - drawn from the link's modules alone

    def page(self, language: str = "") -> str:
        """The page, in the language of whoever will hold it."""
        said = asdict(self) | {"last_day": self.last_day.isoformat()}
        return _page(language=language, said=said)


@shown_once()
def _page(*, language: str, said: dict[str, Any]) -> str:
    if language in LOCALES and not access.is_only_shown():
        g.locale = language
    told = Secrets(**said["told"])
    last_day = dt.date.fromisoformat(said["last_day"])
    return render_template(
        "office/sheet.html",
        sheet=Sheet(**said | {"told": told, "last_day": last_day}),
        town=Town.of(access.reading()),
        code=" ".join((told.code[:4], told.code[4:8], told.code[8:])),
    )


def _desk(invitation: Invitation) -> Desk | None:
    session = invitation.session
    found = None if invitation.area is None else desk_for(session, invitation.area)
    return found or Desk.core(session)

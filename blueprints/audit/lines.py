"""The log: when, at which desk, who by a code, what; never a name or a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import g, request

from blueprints import access, looked
from blueprints.access import Permission, allow
from blueprints.audit import bp
from blueprints.audit.telling import Page, code, page, said
from blueprints.language import current_locale, plain, words
from models.audit import TOWN_CHAIN, AuditLine
from models.audit_glance import changed, wrong_ends
from models.audit_keeping import last_kept
from models.desk import Desk
from models.town_time import TOKYO

A_PAGE = 50
_LONGEST = 18
_ACT = "office.act."


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; what is no choice of ours narrows nothing."""

    desk: str = ""
    act: str = ""
    day: dt.date | None = None
    before: int | None = None

    @staticmethod
    def by(given: Mapping[str, str], desks: Mapping[str, str], acts: Mapping[str, str]) -> Asked:
        """What the address asks for."""
        before = given.get("before", "")
        try:
            day = dt.date.fromisoformat(given.get("day", ""))
        except ValueError:
            day = None
        return Asked(
            desk=given.get("desk", "") if given.get("desk") in desks else "",
            act=given.get("act", "") if given.get("act") in acts else "",
            day=day,
            before=int(before) if before.isdecimal() and len(before) <= _LONGEST else None,
        )

    def narrow(self, lines: sa.Select[AuditLine]) -> sa.Select[AuditLine]:
        """The lines it asks for, the newest first."""
        if self.desk:
            lines = lines.where(AuditLine.chain == self.desk)
        if self.act:
            lines = lines.where(AuditLine.act == self.act)
        if self.day is not None:
            begin = dt.datetime.combine(self.day, dt.time(), TOKYO)
            lines = lines.where(AuditLine.at >= begin, AuditLine.at < begin + dt.timedelta(days=1))
        if self.before is not None:
            lines = lines.where(AuditLine.id < self.before)
        return lines.order_by(AuditLine.id.desc()).limit(A_PAGE + 1)

    def onward(self, before: int) -> str:
        """The address of what came before a line."""
        day = "" if self.day is None else self.day.isoformat()
        asked = {"desk": self.desk, "act": self.act, "day": day, "before": before}
        return "/audit?" + urlencode({name: one for name, one in asked.items() if one})


@bp.get("/audit")
@allow(Permission.AUDIT_READ)
def list_lines() -> Page:
    """The newest first, page by page, by desk, act and day."""
    g.is_query_ours = True
    desks, acts = _desks(), _acts()
    asked = Asked.by(request.args, desks, acts)
    found = _found(asked)
    looked.as_("read_audit")
    return page(
        "lines",
        "audit",
        lines=[Line(one, desks) for one in found[:A_PAGE]],
        older=asked.onward(found[A_PAGE - 1].id) if len(found) > A_PAGE else "",
        choices={"desk": list(desks.items()), "act": list(acts.items())},
        asked=asked,
        **_state(found[:A_PAGE]),
    )


class Line:
    """One line as the page tells it."""

    def __init__(self, line: AuditLine, desks: Mapping[str, str]) -> None:
        self._line = line
        self.at = line.at
        self.desk = desks.get(line.chain, "")
        self.actor = code("actor", line.actor_id) if line.actor_id else ""
        self.act = said(_ACT + line.act, line.act)
        self.of = said(f"office.object.{line.object_kind}", line.object_kind)
        self.object = code("object", line.object_id)
        self.to = code("actor", line.to_id) if line.to_id else ""

    @cached_property
    def shown(self) -> list[str]:
        """The codes of what else the page showed."""
        return [code("object", one) for one in self._line.shown_ids]


def _found(asked: Asked) -> Sequence[AuditLine]:
    lines = access.listing(AuditLine, Permission.AUDIT_READ)
    return access.reading().scalars(asked.narrow(lines)).all()


def _state(found: Sequence[AuditLine]) -> dict[str, Any]:
    """Whether these lines and every end are as they were written, and when a head was kept."""
    session = access.reading()
    return {
        "wrong": len(changed(session, found)) + len(wrong_ends(session)),
        "kept_at": last_kept(session),
    }


def _desks() -> dict[str, str]:
    desks = access.reading().scalars(sa.select(Desk).order_by(Desk.name, Desk.id))
    return {TOWN_CHAIN: plain("audit.town")} | {str(one.id): one.name for one in desks}


def _acts() -> dict[str, str]:
    """Every act that has words, by its words."""
    keys = (key for key in words().keys(current_locale()) if key.startswith(_ACT))
    named = {key.removeprefix(_ACT): plain(key) for key in keys}
    return dict(sorted(named.items(), key=lambda one: one[1]))

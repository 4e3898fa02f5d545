"""The audit list: when, who by a code, what; never a name, a text or a number of cases."""

from __future__ import annotations

from flask import request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.language import current_locale, show, words
from blueprints.office import bp
from blueprints.office.page import Page, as_number, page
from models.audit import AuditLine, broken_chains

A_PAGE = 50
_CODE_BYTES = 6


@bp.get("/audit")
@allow(Permission.AUDIT_READ)
def list_audit() -> Page:
    """The newest acts first, page by page; the first page checks that nothing was cut out."""
    session, before = access.reading(), as_number(request.args.get("before"))
    query = access.listing(AuditLine, Permission.AUDIT_READ).order_by(AuditLine.id.desc())
    if before is not None:
        query = query.where(AuditLine.id < before)
    found = session.scalars(query.limit(A_PAGE + 1)).all()
    return page(
        "audit",
        lines=[Line(one) for one in found[:A_PAGE]],
        before=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        is_first=before is None,
        broken=broken_chains(session) if before is None else [],
    )


class Line:
    """One act as the list tells it."""

    def __init__(self, line: AuditLine) -> None:
        self.at = line.at
        self.actor = _code("actor", line.actor_id) if line.actor_id else ""
        self.act = _said(f"office.act.{line.act}", line.act)
        self.of = _said(f"office.object.{line.object_kind}", line.object_kind)
        self.object = _code("object", line.object_id)
        self.to = _code("actor", line.to_id) if line.to_id else ""


def _code(purpose: str, of: object) -> str:
    """The same person or thing has the same code; it leads nowhere without the key file."""
    return access.kizuki().keys.message_code(f"audit.{purpose}", str(of), _CODE_BYTES)


def _said(key: str, code: str) -> object:
    return show(key) if words().has(current_locale(), key) else code

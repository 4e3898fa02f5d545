"""How the pages of the audit name people and things: by codes that lead nowhere."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from blueprints import access
from blueprints.access import Permission
from blueprints.language import current_locale, show, words

_CODE_BYTES = 6

Page = tuple[str, int]


def page(template: str, here: str, status: int = 200, **values: object) -> Page:
    """A page of the room, with the ways on for whoever reads it."""
    is_auditor = access.may_enter(Permission.AUDIT_READ)
    shown = {"here": here, "is_auditor": is_auditor, **values}
    return render_template(f"audit/{template}.html", **shown), status


def code(purpose: str, of: object) -> str:
    """The same person or thing has the same code; it leads nowhere without the key file."""
    return access.kizuki().keys.message_code(f"audit.{purpose}", str(of), _CODE_BYTES)


def said(key: str, otherwise: str) -> Markup | str:
    """The words of a key, or what stands in the line where there are none."""
    return show(key) if words().has(current_locale(), key) else otherwise

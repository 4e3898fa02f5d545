"""When notifications do not come: how to allow them again, for each browser and system."""

from __future__ import annotations

from flask import request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page, page

HELP = {
    "android_chrome": ("site", "switch", "again"),
    "samsung": ("gear", "switch", "again"),
    "android_firefox": ("site", "switch", "again"),
    "iphone": ("gear", "switch", "again"),
    "chrome": ("site", "switch", "again"),
    "edge": ("site", "switch", "again"),
    "firefox": ("site", "switch", "again"),
    "safari": ("gear", "switch", "again"),
}
"""Each browser's steps, by their drawings."""
_MARKS = (
    (("iPhone", "iPad"), "iphone"),
    (("SamsungBrowser",), "samsung"),
    (("Edg/",), "edge"),
    (("Firefox/",), "firefox"),
    (("Chrome/",), "chrome"),
    (("Safari/",), "safari"),
)


@bp.get("/notices")
@allow(Permission.ANYONE)
def show_notices() -> Page:
    """The steps for the browser that asks, those of others in folds."""
    first = browser_of(request.user_agent.string)
    person = access.me()
    tab = "replies" if person is None or person.role.is_phone else ""
    return page("notices", tab=tab, first=first, browsers=HELP)


def browser_of(agent: str) -> str:
    """Which of the browsers of HELP a User-Agent names; "" for any other."""
    found = next((name for marks, name in _MARKS if any(m in agent for m in marks)), "")
    return f"android_{found}" if "Android" in agent and found in ("chrome", "firefox") else found

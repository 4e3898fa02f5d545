"""Every page that there is, a browser test looks at; who adds one is told by its name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
IS_WHOLE = re.compile(r"{%-? extends |<html\b")
LAYOUTS = {
    "audit/_base.html",
    "base.html",
    "base_desk.html",
    "intake/at_desk.html",
    "office/_base.html",
    "page.html",
}
"""What pages extend, and nobody is shown by itself."""


def wholes(*folders: str) -> set[str]:
    """The templates that are whole pages, by the names that they are rendered under."""
    return {
        path.relative_to(templates).as_posix()
        for folder in folders
        for templates in (ROOT / folder).glob("**/templates")
        for path in templates.rglob("*.html")
        if IS_WHOLE.search(path.read_text("utf-8"))
    }


def looked_at() -> set[str]:
    """The templates that browser tests name; `look` holds that they are what it was shown."""
    return {
        node.value
        for path in (ROOT / "tests/browser").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[\w/]+\.html", node.value)
    }


def test_every_page_is_looked_at_and_nothing_else_is_named() -> None:
    there = wholes("blueprints", "pwa")
    assert there > LAYOUTS
    assert (there - LAYOUTS) - looked_at() == set()
    assert looked_at() - (there - LAYOUTS) - wholes("tests/browser") == set()

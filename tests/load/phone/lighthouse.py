"""Lighthouse on a page, several times, as a phone: scores, and what kept one from 100."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.conftest import FLAGS
from tests.load.phone.town import COOKIE
from tests.load.server import ROOT

PROGRAM = ROOT / ".lighthouse" / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TRIES, AGAIN = 3, "Please run Lighthouse again"
"""What it says where the browser was too slow for its trace."""
PATIENCE_SECONDS = 180
SCREEN = {"mobile": "true", "width": 390, "height": 844, "deviceScaleFactor": 3}


@dataclass(frozen=True)
class Scores:
    """Of one page: each category's scores in the order of the runs, and what was found wanting."""

    runs: dict[str, list[int]]
    wanting: dict[str, str]

    def told(self, category: str) -> str:
        """The median with the spread."""
        scores = self.runs[category]
        return f"{median(scores):.0f} ({min(scores)} to {max(scores)})"


def look(url: str, cookies: list[str], folder: Path) -> Scores:
    """Run it on one address for each cookie, signed in where it is not empty."""
    reports = [_report(url, cookie, folder) for cookie in cookies]
    runs = {
        name: [round(one["categories"][name]["score"] * 100) for one in reports]
        for name in CATEGORIES
    }
    wanting = {key: value for one in reports for key, value in _wanting(one)}
    return Scores(runs, wanting)


def _wanting(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Audits with a weight that are below 100, with their figure."""
    for name in CATEGORIES:
        for ref in report["categories"][name]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            if ref["weight"] and (audit["score"] or 0) < 0.9 and audit["score"] is not None:
                yield f"{name}: {ref['id']}", audit.get("displayValue", "")


def _report(url: str, cookie: str, folder: Path) -> dict[str, Any]:
    file = folder / "lighthouse.json"
    asked = [
        *(str(PROGRAM), url, "--quiet", "--form-factor=mobile", "--output=json"),
        *(f"--output-path={file}", f"--only-categories={','.join(CATEGORIES)}"),
        *(f"--screenEmulation.{name}={value}" for name, value in SCREEN.items()),
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]
    if cookie:
        asked.append(f"--extra-headers={json.dumps({'Cookie': f'{COOKIE}={cookie}'})}")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    for _ in range(TRIES):
        done = subprocess.run(
            asked,
            env=os.environ | {"CHROME_PATH": path},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        if AGAIN not in done.stderr:
            break
    assert done.returncode == 0, done.stderr[-600:]
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found

"""Draft a revision: python -m models.migrations.draft "what changes"."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from models import migrations


def main(message: str) -> None:
    """Compare the models with a fresh database at the newest revision, and write what differs."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'draft.sqlite3'}"
        migrations.upgrade(url)
        migrations.draft(url, message)


if __name__ == "__main__":
    main(sys.argv[1])

"""A phone's profile on disk: opened, killed, opened again, and searched."""

from __future__ import annotations

import base64
import os
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

from playwright.sync_api import BrowserContext, BrowserType, Error

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE
from tests.support.waiting import until

HEADER, RECORD = struct.Struct("<IHB"), 300
"""What LevelDB writes before a record: checksum, length, kind; and a length."""
TEXT = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp")


@contextmanager
def opened(kind: BrowserType, profile: Path) -> Iterator[BrowserContext]:
    """The profile in a browser of its own, which has ended afterwards."""
    context = kind.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS, viewport=PHONE, locale="ja-JP"
    )
    try:
        yield context
    finally:
        with suppress(Error):
            context.close()


def kill(profile: Path) -> None:
    """End the profile's browser as a battery does: at once, with all its processes."""
    mine = [number for number, command in _running() if f"--user-data-dir={profile}" in command]
    assert mine
    for number in mine:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    until(lambda: not {n for n, c in _running() if f"--user-data-dir={profile}" in c})
    for lock in profile.glob("Singleton*"):
        lock.unlink()


def tear(profile: Path) -> None:
    """Leave the database's log as a kill between a record's head and its body does.

    Chromium goes on writing behind it, finds that broken at a later start, and makes the database
    anew, empty.
    """
    for log in profile.glob("Default/IndexedDB/*/*.log"):
        with log.open("ab") as file:
            file.write(HEADER.pack(0, RECORD, 1))


def found_in(profile: Path, *words: str) -> list[str]:
    """The files that hold one of some words in any usual writing."""
    return files_with(profile, *{written for word in words for written in _writings(word)})


def files_with(profile: Path, *wanted: bytes) -> list[str]:
    """The files that hold one of some bytes as they are."""
    return [
        f"{path.relative_to(profile)}: {one!r}"
        for path in sorted(profile.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for content in [path.read_bytes()]
        for one in wanted
        if one in content
    ]


def _writings(word: str) -> Iterator[bytes]:
    yield quote(word).encode()
    yield quote_plus(word).encode()
    for encoding in TEXT:
        raw = word.encode(encoding)
        yield raw
        yield raw.hex().encode()
        # The middle of its base64, whatever stands before it.
        for shift in range(3):
            yield base64.b64encode(b"\0" * shift + raw)[4:-4]


def _running() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield int(folder.name), (folder / "cmdline").read_text().replace("\0", " ")

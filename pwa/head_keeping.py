"""Puts each day's head of the audit where this town cannot change it: by mail, and in a folder."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from models.audit_alarm import auditor_ids
from models.audit_keeping import KeptHead, begin, is_due
from models.recipient import email_of
from models.settings import Settings
from models.store import Store
from models.town_time import local_date
from models.words import HOME_LOCALE, Words
from pwa.mail import MailDelayed, MailRefused, MailServer, mail_server

_CODE_BYTES = 9
_log = logging.getLogger(__name__)
Put = Callable[[], None]


@dataclass(frozen=True)
class Keeping:
    """The places of this town; none where neither mail nor a folder is set."""

    settings: Settings
    words: Words

    def keep(self, store: Store, now: dt.datetime) -> int:
        """Put today's head where it is not yet; gives how many places took it now.

        Killed in between, it is put there again: the file is the same, and the letter has the
        same Message-ID.
        """
        with store.read() as session:
            if not self.has_place(session) or not is_due(session, now):
                return 0
        with store.write() as session:
            kept = begin(session, now)
            if kept is None:
                return 0
            places = dict(self._places(session, kept, now))
            wanted = {code: put for code, put in places.items() if code not in kept.places}
        taken = [code for code, put in wanted.items() if _is_put(put)]
        with store.write() as session:
            row = session.get_one(KeptHead, kept.day)
            row.take(taken, is_whole=len(taken) == len(wanted), now=now)
        return len(taken)

    def has_place(self, session: Session) -> bool:
        """Whether there is anywhere to put it."""
        return self._folder is not None or any(self._addresses(session))

    @property
    def _folder(self) -> Path | None:
        return self.settings.audit_folder

    def _addresses(self, session: Session) -> Iterator[str]:
        """The auditors' own, and the one of the settings."""
        if not self.settings.smtp_url:
            return
        found = [email_of(session, one) for one in sorted(auditor_ids(session))]
        yield from sorted({*filter(None, found), *filter(None, [self.settings.audit_mail])})

    def _places(
        self, session: Session, kept: KeptHead, now: dt.datetime
    ) -> Iterator[tuple[str, Put]]:
        """A code for each place, and what puts the head there."""
        day, text = kept.day, kept.document
        if (folder := self._folder) is not None:
            yield "folder", lambda: _file(folder / f"kizuki-audit-{day}.json", text)
        server = mail_server(self.settings.smtp_url, self.settings.mail_from)
        if server is None:
            return
        for address in self._addresses(session):
            code = kept.keys.message_code("audit.place", address, _CODE_BYTES)
            yield code, self._letter(server, address, f"audit-{day}-{code}", text, now)

    def _letter(
        self, server: MailServer, address: str, code: str, text: str, now: dt.datetime
    ) -> Put:
        subject = self.words.say(HOME_LOCALE, "cli.audit.mail.subject", day=local_date(now))
        said = self.words.say(HOME_LOCALE, "cli.audit.mail.text")
        return lambda: server.send(address, subject, f"{said}\n\n{text}\n", code=code, now=now)


def _is_put(put: Put) -> bool:
    try:
        put()
    except (MailDelayed, MailRefused, OSError) as error:
        _log.warning("the audit's head could not be kept (%s)", type(error).__name__)
        return False
    return True


def _file(path: Path, text: str) -> None:
    """Write it whole or not at all; what stands there already is never written over."""
    if path.exists():
        if path.read_text("utf-8") != text:
            raise FileExistsError
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)

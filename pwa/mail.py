"""The e-mail that goes where no push arrived: fixed sentences and a link, by SMTP."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 20.0
"""For connecting, and for each answer of the mail server."""
_PERMANENT = 500
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


class MailRefused(Exception):
    """The server will never take this letter: the address is wrong or closed."""


class MailDelayed(Exception):
    """The server did not take it now; it may later."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and in whose name."""

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = ""
    trust: ssl.SSLContext | None = None

    def send(self, to: str, subject: str, text: str, *, code: str, now: dt.datetime) -> None:
        """Hand in one letter; raises MailRefused or MailDelayed. Blocks: call it in a thread.

        `code` makes the Message-ID, the same when a letter is repeated.
        """
        letter = self._letter(to, subject, text, code, now)
        try:
            with self._connection() as smtp:
                smtp.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            status = max(code for code, _ in error.recipients.values())
            raise _failure(status) from error
        except smtplib.SMTPResponseException as error:
            of_letter = isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError)
            raise _failure(error.smtp_code if of_letter else 0) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayed(type(error).__name__) from error

    def knock(self) -> None:
        """Connect and sign in, without handing in anything; raises MailDelayed."""
        try:
            with self._connection() as smtp:
                smtp.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayed(type(error).__name__) from error

    def _letter(
        self, to: str, subject: str, text: str, code: str, now: dt.datetime
    ) -> EmailMessage:
        letter = EmailMessage()
        try:
            letter["To"] = to
        except ValueError as error:
            raise MailRefused("not an address") from error
        letter["From"] = self.sender
        letter["Subject"] = subject
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = f"<{code}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        return letter

    def _connection(self) -> smtplib.SMTP:
        trust = self.trust or ssl.create_default_context()
        if self.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=trust
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.security is Security.STARTTLS:
                smtp.starttls(context=trust)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _failure(status: int) -> MailRefused | MailDelayed:
    """A 5xx about this letter is final; everything else may pass."""
    if status >= _PERMANENT:
        return MailRefused(f"{status}")
    return MailDelayed(f"{status}")


def mail_server(url: str, sender: str) -> MailServer | None:
    """The server an address such as smtp://user:password@host:587 names; None for no address.

    smtps: TLS from the first byte; smtp: STARTTLS, except on this machine.
    """
    if not url:
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    security = Security.TLS if parts.scheme == "smtps" else Security.STARTTLS
    if security is Security.STARTTLS and host in _THIS_MACHINE:
        security = Security.NONE
    return MailServer(
        host=host,
        port=parts.port or _PORTS[security],
        sender=sender,
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )

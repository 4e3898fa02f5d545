"""A mail server on loopback that takes letters, or says what a test wants it to say."""

from __future__ import annotations

import socket
from contextlib import suppress
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Inbox:
    """Takes letters; `answer` is what it says to the next ones."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.letters.append(
            (envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default))
        )
        return self.data_answer


class Post(Controller):
    """An SMTP server with the options a test asks for."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        self.options = options
        super().__init__(inbox, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.options)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def two_free_ports() -> int:
    """The first of two that follow each other."""
    while True:
        port = free_port()
        with suppress(OSError, OverflowError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port + 1))
            return port

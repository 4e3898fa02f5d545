"""The e-mail where no push arrived, handed to a real mail server on loopback."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pwa.mail import MailDelayed, MailRefused, MailServer, Security, mail_server
from tests.support.mailbox import Inbox, Post, free_port

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def knock(port: int, trust: ssl.SSLContext) -> None:
    """The controller's own knock cannot speak TLS."""
    with (
        socket.create_connection(("127.0.0.1", port)) as bare,
        trust.wrap_socket(bare, server_hostname="127.0.0.1") as connection,
    ):
        connection.recv(3)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[MailServer]:
    post = Post(inbox)
    post.start()
    yield MailServer("127.0.0.1", post.port, "町 <kizuki@town.example.jp>", Security.NONE)
    post.stop()


def send(server: MailServer, to: str = "a@home.example.jp") -> None:
    server.send(to, "お返事が届きました", "ひらく: https://k.example/d/x\n", code="abc", now=NOW)


def test_a_letter_arrives_with_its_words_and_says_that_a_machine_sent_it(
    server: MailServer, inbox: Inbox
) -> None:
    send(server)
    [(recipients, letter)] = inbox.letters
    assert recipients == ["a@home.example.jp"]
    assert letter["Subject"] == "お返事が届きました"
    assert letter["Message-ID"] == "<abc@town.example.jp>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert letter.get_content().splitlines() == ["ひらく: https://k.example/d/x"]


def test_a_closed_mailbox_is_final(server: MailServer, inbox: Inbox) -> None:
    inbox.recipient_answer = "550 no such user"
    with pytest.raises(MailRefused):
        send(server)


def test_a_full_mailbox_may_pass(server: MailServer, inbox: Inbox) -> None:
    inbox.recipient_answer = "452 full"
    with pytest.raises(MailDelayed):
        send(server)


def test_a_letter_refused_for_what_it_is_is_final(server: MailServer, inbox: Inbox) -> None:
    inbox.data_answer = "554 spam"
    with pytest.raises(MailRefused):
        send(server)


def test_a_letter_not_taken_now_may_pass(server: MailServer, inbox: Inbox) -> None:
    inbox.data_answer = "451 later"
    with pytest.raises(MailDelayed):
        send(server)


def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(MailDelayed):
        send(MailServer("127.0.0.1", free_port(), "k@town.example.jp", Security.NONE))


@pytest.mark.parametrize("address", ["a@b.jp\nBcc: c@d.jp", "a@b.jp\r\n\r\nhello"])
def test_an_address_cannot_add_a_header(server: MailServer, inbox: Inbox, address: str) -> None:
    with pytest.raises(MailRefused):
        send(server, address)
    assert not inbox.letters


@pytest.fixture(scope="module")
def town_ca() -> trustme.CA:
    return trustme.CA()


def contexts(ca: trustme.CA) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    serving, trusting = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        ssl.create_default_context(),
    )
    ca.issue_cert("127.0.0.1").configure_cert(serving)
    ca.configure_trust(trusting)
    return serving, trusting


def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    is_right = (data.login, data.password) == (b"town", b"secret")
    return AuthResult(success=is_right, handled=False)


def secure(inbox: Inbox, ca: trustme.CA, password: str) -> tuple[Post, MailServer]:
    serving, trusting = contexts(ca)
    post = Post(
        inbox,
        tls_context=serving,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    post.start()
    return post, MailServer(
        "127.0.0.1", post.port, "k@town.example.jp", Security.STARTTLS, "town", password, trusting
    )


def test_the_password_goes_only_over_a_protected_connection(
    inbox: Inbox, town_ca: trustme.CA
) -> None:
    post, server = secure(inbox, town_ca, "secret")
    try:
        send(server)
    finally:
        post.stop()
    assert len(inbox.letters) == 1


def test_a_wrong_password_is_the_towns_matter_and_not_the_letters(
    inbox: Inbox, town_ca: trustme.CA
) -> None:
    post, server = secure(inbox, town_ca, "wrong")
    try:
        with pytest.raises(MailDelayed):
            send(server)
    finally:
        post.stop()


def test_a_server_with_a_strange_certificate_gets_nothing(inbox: Inbox) -> None:
    post, server = secure(inbox, trustme.CA(), "secret")
    stranger = MailServer(
        server.host, server.port, server.sender, Security.STARTTLS, "town", "secret"
    )
    try:
        with pytest.raises(MailDelayed):
            send(stranger)
    finally:
        post.stop()
    assert not inbox.letters


def test_a_server_may_speak_tls_from_the_first_byte(inbox: Inbox, town_ca: trustme.CA) -> None:
    serving, trusting = contexts(town_ca)
    post = Controller(inbox, hostname="127.0.0.1", port=free_port(), ssl_context=serving)
    post._trigger_server = lambda: knock(post.port, trusting)
    post.start()
    try:
        send(MailServer("127.0.0.1", post.port, "k@t.example", Security.TLS, trust=trusting))
    finally:
        post.stop()
    assert len(inbox.letters) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40ss@mail.example", ("mail.example", 587, Security.STARTTLS, "u", "p@ss")),
        ("smtps://mail.example", ("mail.example", 465, Security.TLS, "", "")),
        ("smtp://localhost", ("localhost", 25, Security.NONE, "", "")),
        ("smtp://mail.example:2525", ("mail.example", 2525, Security.STARTTLS, "", "")),
    ],
)
def test_a_setting_names_the_server(url: str, expected: tuple[object, ...]) -> None:
    server = mail_server(url, "k@town.example.jp")
    assert server is not None
    found = (server.host, server.port, server.security, server.user, server.password)
    assert found == expected


def test_no_setting_is_no_mail() -> None:
    assert mail_server("", "") is None

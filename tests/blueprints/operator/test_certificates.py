"""The authority for phones nearby: kept, reused, and its server certificate made anew in time."""

from __future__ import annotations

import datetime as dt
import http.client
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509

from blueprints.operator import lan
from blueprints.operator.certificates import LEAF_DAYS, Certificates, certificates

NAMES = ["town.local", "192.168.0.3", "localhost"]
NOW = dt.datetime.now(dt.UTC)


def _leaf(files: Certificates) -> x509.Certificate:
    return x509.load_pem_x509_certificates(files.chain.read_bytes())[0]


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    certificates(tmp_path, NAMES, NOW)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_second_start_uses_the_same_files(tmp_path: Path) -> None:
    files = certificates(tmp_path, NAMES, NOW)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert certificates(tmp_path, list(reversed(NAMES)), NOW + dt.timedelta(days=300)) == files
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


@pytest.mark.parametrize(
    ("names", "days"), [([*NAMES, "other.local"], 0), (NAMES, LEAF_DAYS - 29), (NAMES, 4000)]
)
def test_other_names_or_a_near_end_make_a_new_one_by_the_same_authority(
    tmp_path: Path, names: list[str], days: int
) -> None:
    files = certificates(tmp_path, NAMES, NOW)
    authority, serial = files.authority.read_bytes(), _leaf(files).serial_number
    later = NOW + dt.timedelta(days=days)
    certificates(tmp_path, names, later)
    assert files.authority.read_bytes() == authority
    assert _leaf(files).serial_number != serial
    assert _leaf(files).not_valid_after_utc > later + dt.timedelta(days=300)


def test_a_lost_authority_takes_its_certificates_with_it(tmp_path: Path) -> None:
    files = certificates(tmp_path, NAMES, NOW)
    serial = _leaf(files).serial_number
    files.authority.unlink()
    certificates(tmp_path, NAMES, NOW)
    assert _leaf(files).serial_number != serial
    _leaf(files).verify_directly_issued_by(
        x509.load_pem_x509_certificate(files.authority.read_bytes())
    )


def test_a_phone_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    files = certificates(tmp_path, NAMES, NOW)
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(files.chain, files.key)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        here.wrap_socket(ours, server_side=True).close()

    thread = threading.Thread(target=serve)
    thread.start()
    trusting = ssl.create_default_context(cafile=files.authority)
    with trusting.wrap_socket(theirs, server_hostname="town.local") as phone:
        assert phone.version() == "TLSv1.3"
    thread.join()


def test_the_helper_gives_its_pages_and_nothing_else() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pages = {"/": lan.Page("text/html", b"<p>"), "/ca.crt": lan.Page("application/x", b"pem")}
    with lan.helping("127.0.0.1", port, pages):
        got = {}
        for path in ("/", "/ca.crt", "/../README.md", "/keys.json"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            answer = connection.getresponse()
            got[path] = (answer.status, answer.read())
            connection.close()
    assert got == {
        "/": (200, b"<p>"),
        "/ca.crt": (200, b"pem"),
        "/../README.md": (404, b""),
        "/keys.json": (404, b""),
    }


def test_a_machine_without_a_proper_name_is_called_kizuki(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Town-3.example.jp")
    assert lan.local_name() == "town-3.local"
    monkeypatch.setattr(socket, "gethostname", lambda: "わたしのPC")
    assert lan.local_name() == "kizuki.local"

"""Kizuki for the phones in this network: a name, a certificate, and a page that explains it."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from zeroconf import Error, ServiceInfo, Zeroconf

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_ELSEWHERE = ("192.0.2.1", 9)
"""An address of the documentation (RFC 5737): nothing is sent, the kernel only picks a way."""


@dataclass(frozen=True, slots=True)
class Page:
    """Something the helper gives, under a path."""

    content_type: str
    body: bytes


def own_address() -> str | None:
    """This machine's private address in the network that its default route leads to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    address = ipaddress.ip_address(found)
    return found if address.is_private and not address.is_loopback else None


def local_name() -> str:
    """The machine's name in the .local domain."""
    label = socket.gethostname().partition(".")[0].lower()
    return f"{label if _LABEL.fullmatch(label) else 'kizuki'}.local"


@contextmanager
def published(name: str, address: str, port: int) -> Iterator[bool]:
    """Answer mDNS questions for `name` ourselves; gives whether that can be done here."""
    responder = _responder(name, address, port)
    try:
        yield responder is not None
    finally:
        if responder is not None:
            responder.close()


def _responder(name: str, address: str, port: int) -> Zeroconf | None:
    service = ServiceInfo(
        "_https._tcp.local.",
        "Kizuki._https._tcp.local.",
        addresses=[socket.inet_aton(address)],
        port=port,
        server=f"{name}.",
    )
    try:
        responder = Zeroconf(interfaces=[address])
    except OSError:
        return None
    try:
        responder.register_service(service, allow_name_change=True)
    except (OSError, Error):
        responder.close()
        return None
    return responder


@contextmanager
def helping(bind: str, port: int, pages: Mapping[str, Page]) -> Iterator[None]:
    """Serve these pages, and nothing else, over plain HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", page.content_type if page else "text/plain")
            self.send_header("Content-Length", str(len(page.body) if page else 0))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(page.body if page else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: who asked is nobody's business."""

    server = ThreadingHTTPServer((bind, port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A place for the phones in this network: TLS under the machine's name, and a helping page."""

from __future__ import annotations

import ipaddress
from contextlib import ExitStack
from pathlib import Path

from flask import current_app, render_template

from blueprints.access import kizuki
from blueprints.operator import lan
from blueprints.operator.certificates import certificates
from blueprints.operator.place import EVERY, LOOPBACK, Place
from blueprints.operator.terminal import Stopped, say
from models.kizuki import Kizuki
from models.settings import is_loopback

CERTIFICATE_PATH, TRUST_PATH, STYLE_PATH = "/kizuki-ca.crt", "/", "/kizuki.css"


def in_network(town: Kizuki, stack: ExitStack) -> Place:
    """The place under this machine's name; raises Stopped where no phone could reach it."""
    settings, address = town.settings, lan.own_address()
    if address is None:
        raise Stopped(say("cli.serve.no_network"))
    given = "" if is_loopback(settings.public_url) else settings.public_host
    name = given or lan.local_name()
    is_named = not _is_number(name)
    if name.endswith(".local"):
        is_named = stack.enter_context(lan.published(name, address, settings.port))
    host = name if is_named else address
    names = [host, address, "localhost", LOOPBACK]
    files = certificates(settings.instance, list(dict.fromkeys(names)), town.clock())
    bind = EVERY if settings.bind == LOOPBACK else settings.bind
    url = f"https://{host}:{settings.port}"
    pages = _trust_pages(files.authority, url)
    stack.enter_context(lan.helping(bind, settings.port + 1, pages))
    helper = f"http://{address}:{settings.port + 1}{TRUST_PATH}"
    notes = [] if is_named else [say("cli.serve.no_passkeys")]
    return Place(url, bind, settings.port, files, helper, notes)


def _trust_pages(authority: Path, url: str) -> dict[str, lan.Page]:
    assets = current_app.extensions["assets"]
    with current_app.test_request_context():
        page = render_template(
            "operator/trust.html",
            show=kizuki().words.show,
            url=url,
            certificate=CERTIFICATE_PATH,
            style=STYLE_PATH,
        )
    return {
        TRUST_PATH: lan.Page("text/html; charset=utf-8", page.encode()),
        STYLE_PATH: lan.Page("text/css", assets.get(assets.hash, "kizuki.css").body),
        CERTIFICATE_PATH: lan.Page("application/x-x509-ca-cert", authority.read_bytes()),
    }


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

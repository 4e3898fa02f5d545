"""`flask --app app serve`: everything of one Kizuki on this machine, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
import ssl
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from time import monotonic

import click
import segno
from flask import current_app

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.children import Children
from blueprints.operator.place import Place, place_of
from blueprints.operator.preparation import demo_sign_ins, make_ready
from blueprints.operator.terminal import Stopped, say, table, tell
from models.demo import DemoSignIn
from models.opening import is_demo
from models.settings import Settings

THREADS = 16
READY_SECONDS = 60.0
SPARING = {"MALLOC_ARENA_MAX": "2"}
"""Threads share memory that was given back; each with its own, they keep 20 MB more."""


@bp.cli.command("serve")
def serve() -> None:
    """Start web server and worker, with the demonstration town where there is none yet."""
    town = kizuki()
    _refuse_taken_ports(town.settings)
    make_ready(town)
    sign_ins = demo_sign_ins(town)
    # The page of the certificate is made here, and the town only now.
    current_app.config["KIZUKI_DEMO"] = is_demo(town.store)
    town.store.close()
    with ExitStack() as stack:
        place = place_of(town, stack)
        children = stack.enter_context(Children(_environment(place)))
        children.start("web", _web(place))
        children.start("worker", [sys.executable, "-m", "pwa"])
        if _is_ready(children, place):
            _greet(place, sign_ins)
        while children.rest():
            if (name := children.ended()) is not None:
                raise Stopped(say("cli.serve.ended", name=name))
    tell("cli.serve.stopped")


def _refuse_taken_ports(settings: Settings) -> None:
    for port in (settings.port, settings.port + 1)[: 1 + settings.lan]:
        family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.bind, port))
            except OSError as error:
                raise Stopped(_why_not(error, settings.bind, port)) from None


def _why_not(error: OSError, bind: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return say("cli.serve.port_taken", port=port)
    is_port = error.errno == errno.EACCES
    name, value = ("KIZUKI_PORT", port) if is_port else ("KIZUKI_BIND", bind)
    return say("cli.setting.unusable", name=name, path=value, error=error.strerror)


def _environment(place: Place) -> dict[str, str]:
    told = {"KIZUKI_PUBLIC_URL": place.url, "KIZUKI_BIND": place.bind}
    return SPARING | os.environ | told | {"PYTHONUNBUFFERED": "1"}


def _web(place: Place) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    command += ["--host", place.bind, "--port", str(place.port), "--workers", "1"]
    command += ["--blocking-threads", str(THREADS), "--log-level", "error", "--no-ws"]
    if place.files is not None:
        chain, key = place.files.chain, place.files.key
        command += ["--ssl-certificate", str(chain), "--ssl-keyfile", str(key)]
        command += ["--ssl-protocol-min", "tls1.2"]
    return [*command, "app:create_served"]


def _is_ready(children: Children, place: Place) -> bool:
    """Wait until the town answers; false where somebody stopped it before."""
    trust = ssl.create_default_context(cafile=place.files.authority) if place.files else None
    # A proxy for the outside knows no way to this machine.
    handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    near = urllib.request.build_opener(*handlers)
    until = monotonic() + READY_SECONDS
    while children.rest():
        try:
            with near.open(f"{place.near}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            if (name := children.ended()) is not None:
                raise Stopped(say("cli.serve.ended", name=name)) from None
            if monotonic() > until:
                raise Stopped(say("cli.serve.not_ready")) from None
    return False


def _greet(place: Place, sign_ins: list[DemoSignIn]) -> None:
    click.echo(f"\n{say('cli.serve.address')}  {place.url}\n")
    if sign_ins:
        head = [say(f"cli.serve.{part}") for part in ("role", "name", "email", "password")]
        rows = [
            [say(f"cli.role.{s.role}"), s.name, s.email, s.password] for s in sign_ins if s.password
        ]
        click.echo(f"{say('cli.serve.sign_ins')}\n{table([head, *rows])}\n")
        links = [
            [say(f"cli.role.{s.role}"), s.name, f"{place.url}/join#{s.token}"]
            for s in sign_ins
            if s.token
        ]
        click.echo(f"{say('cli.serve.by_passkey')}\n{table(links)}\n")
    for note in place.notes:
        click.echo(note)
    if place.helper:
        click.echo(f"{say('cli.serve.trust', url=place.helper)}\n")
        segno.make(place.helper).terminal(compact=True)
    tell("cli.serve.stop")

"""The town served over HTTP, and whoever asks it: with cookie, token and headers as a browser has.

One served app a module; its tests share the town, so each writes what it looks at itself.
"""

from __future__ import annotations

import html
import http.client
import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask

from app import create_app
from blueprints.gate import limiter
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from models.words import Words
from tests import town
from tests.conftest import SetClock
from tests.support.live import serving
from tests.support.stores import hasty
from tests.town import MORNING, Cast

FORM = "application/x-www-form-urlencoded"
PATIENT = Settings(notes_per_hour=10**6, signins_per_minute=10**4, codes_per_minute=10**4)
"""Limits far away, where not they are what is tried."""
WORDS = Words(strict=True)
_TOKEN = r'"[\w.-]+\.[\w-]{6}\.[\w-]{27}"'
_ALERT = (
    r'<(?:div|p)(?![^>]*\shidden)[^>]*(?:role="alert"|class="ask__error")[^>]*>(.*?)</(?:div|p)>'
)


def said(key: str, **params: object) -> str:
    """The expected sentence, in Japanese."""
    return WORDS.say("ja", key, **params)


@dataclass(frozen=True)
class Answer:
    """What came back over the line."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """As somebody reads it: without the marks of HTML for what stands in it."""
        return html.unescape(self.body.decode("utf-8", "replace"))

    @property
    def alert(self) -> str:
        """What the page says of the error, on top or at a field; "" where it says nothing."""
        seen = re.sub(r"<template.*?</template>", "", self.body.decode(), flags=re.DOTALL)
        found = re.findall(_ALERT, seen, re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(found))).strip()

    @property
    def json(self) -> Any:
        """The body, as JSON."""
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """Where it leads; "" where it leads nowhere."""
        return str(self.headers.get("Location", ""))

    def plain(self, one: object) -> tuple[object, ...]:
        """Status, headers and body without what is new in each: `one`'s id, tokens and the time."""
        headers = tuple(
            (k, v) for k, v in self.headers.items() if k.lower() not in ("date", "set-cookie")
        )
        body = re.sub(_TOKEN, "", self.body.decode().replace(str(one), ""))
        return self.status, headers, body


@dataclass
class Caller:
    """Somebody at one end of the line."""

    origin: str
    cookie: str = ""
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_signed_in: bool = False

    def ask(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Answer:
        """One request on a line of its own; `headers`: with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        cookie = {"Cookie": f"kizuki={self.cookie}"} if self.cookie else {}
        line = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=30)
        raw = body.encode() if isinstance(body, str) else body
        line.request(method, path, raw or None, self.headers | cookie | named)
        got = line.getresponse()
        answer = Answer(got.status, got.headers, got.read())
        line.close()
        self._keep(answer)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: Mapping[str, object] | bytes, **headers: str) -> Answer:
        """A form with the token of its page."""
        is_raw = isinstance(fields, bytes)
        body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
        token = {} if is_raw or "X_CSRFToken" in headers else {"X-CSRFToken": self.token}
        return self.ask("POST", path, body, **{"Content-Type": FORM} | token | headers)

    def send(self, path: str, body: object, method: str = "POST", **headers: str) -> Answer:
        """JSON to the API, with the token where somebody is signed in."""
        token = {"X-CSRFToken": self.token} if self.token and self.is_signed_in else {}
        kind = {"Content-Type": "application/json"}
        return self.ask(method, path, json.dumps(body), **kind | token | headers)

    def _keep(self, answer: Answer) -> None:
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            if name == "kizuki":
                self.cookie = value


@dataclass(frozen=True)
class Served:
    """A running town."""

    origin: str
    app: Flask
    store: Store
    cast: Cast
    clock: SetClock

    def nobody(self, **headers: str) -> Caller:
        """Somebody who is not signed in, with the cookie of a first page."""
        return self._caller(None, headers)

    def person(self, who: uuid.UUID, **headers: str) -> Caller:
        """Somebody who is."""
        return self._caller(who, headers)

    def _caller(self, who: uuid.UUID | None, headers: dict[str, str]) -> Caller:
        client = self.app.test_client()
        if who is not None:
            town.signed_in(client, self.store, who)
        token = town.csrf(client)["X-CSRFToken"]
        cookie = client.get_cookie("kizuki")
        assert cookie is not None
        return Caller(self.origin, cookie.value, token, headers, who is not None)


@contextmanager
def served(
    folder: Path, model_file: Path, keys: KeyRing, settings: Settings = PATIENT
) -> Iterator[Served]:
    """Serve the small town from a database of its own, counting from nought."""
    shutil.copy(model_file, folder / "served.sqlite3")
    store, clock = hasty(Store(f"sqlite:///{folder}/served.sqlite3", keys)), SetClock()
    clock.now = MORNING
    with store.write() as session:
        cast = town.build(session, noise=False)
    app = create_app(settings, store=store, keys=keys, clock=clock, strict_words=True)
    limiter.reset()
    with serving(app) as origin:
        yield Served(origin, app, store, cast, clock)
    store.close()

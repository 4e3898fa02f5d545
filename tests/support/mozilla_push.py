"""Mozilla's push service on loopback, for a Firefox whose `dom.push.serverURL` names it.

One port, two sides: the browser's WebSocket (hello, register, unregister, notification, ack, ping)
and the address that the server posts to, which refuses what the real service refuses. A message
stays until its TTL is over or the browser says that it has it; a newer one under the same Topic
takes its place meanwhile.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.loopback import Loopback
from tests.support.push_peer import Refused, base64url, check_headers, check_record

DELIVERED = 100
"""The browser's own word on a message: decrypted, and handed to its service worker."""
Clock = Callable[[], dt.datetime]


@dataclass
class Channel:
    """One subscription: whose it is, and the only key that may post to it."""

    browser: str
    id: str
    key: str
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class Message:
    """One accepted post; `code` is what the browser said of it, None until it did."""

    channel: Channel
    body: bytes
    topic: str
    expires: dt.datetime
    version: str = field(default_factory=lambda: uuid.uuid4().hex)
    code: int | None = None


class MozillaPush(Loopback):
    """The service; a context manager that runs in a thread of its own."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.answers: list[tuple[int, str]] = []
        """Status and reason of every post."""
        self.messages: list[Message] = []
        self.channels: dict[str, Channel] = {}
        self._clock = clock
        self._browsers: dict[str, web.WebSocketResponse] = {}

    @property
    def browser_url(self) -> str:
        """What `dom.push.serverURL` is set to."""
        return f"ws://127.0.0.1:{self.port}/"

    def is_connected(self) -> bool:
        """Whether a browser stands in connection."""
        return bool(self._browsers)

    def routes(self) -> list[web.RouteDef]:
        """The browser's side and the server's."""
        return [web.get("/", self._talk), web.post("/wpush/v2/{token}", self._post)]

    def story(self) -> str:
        """Every post and every word of a browser on a message."""
        return f"posts {self.answers}, acks {[message.code for message in self.messages]}"

    async def let_go(self) -> None:
        """Every browser."""
        for socket in list(self._browsers.values()):
            await socket.close()

    # The browser's side.

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        browser = ""
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            said = json.loads(frame.data)
            if said.get("messageType") == "hello":
                browser = said.get("uaid") or uuid.uuid4().hex
                await self._greet(socket, browser)
            else:
                await self._answer(socket, browser, said)
            self._tell()
        if self._browsers.get(browser) is socket:
            del self._browsers[browser]
        self._tell()
        return socket

    async def _greet(self, socket: web.WebSocketResponse, browser: str) -> None:
        self._browsers[browser] = socket
        greeting = {"status": 200, "uaid": browser, "use_webpush": True, "broadcasts": {}}
        await socket.send_json({"messageType": "hello"} | greeting)
        now = self._clock()
        for message in self.messages:
            waits = message.code is None and message.expires > now
            if waits and message.channel.browser == browser:
                await self._deliver(message)

    async def _answer(
        self, socket: web.WebSocketResponse, browser: str, said: dict[str, Any]
    ) -> None:
        match said.get("messageType"):
            case "register":
                channel = Channel(browser, said["channelID"], said.get("key") or "")
                self.channels[channel.token] = channel
                endpoint = f"{self.origin}/wpush/v2/{channel.token}"
                given = {"channelID": channel.id, "pushEndpoint": endpoint}
                await socket.send_json({"messageType": "register", "status": 200} | given)
            case "unregister":
                gone = said["channelID"]
                self.channels = {t: c for t, c in self.channels.items() if c.id != gone}
                given = {"messageType": "unregister", "status": 200, "channelID": gone}
                await socket.send_json(given)
            case "ack":
                self._acknowledge(said["updates"])
            case None if said == {}:
                await socket.send_str("{}")

    def _acknowledge(self, updates: list[dict[str, Any]]) -> None:
        codes = {update["version"]: update.get("code", DELIVERED) for update in updates}
        for message in self.messages:
            if message.version in codes:
                message.code = codes[message.version]

    async def _deliver(self, message: Message) -> None:
        socket = self._browsers.get(message.channel.browser)
        if socket is None or socket.closed:
            return
        given = {"channelID": message.channel.id, "version": message.version}
        sealed = {"data": base64url(message.body), "headers": {"encoding": "aes128gcm"}}
        await socket.send_json({"messageType": "notification"} | given | sealed)

    # The application server's side.

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.read()
        status, why = 201, ""
        try:
            await self._take(request, body)
        except Refused as refusal:
            status, why = refusal.status, refusal.why
        self.answers.append((status, why))
        self._tell()
        return web.Response(status=status, text=why)

    async def _take(self, request: web.Request, body: bytes) -> None:
        channel = self.channels.get(request.match_info["token"])
        if channel is None:
            raise Refused(410, "no such subscription")
        headers = {name.lower(): value for name, value in request.headers.items()}
        now = self._clock()
        check_headers(headers, self.origin, now)
        check_key(headers["authorization"], channel.key)
        check_record(body)
        expires = now + dt.timedelta(seconds=int(headers["ttl"]))
        message = Message(channel, body, headers["topic"], expires)
        for older in self.messages:
            if (older.channel, older.topic, older.code) == (channel, message.topic, None):
                self.messages.remove(older)
                break
        self.messages.append(message)
        await self._deliver(message)


def check_key(header: str, registered: str) -> None:
    """The key of a `vapid t=…, k=…` that is valid in itself is the one of the subscription."""
    found = re.search(r"k=([\w-]+)", header)
    if found is None or found[1] != registered.rstrip("="):
        raise Refused(403, "another key than the subscription's")

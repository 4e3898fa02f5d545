"""The town under load: a real municipality with desks, staff and phones, and its servers."""

from __future__ import annotations

import json
import random
import secrets
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from models import migrations, receipt_code
from models.demo.load import load_demo
from models.desk import Desk
from models.handoff import Handoff, State, storms
from models.keys import KeyRing
from models.kizuki import utc_now
from models.membership import Membership, readers
from models.narrowing import areas_of
from models.person import Person, Role
from models.search import Question, indexed, looking
from models.settings import Settings
from models.store import Store
from models.town import Town
from tests import town
from tests.load.seed import fields, towns_with_desk
from tests.load.server import Server, granian, running
from tests.support.deliveries import subscribe
from tests.support.push_peer import Phone
from tests.town import csrf, signed_in

LETTER = "森"
FOUND, PAGE = 20, 50


@dataclass
class Bench:
    """One town on one store."""

    url: str
    folder: Path
    sink: str
    dice: random.Random = field(default_factory=random.Random)
    code: str = field(default_factory=receipt_code.generate)
    """The receipt code that one of its notes has; see `mark`."""
    _cookies: dict[uuid.UUID, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = KeyRing.create(self.folder / "keys.json")
        migrations.upgrade(self.url)
        self.store = Store(self.url, self.keys)
        load_demo(self.store, utc_now(), lambda _password: secrets.token_hex())
        with self.store.write() as session:
            own = Town.of(session)
            assert own is not None
            own.is_demo = False
            self.towns = list(towns_with_desk(session))
            self.desk, self.clerk, self.colleague = self._give_phones(session)

    def _give_phones(self, session: Session) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
        """A phone for everybody at a desk; gives one desk with two who work there."""
        for membership in session.scalars(sa.select(Membership)):
            endpoint = f"{self.sink}/push/{membership.person_id}"
            phone = Phone(str(membership.person_id), endpoint)
            subscribe(session, phone, person=membership.person)
        desk = towns_with_desk(session)[self.towns[0]].id
        clerk, colleague, *_ = readers(session, desk)
        return desk, clerk.person_id, colleague.person_id

    @property
    def env(self) -> dict[str, str]:
        """What the servers of this town are told; everything else is as shipped."""
        return {
            "DATABASE_URL": self.url,
            "KIZUKI_INSTANCE": str(self.folder),
            "KIZUKI_KEY_FILE": str(self.folder / "keys.json"),
            "KIZUKI_PUBLIC_URL": "http://127.0.0.1:8000",
            "KIZUKI_PUSH_HOSTS": "loopback",
            "KIZUKI_VAPID_SUBJECT": "mailto:push@town.example.jp",
            "KIZUKI_LOG_LEVEL": "ERROR",
            "SSL_CERT_FILE": str(self.folder / "trust.pem"),
        }

    @contextmanager
    def servers(self) -> Iterator[tuple[Server, Server]]:
        """Web and worker, running."""
        self.store.close()
        with ExitStack() as stack:
            web = stack.enter_context(granian("app:create_app", self.env))
            command = ["pwa"]
            yield web, stack.enter_context(running(command, self.env))

    @cached_property
    def app(self) -> Flask:
        """The same app in this process, for what is counted and not timed."""
        settings = Settings(database_url=self.url, push_hosts=("loopback",))
        return create_app(settings, store=self.store, keys=self.keys)

    def cookie(self, person_id: uuid.UUID) -> tuple[str, str]:
        """Somebody's cookie, and the token that goes with it; of one sign-in."""
        if person_id not in self._cookies:
            self._cookies[person_id] = self._sign_in(person_id)
        return self._cookies[person_id]

    def _sign_in(self, person_id: uuid.UUID) -> tuple[str, str]:
        client = signed_in(self.app.test_client(), self.store, person_id, utc_now())
        token = csrf(client)["X-CSRFToken"]
        # As a browser has it from its first page on: the cookie of a bare sign-in is written anew.
        assert client.get("/desk").status_code == 200
        cookie = client.get_cookie("kizuki")
        assert cookie is not None
        return f"Cookie: kizuki={cookie.value}\r\n", f"X-CSRFToken: {token}\r\n"

    def notes(self, number: int) -> list[bytes]:
        """New notes at the plain JSON door."""
        return [
            http("POST", "/api/v1/observations", fields(self.dice, self.towns))
            for _ in range(number)
        ]

    def pages(self, number: int) -> list[bytes]:
        """The desk's list, again and again, by a colleague of whoever acknowledges."""
        return self._lists(self.colleague, number)

    def undos(self, number: int) -> list[bytes]:
        """The same by whoever acknowledges, with every undo of the last ten seconds above it."""
        return self._lists(self.clerk, number)

    def _lists(self, reader: uuid.UUID, number: int) -> list[bytes]:
        head, _token = self.cookie(reader)
        return [http("GET", f"/desk?desk={self.desk}", head=head)] * number

    def acknowledgements(self, number: int) -> list[bytes]:
        """One tap each on what nobody has acknowledged yet."""
        with self.store.read() as session:
            ids = self._waiting(session, self.desk, number)
        head = "".join(self.cookie(self.clerk))
        return [
            http("POST", f"/desk/handoffs/{one}/acknowledgement", "view=waiting", head=head)
            for one in ids
        ]

    def _at_work(self, people: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
        """So many people with their desks; where the town has fewer, its desks get some more."""
        now = utc_now()
        with self.store.write() as session:
            desks = dict.fromkeys(desk.id for desk in towns_with_desk(session).values())
            found = [(id_, one.person_id) for id_ in desks for one in readers(session, id_)]
            for desk_id in islice(cycle(desks), max(people - len(found), 0)):
                person = Person.enrol(session, role=Role.STAFF, name="応援", now=now)
                place = Membership(person=person, desk_id=desk_id, made_at=now)
                session.add(place)
                place.confirm(None, now)
                found.append((desk_id, person.id))
        return found[:people]

    def _waiting(self, session: Session, desk: uuid.UUID, number: int) -> Sequence[uuid.UUID]:
        waiting = sa.select(Handoff.id).where(
            Handoff.desk_id == desk, Handoff.state == State.SENT, Handoff.is_sealed.is_(False)
        )
        # What is overdue longest, the watch takes away meanwhile.
        newest = waiting.order_by(Handoff.due_at.desc())
        return session.scalars(newest.limit(number)).all()

    def staff(self, people: int, number: int) -> list[bytes]:
        """As many of several desks, in turn: each reads the list, then acknowledges one of it."""
        some = self._at_work(people)
        with self.store.read() as session:
            left = {desk: iter(self._waiting(session, desk, number)) for desk, _ in some}
        asked: list[bytes] = []
        for desk, person in islice(cycle(some), number // 2):
            head, token = self.cookie(person)
            asked.append(http("GET", f"/desk?desk={desk}", head=head))
            if one := next(left[desk], None):
                path = f"/desk/handoffs/{one}/acknowledgement"
                asked.append(http("POST", path, "view=waiting", head=head + token))
        return asked

    def searches(self, number: int) -> list[bytes]:
        """Words that few notes have, an address and a name among them, again and again."""
        asked = ("ない言葉", "3丁目2の5", "駅裏 新聞", "竹内さん")
        bodies = (f"desk={self.desk}&q={quote(one)}" for one in islice(cycle(asked), number))
        head = "".join(self.cookie(self.clerk))
        return [http("POST", "/desk/search", body, head=head) for body in bodies]

    def leave_open(self, number: int) -> None:
        """End all but so many of the notes that are open at the desk: a search's usual bound."""
        is_open = Handoff.desk_id == self.desk, Handoff.is_open.is_(True)
        kept = sa.select(Handoff.id).where(*is_open).limit(number)
        closed = {"state": State.CLOSED, "is_open": False, "next_on": None}
        with self.store.write() as session:
            ended = sa.update(Handoff).where(*is_open, Handoff.id.not_in(kept))
            session.execute(ended.values(**closed))

    def looked(self) -> tuple[int, int]:
        """How many notes a search opens, of those that are open and of those that ended."""
        with self.store.read() as session:
            desk = session.get_one(Desk, self.desk)
            found, _ = looking.read(session, sa.select(Handoff), desk)
        return found.open, found.ended

    def mark(self, clerk: uuid.UUID) -> None:
        """A page of notes that somebody has, and some that an index finds alone.

        By a name and a place of one letter, and by a receipt code: no more at any size.
        """
        now, area = utc_now(), self.towns[0]
        hashed = self.keys.slow_index(self.code)
        with self.store.write() as session:
            town.note(session, now, area=area, receipt_hash=hashed)
            for n in range(FOUND):
                town.note(session, now, area=area, called=LETTER, place_detail=f"5-{n}")
            # More would be one row, and their copies all under it.
            for _ in range(storms.MANY - 1):
                town.note(session, now, area=area, place_detail=LETTER)
            by = session.get_one(Person, clerk)
            for one in self._waiting(session, self.desk, PAGE):
                session.get_one(Handoff, one).claim(by, now)

    def index_cpu(self, rounds: int = 5, tries: int = 20) -> float:
        """CPU ms of this process for a whole name by index, at any of the desk's areas.

        The least of some rounds: what others do on this machine only adds to it.
        """
        question = Question.of("田中一郎", {})
        with self.store.read() as session:
            desk, everything = session.get_one(Desk, self.desk), sa.select(Handoff)
            areas = [id_ for id_, _ in areas_of(session, everything, desk)]

            def ask() -> None:
                tokens = indexed.tokens(session, question, areas, sealed=False)
                list(indexed.by_tokens(session, everything, desk, tokens, most=51))

            def spent() -> float:
                began = time.process_time()
                for _ in range(tries):
                    ask()
                return time.process_time() - began

            return min(spent() for _ in range(rounds)) * 1000 / tries

    def queries(self) -> int:
        """How many statements the desk's list takes."""
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        client = signed_in(self.app.test_client(), self.store, self.clerk, utc_now())
        sa.event.listen(self.store.engine, "before_cursor_execute", note)
        assert client.get(f"/desk?desk={self.desk}").status_code == 200
        sa.event.remove(self.store.engine, "before_cursor_execute", note)
        return sum(statement.startswith("SELECT") for statement in seen)


def http(method: str, path: str, body: dict[str, Any] | str = "", head: str = "") -> bytes:
    """A whole request, as a kept-alive connection sends it."""
    kind = "application/json" if isinstance(body, dict) else "application/x-www-form-urlencoded"
    raw = (json.dumps(body, ensure_ascii=False) if isinstance(body, dict) else body).encode()
    lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n{head}"
    if raw:
        lines += f"Content-Type: {kind}\r\nContent-Length: {len(raw)}\r\n"
    return lines.encode() + b"\r\n" + raw

"""A town with many phones' people, its server, and the network between: all on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask

from models import migrations
from models.area import Area
from models.keys import ENVELOPE_CONTEXT, KeyRing
from models.kizuki import utc_now
from models.person import Person, Role
from models.store import Store
from tests import town
from tests.faults.phones.bugs import Bug
from tests.support.fault_proxy import FaultProxy

ROOT = Path(__file__).parents[3]
ROLES = (Role.COMMISSIONER, Role.RESIDENT, Role.VOLUNTEER)
COOKIE = "kizuki"
NOBODY_EVERY = 4
"""Every fourth phone has nobody signed in."""
SIGN_INS = 4
"""How often each of the others can sign in, the first time included."""


@dataclass
class Stand:
    """What a run needs: the town's store, the port of its network, and who holds the phones."""

    folder: Path
    store: Store
    cast: town.Cast
    people: list[str]
    proxy: FaultProxy
    server: subprocess.Popen[str]
    server_kills: int = 0

    def phones(self, count: int) -> list[dict[str, Any]]:
        """The first of them, signed in anew; what each has for their later sign-ins."""
        return [self._phone(number, me) for number, me in enumerate(self.people[:count])]

    def _phone(self, number: int, me: str) -> dict[str, Any]:
        phone = {"number": number, "me": me, "cookie": "", "csrf": "", "later": []}
        if not me:
            return phone
        first, *later = [_sign_in(self.store, uuid.UUID(me)) for _ in range(SIGN_INS)]
        return phone | first | {"later": later}

    def kill_server(self) -> None:
        """SIGKILL the server; the next one is there when this returns."""
        self._tell("kill")
        self.server_kills += 1

    def _tell(self, line: str) -> str:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(f"{line}\n")
        self.server.stdin.flush()
        return self.server.stdout.readline()

    @property
    def town_key(self) -> str:
        """As a page hands it to its scripts."""
        return json.dumps(self.store.keys.envelope_key | {"info": ENVELOPE_CONTEXT.decode()})


@contextmanager
def stand(folder: Path, phones: int, bug: Bug | None = None) -> Iterator[Stand]:
    """Everything started, and ended in any case."""
    keys = KeyRing.create(folder / "keys.json")
    url = f"sqlite:///{folder}/town.sqlite3"
    migrations.upgrade(url)
    store = Store(url, keys)
    if bug is not None and bug.drops_unique:
        _drop_unique(store, *bug.drops_unique)
    with store.write() as session:
        cast = town.build(session, utc_now(), noise=False)
    server = _server(folder, url, cast.kitamachi, bug)
    try:
        people = [_person(store, cast, number) for number in range(phones)]
        assert server.stdout is not None
        proxy = FaultProxy(int(server.stdout.readline()))
        yield Stand(folder, store, cast, people, proxy, server)
        proxy.close()
    finally:
        server.communicate(timeout=30)
        store.close()


def _server(folder: Path, url: str, area: uuid.UUID, bug: Bug | None) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIZUKI_")}
    given = {
        "DATABASE_URL": url,
        "KIZUKI_INSTANCE": str(folder),
        "KIZUKI_KEY_FILE": str(folder / "keys.json"),
        "KIZUKI_NOTES_PER_HOUR": "100000",
        "WARM_AREA": str(area),
    }
    planted = json.dumps(bug.on_the_server if bug else [])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.phones.server", planted],
        cwd=ROOT,
        env=kept | given,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _person(store: Store, cast: town.Cast, number: int) -> str:
    """Who holds a phone: their id, or "" for nobody."""
    if number % NOBODY_EVERY == NOBODY_EVERY - 1:
        return ""
    with store.write() as session:
        person = Person.enrol(
            session,
            role=ROLES[number % len(ROLES)],
            name=f"電話{number}",
            now=utc_now(),
            area=session.get_one(Area, cast.kitamachi),
            email=None,
        )
        session.flush()
        return str(person.id)


def _sign_in(store: Store, person_id: uuid.UUID) -> dict[str, str]:
    """The cookie of a new session, and the token that its pages have."""
    app = Flask("cookies")
    app.config.update(SECRET_KEY=store.keys.session_secret, SESSION_COOKIE_NAME=COOKIE)
    client = town.signed_in(app.test_client(), store, person_id, utc_now())
    csrf = town.csrf(client)["X-CSRFToken"]
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return {"cookie": f"{COOKIE}={cookie.value}", "csrf": csrf}


def _drop_unique(store: Store, table: str, names: Sequence[str]) -> None:
    with store.engine.connect() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_constraint(name, type_="unique")
        connection.commit()

"""Keep a small database of a release: python -m tests.releases.keep 0.1.0

Writes `<version>.sqlite3` and, beside it, the key file that opens it: invented people only.
"""

from __future__ import annotations

import sqlite3
import sys
import uuid
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from models import device, hearing, migrations
from models.contact import ContactKind
from models.desk_template import DeskTemplate, Occasion
from models.household.gathering import gather
from models.keys import KeyRing
from models.person import Person
from models.phone import Phone
from models.purge import purge
from models.reply import Said
from models.store import Store
from tests import town
from tests.town import MORNING

HERE = Path(__file__).parent
NOTE = uuid.UUID("00000000-0000-4000-8000-000000000001")
WORDS = "葛󠄀城さんのお宅の新聞が、三日たまっています。"


def main(version: str) -> None:
    """Make the release's database by the verbs that everybody uses."""
    path = HERE / f"{version}.sqlite3"
    url = f"sqlite:///{path}"
    migrations.upgrade(url)
    keys = KeyRing.create(HERE / f"{version}.keys.json")
    store = Store(url, keys)
    with store.write() as session:
        cast = town.build(session)
        okada = session.get_one(Person, cast.okada)
        handoff = town.note(
            session, MORNING, by=cast.suzuki, area=cast.kitamachi, id=str(NOTE), words=WORDS
        )
        town.note(session, MORNING, by=cast.sato, area=cast.kitamachi, not_nearby=True)
        handoff.acknowledge(okada, Said("look", date="2026-11-26"), MORNING)
        handoff.ask(okada, Said(words="いつごろからでしょうか。"), MORNING)
        hearing.answer(handoff.thread, "土曜からです。", MORNING)
        handoff.log_contact(okada, ContactKind.AWAY, MORNING)
        other = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        gather(handoff, other, okada, MORNING)
        texts = {"ja": "お電話をいただければ、お話をうかがいます。"}
        DeskTemplate.make(session, handoff.desk, Occasion.REPLY, texts, okada, MORNING)
        _phone(session, session.get_one(Person, cast.suzuki))
        gone = town.note(session, MORNING, by=cast.sato, area=cast.kitamachi)
        purge(session, gone.thread, MORNING)
    store.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("VACUUM")
    for one in ("lock", "next"):
        path.with_name(f"{path.name}.{one}").unlink(missing_ok=True)


def _phone(session: Session, person: Person) -> None:
    """A phone that gave out three numbers, of which one came."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    made = device.register(session, person, point, MORNING, "Android")
    session.get_one(Phone, made.id).take(3, 2, MORNING)


if __name__ == "__main__":
    main(sys.argv[1])

"""What a town wrote under an earlier release is there, readable and owned after the upgrade."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import migrations, readiness
from models.audit import broken_chains
from models.audit_chain import Wrong, chains, walk
from models.audit_keying import key_chains
from models.handoff import Handoff
from models.keys import KeyRing
from models.refolding import refold
from models.store import Store
from models.town import Town
from models.variants import FOLD
from tests import town
from tests.conftest import NOW
from tests.releases.keep import NOTE, WORDS

HERE = Path(__file__).parent
SIGNED_SINCE = (0, 6, 0)
RELEASES = sorted(path.stem for path in HERE.glob("*.sqlite3"))


def test_the_release_of_the_changelog_is_kept() -> None:
    changes = (HERE.parents[1] / "CHANGELOG.md").read_text("utf-8")
    newest = next(line[3:].strip() for line in changes.splitlines() if line.startswith("## "))
    assert newest in RELEASES


@pytest.fixture(params=RELEASES)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    path = tmp_path / "town.sqlite3"
    shutil.copy(HERE / f"{request.param}.sqlite3", path)
    key_file = tmp_path / "keys.json"
    shutil.copy(HERE / f"{request.param}.keys.json", key_file)
    key_file.chmod(0o600)
    migrations.upgrade(f"sqlite:///{path}")
    return Store(f"sqlite:///{path}", KeyRing.load(key_file))


def test_an_earlier_town_upgrades_with_its_words_and_owners(
    upgraded: Store, request: pytest.FixtureRequest
) -> None:
    release = tuple(map(int, request.node.callspec.params["upgraded"].split(".")))
    signed = {None} if release >= SIGNED_SINCE else {Wrong.UNKEYED}
    with upgraded.read() as session:
        assert readiness.is_migrated(session)
        thread = town.thread_of(session, NOTE)
        assert thread.observation.body["words"] == WORDS
        assert [reply.said.words for reply in thread.replies][1:] == [
            "いつごろからでしょうか。",
            "土曜からです。",
        ]
        assert {walk(session, one).wrong for one in chains(session)} == signed
        owed = session.scalars(sa.select(Handoff).where(Handoff.is_open)).all()
        assert all(h.desk.name and h.watch_at for h in owed)
    key_chains(upgraded, NOW)
    refold(upgraded, NOW)
    with upgraded.read() as session:
        assert broken_chains(session) == []
        assert session.scalars(sa.select(Town.fold)).one() == FOLD
    upgraded.close()

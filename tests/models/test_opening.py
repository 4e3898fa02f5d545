"""Keys are made once, where nothing is locked by others yet."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from models.keys import KeyFileError, KeyRing
from models.opening import is_demo, open_keys
from models.settings import SettingError, Settings
from models.store import Store
from models.town import Town
from tests.conftest import NOW


def _settings(folder: Path) -> Settings:
    return Settings.from_env({"KIZUKI_INSTANCE": str(folder / "instance")})


def test_the_first_start_makes_keys_for_their_owner_alone(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    made = open_keys(settings)
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert settings.instance.stat().st_mode & 0o777 == 0o700
    assert open_keys(settings).session_secret == made.session_secret


def test_lost_keys_are_not_replaced_beside_a_database(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    settings.instance.mkdir()
    engine = sa.create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE town (id INTEGER)"))
    engine.dispose()
    with pytest.raises(KeyFileError):
        open_keys(settings)
    assert not settings.key_file.exists()


def test_a_database_that_does_not_answer_gets_no_new_keys(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "KIZUKI_INSTANCE": str(tmp_path),
            "DATABASE_URL": f"postgresql:///kizuki?host={tmp_path}",
        }
    )
    with pytest.raises(SettingError) as caught:
        open_keys(settings)
    assert caught.value.params["name"] == "DATABASE_URL"


@pytest.mark.parametrize(
    ("variable", "path"),
    [("KIZUKI_INSTANCE", "/proc/kizuki"), ("KIZUKI_KEY_FILE", "/proc/kizuki/keys.json")],
)
def test_a_place_that_cannot_be_made_is_named_by_its_setting(
    tmp_path: Path, variable: str, path: str
) -> None:
    settings = Settings.from_env({"KIZUKI_INSTANCE": str(tmp_path), variable: path})
    with pytest.raises(SettingError) as caught:
        open_keys(settings)
    assert caught.value.params["name"] == variable


def test_only_a_demonstration_town_is_one(store: Store) -> None:
    assert not is_demo(store)
    with store.write() as session:
        Town.start(session, code="24208", name="名張市", is_demo=True, now=NOW)
    assert is_demo(store)


def test_asking_whether_it_is_a_demonstration_makes_no_database(
    tmp_path: Path, keys: KeyRing
) -> None:
    store = Store(f"sqlite:///{tmp_path}/none.sqlite3", keys)
    assert not is_demo(store)
    assert list(tmp_path.iterdir()) == []
    store.close()


def test_a_database_without_tables_is_no_demonstration(tmp_path: Path, keys: KeyRing) -> None:
    store = Store(f"sqlite:///{tmp_path}/bare.sqlite3", keys)
    store.engine.connect().close()
    assert (tmp_path / "bare.sqlite3").exists()
    assert not is_demo(store)
    store.close()

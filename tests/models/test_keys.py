"""The key file: who may read it, what it binds, and that everything rotates by key id."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from models.errors import Unreadable
from models.keys import KeyFileError, KeyRing


def test_a_new_key_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keys.json"
    KeyRing.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keys.json")
    with pytest.raises(FileExistsError):
        KeyRing.create(tmp_path / "keys.json")


def test_a_key_file_that_others_could_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    KeyRing.create(path)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="0600"):
        KeyRing.load(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keysets": {}}'])
def test_a_broken_key_file_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"keys\.json"):
        KeyRing.load(path)


def test_a_missing_key_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="missing"):
        KeyRing.load(tmp_path / "keys.json")


def test_a_loaded_ring_opens_what_the_created_one_sealed(tmp_path: Path) -> None:
    made = KeyRing.create(tmp_path / "keys.json")
    loaded = KeyRing.load(tmp_path / "keys.json")
    sealed = made.seal("column", "a.b", 1, "葛󠄀城𠮷髙が")
    assert loaded.unseal("column", "a.b", 1, sealed) == "葛󠄀城𠮷髙が"
    assert loaded.slow_index("1") == made.slow_index("1")
    assert loaded.vapid_public == made.vapid_public


def test_a_public_key_names_the_private_one_for_as_long_as_it_is_kept() -> None:
    old, new = KeyRing.ephemeral(), KeyRing.ephemeral()
    both = KeyRing(old._document | {"vapid": old._document["vapid"] + new._document["vapid"]})
    assert both.vapid_public == new.vapid_public
    assert both.vapid_id_of(old.vapid_public) == old.vapid_key_id
    assert both.vapid_id_of(new.vapid_public + "=") == new.vapid_key_id
    assert new.vapid_id_of(old.vapid_public) is None


@pytest.mark.parametrize(
    ("kind", "place", "row"), [("column", "a.c", 1), ("column", "a.b", 2), ("reporter", "a.b", 1)]
)
def test_a_ciphertext_moved_elsewhere_does_not_open(
    keys: KeyRing, kind: str, place: str, row: int
) -> None:
    sealed = keys.seal("column", "a.b", 1, "words")
    with pytest.raises(Unreadable):
        keys.unseal(kind, place, row, sealed)


def test_a_data_key_opens_for_its_owner_and_kind_alone(keys: KeyRing) -> None:
    owner = uuid.uuid4()
    key, wrapped = keys.new_data_key("thread", owner)
    sealed = key.seal("reply.said", 1, "words")
    assert keys.data_key("thread", owner, wrapped).unseal("reply.said", 1, sealed) == "words"
    for kind, other in (("sealed", owner), ("thread", uuid.uuid4())):
        with pytest.raises(Unreadable):
            keys.data_key(kind, other, wrapped)
    with pytest.raises(Unreadable):
        key.unseal("reply.said", 2, sealed)


def test_blind_indexes_of_fields_and_of_sealed_notes_never_meet(keys: KeyRing) -> None:
    found = {
        keys.index("place", "1-2"),
        keys.index("name", "1-2"),
        keys.index("place", "1-2", sealed=True),
        KeyRing.ephemeral().index("place", "1-2"),
    }
    assert len(found) == 4
    assert keys.index("place", "1-2") in found


def test_a_message_code_counts_for_its_purpose_and_object_alone(keys: KeyRing) -> None:
    code = keys.message_code("sighting", "a")
    assert keys.is_message_code("sighting", "a", code)
    assert not keys.is_message_code("sighting", "b", code)
    assert not keys.is_message_code("topic", "a", code)
    assert not keys.is_message_code("sighting", "a", "あ")


def test_what_an_older_key_sealed_still_opens_after_a_new_one_became_primary() -> None:
    from tink import JsonKeysetReader, cleartext_keyset_handle

    ring = KeyRing.ephemeral()
    sealed = ring.seal("column", "a.b", 1, "words")
    document = json.loads(json.dumps(ring._document))
    fresh = KeyRing.ephemeral()._document["keysets"]["column"]
    document["keysets"]["column"] = {
        "primaryKeyId": fresh["primaryKeyId"],
        "key": document["keysets"]["column"]["key"] + fresh["key"],
    }
    assert cleartext_keyset_handle.read(JsonKeysetReader(json.dumps(fresh)))
    rotated = KeyRing(document)
    assert rotated.unseal("column", "a.b", 1, sealed) == "words"
    again = rotated.seal("column", "a.b", 1, "words")
    with pytest.raises(Unreadable):
        ring.unseal("column", "a.b", 1, again)


def test_an_envelope_of_nonsense_is_unreadable(keys: KeyRing) -> None:
    for envelope in (b"", b"\x01", b"\x01" + bytes(400)):
        with pytest.raises(Unreadable):
            keys.open_envelope(envelope)

"""The key file: who may read it, what it binds, and that what is opened rotates by key id."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from models.errors import Unreadable
from models.keys import ENVELOPE_CONTEXT, KeyFileError, KeyRing
from tests.support.cheap import SCRYPT_AS_SHIPPED
from tests.support.envelope import sealed_bytes


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
    with pytest.raises(KeyFileError, match=r"keys\.mode") as caught:
        KeyRing.load(path)
    assert caught.value.params == {"file": "keys.json", "mode": "0644"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keysets": {}}'])
def test_a_broken_key_file_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"keys\.unreadable") as caught:
        KeyRing.load(path)
    assert caught.value.params == {"file": "keys.json"}


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


def test_a_short_secret_costs_16_mib_and_tens_of_milliseconds_to_try() -> None:
    cost = SCRYPT_AS_SHIPPED
    assert 128 * cost["n"] * cost["r"] == 16 * 2**20
    assert (cost["p"], cost["dklen"]) == (1, 32)


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


def rotated_document(ring: KeyRing, name: str) -> dict[str, Any]:
    """The ring's file with a new primary key in one keyset, beside the older one."""
    document: dict[str, Any] = json.loads(json.dumps(ring._document))
    fresh = KeyRing.ephemeral()._document["keysets"][name]
    document["keysets"][name] = {
        "primaryKeyId": fresh["primaryKeyId"],
        "key": document["keysets"][name]["key"] + fresh["key"],
    }
    return document


@pytest.mark.parametrize("name", ["index", "index_sealed", "index_reporter", "message"])
def test_what_is_compared_has_one_key_for_good(tmp_path: Path, name: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(rotated_document(KeyRing.ephemeral(), name)))
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"keys\.second") as caught:
        KeyRing.load(path)
    assert caught.value.params == {"name": name}


@pytest.mark.parametrize("name", ["thread", "sealed", "reporter"])
def test_data_keys_open_after_their_keyset_got_a_new_key(name: str) -> None:
    ring, owner = KeyRing.ephemeral(), uuid.uuid4()
    key, wrapped = ring.new_data_key(name, owner)
    rotated = KeyRing(rotated_document(ring, name))
    assert rotated.data_key(name, owner, wrapped).unseal("a", 1, key.seal("a", 1, "b")) == "b"


def test_an_envelope_to_an_older_key_is_opened_after_rotation() -> None:
    ring = KeyRing.ephemeral()
    info = {"info": ENVELOPE_CONTEXT.decode()}
    envelope = sealed_bytes(ring.envelope_key | info, b"words")
    assert KeyRing(rotated_document(ring, "outbox")).open_envelope(envelope) == b"words"


def test_what_an_older_key_sealed_still_opens_after_a_new_one_became_primary() -> None:
    ring = KeyRing.ephemeral()
    sealed = ring.seal("column", "a.b", 1, "words")
    rotated = KeyRing(rotated_document(ring, "column"))
    assert rotated.unseal("column", "a.b", 1, sealed) == "words"
    again = rotated.seal("column", "a.b", 1, "words")
    with pytest.raises(Unreadable):
        ring.unseal("column", "a.b", 1, again)


def test_an_envelope_of_nonsense_is_unreadable(keys: KeyRing) -> None:
    for envelope in (b"", b"\x01", b"\x01" + bytes(400)):
        with pytest.raises(Unreadable):
            keys.open_envelope(envelope)

"""What phones of every version sent is taken by today's server, and its recording never changes."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from blueprints.api.body import from_base64url
from models.credential import Credential, CredentialKind
from models.handoff import HeldReason, State
from models.keys import KeyRing
from models.phone import Phone
from models.photo import PhotoPart
from models.reply import Reply
from models.settings import Settings
from models.store import Store
from tests import town
from tests.clients.keep import HERE, NOBODY, digest
from tests.town import MORNING, Cast

RELEASED = {"v1": "5f7e0ba71334181e9a155c8c1bea43ee10d1be439dc3ef0fe0477824fa39fbda"}
"""Each version's folder by the SHA-256 of its files. One more version is one more line."""
KEPT = {"note-32kib", "note-512kib", "note-2mib"}
"""Longer than any note may be: held whole."""


class Request(NamedTuple):
    """One request as it went over the line."""

    name: str
    path: str
    headers: dict[str, str]
    body: bytes


def request_of(file: Path) -> Request:
    head, _, body = file.read_bytes().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return Request(file.stem[3:], first.split(" ")[1], headers, body)


def digest_of(folder: Path) -> str:
    files = sorted(folder.iterdir())
    lines = [f"{digest(file.read_bytes())} {file.name}\n" for file in files]
    return digest("".join(lines).encode())


def test_no_recording_changes_and_every_version_has_one() -> None:
    assert {folder.name: digest_of(folder) for folder in HERE.glob("v*")} == RELEASED
    script = (HERE.parents[1] / "pwa/scripts/seal.js").read_text("utf-8")
    spoken = re.search(r"head\[0\] = (\d+);", script)
    assert spoken is not None
    assert f"v{spoken[1]}" in RELEASED


@pytest.fixture(params=sorted(RELEASED))
def folder(request: pytest.FixtureRequest) -> Path:
    return HERE / str(request.param)


@pytest.fixture
def keys(folder: Path, tmp_path: Path) -> KeyRing:
    """The key file that opens the recorded envelopes."""
    shutil.copy(folder / "keys.json", tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o600)
    return KeyRing.load(tmp_path / "keys.json")


@pytest.fixture
def about(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "sent.json").read_text("utf-8"))
    return found


@pytest.fixture
def cast(store: Store, about: dict[str, Any]) -> Cast:
    """The town, in which the recorded phone is 鈴木's."""
    with store.write() as session:
        cast = town.build(session)
        device = Credential(
            id=uuid.UUID(about["device"]),
            person_id=cast.suzuki,
            kind=CredentialKind.DEVICE_KEY,
            material=from_base64url(about["point"]),
            made_at=MORNING,
        )
        session.add(device)
        session.flush()
        session.add(Phone(device_id=device.id, heard_at=MORNING))
    return cast


@pytest.fixture
def app(settings: Settings, store: Store, keys: KeyRing, clock: Any) -> Flask:
    return create_app(settings, store=store, keys=keys, clock=clock, strict_words=True)


def post(client: FlaskClient, one: Request) -> TestResponse:
    return client.post(one.path, data=one.body, headers=one.headers)


def test_every_recorded_request_is_taken_and_does_what_it_says(
    client: FlaskClient, store: Store, cast: Cast, folder: Path, about: dict[str, Any]
) -> None:
    requests = [request_of(file) for file in sorted(folder.glob("*.http"))]
    assert [one.name for one in requests] == list(about["sent"])
    assert {one.body[0] for one in requests} == {int(folder.name[1:])}
    first = [post(client, one) for one in requests]
    again = [post(client, one) for one in requests]
    assert {answer.status_code for answer in first} == {201}
    assert {answer.status_code for answer in again} == {200}
    for one, answer in zip(requests, first, strict=True):
        told, wrote = answer.get_json(), about["sent"][one.name]
        assert (told["id"], told["hash"], told["state"]) == (wrote["id"], wrote["hash"], "arrived")
        with store.read() as session:
            by = None if one.name.startswith(NOBODY) else cast.suzuki
            check(session, one.name, wrote, by)


def check(session: Session, name: str, wrote: dict[str, Any], by: uuid.UUID | None) -> None:
    """What a request did: a note of its writer's, or something in that note's thread."""
    thread = town.thread_of(session, wrote.get("note", wrote["id"]))
    assert thread.reporter.person_id == by
    if wrote["kind"] == "note":
        assert digest(thread.observation.body["words"].encode()) == wrote["words"]
        assert (thread.handoff.held_reason is HeldReason.TOO_LONG) is (name in KEPT)
        assert thread.is_sealed is (name == "note-sealed")
    elif wrote["kind"] == "withdrawal":
        assert thread.handoff.state is State.CLOSED
    elif wrote["kind"] == "photo":
        parts = sa.select(sa.func.count()).where(PhotoPart.thread_id == thread.id)
        assert session.scalar(parts) == 1
    else:
        assert sum(1 for reply in thread.replies if says(reply, wrote)) == 1


def says(reply: Reply, wrote: dict[str, Any]) -> bool:
    """Whether a reply is what was sent."""
    said = reply.said
    if "words" in wrote:
        return digest(said.words.encode()) == wrote["words"]
    return said.template == {"called": "called_done"}.get(wrote["kind"], wrote["kind"])

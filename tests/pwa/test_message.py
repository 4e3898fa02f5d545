"""What a push and a mail say: the fixed set, in one length, and nothing of what it is about."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from models.delivery import DeliveryKind
from models.dispatch import Job
from models.keys import KeyRing
from models.words import LOCALES, Words
from pwa.message import Voice
from pwa.push import PAYLOAD_BYTES
from tests.support.deliveries import a_job

RING = KeyRing.ephemeral()
WORDS = Words(Path(__file__).parents[2] / "translations", strict=True)
VOICE = Voice(WORDS, RING, "https://kizuki.town.example.jp")
# The longest public address that leaves room in every language.
LONGEST_URL = "https://" + "a" * 72


def payload(job: Job, language: str = "ja", *, voice: Voice = VOICE, **of: bool) -> bytes:
    return voice.payload(job, language, voice.topic(job), **of)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("kind", DeliveryKind)
def test_a_push_is_declarative_and_has_the_one_length(kind: DeliveryKind, language: str) -> None:
    voice = Voice(WORDS, RING, LONGEST_URL)
    job = a_job(kind=kind)
    for discreet in (False, True):
        said = payload(job, language, voice=voice, discreet=discreet)
        assert len(said) == PAYLOAD_BYTES
        message = json.loads(said)
        assert (message["web_push"], message["mutable"]) == (8030, True)
        assert message["notification"]["lang"] == language[:2]
        assert set(message) == {"web_push", "mutable", "notification"}, "no number on the badge"


def test_a_push_says_only_that_there_is_news_and_where() -> None:
    job = a_job(kind=DeliveryKind.REPLY)
    notification = json.loads(payload(job))["notification"]
    assert notification["title"] == "お返事が届きました"
    assert notification["navigate"] == f"https://kizuki.town.example.jp/d/{job.address}"
    assert set(notification) == {"title", "body", "lang", "navigate", "tag", "data"}


@pytest.mark.parametrize("kind", DeliveryKind)
def test_only_the_push_of_an_ended_sign_in_asks_the_phone_for_a_contact(kind: DeliveryKind) -> None:
    data = json.loads(payload(a_job(kind=kind)))["notification"]["data"]
    assert data.get("contact", False) is (kind is DeliveryKind.REVOKED)


def test_the_discreet_form_says_the_same_whatever_the_news() -> None:
    said = {
        tuple(
            json.loads(payload(a_job(kind=kind), discreet=True))["notification"][part]
            for part in ("title", "body")
        )
        for kind in DeliveryKind
    }
    assert said == {("お知らせ", "新しいお知らせがあります")}


def test_ruby_never_reaches_a_phones_screen() -> None:
    for kind in DeliveryKind:
        assert "《" not in payload(a_job(kind=kind), "ja@easy").decode()
        assert not any("《" in part for part in VOICE.letter(a_job(kind=kind), "ja@easy"))


def test_a_sighting_carries_the_code_of_its_own_delivery_only() -> None:
    job, other = a_job(), a_job()
    data = json.loads(payload(job))["notification"]["data"]
    assert data["see"] == f"/api/v1/deliveries/{job.id}/sightings"
    assert RING.is_message_code("sighting", str(job.id), data["code"])
    assert not RING.is_message_code("sighting", str(other.id), data["code"])


def test_one_thread_and_reader_have_one_topic_and_no_two_readers_share_it() -> None:
    thread, clerk = uuid.uuid4(), uuid.uuid4()
    first = VOICE.topic(a_job(thread_id=thread, person_id=clerk))
    assert (
        VOICE.topic(a_job(thread_id=thread, person_id=clerk, kind=DeliveryKind.DUE_SOON)) == first
    )
    others = {
        VOICE.topic(a_job(thread_id=thread, person_id=uuid.uuid4())),
        VOICE.topic(a_job(thread_id=thread)),
        VOICE.topic(a_job(thread_id=uuid.uuid4(), person_id=clerk)),
        VOICE.topic(a_job(thread_id=None, person_id=clerk)),
        Voice(WORDS, KeyRing.ephemeral(), "").topic(a_job(thread_id=thread, person_id=clerk)),
    }
    assert first not in others
    assert len(others) == 5
    assert all(len(topic) <= 32 for topic in others)


@pytest.mark.parametrize("language", LOCALES)
def test_a_mail_says_what_the_push_says_and_holds_the_link(language: str) -> None:
    job = a_job(kind=DeliveryKind.REPLY)
    subject, text = VOICE.letter(job, language)
    assert subject == WORDS.say(language, "push.reply.title")
    assert VOICE.link(job) in text
    assert text.startswith(subject)

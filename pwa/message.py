"""What a delivery says: two fixed sentences, an address, and nothing of what it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass

from models.delivery import DeliveryKind
from models.dispatch import Job
from models.keys import KeyRing
from models.words import Words
from pwa.push import padded

DECLARATIVE = 8030
"""The mark of a declarative push message (W3C Push API)."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Voice:
    """Words, keys and the public address (no slash at its end), from which messages are made."""

    words: Words
    keys: KeyRing
    public_url: str

    def payload(self, job: Job, language: str, topic: str, *, discreet: bool = False) -> bytes:
        """The declarative push message, in the one length; safe to show on a locked screen."""
        says = "discreet" if discreet else job.kind.value
        data: dict[str, str | bool] = {
            "see": f"/api/v1/deliveries/{job.id}/sightings",
            "code": self.keys.message_code("sighting", str(job.id)),
        }
        if job.kind is DeliveryKind.REVOKED:
            # The phone asks at once whether it was the one that was shut off.
            data["contact"] = True
        notification = {
            "title": self.words.say(language, f"push.{says}.title"),
            "body": self.words.say(language, f"push.{says}.body"),
            "lang": language.partition("@")[0],
            "navigate": self.link(job),
            "tag": topic,
            "data": data,
        }
        message = {"web_push": DECLARATIVE, "mutable": True, "notification": notification}
        return padded(_ENCODER.encode(message).encode())

    def letter(self, job: Job, language: str) -> tuple[str, str]:
        """Subject and text of the e-mail: the same sentences, and the link."""
        subject = self.words.say(language, f"push.{job.kind.value}.title")
        said = self.words.say(language, "push.mail.text", title=subject, link=self.link(job))
        return subject, said + "\n"

    def link(self, job: Job) -> str:
        """Where a tap leads; it says nothing and resolves only after unlock."""
        return f"{self.public_url}/d/{job.address}"

    def topic(self, job: Job) -> str:
        """The same for one thread and one reader, so that the newer word takes the older's place.

        It is random to everybody without the key file.
        """
        about = job.thread_id or job.kind
        reader = job.person_id or job.subscription_id or "reporter"
        return self.keys.message_code("topic", f"{about}|{reader}")

"""A lived-in town for the reporter's pages, and whoever looks at them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from models import hearing
from models.desk import Desk
from models.handoff import Handoff, Outcome, Verb
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class NoteTown:
    """The cast, and the threads of Suzuki in their states."""

    cast: town.Cast
    asked: uuid.UUID
    closed: uuid.UUID
    urgent: uuid.UUID
    """With a sign that asks for a call."""


def settle(session: Session, now: dt.datetime) -> NoteTown:
    """Build the town with notes of Suzuki, resident in the north, on every rung."""
    cast = town.build(session, now)
    _describe(session.get_one(Desk, cast.north_desk))
    okada = session.get_one(Person, cast.okada)

    def wrote(days: float, **fields: object) -> Handoff:
        by, area = cast.suzuki, cast.kitamachi
        return town.note(session, now - days * DAY, by=by, area=area, **fields)

    done = wrote(24, words="公園のベンチで毎日お弁当を食べている方がいます。")
    done.acknowledge(okada, Said("check"), now - 23 * DAY)
    done.act(Verb.KEEP_WATCHING, okada, Said("watch"), now - 20 * DAY)
    done.close(okada, Outcome.SETTLED, Said("closed"), now - 10 * DAY)
    hearing.read(done.thread, now - 9 * DAY)
    asked = wrote(
        1.05,
        signs=["not_seen", "mail_pile"],
        words="三日前から朝刊が抜かれていません。\n今朝も暗いままでした。",
        contact="telephone",
    )
    asked.acknowledge(okada, Said("look", date="2026-11-27"), now - DAY / 2)
    asked.ask(okada, Said(words="最後にお会いになったのは、いつごろでしょうか。"), now - DAY / 3)
    urgent = wrote(0.002, signs=["cry", "injury"], words="")
    wrote(2, signs=["hungry"], words="小学生の女の子が、平日の昼に弟を連れています。").open(
        okada, now - DAY
    )
    return NoteTown(cast, asked.thread_id, done.thread_id, urgent.thread_id)


def let_in(context: BrowserContext, url: str, store: Store, person: uuid.UUID, app: object) -> None:
    """Sign a person in on a phone, as the join door would."""
    from flask import Flask

    assert isinstance(app, Flask)
    client = town.signed_in(app.test_client(), store, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def _describe(desk: Desk) -> None:
    desk.place = "みさき市北町1丁目 市民センター1階"
    desk.who = "社会福祉士 2人、保健師 1人、地域の相談員 2人"
    desk.duty_telephone, desk.has_duty = "059-000-0099", True

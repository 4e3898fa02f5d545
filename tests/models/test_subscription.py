"""A phone's push address: one person's, moved when it turns up elsewhere, kept secret."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.endpoint import PushHosts
from models.errors import Invalid, Unreadable
from models.keys import KeyRing
from models.person import Person
from models.store import Store
from models.subscription import PHONES_PER_OWNER, Subscription, note_answers
from tests.support.deliveries import LOOPBACK, NOW, a_person, a_thread, subscribe
from tests.support.push_peer import Phone

DAY = dt.timedelta(days=1)


def a_phone(name: str = "a") -> Phone:
    return Phone(name, f"http://127.0.0.1:1/push/{name}")


def phones_of(session: Session, person: Person) -> list[Subscription]:
    return list(session.scalars(Subscription.owned_by(person_id=person.id)))


def test_a_phone_is_stored_and_gives_back_what_the_browser_gave(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        subscribe(session, phone, person=a_person(session))
    with either.read() as session:
        [found] = session.scalars(sa.select(Subscription))
        assert found.address == (phone.endpoint, phone.p256dh, phone.auth)
        assert found.vapid_key_id == either.keys.vapid_key_id


def test_the_same_phone_again_is_one_row_with_its_newest_keys(either: Store) -> None:
    phone, renewed = a_phone(), a_phone()
    with either.write() as session:
        person = a_person(session)
        first = subscribe(session, phone, person=person)
        first.failures = 3
        again = subscribe(session, renewed, person=person, now=NOW + 2 * DAY)
        assert again is first
        assert again.address.p256dh == renewed.p256dh
        assert (again.failures, again.seen_at.date()) == (0, (NOW + 2 * DAY).date())


def test_an_endpoint_under_another_owner_moves_and_is_not_copied(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        one, two = a_person(session), a_person(session)
        subscribe(session, phone, person=one)
        subscribe(session, phone, person=two)
        assert phones_of(session, one) == []
        assert len(phones_of(session, two)) == 1


def test_each_note_without_an_account_keeps_the_phone_and_nothing_joins_them(
    either: Store,
) -> None:
    phone = a_phone()
    with either.write() as session:
        person, one, two = a_person(session), a_thread(session), a_thread(session)
        subscribe(session, phone, person=person)
        rows = [subscribe(session, phone, thread=thread) for thread in (one, two, one)]
        assert rows[0] is rows[2]
        assert len({row.endpoint_hash for row in session.scalars(sa.select(Subscription))}) == 3
        for owner in ({"thread_id": one.id}, {"thread_id": two.id}, {"person_id": person.id}):
            assert len(session.scalars(Subscription.owned_by(**owner)).all()) == 1
        assert Subscription.remove(session, phone.endpoint, thread_id=one.id)
        assert not Subscription.remove(session, phone.endpoint, thread_id=one.id)
        assert session.scalars(Subscription.owned_by(thread_id=two.id)).all() == [rows[1]]
        assert len(phones_of(session, person)) == 1


def test_a_row_of_before_is_its_threads_still_and_comes_under_its_own_index(
    either: Store,
) -> None:
    phone = a_phone()
    with either.write() as session:
        one, two = a_thread(session), a_thread(session)
        old = subscribe(session, phone, thread=one)
        old.endpoint_hash = either.keys.index("subscription.endpoint", phone.endpoint, size=32)
        session.flush()
        assert subscribe(session, phone, thread=two) is not old
        assert Subscription.at(session, phone.endpoint, one.id) is old
        subscribe(session, phone, thread=one)
        assert Subscription.at(session, phone.endpoint) is None


def test_a_check_in_keeps_the_key_the_phone_was_subscribed_with(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        person = a_person(session)
        subscribe(session, phone, person=person).vapid_key_id = "older"
        assert subscribe(session, phone, person=person).vapid_key_id == "older"
        renewed = subscribe(session, a_phone(), person=person)
        assert renewed.vapid_key_id == either.keys.vapid_key_id


def test_the_server_pushes_under_the_key_that_the_phone_tells(either: Store) -> None:
    phone, old = a_phone(), either.keys
    vapid = KeyRing.ephemeral()._document["vapid"]
    both = KeyRing(old._document | {"vapid": [*old._document["vapid"], *vapid]})

    def told(session: Session, key: str) -> str:
        who = session.scalars(sa.select(Person)).one()
        keys = phone.p256dh, phone.auth
        made = Subscription.put(
            session, LOOPBACK, phone.endpoint, *keys, now=NOW, person_id=who.id, key=key
        )
        return made.vapid_key_id

    with either.write() as session:
        session.info["keys"] = both
        a_person(session)
        assert told(session, old.vapid_public) == old.vapid_key_id
        # What was believed of it before is put right.
        assert told(session, both.vapid_public) == both.vapid_key_id != old.vapid_key_id
        assert told(session, old.vapid_public) == told(session, "") == old.vapid_key_id
        with pytest.raises(Invalid) as problem:
            told(session, KeyRing.ephemeral().vapid_public)
        assert problem.value.key == "push.problem.key"


def test_only_its_owner_removes_a_phone(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        owner, other = a_person(session), a_person(session)
        subscribe(session, phone, person=owner)
        assert not Subscription.remove(session, phone.endpoint, person_id=other.id)
        assert not Subscription.remove(session, phone.endpoint, thread_id=uuid.uuid4())
        assert Subscription.remove(session, phone.endpoint, person_id=owner.id)
        assert not Subscription.remove(session, phone.endpoint, person_id=owner.id)
        assert phones_of(session, owner) == []


def test_a_thousand_phones_of_one_person_are_the_ten_last_seen(either: Store) -> None:
    with either.write() as session:
        person, other = a_person(session), a_person(session)
        subscribe(session, a_phone("other"), person=other)
        for number in range(14):
            subscribe(session, a_phone(str(number)), person=person, now=NOW + number * DAY)
        session.flush()
        kept = [found.address.endpoint[-2:].strip("/") for found in phones_of(session, person)]
        assert kept == [str(number) for number in range(13, 3, -1)]
        assert len(kept) == PHONES_PER_OWNER
        assert len(phones_of(session, other)) == 1


def test_what_cannot_be_posted_to_is_not_stored(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        person = a_person(session)
        for hosts, endpoint, auth in (
            (PushHosts(["fcm.googleapis.com"]), phone.endpoint, phone.auth),
            (LOOPBACK, "https://evil.example/", phone.auth),
            (LOOPBACK, phone.endpoint, "short"),
        ):
            with pytest.raises(Invalid):
                Subscription.put(
                    session, hosts, endpoint, phone.p256dh, auth, now=NOW, person_id=person.id
                )
        assert phones_of(session, person) == []


def test_a_phone_has_exactly_one_owner(either: Store) -> None:
    phone = a_phone()
    with either.write() as session:
        for owners in ({}, {"person_id": uuid.uuid4(), "thread_id": uuid.uuid4()}):
            with pytest.raises(ValueError, match="one owner"):
                Subscription.put(
                    session, LOOPBACK, phone.endpoint, phone.p256dh, phone.auth, now=NOW, **owners
                )


def test_the_endpoint_stands_nowhere_in_the_row_and_does_not_open_in_another(
    either: Store,
) -> None:
    phone = a_phone("secretsecret")
    with either.write() as session:
        person = a_person(session)
        one = subscribe(session, phone, person=person)
        two = subscribe(session, a_phone("b"), person=person)
        row = session.execute(
            sa.select(Subscription.__table__).where(Subscription.id == one.id)
        ).one()
        assert not any(b"secretsecret" in bytes(str(value), "utf-8") for value in row)
        assert b"secretsecret" not in one.sealed_address + one.endpoint_hash
        two.sealed_address = one.sealed_address
        with pytest.raises(Unreadable):
            _ = two.address


def test_two_requests_at_once_with_a_new_phone_make_one_row(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, real, blind = a_phone(), Subscription.at, [True]

    def too_early(
        session: Session, endpoint: str, thread_id: uuid.UUID | None = None
    ) -> Subscription | None:
        return None if blind.pop() else real(session, endpoint, thread_id)

    with either.write() as session:
        person = a_person(session)
        first = subscribe(session, phone, person=person)
        session.flush()
        monkeypatch.setattr(Subscription, "at", too_early)
        blind[:] = [False, True]
        assert subscribe(session, phone, person=person) is first
        blind[:] = [True, True]
        with pytest.raises(Invalid):
            subscribe(session, phone, person=person)


def test_instants_are_kept_to_the_day(either: Store) -> None:
    with either.write() as session:
        found = subscribe(session, a_phone(), person=a_person(session))
        note_answers(session, accepted=[found.id], refused=[], gone=[], now=NOW)
        session.refresh(found)
        for instant in (found.created_at, found.seen_at, found.accepted_at):
            assert instant is not None
            assert (instant.hour, instant.minute, instant.second) == (0, 0, 0)


def test_what_the_services_said_is_written_to_the_phones(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        one, two, three = (subscribe(session, a_phone(n), person=person) for n in "abc")
        one.failures = 2
        session.flush()
        note_answers(session, accepted=[one.id], refused=[two.id], gone=[three.id], now=NOW)
        session.expire_all()
        found = {row.id: row for row in phones_of(session, person)}
        assert set(found) == {one.id, two.id}
        assert (found[one.id].failures, found[two.id].failures) == (0, 1)
        assert found[two.id].accepted_at is None

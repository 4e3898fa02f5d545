"""What an update leaves to do with rows is done at the next start, if the first one died."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from flask import Flask

from blueprints.operator.preparation import make_ready
from models import staffing
from models.audit import AuditHead, AuditLine
from models.audit_chain import Wrong, chains, walk
from models.joining import set_password
from models.person import Person
from models.reporter import Reporter
from models.store import Store
from tests import town
from tests.town import MORNING


def test_rows_that_an_update_left_behind_are_settled_at_a_later_start(
    app: Flask, store: Store
) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        session.execute(sa.update(Reporter).values(has_number=None))
        kimura, by = (session.get_one(Person, one) for one in (cast.kimura, cast.yamamoto))
        set_password(session, kimura, "never asked for", MORNING)
        session.flush()
        staffing.suspend(session, kimura, by, MORNING)
        staffing.readmit(session, kimura, by, MORNING)
        kimura.memberships[0].confirm(None, MORNING)
    make_ready(app.extensions["kizuki"])
    with store.read() as session:
        assert session.scalars(sa.select(Reporter.has_number)).all() == [False]
        assert session.get_one(Person, cast.kimura).memberships[0].confirmed_at is None


def test_what_is_made_to_look_older_than_the_key_is_never_signed_again(
    app: Flask, store: Store
) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    kizuki = app.extensions["kizuki"]
    make_ready(kizuki)
    with store.write() as session:
        # Somebody with the database writes the log anew, as 0.5.0 would have.
        for head in session.scalars(sa.select(AuditHead)).all():
            here = sa.select(AuditLine).where(AuditLine.chain == head.chain)
            head.digest, head.code = b"", None
            for line in session.scalars(here.order_by(AuditLine.position)):
                line.previous, line.shown, line.actor_id = head.digest, None, None
                line.digest = hashlib.sha256(line.unkeyed_content()).digest()
                head.digest = line.digest
    make_ready(kizuki)
    with store.read() as session:
        assert {walk(session, one).wrong for one in chains(session)} == {Wrong.UNKEYED}

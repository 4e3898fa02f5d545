"""The office ends a phone on its owner's word."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.store import Store
from tests import town
from tests.town import Cast


def test_the_office_ends_one_phone_and_says_so(
    app: Flask, office: FlaskClient, store: Store, cast: Cast
) -> None:
    suzuki, kept = (town.signed_in(app.test_client(), store, cast.suzuki) for _ in range(2))
    page = office.get(f"/office/people/{cast.suzuki}").text
    paths = re.findall(r'"(/office/people/[^"]+/phones/[^"]+/ending)"', page)
    assert len(paths) == 2
    answer = office.post(paths[0], headers=town.csrf(office))
    assert "その電話では、もう読めません。" in office.get(answer.headers["Location"]).text
    assert sorted(one.get("/notes").status_code for one in (suzuki, kept)) == [200, 303]
    with store.read() as session:
        line = session.scalars(sa.select(AuditLine).where(AuditLine.act == "end_phone")).one()
        assert (line.actor_id, line.chain) == (cast.yamamoto, "town")


def test_another_persons_phone_is_not_this_persons(
    app: Flask, office: FlaskClient, store: Store, cast: Cast
) -> None:
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    page = office.get(f"/office/people/{cast.suzuki}").text
    (path,) = re.findall(r'"(/office/people/[^"]+/phones/[^"]+/ending)"', page)
    wrong = path.replace(str(cast.suzuki), str(cast.sato))
    assert office.post(wrong, headers=town.csrf(office)).status_code == 404
    assert suzuki.get("/notes").status_code == 200


def test_somebody_without_a_phone_has_none_to_end(office: FlaskClient, cast: Cast) -> None:
    assert "/phones/" not in office.get(f"/office/people/{cast.takahashi}").text

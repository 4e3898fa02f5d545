"""Invitations made by the office: secrets once, and nobody into a content role by oneself."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import segno
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.invitation import Invitation
from models.store import Store
from models.town_time import local_date
from tests.support.authenticator import Authenticator
from tests.support.invitations import PASSWORD, post
from tests.support.proofs import ask
from tests.town import MORNING, Cast

TODAY = local_date(MORNING)


def fields(kind: str, **changed: Any) -> dict[str, str]:
    given = {"once": str(uuid.uuid4()), "kind": kind, "paper": "ja"}
    if kind == "poster":
        given |= {"role": "resident", "ends_on": str(TODAY + dt.timedelta(days=30))}
    else:
        given |= {"role": "commissioner", "name": "森"}
    return {name: str(value) for name, value in (given | changed).items()}


def test_a_poster_has_its_link_code_and_end_and_no_digits(
    office: FlaskClient, app: Flask, store: Store, cast: Cast
) -> None:
    sheet = post(office, "/office/invitations", **fields("poster", area=cast.north, daily_limit=1))
    assert sheet.status_code == 200
    assert "この地区に住む人なら、だれでも使えます。 12月24日(木)まで使えます。" in sheet.text
    assert "切り離して" not in sheet.text
    code = _code(sheet.text)
    assert _join(app, code, name="はな").status_code == 303
    assert _join(app, code, name="うみ").status_code == 422


def test_a_poster_ends_with_the_last_moment_of_its_day(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    post(office, "/office/invitations", **fields("poster", area=cast.north, ends_on=TODAY))
    with store.read() as session:
        ends_at = session.scalars(sa.select(Invitation.ends_at)).one()
        assert ends_at == dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)


def test_a_personal_sheet_tells_the_digits_on_a_slip(
    office: FlaskClient, app: Flask, cast: Cast
) -> None:
    sheet = post(office, "/office/invitations", **fields("personal", area=cast.north))
    assert "森さんへの招待" in sheet.text
    digits = re.search(r'sheet__code">(\d{4})<', sheet.text)
    assert digits is not None
    assert _join(app, _code(sheet.text), digits=digits[1]).status_code == 303


@pytest.mark.parametrize(
    ("paper", "says"),
    [
        ("ja", "<p>「管理」として、気づきにお招きします。</p>"),
        ("en", "<p>Please join Kizuki as Administrator.</p>"),
    ],
)
def test_somebody_of_no_place_is_invited_in_a_whole_sentence(
    office: FlaskClient, cast: Cast, paper: str, says: str
) -> None:
    asked = fields("personal", role="administrator", paper=paper)
    assert says in post(office, "/office/invitations", **asked).text


@pytest.mark.parametrize("kind", ["poster", "personal"])
def test_the_paper_has_a_qr_code_twelve_digits_and_three_lines_for_one_invitation(
    office: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    drawn: list[str] = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda link, **how: drawn.append(link) or make(link, **how))
    sheet = post(office, "/office/invitations", **fields(kind, area=cast.north)).text
    [link] = drawn
    address, _, token = link.partition("#")
    assert address == "http://localhost:8000/join"
    assert f'd="{_path(make(link, error="m", micro=False))}"' in sheet
    steps = sheet.partition('class="steps"')[2].partition("</ol>")[0]
    assert steps.count("<li") == 3
    with store.read() as session:
        found = Invitation.by_token(session, token)
        assert found is not None
        assert found is Invitation.by_code(session, store.keys.slow_index(_code(sheet)))


def _path(code: segno.QRCode) -> str:
    svg = code.svg_inline(border=2, lineclass=None, omitsize=True)
    return svg.partition(' d="')[2].partition('"')[0]


def test_the_paper_of_a_demonstration_says_so_on_screen(
    office: FlaskClient, app: Flask, cast: Cast
) -> None:
    app.config["KIZUKI_DEMO"] = True
    sheet = post(office, "/office/invitations", **fields("poster", area=cast.north)).text
    on_screen = sheet.partition("<main")[0]
    assert "見本の町です" in on_screen
    assert 'class="no-print"' in on_screen


def test_the_qr_code_is_drawn_without_any_style(office: FlaskClient, cast: Cast) -> None:
    sheet = post(office, "/office/invitations", **fields("poster", area=cast.north)).text
    assert '<svg class="sheet__qr"' in sheet or 'class="sheet__qr"' in sheet
    assert "style=" not in sheet
    assert "data:" not in sheet


def test_five_taps_make_one_invitation_and_its_secrets_are_shown_once(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    given = fields("poster", area=cast.north)
    first = post(office, "/office/invitations", **given)
    second = post(office, "/office/invitations", **given)
    assert second.status_code == 422
    assert "紙は一度しか出せません。" in second.text
    code = _code(first.text)
    assert code not in office.get("/office/invitations").text.replace(" ", "")
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1


@pytest.mark.parametrize(
    ("kind", "changed", "sentence"),
    [
        ("poster", {}, "地区を選んでください。"),
        ("poster", {"role": "commissioner"}, "はり紙は、住民とボランティアの方だけ"),
        ("poster", {"ends_on": "2026-11-23"}, "きょうから366日までの日"),
        ("poster", {"ends_on": "いつか"}, "きょうから366日までの日"),
        ("personal", {}, "地区を選んでください。"),
        ("personal", {"name": ""}, "招待する人の名前を書いてください。"),
        ("personal", {"name": "長" * 41}, "1文字多いようです。"),
        ("personal", {"role": "staff"}, "担当する窓口を選んでください。"),
        ("personal", {"role": "king"}, "役割を選んでください。"),
        ("flyer", {}, "種類を選んでください。"),
    ],
)
def test_what_does_not_go_together_is_said_at_its_field(
    office: FlaskClient, cast: Cast, kind: str, changed: dict[str, str], sentence: str
) -> None:
    if (changed and "role" not in changed) or changed.get("role") == "commissioner":
        changed = changed | {"area": str(cast.north)}
    refused = post(office, "/office/invitations", **fields(kind, **changed))
    assert refused.status_code == 422
    assert sentence in refused.text


@pytest.mark.parametrize("typed", ["0", "-5", "abc", "1001", "9999999999", "3.5", "１００１"])
def test_a_daily_limit_that_is_none_is_refused_at_its_field(
    office: FlaskClient, store: Store, cast: Cast, typed: str
) -> None:
    given = fields("poster", area=cast.north, daily_limit=typed)
    refused = post(office, "/office/invitations", **given)
    assert refused.status_code == 422
    assert 'id="daily_limit-error">1から1000までの数を書いてください。' in refused.text
    assert f'value="{typed}"' in refused.text
    with store.read() as session:
        assert session.scalars(sa.select(Invitation)).all() == []


@pytest.mark.parametrize(
    ("typed", "limit"), [("1", 1), ("1000", 1000), ("３０", 30), (" 30 ", 30), ("", None)]
)
def test_a_daily_limit_is_kept_as_it_was_meant(
    office: FlaskClient, store: Store, cast: Cast, typed: str, limit: int | None
) -> None:
    given = fields("poster", area=cast.north, daily_limit=typed)
    assert post(office, "/office/invitations", **given).status_code == 200
    with store.read() as session:
        assert session.scalars(sa.select(Invitation.daily_limit)).one() == limit


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"area": "99999"}, "地区を選んでください。"),
        ({"role": "resident", "area": "-1"}, "地区を選んでください。"),
        ({"role": "staff", "desk": str(uuid.uuid4())}, "担当する窓口を選んでください。"),
        ({"role": "staff", "desk": "core"}, "担当する窓口を選んでください。"),
    ],
)
def test_nobody_is_invited_to_a_place_that_is_not_there(
    office: FlaskClient, store: Store, cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    refused = post(office, "/office/invitations", **fields("personal", **changed))
    assert refused.status_code == 422
    assert sentence in refused.text
    with store.read() as session:
        assert session.scalars(sa.select(Invitation)).all() == []


def test_the_sealed_team_is_invited_at_the_core_only(office: FlaskClient, cast: Cast) -> None:
    given = {"role": "staff", "in_sealed_team": "1"}
    at = fields("personal", desk=cast.north_desk, **given)
    assert "封をしたものを読む人は、中核" in post(office, "/office/invitations", **at).text
    at = fields("personal", desk=cast.core, **given)
    assert post(office, "/office/invitations", **at).status_code == 200


def test_an_administrator_who_redeems_their_own_invitation_still_reads_nothing(
    office: FlaskClient, cast: Cast
) -> None:
    given = fields("personal", role="staff", desk=cast.core, in_sealed_team="1")
    sheet = post(office, "/office/invitations", **given).text
    digits = re.search(r'sheet__code">(\d{4})<', sheet)
    assert digits is not None
    joined = {"code": _code(sheet), "digits": digits[1], "password": PASSWORD}
    done = post(office, "/join", **joined, email="mori@misaki.example")
    assert done.status_code == 303
    options = ask(office, "/signins/passkeys/challenges")
    post(office, "/signins/passkeys", answer=Authenticator().create(options))
    assert office.get("/desk").status_code == 404
    assert office.get("/core/held").status_code == 404


def test_a_revoked_invitation_lets_nobody_in(
    office: FlaskClient, app: Flask, store: Store, cast: Cast
) -> None:
    sheet = post(office, "/office/invitations", **fields("poster", area=cast.north)).text
    with store.read() as session:
        made = session.scalars(sa.select(Invitation.id)).one()
    done = post(office, f"/office/invitations/{made}/revocation")
    assert done.location == "/office/invitations?done=revoked"
    assert "取り消しました" in office.get("/office/invitations").text
    assert _join(app, _code(sheet), name="はな").status_code == 422


def _code(sheet: str) -> str:
    found = re.search(r"(\d{4}) (\d{4}) (\d{4})", sheet)
    assert found is not None
    return "".join(found.groups())


def _join(app: Flask, code: str, **given: str) -> Any:
    return post(app.test_client(), "/join", code=code, **given)


def test_a_poster_leads_nobody_into_the_app_with_its_code(office: FlaskClient, cast: Cast) -> None:
    poster = post(office, "/office/invitations", **fields("poster", area=cast.north))
    personal = post(office, "/office/invitations", **fields("personal", area=cast.north))
    assert "ホーム画面" not in poster.text
    assert "ホーム画面" in personal.text

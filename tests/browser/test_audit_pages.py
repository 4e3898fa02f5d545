"""The auditor's two pages, looked at and by axe."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser

from models.person import Person, Role
from models.store import Store
from tests import town
from tests.attacks.rows import alarm
from tests.browser.conftest import DESK, without_worker
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.support.live import serving
from tests.town import MORNING


def test_the_log_and_its_questions_are_clean(browser: Browser, app: Flask, store: Store) -> None:
    with store.write() as session:
        cast = town.build(session)
        reader = Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id
        alarm(session, cast)
    kimura = town.signed_in(app.test_client(), store, cast.kimura)
    assert kimura.get("/desk").status_code == 200
    with serving(app) as url:
        context = without_worker(browser, url, DESK)
        let_in(context, url, store, reader, app)
        page = context.new_page()
        page.goto("/audit")
        page.get_by_text("一緒にあったもの").first.click()
        look(page, "audit_lines", of="audit/lines.html", at=DESK)
        page.get_by_role("link", name="確認のお願い").first.click()
        page.get_by_label("わかったこと").wait_for()
        look(page, "audit_alarms", of="audit/alarms.html", at=DESK)
        context.close()

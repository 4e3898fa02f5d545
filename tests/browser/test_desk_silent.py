"""The list of whom to telephone, with a phone that fell silent and has no number."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from models.store import Store
from tests import town
from tests.browser import device_town
from tests.browser.conftest import DESK, LONG
from tests.browser.desk_town import DeskTown
from tests.browser.test_desk_flow import context, desk_town, open_list, page
from tests.conftest import SetClock

__all__ = ["context", "desk_town", "page"]


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_beside_a_phone_without_a_number_more_is_said_to_have_come(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    with store.write() as session:
        device_town.settle(session, desk_town.cast, clock.now)
    open_list(page, "?view=telephone")
    expect(page.get_by_text("電話の番号は、残されていません。")).to_be_visible()
    page.get_by_role("searchbox").fill("山本")
    with store.write() as session:
        town.note(session, clock.now, area=desk_town.cast.kitamachi, urgency="today")
    expect(page.locator("[role=status] > [data-offer]")).to_be_visible()

"""「この仕組みについて」 says what one has to know before joining, and is linked there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.store import Store
from tests.support.invitations import personal, post
from tests.town import Cast

LINK = 'href="/about"'


@pytest.mark.parametrize(
    "says",
    [
        "みさき市が運営しています。",
        "社会福祉法による相談と支援のためだけに使います。",
        "地区の窓口の担当の人は、その地区に届いた気になることを読みます。",
        "書かれたことを読むページはありません。",
        "書きかけは、24時間でこの電話から消えます。",
        "「設定」の「やめる」から、いつでもやめられます。",
    ],
)
def test_without_any_words_of_the_town_it_says_who_what_for_how_long_and_how_to_leave(
    client: FlaskClient, cast: Cast, says: str
) -> None:
    assert says in client.get("/about").text


def test_it_is_linked_where_one_begins_and_joins(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    pages = [client.get(path).text for path in ("/", "/join", "/signin")]
    told = personal(store, area=cast.kitamachi)
    pages.append(post(client, "/join/invitation", token=told.token).text)
    assert [LINK in page for page in pages] == [True] * 4

"""A town answers to its own name however a browser writes it."""

from __future__ import annotations

import pytest

from app import create_app
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("xn--w8j4b490y.jp", 200),
        ("XN--W8J4B490Y.jp.", 200),
        ("気づき.jp".encode().decode("latin-1"), 400),
        ("xn--w8j4b490y.jp.evil.example", 400),
    ],
)
def test_a_japanese_domain_is_ours_as_browsers_send_it(
    store: Store, keys: KeyRing, host: str, status: int
) -> None:
    settings = Settings(public_url="https://気づき.jp", vapid_subject="mailto:a@example.jp")
    client = create_app(settings, store=store, keys=keys).test_client()
    assert client.get("/signin", headers={"Host": host}).status_code == status

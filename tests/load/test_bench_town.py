"""The short form of `make bench`: its town stands, and a page asks as much at any size."""

from __future__ import annotations

import random
import re
from pathlib import Path

from models.kizuki import utc_now
from tests.load.companions import companions
from tests.load.seed import seed
from tests.load.town import FOUND, LETTER, Bench
from tests.town import csrf, signed_in


def test_a_page_of_the_queue_asks_the_same_at_any_size(tmp_path: Path) -> None:
    bench = Bench(f"sqlite:///{tmp_path}/bench.sqlite3", tmp_path, "http://127.0.0.1:9")
    # Whether any row asks for a telephone call must not be left to chance: that is a query more.
    dice = random.Random(5)
    seed(bench.store, 800, utc_now(), dice)
    few = bench.queries()
    seed(bench.store, 400, utc_now(), dice)
    assert bench.queries() == few
    assert bench.acknowledgements(1)
    opened, spent = companions(bench)
    assert opened > 0
    assert spent > 0
    bench.mark(bench.colleague)
    client = signed_in(bench.app.test_client(), bench.store, bench.colleague, utc_now())
    for asked, number in ((LETTER, FOUND + 4), (bench.code, 1)):
        body = {"desk": str(bench.desk), "q": asked}
        page = client.post("/desk/search", data=body, headers=csrf(client)).text
        assert len(set(re.findall(r'href="/desk/handoffs/([-0-9a-f]{36})"', page))) == number
    bench.store.close()

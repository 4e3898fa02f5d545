"""Whether a desk grows slower as its notes grow more: `make bench-sizes`.

`python -m tests.load.sizes [--sizes 1000,100000,1000000] [--only sqlite]` prints one table and
never fails on seconds. Each size is a town of its own with a server of its own, and they take
turns: CPU in ms a request, the database's own included, and the median over the rounds of the
largest by the smallest.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import sqlalchemy as sa

from models.kizuki import utc_now
from tests.load.bench import CLIENTS, Table
from tests.load.copies import multiply
from tests.load.older import add_older
from tests.load.seed import seed, towns_with_desk
from tests.load.server import Server, granian
from tests.load.town import LETTER, Bench, http
from tests.support.postgres import Postgres

SIZES = (1_000, 100_000, 1_000_000)
ORIGINALS, READABLE = 1_000, 100_000
"""Notes that are made one by one; how many of a town's can be opened, three in ten of them open."""
ROUNDS, SECONDS, REQUESTS = 5, 1.0, 1_000
BAR = "<= 1.5"
OPENED = "opens 1,000 at most"
Requests = Callable[[Bench, int], list[bytes]]


@dataclass(frozen=True)
class Work:
    """What is asked, and how many notes come in before each round of it."""

    requests: Requests
    fresh: int = 0
    bar: str = BAR


def _listed(asked: str, bar: str = BAR) -> Work:
    def requests(bench: Bench, number: int) -> list[bytes]:
        path = f"/desk?desk={bench.desk}{asked.format(area=bench.towns[0])}"
        return [http("GET", path, head=bench.cookie(bench.colleague)[0])] * number

    return Work(requests, bar=bar)


def _sought(asked: Callable[[Bench], str]) -> Work:
    """What an index finds alone: of a code, and of one letter, no note is opened."""

    def requests(bench: Bench, number: int) -> list[bytes]:
        body = f"desk={bench.desk}&q={quote(asked(bench))}"
        head = "".join(bench.cookie(bench.colleague))
        return [http("POST", "/desk/search", body, head=head)] * number

    return Work(requests)


WORKS: dict[str, Work] = {
    "queue": _listed(""),
    "closed": _listed("&view=closed"),
    "by urgency": _listed("&urgency=soon"),
    "by area": _listed("&area={area}"),
    "overdue": _listed("&overdue=1"),
    "by state": _listed("&view=moving&state=received"),
    "nobody's": _listed("&whose=nobody"),
    "mine": _listed("&whose=mine"),
    "due today": _listed("&view=today"),
    "by field": _listed("&field=elderly"),
    "by a rare field": _listed("&field=disability", OPENED),
    "index search, a whole name or place": _sought(lambda _bench: LETTER),
    "index search, a code": _sought(lambda bench: bench.code),
    "acknowledge": Work(Bench.acknowledgements, fresh=300),
}


def main() -> None:
    """Measure every size of each store and print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--sizes", default=",".join(map(str, SIZES)))
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    given = asked.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    table = Table()
    for name, addresses in (("sqlite", _sqlite), ("postgresql", _postgres)):
        if given.only in (None, name):
            with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
                urls = stack.enter_context(addresses(folder := Path(made), len(sizes)))
                _measure(table, name, sizes, urls, folder)
    table.write()


def _measure(table: Table, name: str, sizes: list[int], urls: list[str], folder: Path) -> None:
    benches = [_town(url, size, folder / str(size)) for url, size in zip(urls, sizes, strict=True)]
    queries = " and ".join(str(bench.queries()) for bench in benches)
    with ExitStack() as stack:
        webs = [stack.enter_context(granian("app:create_served", bench.env)) for bench in benches]
        for work, one in WORKS.items():
            _say(table, name, work, _rounds(benches, webs, one), one.bar)
    table.add(name, "queries of a page", queries, "the same")
    for bench in benches:
        bench.store.close()


def _town(url: str, size: int, folder: Path) -> Bench:
    folder.mkdir()
    bench = Bench(url, folder, "https://127.0.0.1:9")
    with bench.store.read() as session:
        desks = towns_with_desk(session)
    # All at one desk, about two of its towns: the smallest, too, fills every page that it is asked.
    bench.towns = [town for town, desk in desks.items() if desk.id == bench.desk][:2]
    few = min(size, ORIGINALS)
    seed(bench.store, few, utc_now(), random.Random(1), bench.towns)
    bench.mark(bench.colleague)
    multiply(bench.store, min(size, READABLE) - few, utc_now(), random.Random(2))
    if size > READABLE:
        add_older(bench.store, size - READABLE)
    if not bench.store.is_sqlite:
        # What its autovacuum does within the minutes that a bench does not wait.
        with bench.store.engine.connect() as raw:
            raw.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))
    return bench


def _rounds(benches: list[Bench], webs: list[Server], work: Work) -> list[list[float]]:
    """The CPU of a request by size, for each round but the first, which warms them up."""
    rounds = []
    for _ in range(1 + ROUNDS):
        rounds.append([])
        for bench, web in zip(benches, webs, strict=True):
            if work.fresh:
                web.load(CLIENTS, 60, bench.notes(work.fresh), bench.folder)
            seen = web.load(CLIENTS, SECONDS, work.requests(bench, REQUESTS), bench.folder)
            assert not seen.bad, f"{seen.bad} of {seen.requests} failed"
            is_apart = not bench.store.is_sqlite
            rounds[-1].append(seen.cpu + is_apart * seen.database_cpu)
    return rounds[1:]


def _say(table: Table, name: str, work: str, rounds: list[list[float]], bar: str) -> None:
    costs = ", ".join(f"{median(cpu):.2f}" for cpu in zip(*rounds, strict=True))
    ratio = median(cpu[-1] / cpu[0] for cpu in rounds)
    table.add(name, work, f"{costs} ms, {ratio:.2f} x", bar)


@contextmanager
def _sqlite(folder: Path, number: int) -> Iterator[list[str]]:
    yield [f"sqlite:///{folder}/bench{n}.sqlite3" for n in range(number)]


@contextmanager
def _postgres(folder: Path, number: int) -> Iterator[list[str]]:
    server = Postgres(folder / "pg", fsync=True)
    server.start()
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(server.database("template0")) for _ in range(number)]
    finally:
        server.stop()


if __name__ == "__main__":
    main()

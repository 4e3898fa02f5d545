"""What the server costs, beside floors measured in the same minutes: `make bench`.

`python -m tests.load.bench [--quick] [--notes N]` prints one table and never fails on seconds.
SQLite with synchronous=FULL first, then PostgreSQL; granian with one worker and 16 threads on
loopback, load from a second process. CPU is read from /proc, in ms a request; each ratio is the
median over rounds in which both sides took turns.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from models.kizuki import utc_now
from tests.load import conflicts
from tests.load.companions import companions
from tests.load.copies import multiply
from tests.load.push import sink
from tests.load.seed import seed
from tests.load.server import ROOT, Seen, Server, granian
from tests.load.town import Bench, http
from tests.support.postgres import Postgres

CLIENTS = 4
STAFF = 16
FEW = 1000
OPEN_AT_DESK = (3_000, 200)
"""Of a desk that is behind by very much, and of a usual one."""
SEEDED = 20_000
"""Notes that are made one by one; more are their copies."""
Requests = Callable[[int], list[bytes]]


@dataclass(frozen=True)
class Size:
    """How long it takes."""

    notes: int
    rounds: int
    seconds: float
    crowd_seconds: float
    pushes: int
    filtered: int
    """Of how many notes the policy chooses."""


FULL = Size(notes=100_000, rounds=5, seconds=1.5, crowd_seconds=4, pushes=10_000, filtered=100_000)
QUICK = Size(notes=2_000, rounds=3, seconds=1.0, crowd_seconds=2, pushes=500, filtered=5_000)


@dataclass
class Table:
    """Lines of what was measured, written at once at the end."""

    lines: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, store: str, what: str, figure: str, bar: str = "") -> None:
        """One line."""
        self.lines.append((store, what, figure, bar))

    def write(self) -> None:
        """The table."""
        head = ("store", "what", "measured", "bar")
        rows = [head, *self.lines]
        widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            sys.stdout.write(" | ".join(cells).rstrip(" |") + "\n")


def main() -> None:
    """Measure everything and print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--notes", type=int)
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    given = asked.parse_args()
    size = QUICK if given.quick else FULL
    if given.notes:
        size = Size(**(vars(size) | {"notes": given.notes}))
    table = Table()
    for name, stand in (("sqlite", _sqlite), ("postgresql", _postgres)):
        if given.only in (None, name):
            with tempfile.TemporaryDirectory() as folder, stand(Path(folder)) as addresses:
                measure(table, name, size, Path(folder), *addresses)
    for line in conflicts.lines(size.filtered):
        table.add("sqlite", *line, "<= 1.3 x")
    for line in _pushes(size.pushes):
        table.add("sqlite", *line)
    table.write()


def measure(table: Table, name: str, size: Size, folder: Path, url: str, floor: str) -> None:
    """Everything about one store."""
    with sink(folder) as (origin, _trust):
        bench = Bench(url, folder, origin)
        seed(bench.store, FEW, utc_now())
        queries, index = [bench.queries()], [bench.index_cpu()]
        seed(bench.store, min(size.notes, SEEDED) - FEW, utc_now())
        multiply(bench.store, max(size.notes - SEEDED, 0), utc_now(), random.Random(2))
        queries.append(bench.queries())
        index.append(bench.index_cpu())
        floors = granian("tests.load.floor:create_app", {"BENCH_FLOOR": floor})
        with floors as bare, bench.servers() as (web, worker):
            rounds = _rounds(bench, web, bare, size)
            _say_costs(table, name, rounds, size)
            _say_crowds(table, name, bench, web, size)
            _say_staff(table, name, bench, web, bare, size)
            for number in OPEN_AT_DESK:
                bench.leave_open(number)
                _say_search(table, name, bench, web, size)
                _say_companions(table, name, bench)
            table.add(name, "web after load, RSS", f"{web.memory:.0f} MB", "<= 140")
            table.add(name, "worker after load, RSS", f"{worker.memory:.0f} MB", "<= 100")
        found = f"{index[0]:.2f} and {index[1]:.2f} ms, {index[1] / index[0]:.2f} x"
        table.add(name, f"index search, {FEW:,} and {size.notes:,}", found, "<= 1.5 x")
        counts = " and ".join(str(count) for count in queries)
        table.add(name, f"queries of a page, {FEW:,} and {size.notes:,}", counts, "the same")
        bench.store.close()


def _rounds(bench: Bench, web: Server, bare: Server, size: Size) -> dict[str, list[Seen]]:
    """Every kind of work in turn, several times."""
    n = int(size.seconds * 1500)
    works: dict[str, tuple[Server, Requests]] = {
        "hello": (bare, lambda n: [http("GET", "/hello")] * 4 * n),
        "insert": (bare, lambda n: [_as_floor(note) for note in bench.notes(n)]),
        "rows": (bare, lambda n: [http("GET", "/rows")] * n),
        "note": (web, bench.notes),
        "acknowledge": (web, bench.acknowledgements),
        "undos": (web, bench.undos),
        "page": (web, bench.pages),
    }
    seen: dict[str, list[Seen]] = {work: [] for work in works}
    for server, requests in works.values():
        server.load(CLIENTS, 0.3, requests(n // 4), bench.folder)
    for _ in range(size.rounds):
        for work, (server, requests) in works.items():
            one = server.load(CLIENTS, size.seconds, requests(n), bench.folder)
            assert not one.bad, f"{one.bad} of {one.requests} {work} failed"
            seen[work].append(one)
    return seen


def _as_floor(note: bytes) -> bytes:
    """The same note at the floor's door."""
    return note.replace(b"/api/v1/observations", b"/insert", 1)


def _say_costs(table: Table, name: str, seen: dict[str, list[Seen]], size: Size) -> None:
    def cost(work: str) -> str:
        own, database = (median(getattr(s, c) for s in seen[work]) for c in ("cpu", "database_cpu"))
        return f"{own:.2f} ms" + (f" + {database:.2f} database" if database else "")

    def ratio(work: str, floor: str) -> str:
        pairs = list(zip(seen[work], seen[floor], strict=True))
        web = f"{median(w.cpu / f.cpu for w, f in pairs):.1f} x"
        if not any(f.database_cpu for _, f in pairs):
            return web
        # SQLite works within the web server: only so are the two stores asked the same.
        whole = ((w.cpu + w.database_cpu) / (f.cpu + f.database_cpu) for w, f in pairs)
        return f"{web}, {median(whole):.1f} x with the database"

    table.add(name, "floor: hello", cost("hello"))
    table.add(name, "floor: two inserts", cost("insert"))
    table.add(name, "floor: 50 rows", cost("rows"))
    table.add(name, "note accepted", cost("note"), "goal 3")
    table.add(name, "  / two inserts", ratio("note", "insert"), "<= 8")
    table.add(name, "acknowledge", cost("acknowledge"))
    table.add(name, "  / note accepted", ratio("acknowledge", "note"), "<= 1.3")
    table.add(name, f"queue page, 50 of {size.notes:,}", cost("page"), "goal 6")
    table.add(name, "  / 50 rows", ratio("page", "rows"), "<= 10")
    table.add(name, "  with up to 50 undos above", cost("undos"))
    foreign = median(one.foreign for runs in seen.values() for one in runs)
    table.add(name, "CPU taken by others meanwhile", f"{foreign:.0%}")


def _say_crowds(table: Table, name: str, bench: Bench, web: Server, size: Size) -> None:
    for clients, bar in ((16, "150"), (64, "500")):
        notes = bench.notes(int(size.crowd_seconds * 1200))
        one = web.load(clients, size.crowd_seconds, notes, bench.folder)
        said = f"{one.per_second:.0f}/s, p95 {one.p95 * 1000:.0f} ms, {one.bad} errors"
        table.add(
            name,
            f"note accepted, {clients} clients",
            f"{said} ({one.foreign:.0%} CPU of others)",
            f">= 250/s, <= {bar} ms, 0",
        )


def _say_staff(
    table: Table, name: str, bench: Bench, web: Server, bare: Server, size: Size
) -> None:
    """Signed in at several desks: lists and acknowledgements by turns, everybody at once."""
    n = int(size.seconds * 500)
    rows = [http("GET", "/rows")] * 4 * n
    pairs: list[tuple[Seen, Seen]] = []
    for _ in range(size.rounds):
        floor = bare.load(STAFF, size.seconds, rows, bench.folder)
        asked = bench.staff(STAFF, n)
        pairs.append((web.load(STAFF, size.seconds, asked, bench.folder), floor))
    ratio = median(one.cpu / floor.cpu for one, floor in pairs)
    p95, bad = median(one.p95 for one, _ in pairs), sum(one.bad for one, _ in pairs)
    foreign = median(one.foreign for one, _ in pairs)
    table.add(
        name,
        f"{STAFF} staff at once, lists and acknowledgements",
        f"{ratio:.1f} x 50 rows, p95 {p95 * 1000:.0f} ms, {bad} errors"
        f" ({foreign:.0%} CPU of others)",
        "0 errors",
    )


def _say_search(table: Table, name: str, bench: Bench, web: Server, size: Size) -> None:
    runs = [
        web.load(1, size.seconds, bench.searches(int(size.seconds * 50)), bench.folder)
        for _ in range(size.rounds)
    ]
    assert not sum(one.bad for one in runs)
    own, database = (median(getattr(one, c) for one in runs) for c in ("cpu", "database_cpu"))
    open_, ended = bench.looked()
    said = f"{own:.0f} ms" + (f" + {database:.0f} database" if database else "")
    table.add(name, f"word search, {open_:,} open and {ended:,} ended", said, "<= 300")


def _say_companions(table: Table, name: str, bench: Bench) -> None:
    opened, cpu = companions(bench)
    table.add(name, f"  companions of a note, {opened:,} opened", f"{cpu:.0f} ms CPU", "<= 300")


def _pushes(number: int) -> Iterator[tuple[str, str]]:
    """The lines of the push table."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.push", str(number)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for line in done.stdout.splitlines():
        part, what, figure = (cell.strip() for cell in line.split("|"))
        yield f"{part}: {what}", figure


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{folder}/bench.sqlite3", str(folder / "floor.sqlite3")


@contextmanager
def _postgres(folder: Path) -> Iterator[tuple[str, str]]:
    server = Postgres(folder / "pg", fsync=True)
    server.start()
    try:
        with server.database("template0") as url, server.database("template0") as bare:
            yield url, bare.replace("+psycopg", "")
    finally:
        server.stop()


if __name__ == "__main__":
    main()

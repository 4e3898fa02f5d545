"""One run: so many phones write so many notes each, while everything goes wrong around them."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.phones.bugs import Bug
from tests.faults.phones.stand import ROOT, Stand
from tests.faults.phones.verdict import Verdict, judge
from tests.support.fault_proxy import Asked, Fault

SIM = Path(__file__).parent / "sim"
NOTES, CALM, CALM_BESIDES = "/api/v1/observations", 0.25, 0.8
"""Where notes go, and the shares of requests there and elsewhere that meet no fault."""
FLAP, FLAP_SECONDS = 0.4, 0.2
PATIENCE_SECONDS = 1800


@dataclass(frozen=True)
class Run:
    """What happened, and what became of the notes."""

    seed: int
    phones: int
    verdict: Verdict
    phone_kills: int
    server_kills: int
    faults: dict[Fault, int]
    waiting: int
    troubles: list[str]


class Trouble:
    """Chooses each phone's faults by its own dice, and kills the server now and then."""

    def __init__(self, stand: Stand, seed: int) -> None:
        self.stand, self.seed = stand, seed
        self._dice: dict[str, random.Random] = {}
        self._over = threading.Event()

    def choose(self, asked: Asked) -> Fault | None:
        """What happens to this request."""
        phone = asked.headers.get("sim-phone", "")
        dice = self._dice.setdefault(phone, random.Random(f"{self.seed}/{phone}"))
        calm = CALM if asked.path == NOTES else CALM_BESIDES
        return None if dice.random() < calm else dice.choice(list(Fault))

    def rage(self) -> None:
        """Kill the server, and let the line flap, until it is over."""
        dice = random.Random(self.seed)
        while not self._over.wait(dice.uniform(0.1, 0.5)):
            self.stand.kill_server()
            self.stand.proxy.is_down = dice.random() < FLAP
            self._over.wait(FLAP_SECONDS)
            self.stand.proxy.is_down = False

    @contextmanager
    def raging(self) -> Iterator[None]:
        """For as long as the block runs."""
        self.stand.proxy.choose = self.choose
        thread = threading.Thread(target=self.rage)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self.stand.proxy.choose = lambda _asked: None


def run(stand: Stand, seed: int, phones: int, notes: int, bug: Bug | None = None) -> Run:
    """Let the first `phones` people write, then heal everything, and judge."""
    name = f"{seed}-{bug.name if bug else 'good'}"
    history, what = (stand.folder / f"{name}.{kind}" for kind in ("history", "json"))
    history.touch()
    asked = {
        "origin": stand.proxy.url.replace("localhost", "127.0.0.1"),
        "town": f"http://127.0.0.1:{stand.proxy.town}",
        "scripts": str(ROOT / "pwa" / "scripts"),
        "history": str(history),
        "bugs": bug.on_the_phone if bug else [],
        "name": name,
        "seed": seed,
        "area": str(stand.cast.kitamachi),
        "townKey": stand.town_key,
        "phones": stand.phones(phones),
        "notes": notes,
    }
    what.write_text(json.dumps(asked), "utf-8")
    stand.proxy.late, stand.proxy.done = 0.3, type(stand.proxy.done)()
    before = stand.server_kills
    healed = _play(what, Trouble(stand, seed))
    return Run(
        seed=seed,
        phones=phones,
        verdict=judge(stand.store, history),
        phone_kills=healed["kills"],
        server_kills=stand.server_kills - before,
        faults=dict(stand.proxy.done),
        waiting=healed["left"],
        troubles=healed["troubles"],
    )


def _play(what: Path, trouble: Trouble) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "node comes with the development packages"
    command = [node, "--experimental-vm-modules", "--no-warnings", str(SIM / "main.js"), str(what)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as sim:
        assert sim.stdin is not None
        assert sim.stdout is not None
        # The command may be a script around the program: the whole group is ended.
        end = threading.Timer(PATIENCE_SECONDS, os.killpg, (sim.pid, signal.SIGKILL))
        end.start()
        try:
            with trouble.raging():
                sim.stdout.readline()
            sim.stdin.write("heal\n")
            sim.stdin.flush()
            said: dict[str, Any] = json.loads(sim.stdout.readline())
        finally:
            end.cancel()
            if sim.poll() is None:
                os.killpg(sim.pid, signal.SIGKILL)
    return said

"""Where a run is reached: on this machine alone, or by the phones in its network."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blueprints.operator.terminal import say
from models.kizuki import Kizuki
from models.settings import is_loopback

if TYPE_CHECKING:
    from blueprints.operator.certificates import Certificates

LOOPBACK, EVERY = "127.0.0.1", "0.0.0.0"  # noqa: S104 - listening in the network is asked for


@dataclass(frozen=True)
class Place:
    """Where this run is reached."""

    url: str
    bind: str
    port: int
    files: Certificates | None = None
    helper: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def near(self) -> str:
        """The same, as this very machine asks for it."""
        host = LOOPBACK if self.bind == EVERY else self.bind
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.files else 'http'}://{host}:{self.port}"


def place_of(town: Kizuki, stack: ExitStack) -> Place:
    """The place that the settings ask for; what serves it there is closed with `stack`."""
    settings = town.settings
    if settings.lan:
        # Certificates and mDNS load slowly, and most starts need neither.
        from blueprints.operator.network import in_network  # noqa: PLC0415

        return in_network(town, stack)
    notes = [say("cli.serve.phone")] if is_loopback(settings.public_url) else []
    return Place(settings.public_url, settings.bind, settings.port, notes=notes)

"""封: who knows of a note, changed for good in one transaction."""

from __future__ import annotations

from models.sealing.again import Act, was_done
from models.sealing.release import Unsealing, goes_to, propose, unseal, withdraw
from models.sealing.seal import hold, may_be_sealed, seal

__all__ = [
    "Act",
    "Unsealing",
    "goes_to",
    "hold",
    "may_be_sealed",
    "propose",
    "seal",
    "unseal",
    "was_done",
    "withdraw",
]

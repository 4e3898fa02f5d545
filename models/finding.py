"""What the doctor found of one part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.kizuki import Kizuki


@dataclass(frozen=True)
class Finding:
    """Whether a part is well, and the sentence that says so: `cli.check.<part>.<says>`."""

    is_well: bool
    says: str
    params: Mapping[str, object] = field(default_factory=dict)


Check = Callable[["Kizuki"], Finding]

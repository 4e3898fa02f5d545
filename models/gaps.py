"""Which numbers of a phone's notes never came, kept as spans: "3-5 9"."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

LARGEST = 2**53 - 1
"""The last whole number that a phone's script counts exactly; there is none behind it."""
SPANS_KEPT = 500


@dataclass(frozen=True)
class Gaps:
    """Missing numbers in rising order; beyond 500 spans the oldest are given up."""

    spans: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def read(text: str) -> Gaps:
        """The gaps of a column."""
        ends = (part.partition("-") for part in text.split())
        return Gaps(tuple((int(low), int(high or low)) for low, _, high in ends))

    def __str__(self) -> str:
        return " ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in self.spans)

    def __contains__(self, number: int) -> bool:
        return any(low <= number <= high for low, high in self.spans)

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return sum(high - low + 1 for low, high in self.spans)

    def first(self, limit: int) -> list[int]:
        """The smallest missing numbers, at most `limit`."""
        numbers = itertools.chain.from_iterable(range(a, b + 1) for a, b in self.spans)
        return list(itertools.islice(numbers, limit))

    def opened(self, low: int, high: int) -> Gaps:
        """With the numbers `low` to `high` missing, too; they lie behind all others."""
        if low > high:
            return self
        last = self.spans[-1] if self.spans else None
        if last is not None and last[1] == low - 1:
            return Gaps((*self.spans[:-1], (last[0], high)))
        return Gaps((*self.spans, (low, high))[-SPANS_KEPT:])

    def closed(self, number: int) -> Gaps:
        """Without one number, which came."""
        spans: list[tuple[int, int]] = []
        for low, high in self.spans:
            if not low <= number <= high:
                spans.append((low, high))
                continue
            parts = (low, number - 1), (number + 1, high)
            spans += [part for part in parts if part[0] <= part[1]]
        return Gaps(tuple(spans[-SPANS_KEPT:]))


def number(value: object) -> int | None:
    """A sequence number as a phone writes it, a whole number or its digits; None if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 16:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST else None

"""What a desk calls a reporter who shows no name: another in each thread, so that it joins none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.thread import Thread

WORDS = 40
"""How many words `desk.teller.names` has in each language."""
_NUMBERS = range(10, 100)


class Pseudonym(NamedTuple):
    """The place of a word in the list, and a number beside it."""

    word: int
    number: int


def of(thread: Thread) -> Pseudonym:
    """The pseudonym of a thread's reporter; it follows from the thread and the key file alone."""
    drawn = int.from_bytes(thread.keys.message_code("pseudonym", str(thread.id)).encode())
    beside, word = divmod(drawn % (WORDS * len(_NUMBERS)), WORDS)
    return Pseudonym(word, _NUMBERS[beside])

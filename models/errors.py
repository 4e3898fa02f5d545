"""Small named exceptions of the domain; each names the sentence that explains it."""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """A rule of the domain said no. `key` is the catalogue key of the sentence to show."""

    key = "frame.error.server"

    def __init__(self, key: str | None = None, **params: object) -> None:
        super().__init__(key or self.key)
        self.key = key or self.key
        self.params: Mapping[str, object] = params


class Busy(DomainError):
    """The store did not come free within its limit; nothing was written."""

    key = "frame.error.busy"


class NotAllowed(DomainError):
    """A verb was tried that the state table does not have: somebody else was first.

    `params` tell who did what when (`name`, `event`, `at`), where that is known.
    """

    key = "desk.problem.first"


class Claimed(NotAllowed):
    """Somebody else of the desk has it: `name`."""

    key = "desk.problem.claimed"


class Locked(DomainError):
    """Reading is locked on this phone: its person opens it, and goes on."""

    key = "lock.problem.locked"


class Unanswered(DomainError):
    """Nothing of a desk is shown before its reader said where they live."""

    key = "note.address.first"


class Invalid(DomainError):
    """A value that cannot be saved; `field` is the form field it belongs to."""

    def __init__(self, key: str, field: str = "", **params: object) -> None:
        super().__init__(key, **params)
        self.field = field


class StepUp(DomainError):
    """What was asked for wants a fresh proof of who asks."""

    key = "join.step_up.why"


class Unreadable(DomainError):
    """A ciphertext that none of the keys opens, or that was moved to another row."""


class Conflict(DomainError):
    """The same note id arrived with other content; both are kept."""

    key = "note.problem.conflict"

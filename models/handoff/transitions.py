"""The state table of every handoff, as data: what is not in it cannot happen."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an obligation stands."""

    SENT = "sent"
    HELD = "held"
    RECEIVED = "received"
    WORKING = "working"
    CLOSED = "closed"
    PASSED_ON = "passed_on"
    RETURNED = "returned"

    @property
    def is_open(self) -> bool:
        """Whether the owning desk still owes something."""
        return self in OPEN


OPEN = frozenset({State.SENT, State.HELD, State.RECEIVED, State.WORKING})


class Outcome(StrEnum):
    """How a handoff ended."""

    CONNECTED = "connected"
    SETTLED = "settled"
    OURS = "ours"
    MOVED = "moved"
    UNFOUNDED = "unfounded"
    TAKEN_BACK = "taken_back"


class Verb(StrEnum):
    """What can be done to a handoff; each is one transaction."""

    OPEN = "open"
    PLACE = "place"
    ACKNOWLEDGE = "acknowledge"
    UNDO = "undo"
    ASK = "ask"
    VISIT = "visit"
    CONNECT = "connect"
    KEEP_WATCHING = "keep_watching"
    WATCH_OURSELVES = "watch_ourselves"
    CLOSE = "close"
    PASS_ON = "pass_on"
    RETURN_BACK = "return_back"
    REOPEN = "reopen"
    RESUME = "resume"
    TAKE_BACK = "take_back"
    HAND_TO_BACKUP = "hand_to_backup"
    ESCALATE = "escalate"
    REPLY = "reply"
    CLAIM = "claim"
    ENTRUST = "entrust"
    PUT_DOWN = "put_down"


_SAME = (State.SENT, State.RECEIVED, State.WORKING)
_CLAIMED = (Verb.CLAIM, Verb.ENTRUST, Verb.PUT_DOWN)
_ACTED = (Verb.VISIT, Verb.CONNECT, Verb.KEEP_WATCHING, Verb.WATCH_OURSELVES)

TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.HELD, Verb.OPEN): State.HELD,
    (State.HELD, Verb.PLACE): State.SENT,
    (State.HELD, Verb.TAKE_BACK): State.CLOSED,
    (State.SENT, Verb.OPEN): State.SENT,
    (State.SENT, Verb.ACKNOWLEDGE): State.RECEIVED,
    (State.SENT, Verb.PASS_ON): State.PASSED_ON,
    (State.SENT, Verb.TAKE_BACK): State.CLOSED,
    (State.RECEIVED, Verb.OPEN): State.RECEIVED,
    (State.RECEIVED, Verb.UNDO): State.SENT,
    (State.RECEIVED, Verb.PASS_ON): State.PASSED_ON,
    (State.RECEIVED, Verb.CLOSE): State.CLOSED,
    (State.RECEIVED, Verb.REPLY): State.RECEIVED,
    (State.WORKING, Verb.OPEN): State.WORKING,
    (State.WORKING, Verb.PASS_ON): State.PASSED_ON,
    (State.WORKING, Verb.CLOSE): State.CLOSED,
    (State.WORKING, Verb.REPLY): State.WORKING,
    (State.PASSED_ON, Verb.OPEN): State.PASSED_ON,
    (State.PASSED_ON, Verb.REOPEN): State.SENT,
    (State.PASSED_ON, Verb.RESUME): State.RECEIVED,
    (State.RETURNED, Verb.OPEN): State.RETURNED,
    (State.CLOSED, Verb.OPEN): State.CLOSED,
    (State.CLOSED, Verb.REPLY): State.CLOSED,
    **{(state, Verb.ASK): state for state in _SAME},
    **{(state, verb): state for state in _SAME for verb in _CLAIMED},
    **{(state, Verb.HAND_TO_BACKUP): state for state in (*_SAME, State.HELD)},
    (State.SENT, Verb.ESCALATE): State.SENT,
    (State.HELD, Verb.ESCALATE): State.HELD,
    **{(state, Verb.RETURN_BACK): State.RETURNED for state in _SAME},
    **{(State.RECEIVED, verb): State.WORKING for verb in _ACTED},
    **{(State.WORKING, verb): State.WORKING for verb in _ACTED},
}

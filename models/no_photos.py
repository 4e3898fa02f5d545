"""With which notes no photo goes: those of people, of children, and of violence.

Photos are of things that can be seen from outside. The rule is the page's: a photo that came
all the same is taken as any other.
"""

from __future__ import annotations

from enum import StrEnum

from models.sign import Sign

# Every other sign speaks of somebody, and nobody is to be photographed.
_OF_THINGS = frozenset(
    {
        "not_seen",
        "mail_pile",
        "no_light",
        "trash",
        "laundry_left",
        "light_day",
        "window_rain",
        "shutters",
        "odor",
        "garden",
        "utility_stop",
        "gomi",
        "animals",
    }
)
_OF_VIOLENCE = frozenset({"yelling", "bruise", "abuse_dis", "dv", "violence_now"})


class NoPhotos(StrEnum):
    """Why there are none, the gravest first; the words are `photos.off.<why>`."""

    DANGER = "danger"
    CHILD = "child"
    PEOPLE = "people"


def with_sign(sign: Sign) -> NoPhotos | None:
    """Why no photo goes with a note that has this sign; None where it speaks of things."""
    if sign.code in _OF_THINGS:
        return None
    if sign.code in _OF_VIOLENCE:
        return NoPhotos.DANGER
    return NoPhotos.CHILD if sign.field == "child" else NoPhotos.PEOPLE


def about(whom: str | None) -> NoPhotos | None:
    """Why no photo goes with a note about this kind of person, whatever its signs."""
    return NoPhotos.CHILD if whom == "child" else None

"""Photos are of things outside: never of people, of children, or where there is violence."""

from __future__ import annotations

import pytest

from models import no_photos, sign
from models.draft import CHOICES
from models.no_photos import NoPhotos
from models.sign import SIGNS


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("mail_pile", None),
        ("shutters", None),
        ("gomi", None),
        ("thin", NoPhotos.PEOPLE),
        ("stranger", NoPhotos.PEOPLE),
        ("returned", NoPhotos.PEOPLE),
        ("recovered", NoPhotos.PEOPLE),
        ("dirty", NoPhotos.CHILD),
        ("child_alone_danger", NoPhotos.CHILD),
        ("dv", NoPhotos.DANGER),
        ("yelling", NoPhotos.DANGER),
    ],
)
def test_a_sign_says_whether_photos_go_with_it(code: str, why: NoPhotos | None) -> None:
    assert no_photos.with_sign(SIGNS[code]) is why


@pytest.mark.parametrize(
    "group", ["elderly", "child", "disability", "poverty", "plus", sign.AFTER_CALL]
)
def test_no_photo_goes_with_a_sign_of_somebody(group: str) -> None:
    assert all(no_photos.with_sign(one) for one in sign.in_group(group))


def test_no_photo_goes_with_what_seals_a_note() -> None:
    assert all(no_photos.with_sign(one) for one in SIGNS.values() if one.seals)


def test_about_a_child_there_are_none() -> None:
    assert {one: no_photos.about(one) for one in CHOICES["about"] if no_photos.about(one)} == {
        "child": NoPhotos.CHILD
    }

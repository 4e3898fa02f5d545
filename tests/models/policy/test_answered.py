"""Staff who owe the answer where they live stand at no desk: every permission of one is closed."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from models.person import Role
from models.policy import Actor, Permission, may_enter, owes_answer

DESK = uuid.uuid4()
STAFF = Actor(
    person_id=uuid.uuid4(),
    role=Role.STAFF,
    desk_ids=frozenset({DESK}),
    official_ids=frozenset({DESK}),
    core_id=DESK,
    in_sealed_team=True,
)
NOWHERE = Actor(person_id=STAFF.person_id, role=Role.STAFF)
OPEN = {Permission.NOTE_TAKE, Permission.NOTICE_CHOOSE}


@pytest.mark.parametrize("permission", [one for one in Permission if one not in OPEN])
def test_they_may_what_staff_without_a_desk_may(permission: Permission) -> None:
    owing = replace(STAFF, owes_answer=True)
    assert may_enter(owing, permission) is may_enter(NOWHERE, permission)
    keeps_out = may_enter(STAFF, permission) and not may_enter(NOWHERE, permission)
    assert owes_answer(owing, permission) is keeps_out
    assert not owes_answer(STAFF, permission)


def test_a_note_is_taken_down_all_the_same() -> None:
    owing = replace(STAFF, owes_answer=True)
    assert all(may_enter(owing, permission) for permission in OPEN)

"""What can be asked of the policy; every view names one of these."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing somebody may do; the rules say who and to what."""

    ANYONE = "anyone"
    """Open to everybody, signed in or not."""
    NOTE_WRITE = "note_write"
    """Hand over a note; always open, also with an expired sign-in."""
    NOTE_TAKE = "note_take"
    """Take a note down for somebody who telephones, comes or writes: confirmed staff."""
    RECEIPT_READ = "receipt_read"
    """Read and answer one thread by its receipt code, sent in the body."""
    SIGNED_IN = "signed_in"
    """Own settings, own phones, leaving."""
    ADDRESS_GIVE = "address_give"
    """Say where one lives and works, for conflicts alone: staff and commissioners."""
    THREAD_READ = "thread_read"
    """Read one's own thread and the list of one's own notes."""
    THREAD_WRITE = "thread_write"
    """Answer, add to or take back within one's own thread."""
    QUEUE_READ = "queue_read"
    """See a desk's list at all: confirmed staff."""
    NOTICE_CHOOSE = "notice_choose"
    """Choose when one is told, and stand on the duty list of one's own desk: confirmed staff."""
    MIRROR_READ = "mirror_read"
    """See how one's own desk kept its word, month by month; what is sealed, its sealed team."""
    HANDOFF_READ = "handoff_read"
    """Read a handoff of one's own desk, its note and its replies."""
    HANDOFF_ANSWER = "handoff_answer"
    """Acknowledge, ask, act on, pass on, return or close what one's own desk owes; have it or
    give it to a colleague, mark it, and gather it with others."""
    HOUSEHOLD_GATHER = "household_gather"
    """Undo that notes were gathered under one household: who may read one of them,
    and both where one is sealed."""
    HELD_PLACE = "held_place"
    """Give a held note to a desk: the core; unreadable and sealed ones, its sealed team."""
    TEMPLATE_EDIT = "template_edit"
    """Make, change, order and put away the reply templates of one's own desk."""
    MEMBER_CONFIRM = "member_confirm"
    """Confirm a new member of one's own desk, or, at the core, of any desk."""
    ABSENCE_MARK = "absence_mark"
    """Say that a member of one's own desk, or oneself, is absent."""
    PHONE_CALL = "phone_call"
    """Telephone somebody whose phone fell silent: the desk whose task it is."""
    PHONE_END = "phone_end"
    """Help a caller who lost a phone: a desk of their area, none of volunteers, or the core."""
    OFFICE = "office"
    """Areas, desks, people, invitations, numbers: the administrator, without content."""
    AUDIT_READ = "audit_read"
    """The audit, whole: the auditor alone, ids only."""
    ALARM_READ = "alarm_read"
    """See what the audit asks about, and answer it: the auditor and the core, each of them but
    whom it is about; what is about sealed notes, of the core its sealed team."""

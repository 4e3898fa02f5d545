"""The domain: tables, rules and deadlines. Knows no web framework and no sibling package."""

from __future__ import annotations

from models.acceptance import Acceptance
from models.area import Area, AreaKind, AreaTown, PostalCode
from models.assurance import Assurance
from models.audit import AuditHead, AuditLine
from models.audit_alarm import AuditAlarm
from models.audit_keeping import KeptHead
from models.audit_line import AuditCheckpoint
from models.base import Base
from models.challenge import Challenge
from models.clue import Clue
from models.conflict import Conflict
from models.credential import Credential, CredentialKind, SignIn
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk, DeskArea, DeskKind
from models.desk_template import DeskTemplate, Occasion
from models.handoff import Handoff, HeldReason, Outcome, State, Verb
from models.hidden_line import HiddenLine
from models.household.entity import Gathering, Household, Raise
from models.identity import Identity
from models.inbox import InboxEntry
from models.invitation import Invitation, InvitationKind
from models.membership import Membership
from models.mirror import MirrorLine, MirrorMonth
from models.observation import Observation
from models.own_clue import OwnClue
from models.passkey import Passkey
from models.person import AnswerBy, Person, PersonState, Role
from models.photo import Photo, PhotoPart, PhotoState
from models.purge import Purged
from models.receipt import Receipt
from models.reply import InsideNote, Reply, ReplyKind
from models.reporter import Reporter
from models.reveal.entity import Reveal, RevealDenied, RevealThread
from models.sealing import Unsealing
from models.subscription import Subscription
from models.tally import Tally
from models.thread import Thread
from models.town import Beat, CallNumber, Town
from models.urgency import Urgency

__all__ = [
    "Acceptance",
    "AnswerBy",
    "Area",
    "AreaKind",
    "AreaTown",
    "Assurance",
    "AuditAlarm",
    "AuditCheckpoint",
    "AuditHead",
    "AuditLine",
    "Base",
    "Beat",
    "CallNumber",
    "Challenge",
    "Clue",
    "Conflict",
    "Credential",
    "CredentialKind",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Desk",
    "DeskArea",
    "DeskKind",
    "DeskTemplate",
    "Gathering",
    "Handoff",
    "HeldReason",
    "HiddenLine",
    "Household",
    "Identity",
    "InboxEntry",
    "InsideNote",
    "Invitation",
    "InvitationKind",
    "KeptHead",
    "Membership",
    "MirrorLine",
    "MirrorMonth",
    "Observation",
    "Occasion",
    "Outcome",
    "OwnClue",
    "Passkey",
    "Person",
    "PersonState",
    "Photo",
    "PhotoPart",
    "PhotoState",
    "PostalCode",
    "Purged",
    "Raise",
    "Receipt",
    "Reply",
    "ReplyKind",
    "Reporter",
    "Reveal",
    "RevealDenied",
    "RevealThread",
    "Role",
    "SignIn",
    "State",
    "Subscription",
    "Tally",
    "Thread",
    "Town",
    "Unsealing",
    "Urgency",
    "Verb",
]

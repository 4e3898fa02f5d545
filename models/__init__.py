"""The domain: tables, rules and deadlines. Knows no web framework and no sibling package."""

from __future__ import annotations

from models.acceptance import Acceptance
from models.area import Area, AreaKind, AreaTown, PostalCode
from models.audit import AuditHead, AuditLine
from models.base import Base
from models.clue import Clue
from models.credential import Assurance, Credential, CredentialKind, SignIn
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk, DeskArea, DeskKind
from models.desk_template import DeskTemplate, Occasion
from models.handoff import Handoff, HeldReason, Outcome, State, Verb
from models.hidden_line import HiddenLine
from models.household.entity import Gathering, Household, Raise
from models.identity import Identity
from models.invitation import Invitation, InvitationKind
from models.membership import Membership
from models.mirror import MirrorLine, MirrorMonth
from models.observation import Observation
from models.person import AnswerBy, Person, PersonState, Role
from models.photo import Photo, PhotoPart, PhotoState
from models.purge import Purged
from models.receipt import Receipt
from models.reply import InboxEntry, InsideNote, Reply, ReplyKind
from models.reporter import Reporter
from models.sealing import Unsealing
from models.subscription import Subscription
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
    "AuditHead",
    "AuditLine",
    "Base",
    "Beat",
    "CallNumber",
    "Clue",
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
    "Membership",
    "MirrorLine",
    "MirrorMonth",
    "Observation",
    "Occasion",
    "Outcome",
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
    "Role",
    "SignIn",
    "State",
    "Subscription",
    "Thread",
    "Town",
    "Unsealing",
    "Urgency",
    "Verb",
]

"""The page of one note, whole, after a verb that could not be done, or for who came second."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import request
from markupsafe import Markup
from sqlalchemy.orm import joinedload, selectinload

from blueprints import access, at_desk, looked
from blueprints.access import Permission
from blueprints.at_desk import Page
from blueprints.filters import moment, person
from blueprints.intake import composing
from blueprints.intake.claims import whose_of
from blueprints.intake.declared import declared_about
from blueprints.intake.history import history_of
from blueprints.intake.home import home_of
from blueprints.intake.offers import offer_of
from blueprints.intake.photos import shown_photos
from blueprints.intake.reading import OUTCOMES
from blueprints.intake.repeats import INSIDE, TOLD
from blueprints.intake.seals import seal_of
from blueprints.intake.talk import Teller, lines_of, teller_of
from blueprints.intake.together import beside_answering
from blueprints.language import show as show_words
from blueprints.noted import due, earlier_of, noted
from models import hearing, passing
from models.audit_views import Look, act_of, looks
from models.conflict import Relation
from models.delivery import Delivery
from models.errors import Claimed, Invalid, NotAllowed
from models.handoff import Handoff, Undone, Verb
from models.person import Person
from models.reply import InsideNote, Reply, Said
from models.thread import Thread
from models.unreached import unreached

_GONE = "gone"
"""The choice that is none any more."""


@dataclass(frozen=True)
class Problem:
    """What the form named `noun` could not say; its page holds everything typed."""

    noun: str
    error: Invalid | None
    """None where nothing is wrong with what stands in the form again."""

    @property
    def sentence(self) -> Markup | None:
        """The sentence of the catalogue."""
        if self.error is None:
            return None
        return show_words(self.error.key, **dict(self.error.params))

    @property
    def asks(self) -> bool:
        """Whether it only asks 「このまま送りますか」."""
        return isinstance(self.error, composing.Unsure)

    def at(self, noun: str, field: str) -> Markup | str:
        """The sentence, if it is about this field."""
        is_here = self.error is not None and (noun, field) == (self.noun, self.error.field)
        return (self.sentence if is_here else None) or ""


def show(
    handoff_id: uuid.UUID,
    problem: Problem | None = None,
    status: int = 200,
    *,
    refused: NotAllowed | None = None,
) -> Page:
    """The note, the words back and forth, and every verb that is possible now.

    `refused`: why an undo came too late. What was undone stands in its form, to be said better.
    """
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ)
    looked.as_(act_of(handoff, access.now()), handoff.thread)
    _load_thread(handoff)
    teller = teller_of(handoff)
    composers = composing.composers_of(handoff, teller)
    again = None if problem else handoff.undone_by(access.actor().person_id)
    typed: Mapping[str, str] = request.form if problem else {}
    if again is not None:
        problem, typed = Problem("acknowledgement", None), _typed(again, composers)
    return at_desk.page(
        "intake/show_handoff.html",
        handoff.desk,
        "queue",
        status=status,
        can={verb.value for verb in Verb if handoff.can(verb)},
        composers=composers,
        targets=passing.targets(handoff),
        outcomes=OUTCOMES,
        problem=problem,
        typed=typed,
        is_undone=again is not None,
        refused=_first(handoff, refused) if refused else None,
        **_known(handoff, teller),
    )


def _known(handoff: Handoff, teller: Teller) -> dict[str, object]:
    """What the page tells of the note, whatever can be done with it."""
    note = noted(handoff)
    return {
        "handoff": handoff,
        "note": note,
        "earlier": earlier_of(note),
        "photos": shown_photos(handoff),
        "due": due(handoff.due_at, access.now()),
        "teller": teller,
        "arrived": passing.told_day(handoff, handoff.thread.made_at),
        "told_at": _told_at(handoff),
        "may_reveal": teller.is_hidden and _may_reveal(handoff),
        "lines": lines_of(handoff, teller),
        "history": history_of(handoff),
        "looks": _looks(handoff),
        "waits_for_call": _waits_for_call(handoff),
        "is_unreached": _is_unreached(handoff),
        "offer": offer_of(handoff),
        "home": home_of(handoff),
        "whose": whose_of(handoff),
        "relations": list(Relation),
        "declared": declared_about(handoff),
        "seal": seal_of(handoff),
        **beside_answering(handoff),
    }


def _may_reveal(handoff: Handoff) -> bool:
    return access.allows(Permission.REPORTER_REVEAL, handoff)


def _told_at(handoff: Handoff) -> dt.datetime | dt.date | None:
    noted_at = handoff.thread.observation.noted_at
    return None if noted_at is None else passing.told_day(handoff, noted_at)


def show_first(handoff_id: uuid.UUID, error: NotAllowed) -> Page:
    """Somebody was first: who and when, one's own words kept, and the ways on.

    What was written for the desks alone stands in no form that goes to the reporter.
    """
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ)
    looked.as_(act_of(handoff, access.now()), handoff.thread)
    return at_desk.page(
        "intake/show_first.html",
        handoff.desk,
        "queue",
        status=409,
        handoff=handoff,
        note=noted(handoff),
        sentence=_first(handoff, error),
        composer=composing.composers_of(handoff, teller_of(handoff)).get("reply"),
        can_reply=handoff.can(Verb.REPLY),
        can_note=access.allows(Permission.HANDOFF_ANSWER, handoff),
        told=_kept(TOLD),
        inside=_kept(INSIDE),
    )


def _typed(undone: Undone, composers: Mapping[str, composing.Composer]) -> dict[str, str]:
    """The fields of the form that said it; a day that has gone by since is named anew."""
    composer = composers["acknowledgement"]
    said = undone.said
    free = composing.OWN if said == Said(words=said.words) else _GONE
    ready = composer.sayable.recall(Verb.ACKNOWLEDGE, said)
    is_past = undone.next_on < composer.first_on
    return {
        "template": ready or free,
        "words": said.words,
        "next_on": (composer.next_on if is_past else undone.next_on).isoformat(),
    }


def _kept(names: tuple[str, ...]) -> str:
    typed = (request.form.get(name, "") for name in names)
    return "\n\n".join(words for words in typed if words.strip())


def _first(handoff: Handoff, error: NotAllowed) -> Markup:
    if isinstance(error, Claimed):
        return show_words("desk.first.claimed", who=person(str(error.params["name"])))
    if error.key != NotAllowed.key:
        return show_words(error.key)
    name = handoff.last_by.name if handoff.last_by is not None else ""
    who = person(name) if name else show_words("desk.did.nobody")
    return show_words(f"desk.first.{handoff.state}", who=who, at=moment(handoff.last_at))


def _load_thread(handoff: Handoff) -> None:
    """Everything the page shows of a thread, in a few queries however long it is."""
    who = joinedload(Reply.by).joinedload(Person.identity)
    replies = selectinload(Thread.replies)
    access.reading().scalars(
        sa.select(Thread)
        .where(Thread.id == handoff.thread_id)
        .options(
            replies.options(who, joinedload(Reply.inbox)),
            selectinload(Thread.handoffs).joinedload(Handoff.desk),
            selectinload(Thread.handoffs)
            .selectinload(Handoff.inside_notes)
            .joinedload(InsideNote.by)
            .joinedload(Person.identity),
        )
        .execution_options(populate_existing=True)
    ).one()


def _looks(handoff: Handoff) -> list[Look]:
    """Who opened it: of one's own desks, for the core of every one."""
    actor = access.actor()
    desks = None if actor.core_id is not None else actor.desk_ids
    return looks(access.reading(), handoff.thread_id, desks)


def _waits_for_call(handoff: Handoff) -> bool:
    return noted(handoff).is_readable and hearing.waits_for_call(handoff.thread)


def _is_unreached(handoff: Handoff) -> bool:
    here = unreached(handoff.desk_id).where(Delivery.thread_id == handoff.thread_id)
    return access.reading().scalars(here.limit(1)).first() is not None

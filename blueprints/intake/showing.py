"""The page of one note, whole, after a verb that could not be done, or for who came second."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import request
from markupsafe import Markup
from sqlalchemy.orm import joinedload, selectinload

from blueprints import access, at_desk
from blueprints.access import Permission
from blueprints.at_desk import Page
from blueprints.filters import moment, person
from blueprints.intake import composing
from blueprints.intake.history import history_of
from blueprints.intake.offers import offer_of
from blueprints.intake.photos import shown_photos
from blueprints.intake.reading import OUTCOMES
from blueprints.intake.repeats import INSIDE, TOLD
from blueprints.intake.talk import lines_of, teller_of
from blueprints.intake.together import beside_answering
from blueprints.language import show as show_words
from blueprints.noted import due, earlier_of, noted
from models import hearing
from models.delivery import Delivery
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, Verb
from models.person import Person
from models.reply import InsideNote, Reply, Said
from models.routing import desk_for
from models.thread import Thread
from models.unreached import unreached


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
    again: Said | None = None,
) -> Page:
    """The note, the words back and forth, and every verb that is possible now.

    `refused`: why an undo came too late; `again`: what was undone, to be said better.
    """
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ)
    _load_thread(handoff)
    teller = teller_of(handoff)
    if again is not None:
        problem = Problem("acknowledgement", None)
    return at_desk.page(
        "intake/show_handoff.html",
        handoff.desk,
        "queue",
        status=status,
        handoff=handoff,
        note=noted(handoff),
        earlier=earlier_of(noted(handoff)),
        photos=shown_photos(handoff),
        due=due(handoff.due_at, access.now()),
        teller=teller,
        lines=lines_of(handoff, teller),
        history=history_of(handoff),
        can={verb.value for verb in Verb if handoff.can(verb)},
        composers=composing.composers_of(handoff, teller),
        waits_for_call=_waits_for_call(handoff),
        is_unreached=_is_unreached(handoff),
        targets=_targets(handoff),
        outcomes=OUTCOMES,
        problem=problem,
        typed=_typed(again) if again else request.form if problem else {},
        is_undone=again is not None,
        offer=offer_of(handoff),
        **beside_answering(handoff),
        refused=_first(handoff, refused) if refused else None,
    )


def show_first(handoff_id: uuid.UUID, error: NotAllowed) -> Page:
    """Somebody was first: who and when, one's own words kept, and the ways on.

    What was written for the desks alone stands in no form that goes to the reporter.
    """
    handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ)
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
        can_note=access.may(
            access.reading(), at_desk.signed_in().id, Permission.HANDOFF_ANSWER, handoff
        ),
        told=_kept(TOLD),
        inside=_kept(INSIDE),
    )


def _typed(said: Said) -> dict[str, str]:
    """The fields of the form that said it."""
    template = said.template or composing.OWN
    return {"template": template, "words": said.words, "next_on": said.params.get("date", "")}


def _kept(names: tuple[str, ...]) -> str:
    typed = (request.form.get(name, "") for name in names)
    return "\n\n".join(words for words in typed if words.strip())


def _first(handoff: Handoff, error: NotAllowed) -> Markup:
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


def _waits_for_call(handoff: Handoff) -> bool:
    return noted(handoff).is_readable and hearing.waits_for_call(handoff.thread)


def _is_unreached(handoff: Handoff) -> bool:
    here = unreached(handoff.desk_id).where(Delivery.thread_id == handoff.thread_id)
    return access.reading().scalars(here.limit(1)).first() is not None


def _targets(handoff: Handoff) -> list[tuple[str, str]]:
    """Where a thread may be passed on to, the note's own desk and the core first."""
    if not handoff.can(Verb.PASS_ON):
        return []
    area = handoff.thread.observation.area
    near = None if area is None else desk_for(access.reading(), area)
    others = sa.select(Desk).where(Desk.id != handoff.desk_id).order_by(Desk.name, Desk.id)
    found = sorted(
        access.reading().scalars(others), key=lambda one: (one is not near, not one.is_core)
    )
    return [(str(one.id), one.name) for one in found if one.takes(handoff.urgency)]

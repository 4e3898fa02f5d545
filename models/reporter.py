"""Who told: kept apart from what was told, found by a blind token, opened with its own key."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, keys_of, words_of
from models.errors import Unreadable
from models.keys import KeyRing
from models.person import AnswerBy, Person, Role
from models.store import Store

if TYPE_CHECKING:
    from models.thread import Thread

_PLACE = "reporter.identity"
_NO_CALLS = "no_calls"
_AT_ONCE = 500


class Reporter(Base):
    """The reporter of one thread and what they allow; who it is, is never a search field."""

    __tablename__ = "reporter"

    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True
    )
    token: Mapped[bytes | None] = mapped_column(index=True)
    """Blind: joins threads to their writer for the writer alone. None: no account."""
    sealed_identity: Mapped[bytes | None]
    role: Mapped[Role | None] = mapped_column(words_of(Role))
    shows_name: Mapped[bool] = mapped_column(default=False)
    may_call: Mapped[bool] = mapped_column(default=False)
    has_number: Mapped[bool | None]
    """Whether there is a number, were it not for a seal, kept so that the desk's calls can be
    found; None: not known of a row from before it was."""

    thread: Mapped[Thread] = relationship(back_populates="reporter")

    @staticmethod
    def of(
        keys: KeyRing,
        thread_id: uuid.UUID,
        person: Person | None,
        *,
        telephone: str | None,
        shows_name: bool,
        may_call: bool,
        name: str = "",
    ) -> Reporter:
        """Who told, written down for a thread, for the caller to save.

        `name`: given by somebody without an account, to whoever took the note down for them.
        """
        identity = {"person": str(person.id) if person else None, "telephone": telephone}
        if name:
            identity["name"] = name
        return Reporter(
            thread_id=thread_id,
            token=None if person is None else keys.reporter_token(person.id),
            sealed_identity=keys.seal("reporter", _PLACE, thread_id, json.dumps(identity)),
            role=None if person is None else person.role,
            shows_name=shows_name and (person is not None or bool(name)),
            may_call=may_call,
            has_number=_has_number(person, telephone, may_call=may_call),
        )

    @property
    def is_forgotten(self) -> bool:
        """Whether the identity is gone: the reporter is 地域の方 from then on."""
        return self.sealed_identity is None

    @property
    def person_id(self) -> uuid.UUID | None:
        """The id of the account behind the thread, for delivering answers; None without one."""
        found = self._identity().get("person")
        return None if found is None else uuid.UUID(found)

    @property
    def person(self) -> Person | None:
        """The account behind the thread; None without one."""
        return None if self.person_id is None else self.session.get(Person, self.person_id)

    @property
    def telephone(self) -> str | None:
        """The number to tell answers at: the one left with the note, else the account's.

        None in a sealed thread, in which every choice counts as no.
        """
        return None if self.thread.is_sealed else self._number()

    def _number(self) -> str | None:
        if not self.expects_calls:
            return None
        # Older notes kept an empty text where none was left.
        left, person = self._identity().get("telephone") or None, self.person
        if person is None or person.identity is None or (left is not None and self.may_call):
            return left
        return person.identity.telephone

    @property
    def expects_calls(self) -> bool:
        """Whether answers may be told by telephone: allowed with the note, or asked for since."""
        if self.may_call:
            return True
        asks = self.person is not None and self.person.answer_by is AnswerBy.TELEPHONE
        return asks and not self.refuses_calls

    @property
    def refuses_calls(self) -> bool:
        """Whether the wish to be telephoned was withdrawn for this note alone."""
        return not self.may_call and _NO_CALLS in self._identity()

    @property
    def shown_name(self) -> str | None:
        """The name for the desk, where the reporter chose to show it; never if sealed."""
        return None if not self.shows_name or self.thread.is_sealed else self.known_name

    @property
    def known_name(self) -> str | None:
        """The name whatever was chosen: for a reveal alone."""
        person = self.person
        return person.name if person is not None else self._identity().get("name")

    def stop_contact(self) -> None:
        """Withdraw the wish to be contacted by telephone, whatever the account's settings say."""
        self.may_call = self.has_number = False
        if not self.is_forgotten:
            self._seal(self._identity() | {_NO_CALLS: "1"})

    def forget(self) -> None:
        """Drop the identity; the note stays as that of 地域の方."""
        self.token = self.sealed_identity = self.role = None
        self.shows_name = self.may_call = self.has_number = False

    def learn_number(self) -> None:
        """Remember anew whether there is a number: the account's settings decide, too."""
        try:
            self.has_number = self._number() is not None
        except Unreadable:
            self.has_number = False

    def _seal(self, identity: dict[str, str | None]) -> None:
        plain = json.dumps(identity)
        self.sealed_identity = self.keys.seal("reporter", _PLACE, self.thread_id, plain)

    def _identity(self) -> dict[str, str | None]:
        if self.sealed_identity is None:
            return {}
        plain = self.keys.unseal("reporter", _PLACE, self.thread_id, self.sealed_identity)
        identity: dict[str, str | None] = json.loads(plain)
        return identity


def _has_number(person: Person | None, left: str | None, *, may_call: bool) -> bool:
    """What `_number` will find, asked of a note that arrives: nothing is opened for it."""
    if person is None or (left is not None and may_call):
        return left is not None and may_call
    if not may_call and person.answer_by is not AnswerBy.TELEPHONE:
        return False
    identity = person.identity
    return left is not None if identity is None else identity.sealed_telephone is not None


def learn_numbers(store: Store) -> None:
    """After an update: find out of every thread that is not known yet; twice is as good."""
    unknown = sa.select(Reporter).where(Reporter.has_number.is_(None)).limit(_AT_ONCE)
    with store.read() as session:
        if session.scalars(unknown.limit(1)).first() is None:
            return
    while True:
        with store.write() as session:
            found = session.scalars(unknown).all()
            for reporter in found:
                reporter.learn_number()
        if len(found) < _AT_ONCE:
            return


def threads_of(session: Session, person: Person) -> sa.Select[Reporter]:
    """Select the reporter rows of one person's own threads."""
    return sa.select(Reporter).where(Reporter.token == keys_of(session).reporter_token(person.id))

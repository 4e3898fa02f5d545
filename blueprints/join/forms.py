"""What is typed where one comes in."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from blueprints.fields import DoorForm, digits, line, needed, one_of, text_line
from blueprints.language import current_locale, show
from models.invitation import Invitation, InvitationKind
from models.proof import invites_by_passkey
from models.words import LOCALES

NAME_LENGTH = 40
CODE_LENGTH = 12
DIGITS_LENGTH = 4
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200


def check_password(field: Field) -> None:
    """Long enough, and nothing else is asked of it."""
    count = len(field.data or "")
    if count < SHORTEST_PASSWORD:
        raise ValidationError(show("join.problem.password_short", n=SHORTEST_PASSWORD))
    if count > LONGEST_PASSWORD:
        raise ValidationError(show("join.problem.password_long", n=LONGEST_PASSWORD))


class InvitationForm(DoorForm):
    """What recognises an invitation: the link's token or the twelve digits of the sheet."""

    token = HiddenField(filters=[line])
    code = StringField(filters=[digits])
    anew = HiddenField()
    """Who is in already and wants to come in as somebody else: of nobody who came in since."""


class JoinForm(DoorForm):
    """Whatever the invitation asks for; `only_for` drops the rest."""

    token = HiddenField(filters=[line])
    code = HiddenField(filters=[digits])
    anew = HiddenField()
    said = HiddenField()
    """Whether the page said that something was wrong."""
    name = text_line(NAME_LENGTH, needed("join.problem.name"))
    digits = StringField(filters=[digits])
    email = StringField(filters=[line])
    password = PasswordField()
    language = StringField(
        filters=[line],
        default=current_locale,
        validators=[one_of(LOCALES, "join.problem.language")],
    )

    def only_for(self, invitation: Invitation) -> JoinForm:
        """Ask a poster's person for a name, an invited one for the digits, staff for both keys."""
        if invitation.kind is InvitationKind.PERSONAL:
            del self["name"]
        if invitation.digits_code is None:
            del self["digits"]
        if invitation.role.is_phone or invites_by_passkey(invitation):
            del self["password"]
        if invitation.role.is_phone or invitation.person is not None:
            del self["email"]
        return self

    def said_again(self) -> JoinForm:
        """In another language, which is then the chosen one; what was wrong is wrong again.

        Nothing is compared with the invitation: that would be a try that nobody counts.
        """
        self.language.data = current_locale()
        if self.said.data:
            self.validate()
        return self

    def validate_digits(self, field: Field) -> None:
        """Four digits, told apart from the sheet."""
        if len(field.data) != DIGITS_LENGTH:
            raise ValidationError(show("join.problem.digits"))

    def validate_email(self, field: Field) -> None:
        """An address that could exist; whether it does is nobody's business here."""
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(show("join.problem.email")) from None

    def validate_password(self, field: Field) -> None:
        """As everywhere."""
        check_password(field)


class ProofForm(DoorForm):
    """An authenticator's answer or an app's code, and where to go on."""

    answer = HiddenField()
    code = StringField(filters=[digits])
    next = HiddenField(filters=[line])
    goes_on = HiddenField()
    """Whether something was being sent that waits for the proof."""


class AppForm(ProofForm):
    """The first code of a new app, and a password to go with it where there is none."""

    key = HiddenField()
    """The secret, sealed to its person."""
    password = PasswordField()

    def validate_password(self, field: Field) -> None:
        """As where one joins."""
        check_password(field)


class SignInForm(DoorForm):
    """E-mail and password, and where to go on."""

    email = StringField(filters=[line])
    password = PasswordField()
    next = HiddenField(filters=[line])
    goes_on = HiddenField()
    """Whether something was being sent when the session ended."""
    said = HiddenField()
    """What the page said that was wrong."""

    def validate(self, extra_validators: object = None) -> bool:
        """Nothing is said of one field alone: the sentence is the same for every failure."""
        return bool(super().validate(extra_validators) and self.email.data and self.password.data)

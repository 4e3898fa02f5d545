"""The form of a desk's own template: when it is offered, and a text for each language."""

from __future__ import annotations

from flask import request
from wtforms import StringField

from blueprints.fields import DoorForm, line, lines
from blueprints.intake import variables
from models import own_words, text
from models.desk_template import DeskTemplate, Occasion
from models.errors import Invalid
from models.template_text import problems

FIELDS = {"ja": "text_ja", "ja@easy": "text_easy", "en": "text_en"}
"""The field of each language."""
_SURE = f"problem.{own_words.ASKED_ONCE}"


class TemplateForm(DoorForm):
    """As it is typed; what the domain says no to comes back at the field of its language."""

    occasion = StringField(filters=[line])
    text_ja = StringField(filters=[lines])
    text_easy = StringField(filters=[lines])
    text_en = StringField(filters=[lines])
    version = StringField(filters=[line])

    asks = False
    """Whether nothing is wrong but what looks like a name."""

    @staticmethod
    def of(template: DeskTemplate) -> TemplateForm:
        """The form of one that is there."""
        texts = {FIELDS[locale]: variables.typed(one) for locale, one in template.texts.items()}
        version = str(template.version)
        return TemplateForm(occasion=template.occasion.value, version=version, **texts)

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, as the domain keeps it; languages without a text are left out."""
        typed = {locale: self._fields[name].data for locale, name in FIELDS.items()}
        return {one: variables.kept(said) for one, said in typed.items() if not text.is_blank(said)}

    @property
    def when(self) -> Occasion:
        """When it is offered; raises Invalid where nothing was chosen."""
        if self.occasion.data not in set(Occasion):
            raise Invalid("desk.problem.need_occasion", "occasion")
        return Occasion(self.occasion.data)

    def check(self) -> bool:
        """Whether it can be saved; everything that is wrong stands at its field at once."""
        try:
            found = problems(self.when, self.texts, sure="sure" in request.form)
        except Invalid as error:
            self.refuse(error)
            return False
        for one in found:
            self.refuse_text(one)
        self.asks = bool(found) and all(one.key == _SURE for one in found)
        return not found

    def refuse_text(self, error: Invalid) -> None:
        """The same with the name of a variable as staff know it."""
        params = dict(error.params)
        if "name" in params:
            params["name"] = variables.name_of(str(params["name"]))
        self.refuse(Invalid(error.key, FIELDS.get(error.field, ""), **params))

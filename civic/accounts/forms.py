"""What is typed to sign in, to say who one is, and to give a role."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from civic.accounts.rules import canonical_national_id
from civic.areas.models import Area, Level
from civic.areas.names import area_name
from civic.departments.models import Department
from civic.departments.names import department_name
from civic.kernel.days import DayField
from civic.kernel.errors import RuleBroken
from civic.kernel.forms import DigitsField, Form, TextField
from civic.kernel.i18n import LANGUAGES, _, lazy, sentence
from civic.kernel.roles import ROLE_NAMES, STAFF, Role

# No more than this can be known of an address before a letter to it arrives.
EMAIL = r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+\Z"
OF_A_PHONE = {"dir": "ltr", "inputmode": "tel", "autocomplete": "tel", "maxlength": 24}
OF_A_CODE = {
    "dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12,
}  # fmt: skip


class MobileForm(Form):
    """The number to which a code goes."""

    mobile = StringField(
        lazy("Mobile number"),
        [InputRequired(lazy("Write your mobile number."))],
        render_kw=OF_A_PHONE,
    )


class CodeForm(Form):
    """Six digits from a message or an app."""

    code = DigitsField(
        lazy("Six-digit code"), [InputRequired(lazy("Write the six digits."))], render_kw=OF_A_CODE
    )


class ProfileForm(Form):
    """What a person is called and how letters reach them."""

    name = TextField(
        lazy("Your name"),
        [Length(max=120, message=lazy("At most 120 letters, please."))],
        render_kw={"autocomplete": "name"},
    )
    email = TextField(
        lazy("E-mail address"),
        [
            Optional(),
            Length(max=254, message=lazy("This address is too long.")),
            Regexp(EMAIL, message=lazy("An e-mail address has a form like name@example.ir.")),
        ],
        render_kw={"dir": "ltr", "type": "email", "autocomplete": "email"},
    )
    language = RadioField(
        lazy("Language of letters to you"),
        [InputRequired()],
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )


class IdentityForm(Form):
    """Who one is; typed once."""

    national_id = DigitsField(
        lazy("National id"),
        [InputRequired(lazy("Write your national id."))],
        render_kw={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", "maxlength": 24},
    )
    birth_date = DayField(lazy("Date of birth"), [DataRequired(lazy("Write your date of birth."))])

    def validate_national_id(self, given: Field) -> None:
        """Say at once that a digit is wrong, also where the date of birth is still missing."""
        try:
            canonical_national_id(given.data)
        except RuleBroken as wrong:
            raise ValidationError(sentence(wrong)) from None


class GrantForm(Form):
    """A role for the person with this number."""

    mobile = StringField(
        lazy("Mobile number"),
        [InputRequired(lazy("Write the person’s mobile number."))],
        render_kw=OF_A_PHONE | {"autocomplete": "off"},
    )
    name = TextField(lazy("Name"), [Length(max=120, message=lazy("At most 120 letters, please."))])
    role = SelectField(lazy("Role"))
    area = SelectField(lazy("Area"))
    department = SelectField(lazy("Department"))
    ends_on = DayField(lazy("Until"))

    def offer(self, areas: Iterable[Area], departments: Iterable[Department]) -> GrantForm:
        """Give the form the places in which a role can be held."""
        none = SelectChoice("", _("None"))
        self.role.choices = [
            SelectChoice(role.value, _(ROLE_NAMES[role])) for role in Role if role in STAFF
        ]
        self.area.choices = [none, *(SelectChoice(str(a.id), _indented(a)) for a in areas)]
        self.department.choices = [
            none,
            *(SelectChoice(str(d.id), department_name(d)) for d in departments),
        ]
        return self


def _indented(area: Area) -> str:
    return area_name(area) if area.level is Level.DISTRICT else f"– {area_name(area)}"

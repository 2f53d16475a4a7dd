"""What a clerk types of a person with two accounts."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired

from civic.accounts.rules import canonical_national_id
from civic.kernel import crypto
from civic.kernel.forms import Form
from civic.kernel.i18n import lazy

OF_A_PHONE = {"dir": "ltr", "inputmode": "tel", "autocomplete": "off", "maxlength": 24}


class JoinForm(Form):
    """The national id on the card, the number that is used now, and the other one."""

    national_id = StringField(
        lazy("National id"),
        [InputRequired(lazy("Write the ten digits of the national id."))],
        render_kw={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", "maxlength": 24},
    )
    mobile = StringField(
        lazy("Mobile number that the person uses now"),
        [InputRequired(lazy("Write the mobile number of the person."))],
        render_kw=OF_A_PHONE,
    )
    other = StringField(
        lazy("Number of the other account"),
        [InputRequired(lazy("Write the number of the other account."))],
        render_kw=OF_A_PHONE,
    )

    def card(self) -> bytes:
        """By what the person on the card is found; refused unless the check digit is right."""
        return crypto.lookup_key("national-id", canonical_national_id(self.national_id.data))

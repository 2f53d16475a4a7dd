"""What is typed at the counter, and the signed slip that carries a person from page to page."""

from __future__ import annotations

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from civic.accounts.models import Account
from civic.accounts.rules import canonical_national_id
from civic.kernel import crypto
from civic.kernel.errors import RuleBroken
from civic.kernel.forms import AmountField, DigitsField, Form, TextField
from civic.kernel.i18n import N_, lazy

# A person stands at the counter for minutes, not for hours.
SLIP_SECONDS = 15 * 60


class PersonForm(Form):
    """The national id of whoever stands at the counter."""

    national_id = StringField(
        lazy("National id"),
        [InputRequired(lazy("Write the ten digits of the national id."))],
        render_kw={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", "maxlength": 24},
    )

    def key(self) -> bytes:
        """By what the person is found; refused unless the check digit is right."""
        return crypto.lookup_key("national-id", canonical_national_id(self.national_id.data))


class CountForm(Form):
    """How many sheets were counted into a bag, and the number of its seal."""

    physical_count = AmountField(
        lazy("Sheets in the bag"), [InputRequired(lazy("Count the sheets and write the number."))]
    )
    seal = TextField(
        lazy("Number on the seal"),
        [InputRequired(lazy("Write the number of the seal.")),
         Length(max=40, message=lazy("At most 40 letters, please."))],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class SheetForm(Form):
    """The numbers on one sheet."""

    entry = StringField(
        lazy("Numbers on the sheet"),
        render_kw={"dir": "ltr", "inputmode": "text", "autocomplete": "off", "autofocus": True,
                   "maxlength": 1000},
    )  # fmt: skip


class AssistForm(Form):
    """With whom, where and on what an ambassador helps somebody to vote."""

    mobile = StringField(
        lazy("Mobile number of the person"),
        [InputRequired(lazy("Write the mobile number of the person."))],
        render_kw={"dir": "ltr", "inputmode": "tel", "autocomplete": "off", "maxlength": 24},
    )
    place = TextField(
        lazy("Place"),
        [InputRequired(lazy("Write where you are.")),
         Length(max=200, message=lazy("At most 200 letters, please."))],
    )  # fmt: skip
    device = TextField(
        lazy("Device"),
        [InputRequired(lazy("Write on which device the person votes.")),
         Length(max=200, message=lazy("At most 200 letters, please."))],
    )  # fmt: skip


class HeardCodeForm(Form):
    """The six digits that the person reads out."""

    code = DigitsField(
        lazy("Six-digit code"),
        [InputRequired(lazy("Write the six digits."))],
        render_kw={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off", "maxlength": 12},
    )


def chosen() -> list[int]:
    """The numbers that were ticked on a paper; what is no number is left out."""
    given = request.form.getlist("choices")
    return [int(value) for value in given if value.isdecimal() and len(value) <= 4]


def write_slip(clerk: Account, national_id_key: bytes) -> str:
    """A signed slip that stands for the person, good for this clerk and a few minutes."""
    return _slips(clerk).dumps(national_id_key.hex())


def read_slip(clerk: Account, slip: str) -> bytes:
    """By what the person of a slip is found."""
    try:
        return bytes.fromhex(_slips(clerk).loads(slip, max_age=SLIP_SECONDS))
    except BadData:
        raise RuleBroken(
            N_("This took too long, so nothing was done. Please look the person up again.")
        ) from None


def _slips(clerk: Account) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=f"slip:{clerk.id}")

"""The forms with which administrators set dates and pots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jdatetime
from flask import current_app
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import TextInput

from civic.cycles.kinds import BALLOT_NAMES, RULE_NAMES, BallotKind, Rule
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PHASE_NAMES, SCHEDULE_ORDER, PhaseKind
from civic.cycles.rules import Terms
from civic.electorate.facts import VoterTerms
from civic.electorate.kinds import RESIDENCE_NAMES, Residence
from civic.kernel.forms import AmountField, Form, TextField
from civic.kernel.i18n import _, digits, lazy, local
from civic.kernel.text import latin_digits

WRITTEN = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})\s+(\d{1,2}):(\d{2})")


class MomentField(Field):
    """A moment in the city's calendar and on its wall clock: 1405/10/15 20:00."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return _written(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed, in any digits."""
        self.data = None
        text = latin_digits(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        match = WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(
                _("Write it like this: %(example)s.", example=digits("1405/10/15 20:00"))
            )
        try:
            self.data = _read([int(part) for part in match.groups()])
        except ValueError:
            raise ValueError(_("There is no such day or hour.")) from None


def _jalali() -> bool:
    return bool(current_app.config["CIVIC"].calendar == "jalali")


def _written(moment: datetime) -> str:
    shown = local(moment)
    day: Any = jdatetime.date.fromgregorian(date=shown.date()) if _jalali() else shown.date()
    return digits(f"{day.year:04}/{day.month:02}/{day.day:02} {shown:%H:%M}")


def _read(parts: Sequence[int]) -> datetime:
    year, month, day, hour, minute = parts
    plain = jdatetime.date(year, month, day).togregorian() if _jalali() else date(year, month, day)
    # 24:00 is how people write the end of a day.
    whole, hour = (timedelta(days=1), 0) if (hour, minute) == (24, 0) else (timedelta(0), hour)
    zone = ZoneInfo(current_app.config["CIVIC"].timezone)
    return (datetime.combine(plain, time(hour, minute), zone) + whole).astimezone(UTC)


class PhasesForm(Form):
    """Opening and closing of every phase; both empty leaves a phase out."""

    def offer(self, phases: Sequence[Phase]) -> PhasesForm:
        """Show the dates as they are."""
        for phase in phases:
            for name, moment in (("opens", phase.opens_at), ("closes", phase.closes_at)):
                field = self[f"{phase.kind}_{name}"]
                field.data = field.data or moment
        return self

    @property
    def spans(self) -> Mapping[PhaseKind, tuple[datetime, datetime]]:
        """The phases that were given dates."""
        given = {kind: (self[f"{kind}_opens"].data, self[f"{kind}_closes"].data) for kind in ORDER}
        return {kind: span for kind, span in given.items() if all(span)}

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field: a phase has both dates, or neither."""
        valid = super().validate(extra_validators)
        for kind in ORDER:
            opens, closes = self[f"{kind}_opens"], self[f"{kind}_closes"]
            if bool(opens.data) != bool(closes.data) and not (opens.errors or closes.errors):
                closes.errors = [_("Give both dates, or neither.")]
                valid = False
        return valid


ORDER = SCHEDULE_ORDER
for _kind in ORDER:
    setattr(PhasesForm, f"{_kind}_opens", MomentField(lazy(PHASE_NAMES[_kind])))
    setattr(PhasesForm, f"{_kind}_closes", MomentField(lazy(PHASE_NAMES[_kind])))


class PotForm(Form):
    """The money of an area, what a ballot may hold, and how it is counted."""

    area = TextField(lazy("Code of the area"), validators=[DataRequired(lazy("Give a code."))])
    amount = AmountField(
        lazy("Money in toman"), validators=[InputRequired(lazy("Give an amount."))]
    )
    ballot_kind = RadioField(
        lazy("A ballot may hold"),
        choices=[SelectChoice(kind.value, lazy(BALLOT_NAMES[kind])) for kind in BallotKind],
        default=BallotKind.KNAPSACK.value,
    )
    max_choices = IntegerField(lazy("At most so many projects"), validators=[Optional()])
    rule = SelectField(
        lazy("Rule of counting"),
        choices=[SelectChoice(rule.value, lazy(RULE_NAMES[rule])) for rule in Rule],
    )
    threshold = IntegerField(lazy("Minimum of votes"), validators=[Optional()])

    def offer(self, pot: Pot | None) -> PotForm:
        """Show the pot as it is."""
        if pot is not None and not self.is_submitted():
            self.area.data, self.amount.data = pot.area.code, pot.amount
            self.ballot_kind.data, self.rule.data = pot.ballot_kind.value, pot.rule.value
            self.max_choices.data = pot.max_choices
            self.threshold.data = pot.rule_options.get("threshold")
        return self

    @property
    def terms(self) -> Terms:
        """What was typed, as the terms of a pot."""
        options = {"threshold": self.threshold.data} if self.threshold.data else {}
        return Terms(
            self.amount.data,
            BallotKind(self.ballot_kind.data),
            self.max_choices.data,
            Rule(self.rule.data),
            options,
        )


class VotersForm(Form):
    """Who may vote in a cycle, and which registers are asked."""

    minimum_age = AmountField(
        lazy("Youngest age on the first day of voting"),
        validators=[InputRequired(lazy("Give an age."))],
    )
    oldest_age = AmountField(
        lazy("Above this age the counter looks at the birth certificate"),
        validators=[InputRequired(lazy("Give an age."))],
    )
    residence = RadioField(
        lazy("Who votes in an area"),
        choices=[SelectChoice(each.value, lazy(RESIDENCE_NAMES[each])) for each in Residence],
    )
    needs_roll = BooleanField(lazy("Only who stands on the list of people entitled to vote"))
    needs_match = BooleanField(
        lazy("Only with a mobile number that a register confirms as the voter’s own")
    )

    def offer(self, cycle: Cycle) -> VotersForm:
        """Show what holds now."""
        if not self.is_submitted():
            for name in ("minimum_age", "oldest_age", "needs_roll", "needs_match"):
                self[name].data = getattr(cycle, name)
            self.residence.data = cycle.residence.value
        return self

    def terms_of(self, cycle: Cycle) -> VoterTerms:
        """What was chosen, as terms."""
        return VoterTerms(
            cycle_key=cycle.id,
            residence=Residence(self.residence.data),
            needs_roll=self.needs_roll.data,
            needs_match=self.needs_match.data,
            oldest_age=self.oldest_age.data,
        )

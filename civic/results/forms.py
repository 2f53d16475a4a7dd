"""What is typed before a result is published."""

from __future__ import annotations

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from civic.cycles.kinds import RULE_NAMES, Rule
from civic.cycles.models import Pot
from civic.kernel.forms import AmountField, Form
from civic.kernel.i18n import lazy
from civic.results.rules import LARGEST_POT, may_count_by, unit_of


class PublishForm(Form):
    """A deliberate yes."""

    sure = BooleanField(
        lazy("I have read the result; it can be published"),
        [InputRequired(lazy("Tick the box if the result can be published."))],
    )


class WhatIfForm(Form):
    """A question that changes nothing, so that everybody may ask it by an address."""

    class Meta:
        csrf = False

    rule = SelectField(
        lazy("Counted by"),
        coerce=Rule,
    )
    pot = AmountField(
        lazy("With a pot of"),
        [
            InputRequired(lazy("Write how large the pot should be.")),
            NumberRange(1, LARGEST_POT, lazy("Write an amount between 1 and a million billions.")),
        ],
    )

    def offer(self, pot: Pot) -> WhatIfForm:
        """Begin with what was really counted; only rules that need nothing more can be chosen."""
        rules = [rule for rule in Rule if may_count_by(rule, pot.rule_options)]
        self.rule.choices = [SelectChoice(rule.value, lazy(RULE_NAMES[rule])) for rule in rules]
        if not self.is_asked:
            self.rule.data, self.pot.data = pot.rule, pot.amount // unit_of(pot.rule_options)[1]
        return self

    @property
    def is_asked(self) -> bool:
        """Was anything chosen?"""
        return bool(self.pot.raw_data or self.rule.raw_data)

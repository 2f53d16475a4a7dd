"""The sheet an officer fills in."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from civic.appraisals.kinds import CHECKS, FINDING_NAMES, VERDICT_NAMES, Finding, Verdict
from civic.appraisals.rules import LONGEST_REASON, Sheet
from civic.kernel.forms import AmountField, Form, LongTextField
from civic.kernel.i18n import lazy


def check_field(name: str) -> RadioField:
    """One of the checks, with its three answers."""
    return RadioField(
        lazy(CHECKS[name]),
        choices=[SelectChoice(answer.value, lazy(text)) for answer, text in FINDING_NAMES.items()],
        validators=[InputRequired(lazy("Answer this check."))],
    )


class SheetForm(Form):
    """Checks first, then the verdict with cost and reason."""

    detailed_plan = check_field("detailed_plan")
    municipal_land = check_field("municipal_land")
    technical = check_field("technical")
    passive_defence = check_field("passive_defence")
    other_uses = check_field("other_uses")
    verdict = RadioField(
        lazy("Verdict"),
        choices=[
            SelectChoice(verdict.value, lazy(text)) for verdict, text in VERDICT_NAMES.items()
        ],
        validators=[InputRequired(lazy("Choose a verdict."))],
    )
    cost = AmountField(lazy("Cost, in toman"), validators=[Optional()])
    upkeep_per_year = AmountField(lazy("Upkeep in a year, in toman"), validators=[Optional()])
    months = AmountField(lazy("Months it takes"), validators=[Optional()])
    reason = LongTextField(
        lazy("Reason and how the cost was found"),
        validators=[
            InputRequired(lazy("Write the reason; everybody can read it.")),
            Length(max=LONGEST_REASON, message=lazy("This is too long. Keep what matters.")),
        ],
    )

    def sheet(self) -> Sheet:
        """What was filled in, as the rules know it."""
        return Sheet(
            verdict=Verdict(self.verdict.data),
            reason=self.reason.data or "",
            cost=self.cost.data,
            upkeep_per_year=self.upkeep_per_year.data,
            months=self.months.data,
            checks={name: Finding(self[name].data) for name in CHECKS},
        )

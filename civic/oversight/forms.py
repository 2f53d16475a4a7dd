"""What a mayor fills in, and what the headquarters answers."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from civic.kernel.days import DayField
from civic.kernel.forms import AmountField, Form, LongTextField, TextField
from civic.kernel.i18n import lazy
from civic.oversight.kinds import RulingKind
from civic.oversight.rules import LONGEST_REASON

TOO_LONG = Length(max=LONGEST_REASON, message=lazy("This is too long. Keep what matters."))


class RuleForm(Form):
    """One decision about one project."""

    decision = RadioField(
        lazy("Your decision"),
        choices=[
            SelectChoice(RulingKind.APPROVE.value, lazy("Approve it into the budget")),
            SelectChoice(RulingKind.RETURN.value, lazy("Return it to the department")),
            SelectChoice(RulingKind.ESCALATE.value, lazy("Escalate it to the headquarters")),
        ],
        validators=[InputRequired(lazy("Choose a decision."))],
    )
    amount = AmountField(lazy("Approved amount, in toman"), validators=[Optional()])
    reason = LongTextField(lazy("Reason"), validators=[Optional(), TOO_LONG])
    owner = TextField(
        lazy("Who is to answer at the headquarters"),
        validators=[Optional(), Length(max=160, message=lazy("This is too long."))],
    )
    due_on = DayField(lazy("Answer by"), validators=[Optional()])

    def offer(self, kinds: Collection[RulingKind]) -> RuleForm:
        """Show only what can be decided now; what comes too late is answered by the rules."""
        self.decision.choices = [c for c in self.decision.choices if c.value in kinds]
        return self


class AnswerForm(Form):
    """The answer to an escalation."""

    reason = LongTextField(
        lazy("Answer of the headquarters"),
        validators=[InputRequired(lazy("Write the answer; everybody can read it.")), TOO_LONG],
    )

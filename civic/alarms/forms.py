"""What the commission writes: a reason, and what somebody said on the phone."""

from __future__ import annotations

from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired, Length

from civic.alarms.kinds import Answer
from civic.alarms.words import ANSWER_NAMES
from civic.kernel.forms import Form, LongTextField
from civic.kernel.i18n import lazy


class DecisionForm(Form):
    """Why an alarm is cleared or passed on."""

    reason = LongTextField(
        lazy("Why"), [Length(max=1000, message=lazy("At most 1,000 letters, please."))]
    )


class CallForm(Form):
    """What the person said; there is no field for anything else."""

    answer = RadioField(
        lazy("Did you take part in this vote?"),
        [InputRequired(lazy("Choose what the person said."))],
        choices=[SelectChoice(answer.value, lazy(ANSWER_NAMES[answer])) for answer in Answer],
    )

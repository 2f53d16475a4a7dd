"""What a moderator fills in: a decision with its reason, or the joining of twins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from civic.areas.models import Area
from civic.areas.names import area_name
from civic.departments.models import Department
from civic.departments.names import department_name
from civic.kernel.forms import Form, LongTextField
from civic.kernel.i18n import _, lazy
from civic.moderation.kinds import REASON_NAMES, DecisionKind, ReasonCode
from civic.moderation.reasons import FITTING, TEMPLATES
from civic.moderation.rules import LONGEST_REASON

NO_REASONS = list(dict.fromkeys(code for codes in FITTING.values() for code in codes))


class DecideForm(Form):
    """Accept, return or refuse."""

    decision = RadioField(
        lazy("Your decision"),
        choices=[
            SelectChoice(DecisionKind.ACCEPT.value, lazy("Accept: a department costs it")),
            SelectChoice(DecisionKind.RETURN.value, lazy("Return: the author can mend it")),
            SelectChoice(DecisionKind.REFUSE.value, lazy("Refuse: it does not go on")),
            SelectChoice(
                DecisionKind.CARRY_UP.value,
                lazy("Carry it up: it concerns the district or the whole city"),
            ),
        ],
        validators=[InputRequired(lazy("Choose a decision."))],
    )
    department = SelectField(lazy("Department that costs it"), validators=[Optional()])
    area = SelectField(lazy("Whom it concerns"), validators=[Optional()])
    reason_code = SelectField(
        lazy("Reason, when you return or refuse"),
        choices=[
            SelectChoice("", lazy("Choose a reason")),
            *(SelectChoice(code.value, lazy(REASON_NAMES[code])) for code in NO_REASONS),
        ],
        validators=[Optional()],
    )
    reason = LongTextField(
        lazy("What the author is told"),
        validators=[
            Optional(),
            Length(max=LONGEST_REASON, message=lazy("This is too long. Keep what matters.")),
        ],
    )

    def offer(self, departments: Iterable[Department], above: Sequence[Area]) -> DecideForm:
        """The departments that serve the area, and the areas in which it lies."""
        self.area.choices = [
            SelectChoice("", _("Choose an area")),
            *(SelectChoice(str(area.id), area_name(area)) for area in above),
        ]
        if not above:
            up = DecisionKind.CARRY_UP
            self.decision.choices = [c for c in self.decision.choices if c.value != up]
        self.department.choices = [
            SelectChoice("", _("Choose a department")),
            *(SelectChoice(str(d.id), department_name(d)) for d in departments),
        ]
        return self

    def validate_decision(self, field: RadioField) -> None:
        """Each decision needs its second half."""
        if field.data == DecisionKind.ACCEPT and not self.department.data:
            raise ValidationError(_("Choose the department that is to cost it."))
        if field.data in {DecisionKind.RETURN, DecisionKind.REFUSE} and not self.code:
            raise ValidationError(_("Choose a reason; the author and everybody can read it."))
        if field.data == DecisionKind.CARRY_UP and not self.area.data:
            raise ValidationError(_("Choose whom it concerns: the district or the whole city."))

    @property
    def code(self) -> ReasonCode | None:
        """The chosen reason."""
        return ReasonCode(self.reason_code.data) if self.reason_code.data else None

    @property
    def words(self) -> str:
        """What was written; else the usual sentence for the reason, as it stood on the page."""
        template = TEMPLATES.get(self.code) if self.code else None
        return self.reason.data or (_(template) if template else "")


class MergeForm(Form):
    """Which of two twins stays, and why they are twins."""

    stays = RadioField(
        lazy("Which one stays?"), validators=[InputRequired(lazy("Choose which one stays."))]
    )
    reason = LongTextField(
        lazy("What both authors are told"),
        validators=[
            InputRequired(lazy("Say in a sentence why they are twins.")),
            Length(max=LONGEST_REASON, message=lazy("This is too long. Keep what matters.")),
        ],
    )

"""The thin forms of the moderator who routes and the officer who reports."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from civic.departments.models import Department
from civic.departments.names import department_name
from civic.kernel.days import DayField
from civic.kernel.forms import AmountField, Form, LongTextField, TextField, as_uuid
from civic.kernel.i18n import _, digits, lazy
from civic.kernel.text import latin_digits
from civic.projects.money import Entry
from civic.projects.reports import Report, Said
from civic.projects.rules import LONGEST_NOTE, LONGEST_TEXT, LONGEST_TITLE
from civic.projects.stages import (
    BLOCK_NAMES,
    MONEY_NAMES,
    STAGE_NAMES,
    BlockKind,
    MoneyKind,
    Stage,
    Verdict,
)

TOO_LONG = lazy("This is too long. Keep what matters.")


def a_day(label: str) -> DayField:
    """A day that has to be given."""
    return DayField(label, [DataRequired(lazy("Give the day."))])


class RouteForm(Form):
    """Which department builds it."""

    department = SelectField(
        lazy("Department"), [DataRequired(lazy("Choose a department."))], coerce=as_uuid
    )

    def offer(self, departments: Iterable[Department], usual: UUID | None) -> RouteForm:
        """Give the departments that serve the area, the one that costed it first."""
        found = sorted(departments, key=lambda department: department.id != usual)
        self.department.choices = [SelectChoice(each.id, department_name(each)) for each in found]
        return self


class PlanForm(Form):
    """The day promised for a stage, and the day expected now."""

    stage = SelectField(lazy("Stage"), validators=[DataRequired()])
    planned_on = DayField(lazy("Planned for"))
    expected_on = DayField(lazy("Expected now"))

    def offer(self, stages: Iterable[Stage]) -> PlanForm:
        """Give the stages that are still to come."""
        self.stage.choices = [SelectChoice(each.value, _(STAGE_NAMES[each])) for each in stages]
        return self


class ReachForm(Form):
    """That the next stage is reached."""

    on_day = a_day(lazy("Reached on"))


class MilestoneForm(Form):
    """A dated promise."""

    title = TextField(
        lazy("Milestone"),
        [InputRequired(lazy("Name the milestone.")), Length(max=LONGEST_TITLE, message=TOO_LONG)],
    )
    due_on = a_day(lazy("Due on"))


class DoneForm(Form):
    """The day on which a milestone was reached, or an obstacle was gone."""

    on_day = a_day(lazy("On which day"))


class MoneyForm(Form):
    """An entry of the money trail."""

    kind = RadioField(
        lazy("What happened"),
        [InputRequired(lazy("Choose what happened."))],
        choices=[
            SelectChoice(kind.value, lazy(MONEY_NAMES[kind]))
            for kind in (MoneyKind.CONTRACTED, MoneyKind.PAID, MoneyKind.APPROVED)
        ],
    )
    amount = AmountField(lazy("Amount in toman"), [InputRequired(lazy("Write an amount."))])
    takes_back = BooleanField(lazy("This takes back an earlier entry"))
    on_day = a_day(lazy("Day"))
    note = TextField(lazy("Note or reason"), [Length(max=LONGEST_NOTE, message=TOO_LONG)])

    @property
    def entry(self) -> Entry:
        """What was filled in, as the rules know it."""
        written = self.amount.data or 0
        amount = -written if self.takes_back.data else written
        return Entry(MoneyKind(self.kind.data), amount, self.on_day.data, self.note.data or "")


class PercentField(IntegerField):
    """A whole number of per cent, in digits of any of the three sets."""

    def _value(self) -> str:
        return digits(super()._value())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        super().process_formdata([latin_digits(v).strip().strip("%٪") for v in valuelist])


class ReportForm(Form):
    """What was done, with a picture."""

    text = LongTextField(
        lazy("What was done"),
        [InputRequired(lazy("Write what was done.")), Length(max=LONGEST_TEXT, message=TOO_LONG)],
    )
    progress = PercentField(
        lazy("Done so far, in percent"),
        [
            InputRequired(lazy("Give the progress between 0 and 100 percent.")),
            NumberRange(0, 100, lazy("Give the progress between 0 and 100 percent.")),
        ],
    )
    picture = FileField(lazy("Picture"))
    picture_alt = TextField(
        lazy("What the picture shows"), [Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )

    @property
    def report(self) -> Report:
        """What was filled in."""
        file = self.picture.data
        picture = file.stream if getattr(file, "filename", "") else None
        return Report(
            self.text.data or "", self.progress.data, picture, self.picture_alt.data or ""
        )


class AnswerForm(Form):
    """Is it built as promised?"""

    verdict = RadioField(
        lazy("Your answer"),
        [InputRequired(lazy("Choose yes or no."))],
        choices=[
            SelectChoice(Verdict.YES.value, lazy("Yes, as promised")),
            SelectChoice(Verdict.NO.value, lazy("No, something is missing or different")),
        ],
    )
    text = LongTextField(
        lazy("If not: what is missing or different?"), [Length(max=LONGEST_NOTE, message=TOO_LONG)]
    )
    picture = FileField(lazy("Picture of it"))

    @property
    def said(self) -> Said:
        """What was filled in."""
        file = self.picture.data
        picture = file.stream if getattr(file, "filename", "") else None
        return Said(Verdict(self.verdict.data), self.text.data or "", picture)


class ConfirmForm(Form):
    """Only a press: what is confirmed stands in what residents answered."""


class BlockForm(Form):
    """Something in the way."""

    kind = SelectField(
        lazy("What stands in the way"),
        choices=[SelectChoice(kind.value, lazy(BLOCK_NAMES[kind])) for kind in BlockKind],
    )
    text = LongTextField(
        lazy("In words"),
        [
            InputRequired(lazy("Write what stands in the way.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
    )
    since = a_day(lazy("Since"))

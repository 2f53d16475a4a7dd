"""What is typed: one form for each step of a proposal, the check, and the filters of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from civic.areas.models import Area
from civic.kernel.forms import Form, LongTextField, TextField, as_uuid
from civic.kernel.i18n import _, lazy, lazy_number
from civic.proposals.models import Proposal
from civic.proposals.rules import MISSING, PLACE_LENGTHS, TEXT_LENGTHS, TITLE_LENGTHS
from civic.proposals.states import CATEGORY_NAMES, Category

Districts = Iterable[tuple[Area, Sequence[Area]]]


def missing(step: str) -> Any:
    """What is said when a step is left empty."""
    return lazy(MISSING[step])


def length(limits: tuple[int, int], step: str) -> list[Callable[..., Any]]:
    """At least so much that it says something, at most what a page can hold."""
    least, most = limits
    too_long = lazy("This is longer than %(n)s characters. Keep what matters.", n=lazy_number(most))
    short = missing(step)
    return [
        InputRequired(short),
        Length(min=least, message=short),
        Length(max=most, message=too_long),
    ]


class StepForm(Form):
    """One step; what is right in it is kept even when something else is not."""

    def kept(self) -> dict[str, Any]:
        """The values that passed, by the name of the column."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if name != "csrf_token" and not field.errors
        }


class AreaForm(StepForm):
    """Where it is about."""

    area_id = SelectField(
        lazy("Neighbourhood"),
        coerce=lambda value: value and as_uuid(value),
        validators=[InputRequired(missing("area"))],
    )

    def offer(self, districts: Districts, name_of: Callable[[Area], str]) -> AreaForm:
        """Let one choose a neighbourhood or a whole district; nobody is given one unasked."""
        self.area_id.choices = [
            SelectChoice("", _("Choose the neighbourhood")),
            *(
                SelectChoice(area.id, name, optgroup=name_of(district))
                for district, parts in districts
                for area, name in (
                    *((part, name_of(part)) for part in parts),
                    (district, _("All of %(district)s", district=name_of(district))),
                )
            ),
        ]
        return self


class TitleForm(StepForm):
    """What it is called."""

    title = TextField(lazy("Title"), validators=length(TITLE_LENGTHS, "title"))


class ProblemForm(StepForm):
    """What is wrong or missing."""

    problem = LongTextField(
        lazy("What is wrong or missing?"), validators=length(TEXT_LENGTHS, "problem")
    )


class SolutionForm(StepForm):
    """What should be done."""

    solution = LongTextField(
        lazy("What should be done?"), validators=length(TEXT_LENGTHS, "solution")
    )


class CategoryForm(StepForm):
    """What it is about."""

    category = RadioField(
        lazy("What is it about?"),
        choices=[
            SelectChoice(category.value, lazy(name)) for category, name in CATEGORY_NAMES.items()
        ],
        coerce=lambda value: Category(value) if value and value != "None" else None,
        validators=[InputRequired(missing("category"))],
    )


class PlaceForm(StepForm):
    """Where exactly, in words and if one likes as a point."""

    place = TextField(lazy("Where is it?"), validators=length(PLACE_LENGTHS, "place"))
    lon = HiddenField(filters=[lambda value: _degree(value, 180)], validators=[Optional()])
    lat = HiddenField(filters=[lambda value: _degree(value, 90)], validators=[Optional()])


def _degree(value: Any, most: int) -> float | None:
    try:
        degree = float(value)
    except (TypeError, ValueError):
        return None
    return degree if abs(degree) <= most else None


class PictureForm(StepForm):
    """A picture of the place."""

    picture = FileField(lazy("Picture"))
    remove = BooleanField(lazy("Remove the picture"))

    def kept(self) -> dict[str, Any]:
        """A new picture, or none; nothing when neither was asked."""
        if self.remove.data:
            return {"picture": None}
        file = self.picture.data
        return {"picture": file.stream} if getattr(file, "filename", "") else {}


class CheckForm(Form):
    """The last look before handing in."""

    no_names = BooleanField(
        lazy("I name no persons, and no faces or number plates can be recognised in the picture.")
    )

    def validate_no_names(self, field: BooleanField) -> None:
        """Third persons are not content."""
        if not field.data:
            raise ValidationError(_("Confirm that no persons are named or shown."))


FORMS: dict[str, type[StepForm]] = {
    "area": AreaForm,
    "title": TitleForm,
    "problem": ProblemForm,
    "solution": SolutionForm,
    "category": CategoryForm,
    "place": PlaceForm,
    "picture": PictureForm,
}


def form_for(step: str, proposal: Proposal) -> StepForm:
    """The form of a step, filled with what is there already."""
    return FORMS[step](obj=proposal)

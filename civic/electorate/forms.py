"""What is chosen to say where one belongs."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from civic.areas.models import Area
from civic.areas.names import area_name
from civic.electorate.models import TIE_NAMES
from civic.kernel.forms import Form
from civic.kernel.i18n import lazy


class DeclareForm(Form):
    """A neighbourhood, and what ties a person to it."""

    area = RadioField(
        lazy("Your neighbourhood"), [InputRequired(lazy("Choose your neighbourhood."))]
    )
    tie = RadioField(
        lazy("What ties you to it?"),
        [InputRequired(lazy("Say whether you live or work there."))],
        choices=[SelectChoice(tie.value, lazy(name)) for tie, name in TIE_NAMES.items()],
    )

    def offer(self, areas: Iterable[Area]) -> DeclareForm:
        """Give the form the neighbourhoods to choose from."""
        self.area.choices = [SelectChoice(str(area.id), area_name(area)) for area in areas]
        return self

"""What is typed before a result is published."""

from __future__ import annotations

from wtforms import BooleanField
from wtforms.validators import InputRequired

from civic.kernel.forms import Form
from civic.kernel.i18n import lazy


class PublishForm(Form):
    """A deliberate yes."""

    sure = BooleanField(
        lazy("I have read the result; it can be published"),
        [InputRequired(lazy("Tick the box if the result can be published."))],
    )

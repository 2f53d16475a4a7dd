"""What is sent with a press of “follow” or “mark all as read”."""

from __future__ import annotations

from datetime import datetime

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from civic.kernel.forms import Form, as_uuid
from civic.kernel.i18n import _
from civic.notifications.kinds import Subject


class FollowForm(Form):
    """Which subject, and whether to hear of it from now on (`on`) or no more (`off`)."""

    subject_kind = SelectField(choices=[kind.value for kind in Subject])
    subject_id = StringField(validators=[InputRequired()])
    wanted = SelectField(choices=["on", "off"])
    next = HiddenField()

    def validate_subject_id(self, field: StringField) -> None:
        """The id is an id."""
        try:
            field.data = as_uuid(str(field.data))
        except ValueError:
            raise ValidationError(_("There is no such thing to follow.")) from None


class ReadForm(Form):
    """The moment of the newest notice that the person saw in the list."""

    until = HiddenField()

    def validate_until(self, field: HiddenField) -> None:
        """The moment is one with a time zone."""
        try:
            field.data = datetime.fromisoformat(str(field.data))
        except ValueError:
            field.data = None
        if field.data is None or field.data.tzinfo is None:
            raise ValidationError(_("This page is too old. Load it again."))

"""What is typed into an objection, and into the answer to it."""

from __future__ import annotations

from wtforms import Field, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from civic.ballots.rules import read_code
from civic.kernel.forms import Form, LongTextField, TextField
from civic.kernel.i18n import lazy
from civic.objections.kinds import KIND_HINTS, KIND_NAMES, ObjectionKind
from civic.objections.models import ObjectionDraft
from civic.objections.rules import LONGEST_ANSWER, LONGEST_WORDS, SHORTEST_WORDS
from civic.objections.states import State

TOO_LONG = lazy("This is too long. Keep what matters.")


class ObjectionForm(Form):
    """An objection in a resident's own words."""

    kind = RadioField(
        lazy("What is it about?"),
        choices=[SelectChoice(kind.value, lazy(name)) for kind, name in KIND_NAMES.items()],
        validators=[InputRequired(lazy("Choose what it is about."))],
    )
    words = LongTextField(
        lazy("What happened, and what should be done?"),
        validators=[
            InputRequired(lazy("Write what happened.")),
            Length(
                min=SHORTEST_WORDS, message=lazy("Write what happened, in a sentence at least.")
            ),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
    )
    receipt = TextField(lazy("Receipt code of your vote"), validators=[Optional()])

    def validate_receipt(self, field: Field) -> None:
        """A code is whole or left out."""
        if read_code(field.data) is None:
            raise ValidationError(
                str(lazy("A receipt code has 24 digits. Leave it out if need be."))
            )

    @classmethod
    def of(cls, draft: ObjectionDraft) -> ObjectionForm:
        """What was kept, to be looked at once more."""
        typed = {"kind": draft.kind, "words": draft.words, "receipt": draft.receipt}
        return cls(formdata=None, data=typed)

    @property
    def is_whole(self) -> bool:
        """Is what was kept enough to be sent?"""
        receipt = self.receipt.data
        return (
            self.kind.data in set(ObjectionKind)
            and SHORTEST_WORDS <= len(self.words.data) <= LONGEST_WORDS
            and (not receipt or read_code(receipt) is not None)
        )

    def begin_with(self, draft: ObjectionDraft | None) -> ObjectionForm:
        """Show what was typed before."""
        if draft is not None and not self.is_submitted():
            self.kind.data, self.words.data = draft.kind, draft.words
            self.receipt.data = draft.receipt
        return self

    @property
    def hints(self) -> dict[str, object]:
        """What each kind means, by its value."""
        return {kind.value: lazy(text) for kind, text in KIND_HINTS.items()}

    @property
    def chosen(self) -> ObjectionKind:
        """The kind that was chosen."""
        return ObjectionKind(self.kind.data)


class DecisionForm(Form):
    """A decision in public words."""

    verdict = RadioField(
        lazy("Your decision"),
        choices=[
            SelectChoice(State.UPHELD.value, lazy("The objection is right")),
            SelectChoice(State.PARTLY.value, lazy("It is right in part")),
            SelectChoice(State.REJECTED.value, lazy("It is not right")),
        ],
        validators=[InputRequired(lazy("Choose a decision."))],
    )
    summary = LongTextField(
        lazy("What was objected, in your words"),
        validators=[
            InputRequired(lazy("Write what was objected, in words that name nobody.")),
            Length(max=LONGEST_ANSWER, message=TOO_LONG),
        ],
    )
    answer = LongTextField(
        lazy("The answer, with its reasons"),
        validators=[
            InputRequired(lazy("Write the answer; everybody can read it.")),
            Length(max=LONGEST_ANSWER, message=TOO_LONG),
        ],
    )


class DisagreeForm(Form):
    """Why a second person does not agree."""

    reason = LongTextField(
        lazy("Why you do not agree"),
        validators=[
            InputRequired(lazy("Write why you do not agree.")),
            Length(max=LONGEST_ANSWER, message=TOO_LONG),
        ],
    )

"""The base of our forms."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField

from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import _, sentence
from civic.kernel.text import latin_digits, tidy


def as_uuid(value: UUID | str) -> UUID:
    """Read an id from a submitted value or from a choice we offered."""
    return value if isinstance(value, UUID) else UUID(value)


class Form(FlaskForm):
    """A form that can also show a rule that was broken after it validated."""

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    def catching_rules(self) -> _CatchRules:
        """Show a `RuleBroken` of the block on its field, instead of on an error page."""
        return _CatchRules(self)


class _CatchRules:
    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, RuleBroken):
            return False
        if error.field and error.field in self.form:
            field = self.form[error.field]
            field.errors = [*field.errors, sentence(error)]
        else:
            self.form.form_errors.append(sentence(error))
        return True


def _filtered(filters: list[Callable[[Any], Any]] | None, first: Callable[..., Any]) -> list[Any]:
    return [first, *(filters or [])]


class TextField(StringField):
    """One line of Persian or English text, tidied."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs["filters"] = _filtered(kwargs.get("filters"), tidy)
        super().__init__(label, validators, **kwargs)


class LongTextField(TextAreaField):
    """Several lines of Persian or English text, tidied."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs["filters"] = _filtered(kwargs.get("filters"), tidy)
        super().__init__(label, validators, **kwargs)


class DigitsField(StringField):
    """Digits of any of the three sets, blanks and dashes dropped: codes, numbers of phones."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs["filters"] = _filtered(kwargs.get("filters"), only_digits)
        super().__init__(label, validators, **kwargs)


class AmountField(IntegerField):
    """A whole amount, never below nothing; thousands may be grouped, digits of any of the sets."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([_amount(value) for value in valuelist])
        except ValueError:
            raise ValueError(_("Write a whole number in digits.")) from None
        if self.data is not None and self.data < 0:
            self.data = None
            raise ValueError(_("Write a whole number in digits."))


def only_digits(text: str | None) -> str:
    """The text with its digits made Latin and blanks, dashes and half-spaces dropped."""
    return "".join(c for c in latin_digits(tidy(text)) if c not in " -\u200c\u2013()")


def _amount(text: str) -> str:
    return "".join(c for c in latin_digits(tidy(text)) if c not in " \u200c,٬،'")

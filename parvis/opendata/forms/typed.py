"""How a text is taken as it was typed, judged by an action, and given back with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms

from parvis.kernel.errors import Refused


class Typed(forms.Field):
    """A text exactly as it was typed; the action says what is wrong with it."""

    def to_python(self, value: Any) -> str:
        """Return the text, empty if there was none."""
        return "" if value is None else str(value)

    def validate(self, value: Any) -> None:
        """Leave an empty text to the action."""


class JudgedForm(forms.Form):
    """A form whose texts an action judges."""

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        field = str(getattr(refusal, "field", ""))
        self.add_error(field if field in self.fields else None, refusal.message)


def attempt(form: JudgedForm, act: Callable[[Mapping[str, Any]], object]) -> HTTPStatus:
    """Call `act` with the cleaned form; return the status of the answer, 200 if it was done. Where
    the form or a rule says no, the form shows why."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return HTTPStatus(refusal.status)
    return HTTPStatus.OK

"""How a text is taken as it was typed, how a form shows a refusal, and how it counts once.

Lengths and characters are judged by the rules of deliberation, whose sentences are shown beside the
field: a text too long comes back whole instead of being cut.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms

from parvis.deliberation.public import Mistyped
from parvis.kernel.errors import Refused

T = TypeVar("T")
_FIELDS = {"title": "title", "text": "body", "reason": "no_change_reason"}


class Typed(forms.Field):
    """A text exactly as it was typed, judged elsewhere."""

    def __init__(self, *, rows: int = 0, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> str:
        """Return the text, empty if there was none."""
        return "" if value is None else str(value)

    def validate(self, value: Any) -> None:
        """Leave an empty text to the rules, which say better what is missing."""


class TokenForm(forms.Form):
    """A form that can be sent twice and counts once."""

    form_token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial.setdefault("form_token", secrets.token_urlsafe(16))

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        about = refusal.field if isinstance(refusal, Mistyped) else ""
        field = _FIELDS.get(about, "")
        self.add_error(field if field in self.fields else None, refusal.message)


def attempt(form: TokenForm, act: Callable[[Mapping[str, Any]], T]) -> T | Refused:
    """Call `act` with the cleaned form. Where the form or a rule says no, the form shows why."""
    if not form.is_valid():
        return Refused("form_invalid", "", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        return act(form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return refusal

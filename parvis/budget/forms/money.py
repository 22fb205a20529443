"""Amounts as people type them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SPACES = str.maketrans("", "", " \u00a0\u202f€")
_CENTS = 100


class EurosField(forms.CharField):
    """An amount in euros, « 60 000 » or « 60000,50 »; its value is whole cents, None for none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> int | None:
        """Return whole cents."""
        text = super().clean(value)
        return cents(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """Return cents as people type euros."""
        if not isinstance(value, int):
            return value
        whole, rest = divmod(value, _CENTS)
        return f"{whole},{rest:02d}" if rest else str(whole)


def cents(text: str) -> int:
    """Return the cents of an amount in euros.

    :raises ValidationError: for what is no amount
    """
    plain = text.translate(_SPACES).replace(",", ".")
    digits = plain.replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit():
        raise ValidationError(_("Write an amount in euros, such as 60 000."))
    return int((Decimal(plain) * _CENTS).quantize(Decimal(1), rounding=ROUND_HALF_UP))

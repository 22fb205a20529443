"""A form field for names that others see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.kernel import names

_WHY_NOT = {
    "hidden_characters": _(
        "This name holds characters that cannot be seen or that turn the text around. "
        "Type it again with letters, spaces and hyphens."
    ),
    "no_letter": _("A name needs at least one letter or figure."),
}
UNREADABLE = _("Some characters did not reach us properly. Type them again.")
# What a browser sends for bytes that are no text.
LOST_CHARACTER = "\ufffd"


class NameField(forms.CharField):
    """A name people will see: composed, single-spaced, nothing hidden in it."""

    def clean(self, value: Any) -> str:
        """Return the cleaned name.

        :raises ValidationError: if it is too long, unreadable or holds hidden characters
        """
        name: str = super().clean(names.clean_name(value) if isinstance(value, str) else value)
        if LOST_CHARACTER in name:
            raise ValidationError(UNREADABLE, code="unreadable")
        reason = names.why_name_is_refused(name) if name else None
        if reason:
            raise ValidationError(_WHY_NOT[reason], code=reason)
        return name

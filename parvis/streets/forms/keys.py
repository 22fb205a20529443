"""What an administrator types to give a program a key; the action judges it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.streets.actions.api_keys import NAME_MAX_LENGTH, UnfitKey
from parvis.streets.queries.api_keys import handlers


class KeyForm(forms.Form):
    """A key: of which program, who answers for it, and whether it may tell what was done."""

    name = forms.CharField(
        label=_("Name of the program"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("As it is known outside: « Copropriétés du 11e, application mobile »."),
    )
    email = forms.EmailField(
        label=_("Address of who answers for it"),
        help_text=_("The address of their account at the City."),
    )
    handler = forms.ChoiceField(
        label=_("May tell what was done, for"),
        required=False,
        help_text=_("A partner's own system. Left empty, the program only reports."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["handler"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("nobody: it only reports")), *handlers()]

    def refuse(self, refusal: UnfitKey) -> None:
        """Show why the city said no, beside the field it is about."""
        self.add_error(refusal.field, refusal.message)

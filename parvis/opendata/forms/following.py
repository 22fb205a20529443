"""What a person types to have a program told of what changes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.opendata.forms.typed import JudgedForm, Typed


class WebhookForm(JudgedForm):
    """The address that is told."""

    url = Typed(
        label=_("Address that is told"),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "url"}),
        help_text=_("It must answer on the open Internet, by https."),
    )

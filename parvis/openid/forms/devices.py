"""The code a device shows, as a person types it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DeviceCodeForm(forms.Form):
    """The code on the screen of a device."""

    user_code = forms.CharField(
        label=_("Code shown on the device"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

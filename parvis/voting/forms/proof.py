"""What a visitor types to see a ballot in the log."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from parvis.voting.rules.published import read_receipt


class ReceiptForm(forms.Form):
    """A receipt, as it was shown or printed."""

    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=200,
        help_text=_("64 letters and figures; spaces make no difference."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def clean_receipt(self) -> str:
        """Return the receipt without the spaces it was typed with."""
        read = read_receipt(self.cleaned_data["receipt"])
        if not read:
            raise forms.ValidationError(
                gettext("A receipt has 64 letters from a to f and figures. Look at it again.")
            )
        return read

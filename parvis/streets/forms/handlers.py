"""What an administrator types about a service or partner that treats cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from parvis.streets.actions.handlers import Wording
from parvis.streets.forms.routing import Refusable
from parvis.streets.models import HandlerKind


class HandlerForm(Refusable):
    """What a handler is called, of which kind it is, how it is written to."""

    about = {
        "handler_without_name": "name",
        "handler_name_taken": "name",
        "handler_kind_unknown": "kind",
        "handler_published_taken": "published_as",
    }
    name = forms.CharField(
        label=pgettext_lazy("handler", "What it is called"),
        max_length=150,
        help_text=gettext_lazy("As residents read it: « Parks and gardens (DEVE) »."),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("handler", "What it is"),
        choices=HandlerKind.choices,
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("Address for mail about work"),
        required=False,
        help_text=gettext_lazy("A shared mail box; residents do not see it."),
    )

    def wording(self) -> Wording:
        """Return what was typed, of a valid form."""
        given: dict[str, Any] = self.cleaned_data
        return Wording(
            name=given["name"],
            kind=given["kind"],
            email=given["email"],
            published_as=given.get("published_as", ""),
        )


class NewHandlerForm(HandlerForm):
    """A handler that is new: also what the open data call it, which stays."""

    published_as = forms.CharField(
        label=gettext_lazy("What the open data call it"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Empty: as above. It stays when the name changes."),
    )

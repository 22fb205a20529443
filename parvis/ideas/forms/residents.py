"""What residents type in: contributions, arguments, replies, flags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.deliberation.public import Reason, Stance
from parvis.ideas.forms.typed import TokenForm, Typed
from parvis.ideas.rules import says_something


def _title(typed: str, *, may_wait: bool) -> str:
    if may_wait or says_something(typed):
        return typed
    raise forms.ValidationError(
        _("Say it in one sentence first: that is what people read in lists.")
    )


class ContributionForm(TokenForm):
    """A comment, an addition or a measure; lists are read by titles, so one is asked for."""

    title = Typed(label=_("In one sentence"), help_text=_("140 characters at most."))
    body = Typed(
        label=_("Your contribution"),
        rows=9,
        help_text=_("5,000 characters at most. Everyone will be able to read it, with your name."),
    )
    district = forms.TypedChoiceField(
        label=_("Show your arrondissement"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, districts: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        shown = [(str(number), str(number)) for number in districts]
        field = self.fields["district"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Do not show it")), *shown]

    def clean_title(self) -> str:
        """Ask for a title, except for a draft."""
        return _title(self.cleaned_data["title"], may_wait="draft" in self.data)


class EditForm(TokenForm):
    """A contribution taken up again by its author."""

    title = Typed(label=_("In one sentence"), help_text=_("140 characters at most."))
    body = Typed(label=_("Your contribution"), rows=9, help_text=_("5,000 characters at most."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_title(self) -> str:
        """Ask for a title."""
        return _title(self.cleaned_data["title"], may_wait=False)

    def clean_seen(self) -> dt.datetime | None:
        """Return when the text was written that stood in the form, None if that is not told."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


class ArgumentForm(TokenForm):
    """An argument for, an argument against, or a reply."""

    stance = forms.ChoiceField(choices=Stance.choices, widget=forms.HiddenInput, required=False)
    body = Typed(label=_("Your words"), rows=4, help_text=_("2,000 characters at most."))


class ReplyForm(TokenForm):
    """A reply to an argument."""

    body = Typed(label=_("Your reply"), rows=4, help_text=_("2,000 characters at most."))


class FlagForm(TokenForm):
    """Why somebody thinks a text should not stay."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=Reason.choices, widget=forms.RadioSelect
    )
    body = Typed(
        label=_("What should the moderator know?"),
        rows=3,
        required=False,
        help_text=_("Only moderators read this."),
    )

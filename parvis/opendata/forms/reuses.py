"""What people type about a dataset: a reuse, a question, what is wrong, an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.opendata.forms.typed import JudgedForm, Typed
from parvis.opendata.models.reuses import Reason


class ReuseForm(JudgedForm):
    """What was made of a dataset, and where."""

    title = Typed(
        label=_("Title"), widget=forms.TextInput(), help_text=_("140 characters at most.")
    )
    url = Typed(label=_("Address"), widget=forms.URLInput(attrs={"placeholder": "https://"}))
    text = Typed(
        label=_("What it does, and for whom"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("2,000 characters at most. Everyone reads it, with your name."),
    )


class QuestionForm(JudgedForm):
    """A question about a dataset."""

    text = Typed(
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("2,000 characters at most. Everyone reads it, with your name."),
    )


class ReportForm(JudgedForm):
    """Why somebody thinks that a reuse or a question should not stay."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=Reason.choices, widget=forms.RadioSelect
    )
    comment = Typed(
        label=_("What should the moderator know?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Only moderators read this."),
    )

    def __init__(self, *args: Any, has_link: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        if not has_link and isinstance(field, forms.ChoiceField):
            field.choices = [one for one in Reason.choices if one[0] != Reason.DEAD_LINK]


class MessageForm(JudgedForm):
    """What an author is told when their words do not stay."""

    message = Typed(
        label=_("Message to the author"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what is wrong and what they can do: it is sent to them by e-mail."),
    )


class AnswerForm(JudgedForm):
    """The City's public answer to a question."""

    text = Typed(
        label=_("Public answer"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("5,000 characters at most. It is published in the name of the City."),
    )

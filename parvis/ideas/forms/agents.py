"""What agents type in: why a text is hidden, what the city answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.deliberation.public import AnswerStance, Reason
from parvis.ideas.forms.typed import TokenForm, Typed
from parvis.ideas.queries.places import Place


class HideForm(TokenForm):
    """Why a text is hidden, and what its author is told."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose the reason")), *Reason.choices]
    )
    body = Typed(
        label=_("Message to the author"),
        rows=4,
        help_text=_(
            "Say what is wrong and what they can do. It is sent by e-mail and shown to them."
        ),
    )


class AnswerForm(TokenForm):
    """The city's public answer: what it makes of the contribution, and what that changes."""

    stance = forms.ChoiceField(
        label=_("What the City makes of it"), choices=AnswerStance.choices, widget=forms.RadioSelect
    )
    body = Typed(label=_("Public answer"), rows=8)
    section_ref = forms.ChoiceField(
        label=_("Part of the plan that changes"),
        required=False,
        help_text=_("Choose a part, or say below why nothing changes."),
    )
    no_change_reason = Typed(label=_("Why nothing changes in the plan"), rows=2, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, places: Iterable[Place], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["section_ref"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Nothing changes")), *((p.ref, p.label) for p in places)]

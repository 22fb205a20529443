"""What readers look for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from parvis.deliberation.public import Kind
from parvis.ideas.queries.places import Place

WORDS_MAX_LENGTH = 200
Choices = list[tuple[str, Any]]


class Words(forms.Field):
    """Words to look for; of too many the first are looked for."""

    def to_python(self, value: Any) -> str:
        """Return the words, empty if there were none."""
        return (value or "").replace("\x00", " ").strip()[:WORDS_MAX_LENGTH]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a browser count as we do."""
        return {**super().widget_attrs(widget), "maxlength": str(WORDS_MAX_LENGTH)}


class FilterForm(forms.Form):
    """Which contributions are looked for; what makes no sense is left out, never refused."""

    q = Words(label=pgettext_lazy("search", "Words"), required=False)
    part = forms.ChoiceField(label=_("Part of the text"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("contribution", "Kind"), required=False)
    answer = forms.ChoiceField(
        label=_("Answer of the City"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "With or without")),
            ("yes", pgettext_lazy("filter", "Answered")),
            ("no", pgettext_lazy("filter", "Not yet")),
        ],
    )
    district = forms.TypedChoiceField(
        label=_("Arrondissement"), required=False, coerce=int, empty_value=None
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("", pgettext_lazy("sort", "Date, newest first")),
            ("supported", pgettext_lazy("sort", "Support")),
            ("discussed", pgettext_lazy("sort", "Discussion")),
            ("relevant", pgettext_lazy("sort", "Relevance")),
        ],
    )

    def __init__(
        self, *args: Any, places: Iterable[Place], districts: Iterable[int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        kinds: Choices = [("", pgettext_lazy("filter", "All kinds")), *Kind.choices]
        numbers = [(str(n), str(n)) for n in districts]
        parts = [(p.ref, p.label) for p in places]
        self._offer("part", [("", _("The whole text")), *parts])
        self._offer("kind", kinds)
        self._offer("district", [("", _("All of Paris")), *numbers])

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

"""What an agent says of a photo: the boxes that cover it, drawn or as numbers, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import Refused
from parvis.streets.rules.photos import WITHHELD_BECAUSE

SHOW, WITHHOLD, AGAIN = "show", "withhold", "again"
REASONS = {
    "people": _("People can be recognised, too many to cover"),
    "home": _("The inside of a home, or a private place"),
    "documents": _("Papers, names or other personal details"),
    "elsewhere": _("Not this place, or not what is reported"),
    "offensive": _("It offends or shocks"),
    "useless": _("It shows nothing: blurred, dark, a slip"),
}
_SIDES = ("x", "y", "w", "h")


class ReviewForm(forms.Form):
    """A verdict on a photo. `boxes`, once it is clean, are lists of whole numbers or of what was
    typed instead of them: the action says what is wrong with those."""

    verb = forms.ChoiceField(choices=[(one, one) for one in (SHOW, WITHHOLD, AGAIN)])
    because = forms.ChoiceField(
        label=_("Why is it kept from the public?"),
        choices=[("", _("Choose a reason")), *((one, REASONS[one]) for one in WITHHELD_BECAUSE)],
    )
    state = forms.CharField(required=False)
    drawn = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["because"].required = self.data.get("verb", WITHHOLD) == WITHHOLD

    def clean(self) -> dict[str, Any]:
        """Return what was said, with the boxes."""
        said = super().clean() or {}
        drawn = said.get("drawn", "")
        return said | {"boxes": _read(drawn) if drawn else self._typed()}

    def refuse(self, refusal: Refused) -> None:
        """Show why the city said no, beside the field it is about where there is one."""
        field = "because" if refusal.code == "reason_missing" else None
        self.add_error(field, refusal.message)

    def _typed(self) -> list[Sequence[object]]:
        given = self.data if isinstance(self.data, QueryDict) else QueryDict()
        lists = [given.getlist(side) for side in _SIDES]
        rows = [row for row in zip(*lists, strict=False) if any(one.strip() for one in row)]
        return [tuple(_number(one) for one in row) for row in rows]


def _read(drawn: str) -> list[Sequence[object]]:
    try:
        boxes = json.loads(drawn)
    except (ValueError, RecursionError):
        return [()]
    is_list = isinstance(boxes, list) and all(isinstance(one, list) for one in boxes)
    return [tuple(one) for one in boxes] if is_list else [()]


def _number(typed: str) -> int | str:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() else typed

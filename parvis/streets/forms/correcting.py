"""The form with which an agent corrects what a case is, where it is and whether it is public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.kernel.errors import Refused
from parvis.streets.actions.requalifying import Correction
from parvis.streets.models import Case
from parvis.streets.queries import catalogue, ground


class CorrectionForm(forms.Form):
    """What is wrong about a case; what is left as it is changes nothing."""

    subtype = forms.ChoiceField(label=_("What it is"))
    address = forms.CharField(
        label=_("Where it is, if that is wrong"),
        help_text=_("Number, street and arrondissement. Left empty, the place stays."),
        max_length=200,
        required=False,
    )
    is_shown = forms.BooleanField(label=_("It has a public page"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"subtype": case.subtype.code, "is_shown": case.is_shown}
        super().__init__(*args, **kwargs)
        self._case = case
        field = self.fields["subtype"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _choices(case)

    def correction(self) -> Correction:
        """Return what differs, of a valid form.

        :raises Refused: `address_unknown`
        """
        given, case = self.cleaned_data, self._case
        spot = ground.found(given["address"]) if given["address"] else None
        if given["address"] and spot is None:
            message = _("We do not know this address. Write the number, the street and the place.")
            raise Refused("address_unknown", str(message), status=422)
        return Correction(
            subtype=given["subtype"] if given["subtype"] != case.subtype.code else None,
            at=(spot.lon, spot.lat) if spot else None,
            address=given["address"],
            is_shown=given["is_shown"] if given["is_shown"] != case.is_shown else None,
        )


def _choices(case: Case) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds by their types; the present one too, though it be closed."""
    rows = list(catalogue.offered(to_agents=True).filter(not_ours_fr="").order_by("type__order"))
    by_type: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        named = by_type.setdefault(catalogue.label_of(row.type), [])
        named.append((row.code, catalogue.label_of(row)))
    if all(row.pk != case.subtype_id for row in rows):
        kind = case.subtype
        by_type.setdefault(catalogue.label_of(kind.type), []).append(
            (kind.code, catalogue.label_of(kind))
        )
    return [(label, sorted(named, key=lambda one: one[1])) for label, named in by_type.items()]

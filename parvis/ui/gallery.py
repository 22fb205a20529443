"""What the gallery shows: one invented sample for each component that wants an object."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from parvis.ui.icons import ICONS
from parvis.ui.wording import number

COLOURS = (
    ("ground", gettext_lazy("ground")),
    ("paper", gettext_lazy("paper")),
    ("stone", gettext_lazy("stone")),
    ("stone-deep", gettext_lazy("hollowed stone")),
    ("joint", gettext_lazy("joint")),
    ("zinc", gettext_lazy("zinc")),
    ("zinc-mid", gettext_lazy("middle zinc")),
    ("zinc-soft", gettext_lazy("light zinc")),
    ("ink", gettext_lazy("ink")),
    ("ink-soft", gettext_lazy("soft ink")),
    ("green", gettext_lazy("chestnut tree")),
    ("green-soft", gettext_lazy("leaf")),
    ("red", gettext_lazy("urgent")),
    ("ochre", gettext_lazy("attention")),
)
_PAID = (
    (2009, 1692.6),
    (2010, 1536.4),
    (2011, 1707.4),
    (2012, 1666.2),
    (2013, 1835.6),
    (2014, 1767.9),
)
_PATHS = (
    ("lot", "M0 0h640v400H0z", ""),
    ("park", "M398 238l96-34 44 78-88 46z", ""),
    ("sq", "M66 38l70-14 12 54-66 16z", ""),
    ("water", "M-10 318C80 300 130 352 214 338s120-40 150-8 20 60 26 80", 20),
    ("st", "M-10 150L258 172 650 96M258 172L196-10M258 172L340 410M258 172L20 410", 13),
    ("st", "M0 60l170 42M110-10l26 170M0 236l172 24M330-10l-12 170M404-10l58 148", 6),
)
_PINS = ((300, 132, 1, ""), (182, 262, 2, "red"), (452, 262, 3, ""), (540, 170, "", "z"))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Your name"))
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), help_text=gettext_lazy("We answer at this address.")
    )
    message = forms.CharField(
        label=gettext_lazy("Message"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    hall = forms.ChoiceField(
        label=gettext_lazy("Town hall"),
        choices=[
            ("11", gettext_lazy("11th arrondissement")),
            ("12", gettext_lazy("12th arrondissement")),
        ],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How shall we answer?"),
        choices=[("mail", gettext_lazy("By e-mail")), ("phone", gettext_lazy("By telephone"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Follow"),
        required=False,
        choices=[("plan", gettext_lazy("The plan")), ("vote", gettext_lazy("The votes"))],
        widget=forms.CheckboxSelectMultiple,
    )
    first_name = forms.BooleanField(label=gettext_lazy("Publish my first name"))
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), disabled=True, required=False)


class SampleFilters(forms.Form):
    """Two controls over a list."""

    contains = forms.CharField(label=gettext_lazy("Contains"), required=False)
    pillar = forms.ChoiceField(
        label=gettext_lazy("Pillar"),
        required=False,
        choices=[("", pgettext_lazy("pillars", "All"))],
    )


def _refused_form() -> SampleForm:
    """Return the sample form as it comes back with something to mend in every field."""
    form = SampleForm({"email": "alice@example", "message": "", "topics": []}, prefix="refused")
    form.is_valid()
    form.add_error(None, _("A ballot has already been cast with this account."))
    return form


def samples(*, now: dt.datetime) -> dict[str, Any]:
    """Return the context of the gallery."""
    return {
        "colours": COLOURS,
        "typed": _(
            "Text that somebody typed:\nhttps://example.org stays text.\n\nIt keeps its lines."
        ),
        "icons": sorted(ICONS),
        "form": SampleForm(initial={"tracking": "9K-204-T"}),
        "refused": _refused_form(),
        "filters": SampleFilters(),
        "rows": [(year, paid, number(round(paid))) for year, paid in _PAID],
        "two_rows": [(year, paid, number(round(paid))) for year, paid in _PAID[-2:]],
        "days": [str(day) for day in range(1, 6)],
        "voted": [(_("Online"), (40, 85, 120, 160, 250)), (_("On paper"), (0, 20, 45, 30, 60))],
        "graded": (40, 30, 20, 10),
        "curve": [paid for _year, paid in _PAID],
        "paths": _PATHS,
        "names": [(404, 306, "square Gardette")],
        "pins": _PINS,
        "steps": [_("Photo"), _("Place"), _("What"), _("Sending")],
        "page": Paginator(range(1000), 20).page(7),
        "pairs": [
            (_("Address"), _("checked by the City")),
            (_("Acts for"), "Dédé"),
            (_("Under way"), 3),
        ],
        "today": now,
        "yesterday": now - dt.timedelta(days=1),
        "soon": now + dt.timedelta(days=2),
        "later": now + dt.timedelta(days=20),
    }

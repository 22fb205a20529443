"""What an administrator types about routing: a rule, a table, a zone, a question."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from parvis.kernel.errors import Refused
from parvis.streets.models import Category, Subtype
from parvis.streets.queries.catalogue import label_of
from parvis.streets.queries.routing_waiting import handlers_open
from parvis.streets.queries.routing_words import arrondissement_name, zones_open
from parvis.streets.queries.simulation import CASES, EXPORT
from parvis.streets.rules.routing import Route
from parvis.streets.rules.tables import RANKS
from parvis.territory.public import arrondissements, quartiers

_FILE_BYTES = 2_000_000
_ONE_DAY = dt.timedelta(days=1)
_PARTS = ("subtype", "type", "zone", "quartier", "arrondissement")
_PASTS = [
    (EXPORT, gettext_lazy("the reports the City has published")),
    (CASES, gettext_lazy("the latest reports received here")),
]
Choices = list[tuple[str, Any]]


class PastField(forms.ChoiceField):
    """The past that something is tried on: the published reports unless asked otherwise."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Try it on"),
            required=False,
            initial=EXPORT,
            choices=_PASTS,
            widget=forms.RadioSelect,
        )

    def clean(self, value: Any) -> str:
        """Return which past.

        :raises ValidationError: if it is none of them
        """
        return str(super().clean(value)) or EXPORT


class Refusable(forms.Form):
    """A form that shows a refusal beside the field it is about."""

    about: dict[str, str] = {}

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal where it can be mended."""
        self.add_error(self.about.get(refusal.code), refusal.message)


def _day(label: Any, hint: Any) -> forms.DateField:
    typed = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=typed)


class RuleForm(Refusable):
    """A rule: about what, where, to whom, when, and why; and which past it is tried on."""

    # One is chosen already.
    depends = frozenset({"source"})
    about = {
        "no_such_subtype": "matter",
        "rule_two_matters": "matter",
        "no_such_zone": "ground",
        "zone_closed": "ground",
        "rule_two_grounds": "ground",
        "no_such_handler": "handler",
        "handler_closed": "handler",
        "rule_no_days": "last",
        "rule_without_reason": "why",
    }
    matter = forms.ChoiceField(label=gettext_lazy("What is reported"), required=False)
    ground = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    handler = forms.ChoiceField(label=gettext_lazy("Goes to"))
    first = _day(gettext_lazy("First day"), gettext_lazy("Empty: it holds already."))
    last = _day(gettext_lazy("Last day"), gettext_lazy("Empty: until somebody changes it."))
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"),
        initial=0,
        min_value=RANKS.start,
        max_value=RANKS.stop - 1,
        help_text=gettext_lazy(
            "Usually 0. A higher rank goes before more specific rules: rules on woods and parks "
            "have 10."
        ),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("A sentence for colleagues, such as the decision it follows from."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = PastField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["matter"], matters())
        _choose(self.fields["ground"], grounds())
        _choose(self.fields["handler"], [("", _("Choose")), *handlers_open()])

    def route(self, rule_id: int = 0) -> Route:
        """Return the rule that was typed."""
        given = self.cleaned_data
        parts = dict(
            part.split(":", 1) for part in (given["matter"], given["ground"]) if ":" in part
        )
        return Route(
            id=rule_id,
            handler=given["handler"],
            subtype=parts.get("subtype"),
            type=parts.get("type"),
            zone=parts.get("zone"),
            quartier=int(parts["quartier"]) if "quartier" in parts else None,
            arrondissement=int(parts["arrondissement"]) if "arrondissement" in parts else None,
            first=given["first"],
            until=given["last"] + _ONE_DAY if given["last"] else None,
            rank=given["rank"],
        )


def as_typed(route: Route, why: str) -> dict[str, Any]:
    """Return a rule as its form shows it."""
    said = {name: getattr(route, name) for name in _PARTS}
    parts = {name: f"{name}:{value}" for name, value in said.items() if value is not None}
    return {
        "matter": parts.get("subtype") or parts.get("type") or "",
        "ground": parts.get("zone") or parts.get("quartier") or parts.get("arrondissement") or "",
        "handler": route.handler,
        "first": route.first,
        "last": route.until - _ONE_DAY if route.until else None,
        "rank": route.rank,
        "why": why,
    }


def _choose(field: forms.Field, choices: Choices) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def kinds() -> Choices:
    """Return every kind of report, under its type, as codes and labels."""
    rows = Subtype.objects.filter(closed_at=None, not_ours_fr="").select_related("type")
    by_type: dict[str, list[tuple[str, str]]] = {}
    for one in rows.order_by("type__order", "order"):
        label = label_of(one)
        if one.is_reserved_to_agents:
            label = _("%(kind)s (agents)") % {"kind": label}
        by_type.setdefault(label_of(one.type), []).append((one.code, label))
    return list(by_type.items())


def matters() -> Choices:
    """Return what a rule may be about: anything, a whole type, a kind."""
    tops = Category.objects.filter(parent=None).order_by("order")
    whole = [(f"type:{one.code}", label_of(one)) for one in tops]
    single = [
        (top, [(f"subtype:{code}", label) for code, label in found]) for top, found in kinds()
    ]
    return [("", _("Everything")), (_("A whole type"), whole), *single]


def grounds() -> Choices:
    """Return where a rule may hold: anywhere, in a zone, an arrondissement, a quartier."""
    drawn = [(f"zone:{zone.code}", zone.name) for zone in zones_open() if zone.kind != "water"]
    parents = arrondissements()
    large = [(f"arrondissement:{one.number}", arrondissement_name(one.number)) for one in parents]
    small = [
        (f"quartier:{one.number}", f"{one.name} ({parent.number})")
        for parent in parents
        for one in quartiers(parent.number)
    ]
    return [
        ("", _("The whole city")),
        (_("Zones"), drawn),
        (_("Arrondissements"), large),
        (_("Quartiers"), small),
    ]


class AskForm(Refusable):
    """A kind of report and a place, to ask who treats it."""

    about = {"no_such_subtype": "subtype", "outside_the_city": "place"}
    subtype = forms.ChoiceField(label=gettext_lazy("What is reported"))
    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=200,
        help_text=gettext_lazy("An address, or longitude and latitude: 2.3692, 48.8533"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["subtype"], [("", _("Choose")), *kinds()])


class TableForm(Refusable):
    """A table of routing, as a CSV file."""

    about = {"table_wrong": "file"}
    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV, in the form of the table that can be fetched here."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def text(self) -> str:
        """Return what stands in the file.

        :raises Refused: `table_wrong`
        """
        return text_of(self.cleaned_data["file"], "table_wrong")


class OutlineForm(Refusable):
    """The outline of a zone, and where it comes from."""

    depends = frozenset({"file", "geojson"})
    source = forms.CharField(
        label=gettext_lazy("Where the outline comes from"), max_length=200, required=False
    )
    file = forms.FileField(
        label=gettext_lazy("Outline"),
        required=False,
        help_text=gettext_lazy("GeoJSON, in longitude and latitude."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    geojson = forms.CharField(
        label=gettext_lazy("Or paste it"),
        required=False,
        max_length=_FILE_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def refuse(self, refusal: Refused) -> None:
        """Show what is wrong with an outline where it was given."""
        place = "file" if self.cleaned_data.get("file") else "geojson"
        self.add_error(self.about.get(refusal.code, place), refusal.message)

    def clean(self) -> dict[str, Any]:
        """Ask for an outline, however it is given."""
        given = super().clean() or {}
        if not given.get("file") and not given.get("geojson"):
            self.add_error("file", _("Choose a file, or paste the outline."))
        return given

    def outline(self) -> str:
        """Return the outline that was given, as text.

        :raises Refused: `outline_not_geojson`
        """
        given = self.cleaned_data["file"]
        if given:
            given.seek(0)
            return text_of(given, "outline_not_geojson")
        return str(self.cleaned_data["geojson"])


class RedrawForm(OutlineForm):
    """Another outline of a zone, and the past it is tried on."""

    # One is chosen already.
    depends = frozenset({"past"})
    past = PastField()

    def as_tried(self) -> RedrawForm:
        """Return the form as it is sent again once the outline was tried: a file was read, and what
        stood in it is pasted."""
        kept = {"source": self.cleaned_data["source"], "past": self.cleaned_data["past"]}
        return RedrawForm(initial={**kept, "geojson": self.outline()})


class ZoneForm(OutlineForm):
    """A zone to draw: its name, where its outline comes from, the outline."""

    field_order = ("name",)
    about = {"zone_without_name": "name"}
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("As colleagues call it: « Worksite of Place de la Bastille »."),
    )


class AssignForm(Refusable):
    """To whom an agent sends a case, and why."""

    about = {"no_such_handler": "handler", "handler_closed": "handler", "already_theirs": "handler"}
    handler = forms.ChoiceField(label=gettext_lazy("Send it to"))
    note = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Only agents read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["handler"], [("", _("Choose")), *handlers_open()])


def text_of(given: Any, code: str) -> str:
    """Return the text of a file that was sent.

    :raises Refused: with this code, if it is too large or no text
    """
    if not isinstance(given, UploadedFile) or (given.size or 0) > _FILE_BYTES:
        raise Refused(code, _("This file is too large: 2 MB at most."), status=413)
    try:
        return bytes(given.read()).decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Refused(code, _("This file is no text in UTF-8."), status=422) from broken

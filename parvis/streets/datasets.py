"""What this module publishes: every public case, live, without a word of who reported it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DatasetField, PublishedDataset, published_datasets
from parvis.kernel.fact_types import Fact
from parvis.streets import events
from parvis.streets.models import Case
from parvis.streets.queries import public_cases
from parvis.streets.queries.catalogue import label_of

Notes = Mapping[str, tuple[str, ...]]
_ID: Notes = {"id": ()}
_FACET: Notes = {"facet": ()}
_MOMENT: Notes = {"timeserie_precision": ("minute",)}
_CHUNK = 2_000
_MINUTES = 60
DATASET = "signalements"


def _field(
    name: str,
    kind: str,
    label: Any,
    description: Any,
    notes: Notes | None = None,
) -> DatasetField:
    return DatasetField(
        name=name, type=kind, label=label, description=description, annotations=notes or {}
    )


FIELDS = (
    _field("numero", "text", _("Number"), _("Number of the case, the same for ever."), _ID),
    _field("type", "text", _("Type"), _("Family of the City's catalogue."), _FACET),
    _field("soustype", "text", _("Kind"), _("What was reported, in the City's words."), _FACET),
    _field(
        "adresse",
        "text",
        _("Address"),
        _("Nearest known address; empty where the place is not public."),
    ),
    _field("code_postal", "text", _("Postcode"), _("Postcode of the address."), _FACET),
    _field("arrondissement", "int", _("Arrondissement"), _("Its number, 1 to 20."), _FACET),
    _field("quartier", "int", _("Quartier"), _("Number of the quartier, 1 to 80."), _FACET),
    _field("etat", "text", _("State"), _("How the case stands."), _FACET),
    _field("ouvert", "boolean", _("Open"), _("Whether the City still has to act."), _FACET),
    _field("motif", "text", _("Reason"), _("Why it was closed; empty while it is open."), _FACET),
    _field(
        "reuni_a", "text", _("Joined to"), _("Number of the case it was found to be the same as.")
    ),
    _field(
        "intervenant", "text", _("Handler"), _("Who treats it; empty while nobody does."), _FACET
    ),
    _field(
        "signalements", "int", _("Reports"), _("How many people reported it, « me too » included.")
    ),
    _field(
        "contestations", "int", _("Contradictions"), _("How often its closing was contradicted.")
    ),
    _field("photos", "int", _("Photos"), _("Photos that an agent looked at and made public.")),
    _field("signale_le", "datetime", _("Reported at"), _("When it was first reported."), _MOMENT),
    _field(
        "echeance", "datetime", _("Promised for"), _("When the City promised to be done."), _MOMENT
    ),
    _field(
        "clos_le", "datetime", _("Closed at"), _("When it was closed; empty while open."), _MOMENT
    ),
    _field(
        "delai_heures",
        "double",
        _("Time taken, in working hours"),
        _("Working hours until it was closed, without what the City waited for others."),
    ),
    _field(
        "delai_tenu",
        "boolean",
        _("Promise kept"),
        _("Whether it was closed in time; empty while open, or where nothing is promised."),
        _FACET,
    ),
    _field("modifie_le", "datetime", _("Changed at"), _("When something last changed."), _MOMENT),
    _field(
        "geo_point_2d",
        "geo_point_2d",
        _("Place"),
        _("Where it is; the middle of a hexagon of 150 m where the place is not public."),
    ),
    _field("page", "text", _("Page"), _("Address of the case on this site.")),
)


def _rows(names: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    cases: QuerySet[Case] = public_cases.shown().order_by("opened_at", "id")
    if names is not None:
        cases = cases.filter(code__in=list(names))
    return (_row(case) for case in cases.iterator(chunk_size=_CHUNK))


def _row(case: Case) -> dict[str, Any]:
    known = public_cases.public_case(case)
    page = reverse("streets:case", args=[known.code])
    return {
        "numero": known.code,
        "type": label_of(case.type),
        "soustype": case.subtype.published_as,
        "adresse": known.address or None,
        "code_postal": known.postcode or None,
        "arrondissement": known.arrondissement,
        "quartier": known.quartier,
        "etat": label_of(case.state),
        "ouvert": known.is_open,
        "motif": label_of(case.reason) if case.reason else None,
        "reuni_a": known.merged_into or None,
        "intervenant": case.handler.published_as if case.handler else None,
        "signalements": known.reports,
        "contestations": known.contradictions,
        "photos": len(known.photos),
        "signale_le": known.opened_at.isoformat(),
        "echeance": known.due_at.isoformat() if known.due_at else None,
        "clos_le": known.closed_at.isoformat() if known.closed_at else None,
        "delai_heures": _hours(known.worked_minutes),
        "delai_tenu": _is_kept(case),
        "modifie_le": known.changed_at.isoformat(),
        "geo_point_2d": {"lon": known.lon, "lat": known.lat},
        "page": f"{settings.PARVIS_SITE_URL}{page}",
    }


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / _MINUTES, 1)


def _is_kept(case: Case) -> bool | None:
    if case.closed_at is None or case.due_at is None:
        return None
    return case.closed_at <= case.due_at


def _the_one(fact: Any) -> Iterable[str]:
    return [fact.code]


def _both(fact: events.CasesMerged) -> Iterable[str]:
    return [fact.code, fact.into]


_ABOUT_ONE: tuple[type[Fact], ...] = (
    events.CaseOpened,
    events.CaseJoined,
    events.ReportWithdrawn,
    events.CaseRouted,
    events.CaseMoved,
    events.CaseRequalified,
    events.CaseContradicted,
    events.PhotoShown,
)
CHANGED_BY: dict[type[Fact], Callable[[Any], Iterable[str]]] = dict.fromkeys(_ABOUT_ONE, _the_one)
CHANGED_BY[events.CasesMerged] = _both

published_datasets.declare(
    PublishedDataset(
        key=DATASET,
        title=_("Reports about the street"),
        description=_(
            "Every case of the street: what and where, how it stands, who treats it, what was"
            " promised, when and why it was closed, and whether that was contradicted."
        ),
        theme=_("Environment"),
        keywords=("dans ma rue", "signalement", "espace public", "anomalie", "délai"),
        fields=FIELDS,
        named_by="numero",
        sorted_by=("signale_le", "numero"),
        removed=_(
            "Words, answers and contact details of who reported are left out, and photos before"
            " an agent has looked at them. Some kinds are published without address, at the"
            " middle of a hexagon."
        ),
        refresh=_("Seconds after a report, a step or a closing."),
        rows=_rows,
        changed_by=CHANGED_BY,
    )
)

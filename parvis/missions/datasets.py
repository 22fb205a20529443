"""What missions publish: what many people counted and checked together, live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DatasetField, PublishedDataset, published_datasets
from parvis.missions.events import TaskDecided
from parvis.missions.queries import rows

DATASET = "inventaires-citoyens"
_FACET: dict[str, tuple[str, ...]] = {"facet": ()}
_ID: dict[str, tuple[str, ...]] = {"id": ()}


def _field(
    name: str,
    kind: str,
    label: Any,
    description: Any,
    notes: dict[str, tuple[str, ...]] | None = None,
) -> DatasetField:
    return DatasetField(
        name=name, type=kind, label=label, description=description, annotations=notes or {}
    )


FIELDS = (
    _field("identifiant", "text", _("Identifier"), _("The same for ever."), _ID),
    _field("mission", "text", _("Mission"), _("Title of the mission it comes from."), _FACET),
    _field("objet", "text", _("Thing"), _("Its id in the data it comes from.")),
    _field("libelle", "text", _("Name"), _("What it is called.")),
    _field("etat", "text", _("State"), _("Agreed, settled by the City, or disputed."), _FACET),
    _field("valeur", "text", _("What holds"), _("In words; empty while people disagree.")),
    _field("resultat", "json_blob", _("Result"), _("What holds, by question.")),
    _field("accord_pct", "int", _("Agreement"), _("How much of the weight says so, in percent.")),
    _field("reponses", "int", _("Answers"), _("How many people's answers count.")),
    _field("precision_ville", "text", _("Why"), _("What the City says where it settled.")),
    _field("quartier", "int", _("Quartier"), _("Number of the quartier, 1 to 80."), _FACET),
    _field("jeu_source", "text", _("Dataset checked"), _("Its id in the catalogue."), _FACET),
    _field("champ_source", "text", _("Field checked"), _("Its name in that dataset.")),
    _field(
        "modifie_le",
        "datetime",
        _("Changed at"),
        _("When something last changed."),
        {"timeserie_precision": ("minute",)},
    ),
    _field("demandeur", "text", _("Asked by"), _("The association, or the City."), _FACET),
    _field("provenance", "text", _("Provenance"), _("Where the list of things comes from.")),
    _field("licence", "text", _("Licence"), _("Under which it may be used again."), _FACET),
    _field("geo_point_2d", "geo_point_2d", _("Place"), _("Where the thing is.")),
    _field("page", "text", _("Page"), _("Address of the thing on this site.")),
)


def _the_one(fact: TaskDecided) -> Iterable[str]:
    return [str(fact.task_id)]


published_datasets.declare(
    PublishedDataset(
        key=DATASET,
        title=_("Inventories made by residents"),
        description=_(
            "What many people counted or checked on the spot in the missions of the City and of"
            " associations: each thing, what holds, how many answered and how far they agree."
        ),
        theme=_("Environment"),
        keywords=("mission", "inventaire", "contribution", "vérification"),
        fields=FIELDS,
        named_by="identifiant",
        sorted_by=("mission", "objet"),
        removed=_("Who answered, single answers, photos, and where people stood."),
        refresh=_("Seconds after people agree."),
        rows=rows.published,
        changed_by={TaskDecided: _the_one},
        # Part of it comes from lists under this licence, which what is made of them keeps.
        license="Open Database License (ODbL) 1.0",
        license_url="https://opendatacommons.org/licenses/odbl/1-0/",
    )
)

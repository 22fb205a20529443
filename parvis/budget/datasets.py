"""What the participatory budget publishes: projects of the editions held here, winners of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.budget.events import ProjectChanged
from parvis.budget.queries import rows
from parvis.kernel.declarations import DatasetField, PublishedDataset, published_datasets

PROJECTS = "budget-participatif-projets"
WINNERS = "budget-participatif-laureats"
_FACET: dict[str, tuple[str, ...]] = {"facet": ()}
_ID: dict[str, tuple[str, ...]] = {"id": ()}
_EUROS: dict[str, tuple[str, ...]] = {"unit": ("€",)}


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


_IDENTIFIER = _field("identifiant", "text", _("Identifier"), _("The same for ever."), _ID)
_EDITION = _field("edition", "int", _("Edition"), _("Year of the edition."), _FACET)
_DISTRICT = _field(
    "arrondissement",
    "int",
    _("Arrondissement"),
    _("Empty for the whole city; 23 is Paris Centre, the first four together."),
    _FACET,
)
_SCALE = _field("perimetre", "text", _("Scale"), _("Paris, or one arrondissement."), _FACET)
_TITLE = _field("titre", "text", _("Title"), _("As the ballot has it, or its author wrote it."))
_THEME = _field("thematique", "text", _("Theme"), _("What it is about."), _FACET)
_ADDRESS = _field("adresse", "text", _("Address"), _("In words."))
_POINT = _field("geo_point_2d", "geo_point_2d", _("Place"), _("Where it is, if a point is known."))
_PAGE = _field("page", "text", _("Page"), _("Its address on this site."))

PROJECT_FIELDS = (
    _IDENTIFIER,
    _EDITION,
    _DISTRICT,
    _SCALE,
    _field("numero", "int", _("Number"), _("On the ballot of its area.")),
    _TITLE,
    _field("texte", "text", _("Text"), _("What is proposed.")),
    _THEME,
    _field("statut", "text", _("State"), _("Where it stands."), _FACET),
    _field("motif", "text", _("Reason"), _("Why the City decided as it did.")),
    _field("cout_estime_auteur", "double", _("Cost, guessed"), _("By its author."), _EUROS),
    _field("cout_retenu", "double", _("Cost"), _("By the City, once its study is over."), _EUROS),
    _ADDRESS,
    _field("abonnes", "int", _("Followers"), _("Empty below eleven.")),
    _field("regroupe_avec", "text", _("Part of"), _("The project it became part of.")),
    _field("depose_le", "datetime", _("Proposed at"), _("When it was proposed.")),
    _POINT,
    _PAGE,
)
WINNER_FIELDS = (
    _IDENTIFIER,
    _field("numero_ville", "int", _("City's number"), _("In « bp_projets_gagnants ».")),
    _EDITION,
    _SCALE,
    _DISTRICT,
    _TITLE,
    _THEME,
    _field("quartier_populaire", "boolean", _("Quartier populaire"), _("In one of them."), _FACET),
    _field("budget", "double", _("Budget"), _("What it may cost."), _EUROS),
    _field(
        "votes",
        "int",
        _("Votes"),
        _("Empty below eleven, before 2026, and where voters gave points, ranks or grades."),
    ),
    _field("avancement", "text", _("State of the works"), _("In the City's words."), _FACET),
    _field("motif_abandon", "text", _("Why given up"), _("For a project that is given up.")),
    _field("direction_pilote", "text", _("Service in charge"), _("Of the City."), _FACET),
    _field("date_etudes", "date", _("Studies begin"), _("First day of the month.")),
    _field("date_procedure", "date", _("Procedures begin"), _("First day of the month.")),
    _field("date_travaux", "date", _("Works begin"), _("First day of the month.")),
    _field("date_livraison_prevue", "date", _("Delivery planned"), _("First day of the month.")),
    _field("date_ouverture", "date", _("Opens to the public"), _("First day of the month.")),
    _field("date_fin", "date", _("End"), _("First day of the month.")),
    _ADDRESS,
    _POINT,
    _PAGE,
)


def _the_one(fact: ProjectChanged) -> Iterable[str]:
    return [str(fact.project_id)]


published_datasets.declare(
    PublishedDataset(
        key=PROJECTS,
        title=_("Projects of the participatory budget"),
        description=_(
            "Every project that residents proposed and everybody may read: what, where, what it"
            " costs, where it stands and why."
        ),
        theme=_("Citizenship"),
        keywords=("budget participatif", "projet", "participation"),
        fields=PROJECT_FIELDS,
        named_by="identifiant",
        sorted_by=("edition", "arrondissement", "titre"),
        removed=_(
            "Who proposed, remarked and follows; followers are counted from eleven on; opinions of"
            " services, until a study is over; ballots."
        ),
        refresh=_("Seconds after a project changes."),
        rows=rows.projects,
        changed_by={ProjectChanged: _the_one},
    ),
    PublishedDataset(
        key=WINNERS,
        title=_("Winners of the participatory budget, and the state of their works"),
        description=_(
            "Every project that was chosen by a vote since 2014: its budget, the dates of its"
            " steps, how far it got, and why it was given up."
        ),
        theme=_("Citizenship"),
        keywords=("budget participatif", "lauréat", "travaux"),
        fields=WINNER_FIELDS,
        named_by="identifiant",
        sorted_by=("edition", "arrondissement", "titre"),
        removed=_("Who proposed and follows; votes are counted from eleven on; ballots."),
        refresh=_("Seconds after the works move on."),
        rows=rows.winners,
        changed_by={ProjectChanged: _the_one},
        # The editions of 2014 to 2024 come from the City's file under this licence.
        license="Open Database License (ODbL) 1.0",
        license_url="https://opendatacommons.org/licenses/odbl/1-0/",
    ),
)

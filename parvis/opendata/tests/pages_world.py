"""What the tests of the pages look at: the real voted budget, operations on the map, toilets that
are described and not held."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from parvis.opendata.actions.describing import describe, describe_all
from parvis.opendata.actions.publishing import publish
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import MONDAY, a_version

REAL_BUDGET = "budgets-votes-2020-2026-extraits-des-documents-budgetaires"
WORKS, TOILETS = "operations", "toilettes"
FINANCE, STREET = "Administration et Finances Publiques", "Mobilité et Espace Public"
YEARLY: dict[str, tuple[str, ...]] = {"facet": (), "timeserie_precision": ("year",)}
WORKS_SCHEMA = Schema(
    (
        Field(name="annee", type=FieldType.DATE, label="Année", annotations=YEARLY),
        Field(name="arrondissement", type=FieldType.INT, label="Arrondissement"),
        Field(name="nom_projet", type=FieldType.TEXT, label="Opération"),
        Field(name="genre", type=FieldType.TEXT, label="Genre", annotations={"facet": ()}),
        Field(name="montant", type=FieldType.DOUBLE, label="Montant", annotations={"unit": ("€",)}),
        Field(name="fini", type=FieldType.BOOLEAN, label="Fini"),
        Field(name="point", type=FieldType.GEO_POINT, label="Point"),
    )
)


def a_work(
    year: int, district: int, name: str, kind: str, amount: float, place: Any = None
) -> dict[str, Any]:
    """Return a row of `WORKS_SCHEMA`; `place` is longitude and latitude."""
    lon, lat = place or (None, None)
    return {
        "annee": dt.date(year, 1, 1),
        "arrondissement": district,
        "nom_projet": name,
        "genre": kind,
        "montant": amount,
        "fini": year < 2024,
        "point.lon": lon,
        "point.lat": lat,
    }


WORKS_ROWS: tuple[dict[str, Any], ...] = (
    a_work(2023, 11, "École de la Roquette", "école", 1_500_000, (2.3801, 48.8566)),
    a_work(2023, 11, "Square Maurice Gardette", "jardin", 250_000, (2.3795, 48.8618)),
    a_work(2023, 20, "Piscine Davout", "sport", 7_604_735.27, (2.4101, 48.8601)),
    a_work(2024, 11, "Piste cyclable Voltaire", "rue", 980_000, (2.3795, 48.8580)),
    a_work(2024, 12, "Jardin de Reuilly", "jardin", 320_000, (2.3877, 48.8428)),
    a_work(2024, 0, "Études générales", "rue", 80_000),
)


def the_works(rows: Sequence[dict[str, Any]] = WORKS_ROWS, *, now: dt.datetime = MONDAY) -> None:
    """Publish operations of investment, with a warning and two columns of somebody else's."""
    describe(
        description=Description(
            dataset_id=WORKS,
            metas={
                "default": {
                    "title": "Opérations d'investissement",
                    "description": "<p>Ce que la Ville construit. Une ligne par opération.</p>",
                    "theme": [FINANCE],
                    "keyword": ["budget", "travaux"],
                    "publisher": "Direction des Finances",
                    "license": "Licence Ouverte v2.0 (Etalab)",
                }
            },
            fields=WORKS_SCHEMA.to_json(),
            enriched_fields=["genre", "point"],
            warnings=[{"code": "partial", "message": "Seules les plus grosses opérations y sont."}],
            order=1,
        ),
        now=now,
    )
    a_version(rows, WORKS_SCHEMA, dataset_id=WORKS, now=now)


def the_described() -> None:
    """Describe a dataset of which nothing is held."""
    fields = [Field(name="adresse", type=FieldType.TEXT, label="Adresse").to_json()]
    describe_all(
        descriptions=[
            Description(
                dataset_id=TOILETS,
                metas={
                    "default": {
                        "title": "Toilettes publiques",
                        "description": "Sanisettes & urinoirs, sur la voie publique.",
                        "theme": [STREET],
                        "keyword": ["propreté"],
                        "publisher": "Direction de la Propreté",
                        "license": "Open Database License (ODbL)",
                    }
                },
                fields=fields,
                source_url="https://opendata.paris.fr/explore/dataset/toilettes/",
                order=2,
            )
        ],
        now=MONDAY,
    )


def the_real_budget() -> None:
    """Publish the voted budgets of Paris as the city's folder holds them."""
    folder = settings.PARVIS_CITY_DIR / "opendata"
    listed = tomllib.loads((folder / "datasets.toml").read_text("utf-8"))["dataset"]
    said = next(one for one in listed if one["id"] == REAL_BUDGET)
    fields = [_field(one) for one in said["fields"]]
    describe(
        description=Description(
            dataset_id=REAL_BUDGET,
            metas={"default": {name: said[name] for name in ("title", "description", "theme")}},
            fields=[one.to_json() for one in fields],
            sort_fields=said["sort"],
            warnings=said["warnings"],
        ),
        now=MONDAY,
    )
    table = pq.read_table(folder / f"{REAL_BUDGET}.parquet")
    publish(dataset_id=REAL_BUDGET, table=table, schema=Schema(tuple(fields)), now=MONDAY)


def _field(said: dict[str, Any]) -> Field:
    pairs = [one.partition("=") for one in said.get("annotations", ())]
    return Field(
        name=said["name"],
        type=FieldType(said["type"]),
        label=said["label"],
        description=said["description"],
        annotations={name: (value,) if value else () for name, _sign, value in pairs},
    )

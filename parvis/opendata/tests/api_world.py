"""Two datasets for the tests of the API: trees that are held, tides that are described only."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

from parvis.opendata.actions.describing import describe_all
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import MONDAY, a_version

API = "/api/explore/v2.1"
TREES, TIDES = "arbres", "marees"
NOON = dt.datetime(2022, 7, 1, 10, tzinfo=dt.UTC)
WINTER = dt.datetime(2022, 1, 15, 23, 30, tzinfo=dt.UTC)
TREES_SCHEMA = Schema(
    (
        Field(name="id", type=FieldType.INT, label="Numéro", annotations={"id": ()}),
        Field(
            name="essence",
            type=FieldType.TEXT,
            label="Essence",
            annotations={"facet": (), "disjunctive": ()},
        ),
        Field(
            name="campagne",
            type=FieldType.DATE,
            label="Campagne",
            annotations={"facet": (), "timeserie_precision": ("year",)},
        ),
        Field(name="plante", type=FieldType.DATETIME, label="Planté le"),
        Field(name="hauteur", type=FieldType.DOUBLE, label="Hauteur", annotations={"unit": ("m",)}),
        Field(name="remarquable", type=FieldType.BOOLEAN, label="Remarquable"),
        Field(name="soins", type=FieldType.TEXT, annotations={"multivalued": (",",)}),
        Field(name="lieu", type=FieldType.GEO_POINT, label="Lieu"),
        Field(name="emprise", type=FieldType.GEO_SHAPE, label="Emprise"),
    )
)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[2.3, 48.8], [2.31, 48.8], [2.31, 48.81], [2.3, 48.81], [2.3, 48.8]]],
}
TREES_ROWS = (
    {
        "id": 1,
        "essence": "Érable; plane",
        "campagne": dt.date(2021, 1, 1),
        "plante": NOON,
        "hauteur": 5.0,
        "remarquable": True,
        "soins": ["taille", "arrosage"],
        "lieu.lon": 2.35,
        "lieu.lat": 48.85,
        "emprise": json.dumps(SQUARE),
    },
    {
        "id": 2,
        "essence": 'Frêne "pleureur"',
        "campagne": dt.date(2022, 1, 1),
        "plante": WINTER,
        "hauteur": 7.25,
        "remarquable": False,
        "soins": ["taille"],
        "lieu.lon": 2.25,
        "lieu.lat": 48.82,
    },
    {"id": 3},
)


def the_trees(rows=TREES_ROWS, *, now=MONDAY):
    """Describe and hold the trees, describe the tides."""
    described = [
        Description(
            dataset_id=TREES,
            metas={
                "default": {
                    "title": "Les arbres",
                    "description": "<p>Chaque <b>arbre</b> planté.</p><script>x</script>",
                    "theme": ["Environnement"],
                    "keyword": ["nature", "ville"],
                    "publisher": "Service des arbres",
                    "license": "Open Database License (ODbL)",
                    "license_url": "http://opendatacommons.org/licenses/odbl/",
                    "modified": "2022-03-04T05:06:07+00:00",
                    "records_count": 900,
                },
                "dcat": {"creator": "Alice"},
            },
            fields=[field.to_json() for field in TREES_SCHEMA.fields],
            features=["analyze", "geo"],
            attachments=[
                {"mimetype": "application/pdf", "url": "odsfile://a.pdf", "id": "a", "title": "A"}
            ],
            key_fields=["id"],
            sort_fields=["id"],
            order=1,
        ),
        Description(
            dataset_id=TIDES,
            metas={"default": {"title": "Les marées", "records_count": 12}},
            source_url="https://opendata.paris.fr/explore/dataset/marees/",
            order=2,
        ),
    ]
    describe_all(descriptions=described, now=now)
    return a_version(rows, TREES_SCHEMA, dataset_id=TREES, now=now)


def get(client, path, **given):
    """Ask the API and return what it answers."""
    return client.get(f"{API}/{path}", given)


def body(response):
    """Return the bytes of an answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def file(client, path, **given):
    """Return the bytes of an exported file, which must be there."""
    response = get(client, path, **given)
    content = body(response)
    assert response.status_code == 200, content
    return content


def table(content, delimiter=";"):
    """Return the cells of a CSV file."""
    return list(
        csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    )

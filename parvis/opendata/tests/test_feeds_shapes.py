"""JSON of any shape, values in their usual guises, and how one declares a live dataset."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.opendata.rules.feeds import declaring, gbfs, json_feed, mapping, reading
from parvis.opendata.rules.feeds.heard import Heard, Said, Unreadable
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.live import Observed

NOW = dt.datetime(2025, 10, 18, 9, 0, tzinfo=dt.UTC)

# --- JSON -----------------------------------------------------------------------------------------

POOLS = Schema(
    (
        Field(name="pool", type=FieldType.TEXT),
        Field(name="inside", type=FieldType.INT),
        Field(name="water", type=FieldType.DOUBLE),
        Field(name="place", type=FieldType.GEO_POINT),
        Field(name="open", type=FieldType.TEXT),
        Field(name="seen", type=FieldType.DATETIME),
    )
)
OPTIONS = {
    "list": "data.pools",
    "moment": "at",
    "updated": "stamp",
    "timezone": "Europe/Paris",
    "fields": {
        "inside": "people.now",
        "water": "basins.0.degrees",
        "place": {"lon": "x", "lat": "y"},
        "seen": "at",
    },
    "values": {"open": {"true": "OUI", "false": "NON"}},
}


DOCUMENT = {
    "stamp": "2025-10-18T11:00:00",
    "data": {
        "pools": [
            {
                "pool": "Butte-aux-Cailles",
                "people": {"now": "41"},
                "basins": [{"degrees": 28}],
                "x": 2.35,
                "y": 48.82,
                "open": True,
                "at": "2025-10-18T10:59:00",
            },
            {"pool": "Joséphine Baker", "people": {"now": None}, "open": False, "at": ""},
        ]
    },
}


def test_a_json_document_becomes_rows_under_the_names_of_the_fields():
    heard = json_feed.read(DOCUMENT, OPTIONS)
    assert heard.updated_at == NOW
    first, second = mapping.observations(heard, POOLS, OPTIONS, now=NOW)
    assert first == Observed(
        row={
            "pool": "Butte-aux-Cailles",
            "inside": 41,
            "water": 28,
            "place": {"lon": 2.35, "lat": 48.82},
            "open": "OUI",
            "seen": "2025-10-18T08:59:00+00:00",
        },
        observed_at=dt.datetime(2025, 10, 18, 8, 59, tzinfo=dt.UTC),
    )
    assert second.row == {
        "pool": "Joséphine Baker",
        "inside": None,
        "water": None,
        "place": None,
        "open": "NON",
        "seen": None,
    }
    assert second.observed_at is None


@pytest.mark.parametrize(
    ("document", "options", "sentence"),
    [
        ({"data": 3}, {"list": "data"}, "There is no list at « data »."),
        (3, {}, "This is no list of rows."),
        ([{"a": 1}, 2], {}, "Row 2 is no object: 2"),
        ([{"at": "noon"}], {"moment": "at"}, "Row 1 has no moment at « at »: 'noon'"),
        ([], {"timezone": "Mars/Base", "moment": "at"}, "There is no time zone 'Mars/Base'."),
    ],
)
def test_a_document_of_another_shape_is_told(document, options, sentence):
    with pytest.raises(Unreadable) as fault:
        json_feed.read(document, options)
    assert str(fault.value) == sentence


def test_a_clock_that_runs_ahead_silences_nobody():
    heard = Heard(rows=(Said(values={"pool": "a"}, moment=NOW + dt.timedelta(days=400)),))
    (seen,) = mapping.observations(heard, POOLS, {}, now=NOW)
    assert seen.observed_at == NOW


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        (FieldType.INT, "12", 12),
        (FieldType.INT, "", None),
        (FieldType.INT, "a", "a"),
        (FieldType.DOUBLE, "-1.5e3", -1500.0),
        (FieldType.DOUBLE, "nan", "nan"),
        (FieldType.BOOLEAN, "OUI", True),
        (FieldType.BOOLEAN, 0, False),
        (FieldType.BOOLEAN, "peut-être", "peut-être"),
        (FieldType.DATE, "2025-10-18T10:00:00Z", "2025-10-18"),
        (FieldType.DATETIME, 1760776294, "2025-10-18T08:31:34+00:00"),
        (FieldType.DATETIME, 1760776294000, "2025-10-18T08:31:34+00:00"),
        (FieldType.DATETIME, "2025-10-18 08:31:34", "2025-10-18T08:31:34+00:00"),
        (FieldType.DATETIME, "hier", "hier"),
        (FieldType.GEO_POINT, "48.8, 2.3", {"lon": 2.3, "lat": 48.8}),
        (FieldType.GEO_POINT, [48.8, 2.3], {"lon": 2.3, "lat": 48.8}),
        (
            FieldType.GEO_POINT,
            {"type": "Point", "coordinates": [2.3, 48.8]},
            {"lon": 2.3, "lat": 48.8},
        ),
        (FieldType.GEO_POINT, {"latitude": "48.8", "longitude": "2.3"}, {"lon": 2.3, "lat": 48.8}),
        (FieldType.GEO_POINT, {"lon": None, "lat": None}, None),
        (FieldType.GEO_POINT, "ici", "ici"),
    ],
)
def test_values_are_read_as_programs_write_them_and_others_are_left(kind, given, read):
    assert reading.shaped(Field(name="x", type=kind), given) == read


def test_a_text_of_several_values_is_a_list():
    field = Field(name="x", type=FieldType.TEXT, annotations={"multivalued": (";",)})
    assert reading.shaped(field, "a; b;") == ["a", "b"]


@pytest.mark.parametrize("said", [0, None, True, "", "soon", 10**30, "9" * 40, -5])
def test_what_names_no_moment_is_none(said):
    assert reading.moment(said) is None


# --- declarations ---------------------------------------------------------------------------------


def test_a_source_of_a_standard_needs_no_fields_of_its_own():
    told = declaring.declared(
        {
            "id": "velos",
            "title": "Vélos",
            "ttl": 300,
            "pull": {"kind": "gbfs", "url": "https://velos.example/gbfs.json"},
        }
    )
    assert told.description.key_fields == ("station_id",)
    assert [one["name"] for one in told.description.fields] == [one.name for one in gbfs.FIELDS]
    assert told.ttl == dt.timedelta(minutes=5)
    assert told.history is False
    assert told.pull == {
        "kind": "gbfs",
        "url": "https://velos.example/gbfs.json",
        "every": 60,
        "options": {},
    }


FIELD = {"name": "pool", "type": "text"}
POOL = {"id": "p", "title": "Pools", "key": ["pool"], "fields": [FIELD]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "A live dataset needs an « id » and a « title »."),
        ({"key": ["x"]}, "p: name « key » fields that are among its fields."),
        ({"ttl": "soon"}, "p: « ttl » is a number of seconds."),
        (
            {"pull": {"kind": "ftp"}},
            "« pull » needs a « kind » (gbfs, gtfs-rt, json) and a « url ».",
        ),
        (
            {"pull": {"kind": "json", "url": "https://x.example", "every": 1}},
            "« every » is a number of seconds, at least 10.",
        ),
        (
            {"pull": {"kind": "json", "url": "u", "options": {"fields": {"depth": "d"}}}},
            "« options » speaks of fields that are not there: depth.",
        ),
        (
            {"pull": {"kind": "json", "url": "u", "options": {"timezone": "Mars"}}},
            "There is no time zone 'Mars'.",
        ),
        (
            {"fields": [{"name": "pool", "type": "varchar"}]},
            "A field has a « name » and a « type » (text, int, double, boolean, date, datetime,"
            " geo_point_2d, geo_shape, file, json_blob): {'name': 'pool', 'type': 'varchar'}",
        ),
    ],
)
def test_a_declaration_that_does_not_hold_is_told(changes, sentence):
    with pytest.raises(declaring.Misdeclared) as fault:
        declaring.declared({**POOL, **changes})
    assert str(fault.value) == sentence

"""The engine answers queries on one version, in the API's own shapes."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.opendata.queries.engine import after, engine, read_cursor
from parvis.opendata.queries.engine.engines import ClickHouseEngine, DuckDBEngine
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.parsing import (
    parse_group_by,
    parse_order_by,
    parse_select,
    parse_where,
)
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import a_version

pytestmark = pytest.mark.django_db

ENGINES = {"duckdb": DuckDBEngine, "clickhouse": ClickHouseEngine}
PLACES = Schema(
    (
        Field(name="nom", type=FieldType.TEXT),
        Field(name="tags", type=FieldType.TEXT, annotations={"multivalued": (",",)}),
        Field(name="vu", type=FieldType.DATETIME),
        Field(name="jour", type=FieldType.DATE),
        Field(name="ouvert", type=FieldType.BOOLEAN),
        Field(name="lieu", type=FieldType.GEO_POINT),
        Field(name="contour", type=FieldType.GEO_SHAPE),
        Field(name="fiche", type=FieldType.JSON),
        Field(name="n", type=FieldType.INT),
        Field(name="part", type=FieldType.DOUBLE),
    )
)
# An L: its box holds a point that it does not.
ELL = (
    '{"type":"Polygon","coordinates":'
    "[[[2,48],[2.3,48],[2.3,48.1],[2.1,48.1],[2.1,48.3],[2,48.3],[2,48]]]}"
)
ROWS = (
    {
        "nom": "Théâtre de l'Œuvre",
        "tags": ["scène", "salle"],
        "vu": dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC),
        "jour": dt.date(2024, 2, 29),
        "ouvert": True,
        "lieu.lon": 2.05,
        "lieu.lat": 48.2,
        "contour": ELL,
        "fiche": '{"a": [1, null]}',
        "n": 3,
        "part": 0.5,
    },
    {"nom": "Gymnase", "lieu.lon": 2.2, "lieu.lat": 48.2, "n": 1, "ouvert": False},
    {"nom": None},
)


@pytest.fixture(params=sorted(ENGINES))
def answering(request):
    """Each engine in turn: the same trees, the same files, the same answers."""
    return ENGINES[request.param]()


def asked(*, select="", where="", group_by="", order_by="", **rest):
    return Query(
        select=parse_select(select) if select else (),
        where=parse_where(where) if where else None,
        group_by=parse_group_by(group_by) if group_by else (),
        order_by=parse_order_by(order_by) if order_by else (),
        **rest,
    )


def test_every_type_has_its_json_shape(answering):
    version = a_version(ROWS, PLACES)
    first, second, third = answering.rows(version, asked(timezone="Europe/Paris", limit=10)).rows
    assert first == {
        "nom": "Théâtre de l'Œuvre",
        "tags": ["scène", "salle"],
        "vu": "2026-03-29T01:30:00+01:00",
        "jour": "2024-02-29",
        "ouvert": True,
        "lieu": {"lon": 2.05, "lat": 48.2},
        "contour": {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[2, 48], [2.3, 48], [2.3, 48.1], [2.1, 48.1], [2.1, 48.3], [2, 48.3], [2, 48]]
                ],
            },
            "properties": {},
        },
        "fiche": {"a": [1, None]},
        "n": 3,
        "part": 0.5,
    }
    assert (second["ouvert"], second["n"], second["lieu"]) == (False, 1, {"lon": 2.2, "lat": 48.2})
    assert set(third.values()) == {None}


def test_rows_groups_and_counts(answering):
    version = a_version()
    by_year = asked(select="sum(montant) as total", group_by="exercice", order_by="exercice")
    assert answering.rows(version, by_year).rows == [
        {"exercice": 2024, "total": 600.0},
        {"exercice": 2025, "total": 950.0},
    ]
    assert answering.count(version, by_year) == 2
    assert answering.count(version, asked(where="exercice = 2025")) == 3
    assert answering.count(version, asked()) == 6
    found = answering.rows(version, asked(select="cle", order_by="montant desc", limit=2, offset=1))
    assert found.rows == [{"cle": "e"}, {"cle": "a"}]


WORDS = (
    ('"theatres"', "ac"),
    ('"theat* entr*"', "c"),
    ('"theat"', ""),
    ('search(libelle, "teatres")', "ac"),
    ('search("ecoles elem")', "b"),
    ('search("xyzxyz")', ""),
    ('suggest(libelle, "anta")', "e"),
    ('suggest("zzz")', ""),
    ('not search("theatres")', "bdef"),
    ('search("théâtres") and exercice = 2024 and sens = "Recette"', "a"),
    ('search("")', "abcdef"),
)


def test_words_are_found(answering):
    version = a_version()
    for where, expected in WORDS:
        query = asked(select="cle", where=where, limit=100)
        found = "".join(row["cle"] for row in answering.rows(version, query).rows)
        assert (where, found) == (where, expected)
        assert answering.count(version, query) == len(expected)


SQUARE = "geom'POLYGON((2.15 48.15, 2.25 48.15, 2.25 48.25, 2.15 48.25, 2.15 48.15))'"
GEOMETRIES: tuple[tuple[str, list[str | None]], ...] = (
    # The box of the L holds this square; the L itself does not.
    (f"intersects(contour, {SQUARE})", []),
    (f"disjoint(contour, {SQUARE})", ["Théâtre de l'Œuvre"]),
    ("intersects(contour, geom'POINT(2.05 48.2)')", ["Théâtre de l'Œuvre"]),
    (f"within(lieu, {SQUARE})", ["Gymnase"]),
    (f"intersects(lieu, {SQUARE})", ["Gymnase"]),
    (f"disjoint(lieu, {SQUARE})", ["Théâtre de l'Œuvre"]),
    (f"not within(lieu, {SQUARE})", ["Théâtre de l'Œuvre", None]),
)


def test_geometries_are_exact(answering):
    version = a_version(ROWS, PLACES)
    for where, names in GEOMETRIES:
        found = answering.rows(version, asked(select="nom", where=where, limit=10))
        assert (where, [row["nom"] for row in found.rows]) == (where, names)


ORDERS = (
    "", "montant", "montant desc", "libelle", "libelle desc, montant", "sens, exercice desc",
    "length(libelle) desc", "m desc",
)  # fmt: skip


def test_pages_by_cursor_are_the_whole(answering):
    version = a_version()
    for order_by in ORDERS:
        whole = answering.rows(
            version, asked(select="cle, montant as m", order_by=order_by, limit=9)
        )
        assert (whole.next, len(whole.rows)) == ("", 6)
        query = asked(select="cle, montant as m", order_by=order_by, limit=2)
        pages = [answering.rows(version, query)]
        while pages[-1].next:
            assert read_cursor(pages[-1].next).version == 1
            pages.append(answering.rows(version, after(query, pages[-1].next)))
        assert [row for page in pages for row in page.rows] == whole.rows, order_by


def test_cursors_go_through_days_moments_and_answers_of_yes_and_no(answering):
    # The hour that comes twice in Paris, to the microsecond.
    autumn = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    rows = [
        {
            "vu": autumn + dt.timedelta(minutes=20 * n, microseconds=n) if n % 4 else None,
            "jour": dt.date(2026, 1, 1 + n % 3) if n % 5 else None,
            "ouvert": (True, False, None)[n % 3],
        }
        for n in range(12)
    ]
    version = a_version(rows, PLACES)
    for order_by in ("vu", "vu desc", "jour", "jour desc, vu", "ouvert", "ouvert desc, jour"):
        query = asked(select="_id", order_by=order_by, timezone="Europe/Paris", limit=5)
        whole = answering.rows(version, asked(select="_id", order_by=order_by, limit=50)).rows
        pages = [answering.rows(version, query)]
        while pages[-1].next:
            pages.append(answering.rows(version, after(query, pages[-1].next)))
        assert [row for page in pages for row in page.rows] == whole, order_by


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WzEsMiwzLDRd", "bnVsbA", "[" * 9_000, "e30"])
def test_a_cursor_made_elsewhere_is_refused(cursor):
    a_version()
    with pytest.raises(QueryError) as error:
        after(asked(select="cle", order_by="montant", limit=2), cursor)
    assert error.value.error_code == "InvalidRESTParameterError"


def test_what_has_no_order_to_go_on_in_has_no_cursor():
    version = a_version()
    for query in (
        asked(select="cle", order_by="random(1)", limit=2),
        asked(select="count(*) as n", limit=1),
        asked(select="count(*) as n", group_by="cle", limit=2),
        asked(select="cle"),
    ):
        assert DuckDBEngine().rows(version, query).next == ""


def test_pages_in_the_rows_own_order_are_the_whole(answering):
    version = a_version()
    for limit in (1, 2, 4, 6, 7):
        pages = [
            answering.rows(version, asked(select="cle", limit=limit, offset=offset)).rows
            for offset in range(0, 9, limit)
        ]
        assert "".join(row["cle"] for page in pages for row in page) == "abcdef"


def test_a_fault_is_told_in_the_words_of_the_query(answering):
    version = a_version()
    with pytest.raises(QueryError, match=r"Unknown field: departement\. .*: where\.$"):
        answering.rows(version, asked(where="departement = 3", limit=3))
    with pytest.raises(QueryError, match=r"Unknown field: x\. .*: order_by\.$"):
        answering.rows(version, asked(order_by="x", limit=3))
    with pytest.raises(QueryError, match="Unknown field: x"):
        answering.batches(version, asked(select="x")) and None


def test_the_settings_choose_the_engine(settings):
    assert type(engine()) is DuckDBEngine
    settings.PARVIS_OPENDATA_ENGINE = "clickhouse"
    assert type(engine()) is ClickHouseEngine

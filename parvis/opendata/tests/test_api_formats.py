"""The formats of maps and of linked data, read back by programs that are not ours: GDAL, rdflib."""

from __future__ import annotations

import datetime as dt
import io
import json
import struct
import zipfile

import pyogrio.raw
import pytest
import shapely
from pyogrio import read_info
from pyproj import CRS
from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import TUESDAY, a_version
from parvis.opendata.tests.api_world import SQUARE, TREES, TREES_ROWS, file, get, the_trees

# rdflib's own reader of JSON-LD uses what rdflib has deprecated.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
]
EXPORTS = f"catalog/datasets/{TREES}/exports"
HERE = f"http://localhost:8000/api/explore/v2.1/catalog/datasets/{TREES}"
WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"


@pytest.fixture(autouse=True)
def trees():
    return the_trees()


def read(path):
    """Return what GDAL finds: its columns by name, and the geometries as text."""
    meta, _ids, shapes, columns = pyogrio.raw.read(path, datetime_as_string=True)
    told = dict(zip(meta["fields"], (list(one) for one in columns), strict=True))
    return told, [None if one is None else shapely.from_wkb(one).wkt for one in shapes], meta


def saved(client, tmp_path, name, /, **asked):
    path = tmp_path / f"export.{name}"
    path.write_bytes(file(client, f"{EXPORTS}/{name.removesuffix('.zip')}", **asked))
    return path


# --- maps -----------------------------------------------------------------------------------------


def test_flatgeobuf_is_read_by_gdal_with_its_types_and_its_nulls(client, tmp_path):
    told, shapes, meta = read(saved(client, tmp_path, "fgb"))
    assert meta["crs"] == "EPSG:4326"
    assert [shape and shape[:22] for shape in shapes] == ["POLYGON ((2.3 48.8, 2.", None, None]
    assert told["id"] == [1, 2, 3]
    assert told["essence"] == ["Érable; plane", 'Frêne "pleureur"', None]
    assert told["campagne"] == ["2021", "2022", None]
    assert told["hauteur"][:2] == [5.0, 7.25]
    assert told["plante"][0].startswith("2022-07-01T10:00:00")
    assert json.loads(told["soins"][0]) == ["taille", "arrosage"]
    assert json.loads(told["lieu"][0]) == {"lon": 2.35, "lat": 48.85}


def test_flatgeobuf_says_points_in_the_system_asked_for(client, tmp_path):
    path = saved(client, tmp_path, "fgb", select="id, lieu", where="id = 1", epsg=2154)
    assert read_info(path)["geometry_type"] == "Point"
    _told, (point,), meta = read(path)
    assert meta["crs"] == "EPSG:2154"
    found = shapely.from_wkt(point)
    assert (round(found.x), round(found.y)) == (652302, 6861303)


EVERY_KIND = [
    {"type": "Point", "coordinates": [2.0, 48.0]},
    {"type": "MultiPoint", "coordinates": [[2.0, 48.0], [3.0, 49.0]]},
    {"type": "LineString", "coordinates": [[2.0, 48.0], [3.0, 49.0]]},
    {
        "type": "MultiLineString",
        "coordinates": [[[2.0, 48.0], [3.0, 49.0]], [[4.0, 48.0], [5.0, 49.0]]],
    },
    {
        "type": "Polygon",
        "coordinates": [
            [[0.0, 0.0], [0.0, 9.0], [9.0, 9.0], [9.0, 0.0], [0.0, 0.0]],
            [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]],
        ],
    },
    {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]},
]
COLLECTION = {"type": "GeometryCollection", "geometries": [EVERY_KIND[0], SQUARE]}


def every_kind(*geometries):
    rows = [{"id": rank, "emprise": json.dumps(one)} for rank, one in enumerate(geometries)]
    the_trees([*rows, {"id": len(rows)}], now=TUESDAY)


def test_flatgeobuf_holds_every_kind_of_geometry(client, tmp_path):
    every_kind(*EVERY_KIND, COLLECTION)
    _told, shapes, _meta = read(saved(client, tmp_path, "fgb"))
    expected = [shapely.from_geojson(json.dumps(one)).wkt for one in (*EVERY_KIND, COLLECTION)]
    assert shapes == [*expected, None]


def test_a_shapefile_is_read_by_gdal(client, tmp_path):
    path = saved(client, tmp_path, "shp.zip")
    names = zipfile.ZipFile(path).namelist()
    assert names == [
        *(f"{TREES}.{end}" for end in ("shp", "shx", "dbf", "prj", "cpg")),
        "columns.csv",
    ]
    told, shapes, meta = read(f"/vsizip/{path}")
    assert meta["crs"] == "EPSG:4326"
    assert shapely.from_wkt(shapes[0]).equals(shapely.from_geojson(json.dumps(SQUARE)))
    assert shapes[1:] == [None, None]
    assert list(told) == [
        "id", "essence", "campagne", "plante", "hauteur", "remarquabl", "soins", "lieu",
    ]  # fmt: skip
    assert told["id"] == [1, 2, 3]
    assert told["essence"] == ["Érable; plane", 'Frêne "pleureur"', None]
    assert told["campagne"] == ["2021", "2022", None]
    assert told["hauteur"][:2] == [5.0, 7.25]
    assert told["lieu"] == ["48.85, 2.35", "48.82, 2.25", None]


def test_the_columns_of_a_shapefile_keep_their_whole_names_beside_it(client, tmp_path):
    path = saved(client, tmp_path, "shp.zip", use_labels="true", select="id, remarquable, lieu")
    columns = zipfile.ZipFile(path).read("columns.csv").decode("utf-8-sig")
    assert columns.splitlines() == [
        "column,field,label",
        "Numéro,id,Numéro",
        "Remarquabl,remarquable,Remarquable",
    ]


def test_each_kind_of_geometry_has_its_shapefile(client, tmp_path):
    every_kind(*EVERY_KIND, COLLECTION)
    path = saved(client, tmp_path, "shp.zip", select="id, emprise")
    found = {}
    for kind in ("points", "multipoints", "lines", "polygons"):
        told, shapes, _meta = read(f"/vsizip/{path}/{TREES}-{kind}.shp")
        found[kind] = (told["id"], [one and one.split(" ")[0] for one in shapes])
    assert found == {
        "points": ([0, 7], ["POINT", None]),
        "multipoints": ([1], ["MULTIPOINT"]),
        "lines": ([2, 3], ["LINESTRING", "MULTILINESTRING"]),
        "polygons": ([4, 5, 6], ["POLYGON", "MULTIPOLYGON", "POLYGON"]),
    }


def test_two_long_names_stay_apart_and_long_texts_are_cut_between_letters(client, tmp_path):
    names = ("montant_vote_2023", "montant_vote_2024")
    fields = tuple(Field(name=name, type=FieldType.TEXT) for name in names)
    rows = [{names[0]: "é" * 200, names[1]: "x", "lieu.lon": 2.0, "lieu.lat": 48.0}]
    schema = Schema((*fields, Field(name="lieu", type=FieldType.GEO_POINT)))
    a_version(rows, schema, dataset_id="longs")
    path = tmp_path / "longs.shp.zip"
    path.write_bytes(file(client, "catalog/datasets/longs/exports/shp", epsg=2154))
    told, _shapes, meta = read(f"/vsizip/{path}")
    assert told == {"montant_vo": ["é" * 127], "montant__2": ["x"]}
    assert CRS(meta["crs"]) == CRS(2154)


def test_a_number_no_shapefile_holds_is_told_before_the_first_byte(client):
    the_trees([{"id": 2**62, "lieu.lon": 2.0, "lieu.lat": 48.0}], now=TUESDAY)
    response = get(client, f"{EXPORTS}/shp", select="id, lieu")
    assert response.status_code == 400
    assert response.json() == {
        "error_code": "InvalidRESTParameterError",
        "message": "A number of id has more digits than a shapefile holds: select other fields, or"
        " export another format.",
    }


@pytest.mark.parametrize("name", ["fgb", "shp.zip", "gpx", "kml", "ov2"])
def test_nothing_found_is_still_a_whole_file_of_a_map(client, tmp_path, name):
    path = saved(client, tmp_path, name, where="id > 99")
    if name == "ov2":
        assert path.read_bytes() == b""
    elif name == "shp.zip":
        assert read_info(f"/vsizip/{path}")["features"] == 0
    elif name == "fgb":
        assert read(path)[1] == []
    else:
        assert path.read_bytes().rstrip().endswith(b"</gpx>" if name == "gpx" else b"</kml>")


def test_gpx_is_read_by_gdal_with_names_and_extensions(client, tmp_path):
    path = saved(client, tmp_path, "gpx", select="essence, hauteur, lieu", name_field="essence")
    meta, _ids, shapes, columns = pyogrio.raw.read(path, layer="waypoints")
    told = dict(zip(meta["fields"], columns, strict=True))
    assert [shapely.from_wkb(one).wkt for one in shapes] == [
        "POINT (2.35 48.85)",
        "POINT (2.25 48.82)",
    ]
    assert list(told["name"]) == ["Érable; plane", 'Frêne "pleureur"']
    assert list(told["ogr_hauteur"]) == [5.0, 7.25]


def test_kml_is_read_by_gdal(client, tmp_path):
    path = saved(client, tmp_path, "kml", select="essence, lieu")
    told, shapes, _meta = read(path)
    assert [shapely.force_2d(shapely.from_wkt(one)).wkt for one in shapes] == [
        "POINT (2.35 48.85)",
        "POINT (2.25 48.82)",
    ]
    assert told["essence"] == ["Érable; plane", 'Frêne "pleureur"']


def test_ov2_holds_a_point_of_interest_for_each_row_that_has_a_place(client):
    content = file(client, f"{EXPORTS}/ov2", select="essence, lieu")
    found = []
    while content:
        kind, length, lon, lat = struct.unpack_from("<BIii", content)
        found.append((kind, lon, lat, content[13 : length - 1].decode("latin-1")))
        assert content[length - 1] == 0
        content = content[length:]
    assert found == [
        (2, 235000, 4885000, "Érable; plane"),
        (2, 225000, 4882000, 'Frêne "pleureur"'),
    ]


def test_the_name_of_a_place_is_one_of_its_fields(client):
    response = get(client, f"{EXPORTS}/gpx", name_field="nom")
    assert response.json()["message"] == (
        "Invalid value for name_field API parameter: nom was found but one of the fields that are"
        " exported is expected."
    )


# --- linked data ----------------------------------------------------------------------------------


def graph(client, name, /, **asked):
    syntax = {"jsonld": "json-ld", "rdfxml": "xml", "turtle": "turtle", "n3": "n3"}[name]
    content = file(client, f"{EXPORTS}/{name}", **asked)
    return Graph().parse(data=content, format=syntax, publicID="http://elsewhere.example/")


def test_linked_data_says_the_same_in_every_syntax(client):
    asked = {"select": "exclude(emprise)"}
    turtle = graph(client, "turtle", **asked)
    for name in ("jsonld", "rdfxml", "n3"):
        other = graph(client, name, **asked)
        assert len(other) == len(turtle) == 22
        assert isomorphic(other, turtle), name


def test_a_row_is_a_resource_and_a_field_a_property(client):
    links = get(client, f"catalog/datasets/{TREES}/records", include_links="true").json()["results"]
    name = links[0]["_links"][0]["href"].rpartition("/")[2]
    row = URIRef(f"{HERE}/records/{name}")
    found = graph(client, "turtle")

    def said(field):
        return sorted(found.objects(row, URIRef(f"{HERE}/fields/{field}")))

    assert said("id") == [Literal(1)]
    assert said("essence") == [Literal("Érable; plane")]
    assert said("campagne") == [Literal("2021", datatype=XSD.gYear)]
    assert said("plante") == [Literal("2022-07-01T10:00:00+00:00", datatype=XSD.dateTime)]
    assert said("hauteur") == [Literal("5.0", datatype=XSD.double)]
    assert said("remarquable") == [Literal("true", datatype=XSD.boolean)]
    assert said("soins") == [Literal("arrosage"), Literal("taille")]
    (shape,) = said("emprise")
    assert shape.datatype == RDF.JSON
    assert json.loads(str(shape))["geometry"] == SQUARE
    (place,) = said("lieu")
    assert {str(kind).removeprefix(WGS): value.toPython() for kind, value in found[place]} == {
        "long": 2.35,
        "lat": 48.85,
    }


def test_json_ld_shows_the_rows_as_the_api_does(client):
    linked = json.loads(file(client, f"{EXPORTS}/jsonld"))
    rows = get(client, f"catalog/datasets/{TREES}/records").json()["results"]
    names = [one.pop("@id") for one in linked["@graph"]]
    assert linked["@graph"] == rows
    assert [len(one) for one in names] == [40, 40, 40]


@pytest.mark.parametrize("name", ["turtle", "n3", "rdfxml", "jsonld"])
def test_groups_and_strange_texts_are_linked_data_too(client, name):
    strange = "a\"b\\c\n</f:x> & <é> '''\t\u2028"
    the_trees([{**TREES_ROWS[0], "essence": strange}], now=TUESDAY)
    found = graph(client, name, group_by="essence", select="count(*), count(*) as `2 n`")
    values = {
        str(kind).rpartition("/")[2]: value.toPython() for kind, value in found.predicate_objects()
    }
    assert values == {"essence": strange, "count___": 1, "_2_n": 1}


def test_what_xml_cannot_say_is_left_out(client):
    the_trees([{"id": 1, "essence": "a\x01b\ufffe"}], now=TUESDAY)
    found = graph(client, "rdfxml", select="essence")
    assert [str(value) for value in found.objects()] == ["ab"]


# --- the catalogue --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("dcat", "xml"),
        ("dcat_ap", "xml"),
        ("rdf", "xml"),
        ("dublin_core", "xml"),
        ("ttl", "turtle"),
        ("jsonld", "json-ld"),
    ],
)
def test_the_catalogue_is_a_graph(client, name, syntax):
    found = Graph().parse(data=file(client, f"catalog/exports/{name}"), format=syntax)
    titles = {str(one) for one in found.objects(None, URIRef("http://purl.org/dc/terms/title"))}
    assert {"Les arbres", "Les marées"} <= titles


def test_a_large_whole_number_keeps_its_digits_in_a_sheet(client):
    the_trees([{"id": 2**53 + 1, "campagne": dt.date(2021, 1, 1)}], now=TUESDAY)
    content = file(client, f"{EXPORTS}/xlsx", select="id")
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<is><t>9007199254740993</t></is>" in sheet

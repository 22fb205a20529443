"""Spreadsheets, JSON in its many forms, GeoJSON, Parquet."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.reading import Level, Limits, Unreadable
from parvis.opendata.tests.test_reading_files import codes, read, refusal, rows_of
from parvis.opendata.tests.test_reading_types import utc


def sheet(rows, *, before=None):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yyyy"}) as book:
        if before is not None:
            book.add_worksheet(before)
        page = book.add_worksheet("Données")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        book.add_worksheet("Lisez-moi").write(0, 0, "Source")
    return content.getvalue()


def types(found):
    return {one.name: one.type.value for one in found.schema.fields}


def test_a_spreadsheet_keeps_every_digit_of_a_siret_typed_as_a_number(tmp_path):
    rows = [
        ["SIRET", "Montant", "Jour", "Ouvert"],
        [21750001600019, 12.5, dt.date(2024, 1, 7), True],
        [57222103401230, 3, dt.date(2024, 1, 8), False],
    ]
    with read(sheet(rows), tmp_path, name="x.xlsx") as found:
        assert rows_of(found) == [
            {
                "siret": "21750001600019",
                "montant": 12.5,
                "jour": dt.date(2024, 1, 7),
                "ouvert": True,
            },
            {
                "siret": "57222103401230",
                "montant": 3.0,
                "jour": dt.date(2024, 1, 8),
                "ouvert": False,
            },
        ]
        assert found.about["sheet"] == "Données"
        assert "other_sheets" in {one.code for one in found.problems.kept}


def test_rows_of_a_spreadsheet_are_numbered_as_it_shows_them(tmp_path):
    rows = [[], [], ["siret", "n"], ["8,03E+13", 1], [], ["8,04E+13", 2]]
    with read(sheet(rows, before="Vide"), tmp_path) as found:
        assert codes(found, Level.ERROR) == {
            ("siret_as_float", "siret", 4, "8,03E+13"),
            ("siret_as_float", "siret", 6, "8,04E+13"),
        }


def test_an_empty_spreadsheet_is_unreadable(tmp_path):
    content = io.BytesIO()
    xlsxwriter.Workbook(content).close()
    assert refusal(content.getvalue(), tmp_path) == "file_empty"


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(tmp_path):
    content = io.BytesIO(sheet([["a"], [1]]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"0" * 3_000_000)
    limits = Limits(whole_bytes=2_000_000)
    assert refusal(content.getvalue(), tmp_path, limits=limits) == "archive_bomb"


def test_a_broken_spreadsheet_is_refused(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert refusal(content.getvalue(), tmp_path) == "sheet_unreadable"


RECORDS = [
    {"id": "01", "n": 1, "ouvert": True, "acheteur": {"id": "217"}, "tags": ["a", "b"]},
    {"id": "2", "n": None, "ouvert": False, "lieu": {"lon": 2.35, "lat": 48.85}, "x": [{"y": 1}]},
]


def test_a_list_of_objects_is_a_table(tmp_path):
    with read(json.dumps(RECORDS, indent=1), tmp_path) as found:
        assert types(found) == {
            "id": "text",
            "n": "int",
            "ouvert": "boolean",
            "acheteur_id": "text",
            "tags": "text",
            "lieu": "geo_point_2d",
            "x": "json_blob",
        }
        assert rows_of(found)[0]["tags"] == ["a", "b"]
        assert rows_of(found)[1]["x"] == '[{"y": 1}]'
        assert rows_of(found)[1]["lieu.lat"] == 48.85
        assert found.about["format"] == "json"


def test_one_object_per_line_is_the_same_table(tmp_path):
    lines = "\n".join(json.dumps(one) for one in RECORDS)
    with read(lines + "\n\n", tmp_path) as found:
        assert found.about["format"] == "jsonl"
        assert [row["n"] for row in rows_of(found)] == [1, None]


def test_what_json_puts_in_quotes_is_text_and_dates(tmp_path):
    records = [{"cp": 75001, "n": "10", "jour": "2024-01-07", "rep": "oui", "vide": "NA"}]
    with read(json.dumps(records), tmp_path) as found:
        assert types(found) == {
            "cp": "text",
            "n": "text",
            "jour": "date",
            "rep": "text",
            "vide": "text",
        }
        assert rows_of(found)[0]["vide"] == "NA"


def test_a_document_that_is_nearly_all_one_list_is_that_table(tmp_path):
    document = {"ttl": 60, "data": {"stations": [{"id": n, "name": f"n° {n}"} for n in range(50)]}}
    with read(json.dumps(document), tmp_path) as found:
        assert found.rows == 50


def test_a_document_of_several_lists_asks_which(tmp_path):
    document = {"a": [{"x": 1}], "b": {"c": [{"y": 2}]}, "note": "…" * 50}
    with pytest.raises(Unreadable) as error, read(json.dumps(document), tmp_path):
        pass
    assert (error.value.code, error.value.details) == ("json_no_list", {"lists": "a, b.c"})


def test_the_list_asked_for_is_read(tmp_path):
    document = {"a": [{"x": 1}], "b": {"c": [{"y": 2}]}}
    with read(json.dumps(document), tmp_path, list_at="b.c") as found:
        assert rows_of(found) == [{"y": 2}]


@pytest.mark.parametrize("content", ['[{"a": 1}, {"a": ', '[{"a": 1}, oops]', '{"a": [1, 2}'])
def test_json_that_breaks_off_is_refused(tmp_path, content):
    assert refusal(content, tmp_path) == "json_damaged"


def test_a_list_of_no_objects_is_no_table(tmp_path):
    assert refusal("[[1, 2], [3, 4]]", tmp_path) == "json_no_list"


def test_half_a_surrogate_is_no_reason_to_fail(tmp_path):
    with read('[{"a": "x\\ud83d"}]', tmp_path) as found:
        assert rows_of(found) == [{"a": "x?"}]


def test_a_large_list_is_read_piece_by_piece(tmp_path):
    records = [{"n": number, "texte": "é" * 100} for number in range(30_000)]
    with read(json.dumps(records, ensure_ascii=False), tmp_path) as found:
        assert found.rows == 30_000
        assert rows_of(found)[-1] == {"n": 29_999, "texte": "é" * 100}


SQUARE = [[[2.0, 48.0], [3.0, 48.0], [3.0, 49.0], [2.0, 49.0], [2.0, 48.0]]]


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_geojson_gives_shapes_their_boxes_and_a_place_inside(tmp_path):
    square = {"type": "Polygon", "coordinates": SQUARE}
    document = {
        "type": "FeatureCollection",
        "features": [feature(square, nom="carré"), feature(None, nom="nulle part")],
    }
    with read(json.dumps(document), tmp_path) as found:
        assert types(found) == {
            "geo_shape": "geo_shape",
            "nom": "text",
            "geo_point_2d": "geo_point_2d",
        }
        first, second = rows_of(found)
        assert json.loads(first["geo_shape"]) == square
        sides = [first[f"geo_shape.{side}"] for side in ("west", "south", "east", "north")]
        assert sides == [2.0, 48.0, 3.0, 49.0]
        assert (first["geo_point_2d.lon"], first["geo_point_2d.lat"]) == (2.5, 48.5)
        assert {second[name] for name in second if name != "nom"} == {None}


def test_geometry_in_metres_is_an_error_of_its_row(tmp_path):
    metres = {"type": "Point", "coordinates": [652709.0, 6862305.0]}
    degrees = {"type": "Point", "coordinates": [2.35, 48.85]}
    document = {"type": "FeatureCollection", "features": [feature(degrees), feature(metres)]}
    with read(json.dumps(document), tmp_path) as found:
        assert [(one.code, one.row) for one in found.problems.kept] == [("not_geo_shape", 3)]


def test_shapes_in_a_column_of_csv_are_shapes(tmp_path):
    point = "{'type': 'Point', 'coordinates': [2.3, 48.8]}"
    content = f"n;geo_shape\n1;\"{{'type': 'Feature', 'geometry': {point}}}\"\n"
    with read(content, tmp_path) as found:
        assert found.schema.fields[1].type is FieldType.GEO_SHAPE
        assert json.loads(rows_of(found)[0]["geo_shape"])["coordinates"] == [2.3, 48.8]


def parquet(table):
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def test_parquet_keeps_its_types_and_moments_are_utc(tmp_path):
    noon = utc(2024, 7, 7, 12)
    table = pa.table(
        {
            "_id": [0],
            "An": pa.array([2024], pa.int16()),
            "Nom": pa.array(["Zoé"]).dictionary_encode(),
            "prix": pa.array([1.5], pa.float32()),
            "vu": pa.array([noon], pa.timestamp("ns")),
            "vu_a_paris": pa.array([noon], pa.timestamp("us", "Europe/Paris")),
            "mots": [["a", "b"]],
            "n": pa.array([float("nan")]),
            "code": ["007"],
        }
    )
    with read(parquet(table), tmp_path) as found:
        assert rows_of(found) == [
            {
                "an": 2024,
                "nom": "Zoé",
                "prix": 1.5,
                "vu": noon,
                "vu_a_paris": noon,
                "mots": ["a", "b"],
                "n": None,
                "code": "007",
            }
        ]
        assert [one.label for one in found.schema.fields][:2] == ["An", "Nom"]


def test_a_parquet_file_cut_short_is_refused(tmp_path):
    assert refusal(parquet(pa.table({"a": [1, 2]}))[:-30], tmp_path) == "parquet_damaged"

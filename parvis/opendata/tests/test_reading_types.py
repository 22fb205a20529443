"""Types are those of all cells: one letter in the last row counts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from parvis.kernel.sirene import is_siren, is_siret
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.reading import Level
from parvis.opendata.rules.reading.headers import cleaned, field_names
from parvis.opendata.rules.reading.kinds import Kind, kind_of, shape_of
from parvis.opendata.tests.test_reading_files import codes, read, rows_of


def utc(*parts):
    """Return a moment as the files keep it: of UTC, and naive."""
    return dt.datetime(*parts, tzinfo=dt.UTC).replace(tzinfo=None)


def column(cells, tmp_path, name="x", **options):
    content = "\n".join([f"{name};rang", *(f"{cell};{rank}" for rank, cell in enumerate(cells))])
    return read(content + "\n", tmp_path, **options)


def typed(found):
    one = found.schema.fields[0]
    return one.type, [row.get(one.name) for row in rows_of(found)]


def known(**types):
    return Schema(tuple(Field(name=name, type=kind) for name, kind in types.items()))


def test_a_letter_in_row_500_001_makes_a_column_text(tmp_path):
    cells = ["1"] * 500_010
    cells[499_999] = "1a"
    with column(cells, tmp_path) as found:
        kind, values = typed(found)
        assert kind is FieldType.TEXT
        assert values[499_999] == "1a"
        assert codes(found, Level.NOTE) == {("nearly_numbers", "x", 500_001, "1a")}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1 234", "1\u202f234\u00a0567"], [1234, 1234567]),
    ],
)
def test_whole_numbers(tmp_path, cells, values):
    with column(cells, tmp_path) as found:
        assert typed(found) == (FieldType.INT, values)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,5", "2"], [1.5, 2.0]),
        (["1 234,56", "1\u202f234,5", "7"], [1234.56, 1234.5, 7.0]),
        (["1.234,56", "2,5", "1.000.000,00"], [1234.56, 2.5, 1_000_000.0]),
        (["1,234.56", "2.5"], [1234.56, 2.5]),
        (["1.5e-05", ".5", "3."], [1.5e-05, 0.5, 3.0]),
        (["-0,05", "12"], [-0.05, 12.0]),
    ],
)
def test_decimals_in_french_and_other_manners(tmp_path, cells, values):
    with column(cells, tmp_path) as found:
        assert typed(found) == (FieldType.DOUBLE, values)


def test_a_comma_that_may_part_thousands_is_told(tmp_path):
    with column(["1,234", "12,345"], tmp_path) as found:
        assert typed(found) == (FieldType.DOUBLE, [1.234, 12.345])
        assert codes(found, Level.NOTE) == {("thousands_ambiguous", "x", 2, "1,234")}


@pytest.mark.parametrize(
    ("name", "cells", "note"),
    [
        ("fonction", ["020", "1"], "kept_text_leading_zeros"),
        ("code_postal", ["75001", "75020"], "kept_text_code"),
        ("fournisseur_siret", ["57222103401230"], "kept_text_siret"),
        ("reference", ["1234567890123456789"], "kept_text_too_many_digits"),
    ],
)
def test_digits_that_are_no_quantity_stay_text(tmp_path, name, cells, note):
    with column(cells, tmp_path, name=name) as found:
        assert typed(found) == (FieldType.TEXT, cells)
        assert {one.code for one in found.problems.kept} == {note}


def test_sirets_are_known_by_their_check_digits_whatever_the_header_says(tmp_path):
    sirens = [str(one) for one in range(380_475_550, 380_475_900) if is_siren(str(one))]
    with column([*sirens, "8,03E+13"], tmp_path, name="bénéficiaire") as found:
        assert found.schema.fields[0].type is FieldType.TEXT
        assert codes(found, Level.ERROR) == {
            ("siret_as_float", "bénéficiaire", len(sirens) + 2, "8,03E+13")
        }


def test_a_siret_with_a_decimal_point_or_a_lost_digit_is_told(tmp_path):
    cells = ["57222103401230", "57222103401230.0", "7222103401230", "8.03E+13"]
    with column(cells, tmp_path, name="SIRET") as found:
        assert codes(found, Level.ERROR) == {
            ("siret_decimal", "SIRET", 3, "57222103401230.0"),
            ("siret_as_float", "SIRET", 5, "8.03E+13"),
        }
        assert ("siret_length", "SIRET", 4, "7222103401230") in codes(found, Level.NOTE)


@pytest.mark.parametrize(
    "cell",
    ["2024-01-07", "2024/01/07", "07/01/2024", "07-01-2024", "7 janvier 2024", "7 January 2024"],
)
def test_a_date_in_any_of_its_shapes_is_that_day(tmp_path, cell):
    with column([cell, "25/12/2023", "1er août 2023"], tmp_path) as found:
        days = [dt.date(2024, 1, 7), dt.date(2023, 12, 25), dt.date(2023, 8, 1)]
        assert typed(found) == (FieldType.DATE, days)


def test_days_that_could_be_months_are_told(tmp_path):
    with column(["07/01/2024", "05/06/2024"], tmp_path) as found:
        assert typed(found)[1] == [dt.date(2024, 1, 7), dt.date(2024, 6, 5)]
        assert codes(found, Level.NOTE) == {("dates_ambiguous", "x", 2, "07/01/2024")}


def test_american_dates_are_read_month_first_and_told(tmp_path):
    with column(["01/07/2024", "12/25/2023"], tmp_path) as found:
        assert typed(found)[1] == [dt.date(2024, 1, 7), dt.date(2023, 12, 25)]
        assert codes(found, Level.NOTE) == {("dates_month_first", "x", 2, "01/07/2024")}


def test_a_day_that_never_was_keeps_the_column_text(tmp_path):
    with column(["2024-01-07", "2023-02-29"], tmp_path) as found:
        assert typed(found) == (FieldType.TEXT, ["2024-01-07", "2023-02-29"])
        assert codes(found, Level.NOTE) == {("kept_text_date", "x", 3, "2023-02-29")}


@pytest.mark.parametrize(
    "cell",
    [
        "2024-01-07T13:00:00+01:00",
        "2024-01-07T12:00:00Z",
        "2024-01-07T07:00:00-0500",
        "2024-01-07 13:00:00.000",
        "2024/01/07 13:00",
        "07/01/2024 13:00:00",
        "07/01/2024 à 13h00",
        "7/1/2024 13:00",
    ],
)
def test_a_moment_is_kept_in_utc(tmp_path, cell):
    with column([cell, "2024-07-31T00:00:00+02:00"], tmp_path) as found:
        assert typed(found) == (
            FieldType.DATETIME,
            [utc(2024, 1, 7, 12), utc(2024, 7, 30, 22)],
        )


def test_a_moment_without_offset_is_told_to_be_of_the_city(tmp_path):
    with column(["2024-07-07 14:00:00"], tmp_path) as found:
        assert typed(found)[1] == [utc(2024, 7, 7, 12)]
        assert codes(found, Level.NOTE) == {("times_local", "x", 2, "2024-07-07 14:00:00")}


def test_years_beside_dates_stay_text_and_are_told(tmp_path):
    with column(["2014"] * 30 + ["2017-12-14"], tmp_path) as found:
        assert found.schema.fields[0].type is FieldType.TEXT
        assert codes(found, Level.NOTE) == {("dates_and_years", "x", 2, "2014")}


def test_years_written_with_decimals_are_whole(tmp_path):
    with column(["2018.0", "2019.0", ""], tmp_path, name="annee") as found:
        assert typed(found) == (FieldType.INT, [2018, 2019, None])


@pytest.mark.parametrize("words", [("oui", "Non"), ("TRUE", "false"), ("vrai", "FAUX")])
def test_yes_and_no(tmp_path, words):
    with column(words, tmp_path) as found:
        assert typed(found) == (FieldType.BOOLEAN, [True, False])


def test_words_for_nothing_are_nothing_and_told(tmp_path):
    with column(["1", "NA", "n/a", "NULL", " ", "NaN"], tmp_path) as found:
        assert typed(found) == (FieldType.INT, [1, None, None, None, None, None])
        assert {(one.code, one.value, one.count) for one in found.problems.kept} == {
            ("null_words", word, 1) for word in ("NA", "n/a", "NULL", "NaN")
        }


def test_blanks_around_a_text_are_the_publisher_s(tmp_path):
    with column([" ANTIBES ", "NICE"], tmp_path) as found:
        assert typed(found) == (FieldType.TEXT, [" ANTIBES ", "NICE"])


def point(found, name):
    return [(row[f"{name}.lon"], row[f"{name}.lat"]) for row in rows_of(found)]


@pytest.mark.parametrize(
    "cell",
    [
        "48.85, 2.35",
        "48.85,2.35",
        '"{""lon"": 2.35, ""lat"": 48.85}"',
        "{'lat': 48.85, 'lon': 2.35}",
    ],
)
def test_places_in_one_cell(tmp_path, cell):
    with read(f"lieu;rang\n{cell};1\n", tmp_path) as found:
        assert found.schema.fields[0].type is FieldType.GEO_POINT
        assert point(found, "lieu") == [(2.35, 48.85)]


def test_latitudes_beside_longitudes_are_places(tmp_path):
    with read("Latitude;Longitude\n48.85;2.35\n;2.0\n", tmp_path) as found:
        assert [one.name for one in found.schema.fields] == [
            "latitude",
            "longitude",
            "geo_point_2d",
        ]
        assert point(found, "geo_point_2d") == [(2.35, 48.85), (None, None)]


def test_metres_are_no_degrees(tmp_path):
    with read("lat;lon\n6862305.0;652709.0\n", tmp_path) as found:
        assert [one.name for one in found.schema.fields] == ["lat", "lon"]


def test_a_text_list_is_a_list(tmp_path):
    with read('t;n\n"[""Sport"", ""Culture""]";1\n;2\n', tmp_path) as found:
        assert rows_of(found) == [{"t": ["Sport", "Culture"], "n": 1}, {"t": None, "n": 2}]
        assert found.schema.fields[0].is_multivalued


def test_a_known_list_is_split_where_its_annotation_says(tmp_path):
    schema = Schema((Field(name="t", type=FieldType.TEXT, annotations={"multivalued": ("|",)}),))
    with read("t;n\nSport | Culture|;1\n", tmp_path, known=schema) as found:
        assert rows_of(found) == [{"t": ["Sport", "Culture"], "n": 1}]


def test_the_fields_of_a_published_dataset_refuse_cells_that_break_them(tmp_path):
    schema = known(montant=FieldType.DOUBLE, jour=FieldType.DATE, ouvert=FieldType.BOOLEAN)
    content = "Montant;Jour;Ouvert\n1,5;2024-01-07;oui\nbeaucoup;2019-07-31\t2020-07-31;peut-être\n"
    with read(content, tmp_path, known=schema, strict=True) as found:
        assert codes(found, Level.ERROR) == {
            ("not_double", "Montant", 3, "beaucoup"),
            ("several_dates", "Jour", 3, "2019-07-31\t2020-07-31"),
            ("not_boolean", "Ouvert", 3, "peut-être"),
        }


def test_a_published_field_that_is_missing_is_an_error_a_new_one_a_note(tmp_path):
    with read(
        "a;c\n1;2\n", tmp_path, known=known(a=FieldType.INT, b=FieldType.INT), strict=True
    ) as found:
        assert codes(found, Level.ERROR) == {("column_missing", "b", None, None)}
        assert codes(found, Level.NOTE) == {("column_new", "c", None, None)}


def test_a_published_type_is_kept_where_the_new_file_would_allow_another(tmp_path):
    with read(
        "a;b\n1;2\n", tmp_path, known=known(a=FieldType.TEXT, b=FieldType.DOUBLE), strict=True
    ) as found:
        assert rows_of(found) == [{"a": "1", "b": 2.0}]


def test_a_siret_field_already_text_still_refuses_a_float(tmp_path):
    schema = known(siret=FieldType.TEXT)
    with read("siret;n\n8,03E+13;1\n", tmp_path, known=schema, strict=True) as found:
        assert codes(found, Level.ERROR) == {("siret_as_float", "siret", 2, "8,03E+13")}


def test_a_type_only_proposed_gives_way_to_the_file(tmp_path):
    with read("a;b\nx;1\n", tmp_path, known=known(a=FieldType.INT, b=FieldType.DOUBLE)) as found:
        assert rows_of(found) == [{"a": "x", "b": 1.0}]
        assert codes(found, Level.NOTE) == {("proposal_unfit", "a", 2, "x")}


@given(st.lists(st.text(max_size=90), min_size=1, max_size=30))
def test_any_header_gives_names_a_query_can_write_all_different(labels):
    names = field_names(labels)
    assert len(set(names)) == len(labels)
    assert all(name and name.isascii() and name == name.lower() for name in names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_") for name in names)


@given(st.text(max_size=60))
def test_cleaning_a_name_twice_changes_nothing(label):
    assert cleaned(cleaned(label)) == cleaned(label)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_a_program_writes_looks_like_one(number):
    assert kind_of(shape_of(repr(number))) in {Kind.POINT, Kind.FLOAT}


@given(st.dates())
def test_every_date_looks_like_one(day):
    assert kind_of(shape_of(day.isoformat())) is Kind.DATE_ISO
    assert kind_of(shape_of(f"{day.day:02d}/{day.month:02d}/{day.year:04d}")) is Kind.DATE_DAY


def test_a_siret_confirms_itself():
    assert is_siret("21750001600019")
    assert not is_siret("21750001600018")
    assert is_siret("35600000049837")  # La Poste: its digits add up to a multiple of five
    assert not is_siret("2175000160001")

"""Files as people send them: every encoding, delimiter and damage is found over the whole file."""

from __future__ import annotations

import contextlib
import gzip
import os
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from parvis.opendata.rules.reading import Level, Limits, Options, Unreadable, reading

DATA = Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data"))


@contextlib.contextmanager
def read(content, tmp_path, **options):
    given = Options(**options)
    source = tmp_path / (given.name or "fichier.csv")
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    folder = tmp_path / "work"
    folder.mkdir()
    with reading(source, folder, given) as found:
        yield found


def rows_of(found):
    return found.batches().read_all().to_pylist()


def codes(found, level):
    return {
        (one.code, one.column, one.row, one.value)
        for one in found.problems.kept
        if one.level is level
    }


def refusal(content, tmp_path, **options):
    with pytest.raises(Unreadable) as error, read(content, tmp_path, **options):
        pass
    return error.value.code


def test_a_semicolon_file_with_accents_is_read_as_it_is(tmp_path):
    with read("Année;Libellé\r\n2024;Théâtre\r\n", tmp_path) as found:
        assert rows_of(found) == [{"annee": 2024, "libelle": "Théâtre"}]
        assert found.about["encoding"] == "utf-8"
        assert found.about["delimiter"] == ";"
        assert [one.label for one in found.schema.fields] == ["Année", "Libellé"]
        assert found.problems.kept == []


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32"),
        ("cp1252", "windows-1252"),
        ("mac_roman", "macintosh"),
        ("cp850", "ibm850"),
    ],
)
def test_the_bytes_tell_the_encoding(tmp_path, codec, name):
    text = "libellé;montant\nThéâtre à l'étranger, été;1\nForêt;2\n"
    with read(text.encode(codec), tmp_path) as found:
        assert found.about["encoding"] == name
        assert [row["libelle"] for row in rows_of(found)] == ["Théâtre à l'étranger, été", "Forêt"]


def test_the_last_byte_counts_for_the_encoding(tmp_path):
    lines = b"libelle;montant\n" + b"plain;1\n" * 200_000
    with read(
        lines + "Écoles à 5 €;2\n".encode("cp1252"), tmp_path, name="export-utf8.csv"
    ) as found:
        assert found.about["encoding"] == "windows-1252"
        assert rows_of(found)[-1] == {"libelle": "Écoles à 5 €", "montant": 2}
        assert codes(found, Level.NOTE) == {("not_the_utf8_it_says", "", None, None)}


def test_a_few_bytes_astray_in_utf_8_are_errors_of_their_cells(tmp_path):
    content = ("libelle;n\n" + "Théâtre;1\n" * 30).encode() + b"Caf\xe9;2\n"
    with read(content, tmp_path) as found:
        assert codes(found, Level.ERROR) == {("damaged_letters", "libelle", 32, "Caf\ufffd")}


def test_the_delimiter_is_the_one_that_fits_the_whole_file(tmp_path):
    # The header alone would be two columns with a comma, the rows say semicolon.
    with read("nom, prénom;rang\nA;1\nB, C;2\n", tmp_path) as found:
        assert found.about["delimiter"] == ";"
        assert [one.name for one in found.schema.fields] == ["nom_prenom", "rang"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_quoted_cells_may_hold_delimiters_quotes_and_lines(tmp_path, delimiter):
    content = f'a{delimiter}b\n"x{delimiter}""y""\nz"{delimiter}1\n'
    with read(content, tmp_path) as found:
        assert rows_of(found) == [{"a": f'x{delimiter}"y"\nz', "b": 1}]


def test_quotes_escaped_with_a_backslash_are_understood(tmp_path):
    with read('a;b\n"dit \\"oui\\"; non";1\n', tmp_path) as found:
        assert rows_of(found) == [{"a": 'dit "oui"; non', "b": 1}]


def test_an_inch_is_not_an_open_quote(tmp_path):
    with read('a;b\n"5 pouces;1\n6;2\n', tmp_path) as found:
        assert [row["a"] for row in rows_of(found)] == ['"5 pouces', "6"]


def test_one_column_needs_no_delimiter(tmp_path):
    with read("ville\nParis\nLyon\n", tmp_path) as found:
        assert rows_of(found) == [{"ville": "Paris"}, {"ville": "Lyon"}]
        assert found.about["delimiter"] == ""


def test_rows_of_another_length_are_errors_with_their_row(tmp_path):
    with read("a;b\n1;2\n\n3\n4;5;6\n7;8;;\n;;\n9;10\n", tmp_path) as found:
        assert codes(found, Level.ERROR) == {
            ("row_length", "", 4, "3"),
            ("row_length", "", 5, "4 | 5 | 6"),
        }
        assert found.problems.errors == 2
        assert rows_of(found) == [{"a": 1, "b": 2}, {"a": 7, "b": 8}, {"a": 9, "b": 10}]


def test_the_delimiters_a_spreadsheet_leaves_below_a_table_are_no_rows(tmp_path):
    with read("a;b\n1;2\n;\n;\n", tmp_path) as found:
        assert found.rows == 1
        assert found.problems.errors == 0


def test_a_zero_byte_is_an_error_of_its_cell(tmp_path):
    with read(b"a;b\nx;1\ny\x00z;2\n", tmp_path) as found:
        assert codes(found, Level.ERROR) == {("zero_byte", "a", 3, "y␀z")}


def test_a_header_alone_is_refused(tmp_path):
    with read("a;b\n", tmp_path) as found:
        assert codes(found, Level.ERROR) == {("no_rows", "", None, None)}


def test_headers_become_names_that_differ(tmp_path):
    long = "Montant de la subvention " * 5
    with read(f"N° d'œuvre;n-d-oeuvre;{long};€;\n1;2;3;4;5\n", tmp_path) as found:
        assert [one.name for one in found.schema.fields] == [
            "n_d_oeuvre",
            "n_d_oeuvre_2",
            "_".join(["montant_de_la_subvention"] * 5),
            "column_4",
            "column_5",
        ]
        assert found.schema.fields[2].label == long.strip()
        assert codes(found, Level.NOTE) == {("unnamed_column", "column_5", None, None)}


def test_two_columns_of_one_header_are_told(tmp_path):
    with read("nom;nom\na;b\n", tmp_path) as found:
        assert rows_of(found) == [{"nom": "a", "nom_2": "b"}]
        assert codes(found, Level.NOTE) == {("duplicate_header", "nom", None, None)}


def test_a_column_without_header_and_cells_is_left_out(tmp_path):
    with read("a;b;\n1;2;\n", tmp_path) as found:
        assert rows_of(found) == [{"a": 1, "b": 2}]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf\r\n", b"\x00\x00"])
def test_an_empty_file_is_unreadable(tmp_path, content):
    assert refusal(content, tmp_path) == "file_empty"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 x",
        b"<!DOCTYPE html><p>404</p>",
        b"  <html><body>no",
        b"\x0a\x0d\x0a\x032.0\x10\x00\x18\xd0\x99\x05 GTFS \x12\x08",
    ],
)
def test_a_page_is_no_table(tmp_path, content):
    assert refusal(content, tmp_path) == "not_a_table"


def test_a_cell_that_swallows_the_file_is_refused(tmp_path):
    content = 'a;b\n"' + "x" * 3_000 + '";1\n'
    assert refusal(content, tmp_path, limits=Limits(cell=1_000)) == "cell_too_large"


def test_too_many_rows_or_columns_are_refused(tmp_path):
    assert refusal("a\n1\n2\n3\n", tmp_path, limits=Limits(rows=2)) == "too_many_rows"


def test_too_many_columns_are_refused(tmp_path):
    assert refusal("a;b;c\n1;2;3\n", tmp_path, limits=Limits(columns=2)) == "too_many_columns"


def test_a_quote_that_is_never_closed_names_its_row(tmp_path):
    with (
        pytest.raises(Unreadable) as error,
        read('a;b\n1;2\n"x" y;"3\n4;5;6\n', tmp_path),
    ):
        pass
    assert (error.value.code, error.value.details) == ("quote_never_closed", {"row": 3})


def test_a_packed_file_is_unpacked_on_the_way(tmp_path):
    with read(gzip.compress("a;b\n1;é\n".encode()), tmp_path) as found:
        assert rows_of(found) == [{"a": 1, "b": "é"}]


def zipped(tmp_path, members):
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_an_archive_holds_one_file(tmp_path):
    with read(zipped(tmp_path, {"x.csv": "a\n1\n", "__MACOSX/._x.csv": "…"}), tmp_path) as found:
        assert rows_of(found) == [{"a": 1}]


def test_an_archive_of_two_files_is_refused(tmp_path):
    assert refusal(zipped(tmp_path, {"x.csv": "a", "y.csv": "b"}), tmp_path) == "archive_unfit"


def test_an_archive_within_an_archive_is_refused(tmp_path):
    assert refusal(gzip.compress(gzip.compress(b"a;b\n1;2\n")), tmp_path) == "archive_unfit"


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: data])
def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path, pack):
    bomb = b"a;b\n" + b"0;0\n" * 15_000_000
    packed = gzip.compress(bomb) if pack is gzip.compress else zipped(tmp_path, {"x.csv": bomb})
    assert refusal(packed, tmp_path) == "archive_bomb"
    assert (tmp_path / "work" / "unpacked").stat().st_size <= 21_000_000


def test_a_damaged_archive_is_refused(tmp_path):
    assert refusal(gzip.compress(b"a;b\n" * 1000)[:-20], tmp_path) == "archive_damaged"


def test_the_file_called_utf8_that_is_not_gives_its_accents_and_exactly_its_errors(tmp_path):
    path = DATA / "opendata" / "france" / "subventions_departements_pays_de_la_loire.csv"
    if not path.exists():
        pytest.skip("the stored data is not beside this checkout")
    with reading(path, tmp_path, Options(name="subventions_utf8.csv")) as found:
        assert found.rows == 18_719
        assert len(found.schema.fields) == 21
        assert found.about["encoding"] == "windows-1252"
        assert rows_of(found)[0]["nomattribuant"] == "Département de Loire-Atlantique"
        assert codes(found, Level.ERROR) == {
            ("siret_as_float", "idBeneficiaire", 18_164, "7,86E+13"),
            ("siret_as_float", "idBeneficiaire", 18_168, "7,22009E+12"),
        }
        notes = codes(found, Level.NOTE)
        assert ("siret_length", "idBeneficiaire", 18_468, "8094406540001") in notes
        assert ("dates_and_years", "dateConvention", 2, "2014") in notes
        assert ("null_words", "objet", None, "NA") in notes

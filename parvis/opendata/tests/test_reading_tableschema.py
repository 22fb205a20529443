"""The national schemas, on the files their authors made to try validators with."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from parvis.opendata.rules import tableschema
from parvis.opendata.rules.reading import Level, Options, reading
from parvis.opendata.tests.test_reading_files import DATA, read

SCHEMAS = DATA / "opendata" / "schemas"
DIRTY = DATA / "opendata" / "france" / "subventions_departements_pays_de_la_loire.csv"
needs_data = pytest.mark.skipif(
    not SCHEMAS.exists(), reason="the stored data is not beside this checkout"
)


def checked(path, tmp_path):
    schema = tableschema.load(SCHEMAS / "scdl_subventions.schema.json")
    with reading(path, tmp_path, Options(known=schema.to_fields())) as found:
        return tableschema.check(schema, found.raw, found.bench)


def errors(problems):
    return {
        (one.code, one.column, one.row, one.value or "")
        for one in problems.kept
        if one.level is Level.ERROR
    }


# Worked out by hand from the file and the schema 2.1.1; the SIRET by their check digits.
WRONG_CELLS = {
    ("schema_type_date", "dateConvention", 5, "05/12/2016"),
    ("schema_pattern", "idAttribuant", 7, "218601946"),
    ("schema_siret", "idAttribuant", 7, "218601946"),
    ("schema_pattern", "rnaBeneficiaire", 5, "W3222"),
    ("schema_pattern", "rnaBeneficiaire", 12, "W12455"),
    ("schema_pattern", "rnaBeneficiaire", 30, "W1234567"),
    ("schema_required", "montant", 10, ""),
    ("schema_enum", "nature", 16, "aide en numéraire,aide en nature"),
    ("schema_pattern", "datesPeriodeVersement", 8, "2017-06-27_2018-06-27"),
    ("schema_type_boolean", "notificationUE", 6, "no"),
    ("schema_type_boolean", "notificationUE", 8, "yes"),
    ("schema_maximum", "pourcentageSubvention", 2, "100"),
    ("schema_maximum", "pourcentageSubvention", 3, "80"),
    ("schema_maximum", "pourcentageSubvention", 4, "80"),
    ("schema_type_number", "pourcentageSubvention", 9, "0,5"),
    ("schema_one_of_required", "idBeneficiaire", 9, ""),
    ("schema_siret", "idBeneficiaire", 5, "44088714900000"),
    ("schema_siret", "idBeneficiaire", 6, "32402138500000.0"),
    ("schema_siret", "idBeneficiaire", 8, "67895644300011"),
    ("schema_siret", "idBeneficiaire", 10, "33496296600000"),
    ("schema_siret", "idBeneficiaire", 11, "47782033600000"),
    ("schema_siret", "idBeneficiaire", 13, "47858355200000"),
    ("schema_siret", "idBeneficiaire", 14, "32075384100000"),
    ("schema_siret", "idBeneficiaire", 15, "81439055500000"),
    ("schema_siret", "idBeneficiaire", 16, "49481873500000"),
    ("schema_siret", "idBeneficiaire", 17, "49481873500000"),
    ("schema_siret", "idBeneficiaire", 18, "42141813800000"),
    ("schema_siret", "idBeneficiaire", 20, "45032466000000"),
    ("schema_siret", "idBeneficiaire", 21, "48932287500000"),
    ("schema_siret", "idBeneficiaire", 22, "49973963900000"),
    ("schema_siret", "idBeneficiaire", 24, "37968222200000"),
    ("schema_siret", "idBeneficiaire", 25, "49823722100000"),
    ("schema_siret", "idBeneficiaire", 26, "34336304000000"),
    ("schema_siret", "idBeneficiaire", 28, "44122976200000"),
    ("schema_siret", "idBeneficiaire", 30, "49817205500000"),
    # Poitiers is 21860194600013: every row but the seventh ends with 00000 instead.
    *(("schema_siret", "idAttribuant", row, "21860194600000") for row in range(2, 31) if row != 7),
}


@needs_data
def test_the_valid_example_has_no_error(tmp_path):
    problems = checked(SCHEMAS / "scdl_subventions_exemple_valide.csv", tmp_path)
    assert (problems.errors, problems.kept) == (0, [])


@needs_data
def test_the_example_with_wrong_cells_has_exactly_those(tmp_path):
    problems = checked(SCHEMAS / "scdl_subventions_exemple_invalide_erreurs_cellules.csv", tmp_path)
    assert errors(problems) == WRONG_CELLS | {
        ("schema_type_number", "montant", 6, "100000,1"),
        ("schema_siret", "idBeneficiaire", 27, "47972170000000"),
    }
    assert problems.errors == 65


@needs_data
def test_the_example_with_wrong_columns_has_those_and_the_column(tmp_path):
    problems = checked(SCHEMAS / "scdl_subventions_exemple_invalide_erreurs_colonnes.csv", tmp_path)
    assert errors(problems) == WRONG_CELLS | {
        ("schema_column_misnamed", "nomBeneficiaire", 1, ""),
        ("schema_type_number", "montant", 6, "100000,10"),
        ("schema_siret", "idBeneficiaire", 27, "47972165600100"),
    }
    assert problems.errors == 66
    missing = next(one for one in problems.kept if one.code == "schema_column_misnamed")
    assert missing.details["like"] == "NOM_Beneficiaire"
    assert {one.code for one in problems.kept if one.level is Level.NOTE} == {
        "schema_column_absent",
        "schema_column_extra",
        "schema_columns_disordered",
    }


def luhn(digits):
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(one if one < 10 else one - 9 for one in doubled) % 10 == 0


def is_siret(text):
    poste = text.startswith("356000000") and sum(map(int, text)) % 5 == 0
    return bool(re.fullmatch(r"\d{14}", text)) and (luhn(text) or poste)


def is_amount(text):
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def counted_by_hand():
    """Count the errors of the departments' file in another way: row by row, rule by rule."""
    found = Counter()
    with DIRTY.open(encoding="cp1252", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            for column in ("dateConvention", "nomBeneficiaire", "objet", "montant", "nature"):
                found["schema_required", column] += row[column] == ""
            for column in ("conditionsVersement", "datesPeriodeVersement", "notificationUE"):
                found["schema_required", column] += row[column] == ""
            day = row["dateConvention"]
            found["schema_type_date", "dateConvention"] += bool(
                day and not re.fullmatch(r"\d{4}-\d\d-\d\d", day)
            )
            found["schema_pattern", "idAttribuant"] += len(row["idAttribuant"]) != 14
            found["schema_siret", "idAttribuant"] += not is_siret(row["idAttribuant"])
            receiver = row["idBeneficiaire"]
            found["schema_siret", "idBeneficiaire"] += bool(receiver and not is_siret(receiver))
            found["schema_one_of_required", "idBeneficiaire"] += not receiver
            for column, most in (("objet", 256), ("conditionsVersement", 256), ("idRAE", 5)):
                found["schema_maxLength", column] += len(row[column]) > most
            amount, share = row["montant"], row["pourcentageSubvention"]
            found["schema_type_number", "montant"] += bool(amount and not is_amount(amount))
            found["schema_type_number", "pourcentageSubvention"] += not is_amount(share)
            found["schema_maximum", "pourcentageSubvention"] += (
                is_amount(share) and float(share) > 1
            )
            kinds = row["nature"].split(";") if row["nature"] else []
            found["schema_enum", "nature"] += bool(
                row["nature"] and not set(kinds) <= {"aide en numéraire", "aide en nature"}
            )
            period = row["datesPeriodeVersement"]
            found["schema_pattern", "datesPeriodeVersement"] += bool(
                period and not re.search(r"^\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?$", period)
            )
            found["schema_type_boolean", "notificationUE"] += row["notificationUE"] not in {
                "oui",
                "non",
                "",
            }
    return {key: count for key, count in found.items() if count}


@needs_data
def test_the_departments_file_has_the_errors_another_count_finds(tmp_path):
    problems = checked(DIRTY, tmp_path)
    assert problems.by_column(Level.ERROR) == counted_by_hand()
    assert problems.errors == 73_658


PEOPLE = {
    "name": "effectifs",
    "primaryKey": "id",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "annee", "type": "year", "constraints": {"minimum": 2000}},
        {"name": "n", "type": "integer", "constraints": {"required": True}},
    ],
}


def test_a_key_may_not_repeat(tmp_path):
    schema = tableschema.parse(PEOPLE)
    with read("id,annee,n\na,2020,1\nb,1999,x\na,2021,3\n", tmp_path) as found:
        problems = tableschema.check(schema, found.raw, found.bench)
    assert errors(problems) == {
        ("schema_unique", "id", 2, "a"),
        ("schema_unique", "id", 4, "a"),
        ("schema_minimum", "annee", 3, "1999"),
        ("schema_type_integer", "n", 3, "x"),
    }


@pytest.mark.parametrize(
    "descriptor", [[], {"title": "DECP"}, {"fields": [{"name": "a", "type": "montant"}]}]
)
def test_what_is_no_table_schema_is_refused(descriptor):
    with pytest.raises(tableschema.BadSchema):
        tableschema.parse(descriptor)


@needs_data
def test_every_stored_table_schema_is_understood():
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        if not path.name.startswith("decp"):
            assert tableschema.load(path).to_fields().fields

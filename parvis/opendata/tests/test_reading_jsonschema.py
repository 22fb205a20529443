"""The essential data of public contracts, against the schema the State publishes for them."""

from __future__ import annotations

import copy
import json

import pytest

from parvis.kernel.typography import quoted
from parvis.opendata.actions import wording
from parvis.opendata.queries.schemas import shipped
from parvis.opendata.rules import jsonschemas, schemas
from parvis.opendata.rules.reading import Limits, Options, reading
from parvis.opendata.tests.test_reading_files import DATA

EXAMPLES = DATA / "opendata" / "schemas"
MARKETS = "decp_exemple_marches_avec_modifications.json"
needs_data = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="the stored data is not beside this checkout"
)


def decp():
    return schemas.parse(shipped()["decp-2.0.3"].descriptor)


def checked(path, tmp_path, *, schema=None, list_at=""):
    with reading(path, tmp_path, Options(list_at=list_at)) as found:
        return schemas.check(schema or decp(), found, Limits())


def written(tmp_path, document, name="decp.json"):
    path = tmp_path / name
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("example", "list_at"),
    [
        (MARKETS, ""),
        ("decp_exemple_concessions_avec_modifications.json", ""),
        ("decp_exemple_marches_concessions.json", "marches.marche"),
        ("decp_exemple_marches_concessions.json", "marches.contrat-concession"),
    ],
)
@needs_data
def test_the_official_examples_have_no_error(tmp_path, example, list_at):
    problems = checked(EXAMPLES / example, tmp_path, list_at=list_at)
    assert (problems.errors, problems.kept) == (0, [])


def spoiled():
    """Return the official example, its second market spoiled in eleven ways."""
    document = json.loads((EXAMPLES / MARKETS).read_text("utf-8"))
    market = document["marches"]["marche"][1]
    market["acheteur"] = {}
    del market["objet"]
    market |= {
        "nature": "Marche",
        "codeCPV": "45",
        "montant": 0,
        "dureeMois": "12",
        "dateNotification": "25/05/2024",
        "source": "profil d'acheteur",
        "marcheInnovant": "oui",
        "titulaires": [{"titulaire": {"id": "55204599900869", "typeIdentifiant": "siret"}}] * 2,
    }
    return document


SPOILED = {
    (3, "acheteur.id", "document_required", None, "acheteur.id"),
    (3, "objet", "document_required", None, "objet"),
    (3, "nature", "document_enum", "Marche", "nature"),
    (3, "codeCPV", "document_example", "45", "codeCPV"),
    (3, "montant", "document_minimum", "0", "montant"),
    (3, "dureeMois", "document_type_integer", "12", "dureeMois"),
    (3, "dateNotification", "document_example", "25/05/2024", "dateNotification"),
    (3, "source", "document_extra", "profil d'acheteur", "source"),
    (3, "marcheInnovant", "document_type_boolean", "oui", "marcheInnovant"),
    (3, "titulaires", "document_enum", "siret", "titulaires[1].titulaire.typeIdentifiant"),
    (3, "titulaires", "document_enum", "siret", "titulaires[2].titulaire.typeIdentifiant"),
}


def told(problems):
    return {(one.row, one.column, one.code, one.value, one.details["place"]) for one in problems}


@needs_data
def test_a_spoiled_market_has_exactly_its_errors_each_with_its_row(tmp_path):
    problems = checked(written(tmp_path, spoiled()), work(tmp_path))
    twice = [one for one in problems.kept if one.code == "document_uniqueItems"]
    assert [(one.row, one.column) for one in twice] == [(3, "titulaires")]
    assert told(one for one in problems.kept if one not in twice) == SPOILED
    assert problems.errors == len(SPOILED) + 1


@needs_data
def test_each_error_says_what_to_do(tmp_path):
    problems = checked(written(tmp_path, spoiled()), work(tmp_path))
    said = {(one.column, one.code): wording.said(one)["en"] for one in problems.kept}
    assert said["acheteur.id", "document_required"] == quoted(
        "« acheteur.id » is missing and the schema wants it: add it."
    )
    assert said["dateNotification", "document_example"] == quoted(
        "« 25/05/2024 » does not have the form of « dateNotification »; write for example"
        " 2024-01-31."
    )
    assert said["dureeMois", "document_type_integer"] == quoted(
        "« dureeMois » must be a whole number, without quotes."
    )
    assert said["nature", "document_enum"] == quoted(
        "« nature » says « Marche », which is not among the values allowed: Marché, Marché de"
        " partenariat, Marché de défense ou de sécurité."
    )


@needs_data
def test_what_is_wrong_in_the_other_list_has_its_place_and_no_row(tmp_path):
    document = json.loads((EXAMPLES / "decp_exemple_marches_concessions.json").read_text("utf-8"))
    del document["marches"]["contrat-concession"][1]["nature"]
    path = written(tmp_path, document)
    (one,) = checked(path, work(tmp_path), list_at="marches.marche").kept
    assert (one.row, one.column) == (None, "marches.contrat-concession")
    assert one.details["place"] == "marches.contrat-concession[2].nature"


@needs_data
def test_a_bare_list_and_a_table_are_no_document_of_the_schema(tmp_path):
    markets = json.loads((EXAMPLES / MARKETS).read_text("utf-8"))["marches"]["marche"]
    (bare,) = checked(written(tmp_path, markets), work(tmp_path)).kept
    assert (bare.code, bare.details["expected"]) == (
        "document_bare_list",
        "marches.marche, marches.contrat-concession",
    )
    table = tmp_path / "decp.csv"
    table.write_text("id;montant\nA;1\n", "utf-8")
    folder = tmp_path / "table"
    folder.mkdir()
    (other,) = checked(table, folder).kept
    assert (other.code, other.details["format"]) == ("document_not_json", "CSV")


def test_the_alternative_somebody_meant_is_the_one_told():
    schema = jsonschemas.parse(
        {
            "properties": {
                "a": {
                    "anyOf": [
                        {"type": "array"},
                        {"type": "object", "properties": {"n": {"type": "integer"}}},
                    ]
                }
            }
        }
    )
    (one,) = jsonschemas.check(schema, {"a": {"n": "1"}}, "").kept
    assert (one.code, one.column, one.value) == ("document_type_integer", "a.n", "1")


@pytest.mark.parametrize(
    ("descriptor", "why"),
    [
        ([], "no list of fields"),
        ({"properties": {"a": {"type": "whatever"}}}, "is not valid"),
        ({"properties": {"a": {"$ref": "https://exemple.fr/s.json"}}}, "not in this schema"),
        ({"properties": {"a": {"$ref": "#/definitions/rien"}}}, "not in this schema"),
        ({"properties": {"a": {"pattern": "("}}}, "is not a 'regex'"),
    ],
)
def test_a_schema_that_is_none_or_asks_elsewhere_is_refused(descriptor, why):
    with pytest.raises(schemas.BadSchema) as refusal:
        schemas.parse(copy.deepcopy(descriptor))
    assert why in str(refusal.value)


def test_every_schema_brought_along_is_one():
    assert list(shipped()) == [
        "scdl-budget-0.8.3",
        "scdl-catalogue-0.1.3",
        "scdl-deliberations-2.1.5",
        "scdl-equipements-0.1.5",
        "decp-2.0.3",
        "hautes-remunerations-0.1.0",
        "scdl-subventions-2.1.1",
    ]
    kinds = [type(schemas.parse(one.descriptor)).__name__ for one in shipped().values()]
    assert kinds.count("TableSchema") == 6
    assert kinds.count("JsonSchema") == 1

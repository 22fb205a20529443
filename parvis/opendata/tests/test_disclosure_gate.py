"""What looks like a person is found; what bears a person's name is not."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, strategies as st

from parvis.opendata.rules import disclosure
from parvis.opendata.rules.disclosure.persons import (
    is_iban,
    is_person_name,
    is_social_security_number,
)
from parvis.opendata.rules.disclosure.words import FIRST_NAMES
from parvis.opendata.rules.reading import Options, reading
from parvis.opendata.tests.test_reading_files import DATA, read

SHA = "0123456789abcdef" * 4


def found_in(content, tmp_path):
    with read(content, tmp_path) as found:
        return {
            one.key: (one.count, one.rows)
            for one in disclosure.find(found.bench, found.schema, SHA)
        }


def table(header, *rows):
    return "\n".join([header, *rows]) + "\n"


def test_an_annex_half_of_natural_persons_is_stopped(tmp_path):
    # Made after the annex of 2021, whose persons are not in our copy.
    rows = [f"ASSOCIATION n° {n};Associations;{n + 100}.0" for n in range(20)]
    rows += [
        f"{name.upper()} DUPOND;Personnes physiques;{n}.0"
        for n, name in enumerate(sorted(FIRST_NAMES)[:20])
    ]
    found = found_in(table("beneficiaire;nature_juridique;montant", *rows), tmp_path)
    assert found == {
        "person_names:beneficiaire": (40, (2, 3, 4, 5, 6)),
        "natural_persons:nature_juridique": (20, (22, 23, 24, 25, 26)),
    }


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Prénom", "Zorglub", "person_names"),
        ("nom de naissance", "Xyz", "person_names"),
        ("contact", "alice@exemple.fr", "emails"),
        ("téléphone", "0142763434", "phones"),
        ("joindre", "01 42 76 34 34", "phones"),
        ("joindre", "+33 (0)1 42 76 34 34", "phones"),
        ("compte", "FR14 2004 1010 0505 0001 3M02 606", "ibans"),
        ("numéro", "1 84 12 76 451 089 46", "social_security_numbers"),
        ("nir", "1841276451089", "social_security_numbers"),
        ("date de naissance", "1984-12-03", "birth_dates"),
    ],
)
def test_what_names_or_reaches_a_person_is_found(tmp_path, header, cell, code):
    found = found_in(table(f"{header};n", f"{cell};7"), tmp_path)
    assert [key.split(":")[0] for key in found] == [code]
    assert list(found.values()) == [(1, (2,))]


def test_a_mail_within_a_text_stops_this_file_only(tmp_path):
    content = table(
        "objet;n",
        "Écrire à bachir@exemple.fr avant lundi;7",
        "Appeler Mona au 06 12 34 56 78 le matin;8",
    )
    assert found_in(content, tmp_path) == {
        f"emails_in_text:objet:{SHA[:16]}": (1, (2,)),
        f"phones_in_text:objet:{SHA[:16]}": (1, (3,)),
    }


def test_an_address_is_a_home_only_beside_persons(tmp_path):
    assert found_in(table("adresse;n", "4 rue de Cîteaux;7"), tmp_path) == {}


def test_an_address_beside_a_person_is_found(tmp_path):
    found = found_in(table("prenom;adresse;n", "Alice;4 rue de Cîteaux;7"), tmp_path)
    assert found == {"person_names:prenom": (1, (2,)), "home_addresses:adresse": (1, (2,))}


@pytest.mark.parametrize("header", ["effectif", "nb_agents", "Nombre de femmes", "n"])
def test_counts_of_people_below_five_are_found(tmp_path, header):
    found = found_in(table(f"corps;{header}", "A;4", "B;5", "C;0", "D;1"), tmp_path)
    assert list(found.values()) == [(2, (2, 5))]


@pytest.mark.parametrize("header", ["nbLogements", "nb_subventions", "nombre de places", "annee"])
def test_counts_of_things_are_no_secret(tmp_path, header):
    assert found_in(table(f"corps;{header}", "A;4", "B;5"), tmp_path) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Association Jean Moulin",
        "RUE JEAN JAURES",
        "Collège Marie Curie",
        "SARL MARTIN PAUL",
        "Jean",
        "Charonne - Robert et Sonia Delaunay",
        "Voirie et déplacements",
        "",
    ],
)
def test_a_body_or_a_place_is_no_person(text):
    assert not is_person_name(text)


@pytest.mark.parametrize(
    "text",
    ["Jean Dupont", "DUPONT MARIE-CLAUDE", "Mme Xyz", "Françoise d'Eaubonne", "DE GAULLE CHARLES"],
)
def test_a_name_is_a_person(text):
    assert is_person_name(text)


@given(st.text(max_size=80))
def test_any_text_can_be_judged(text):
    assert is_person_name(text) in {True, False}
    assert is_iban(text) in {True, False}
    assert is_social_security_number(text, announced=True) in {True, False}


def test_one_wrong_digit_is_no_account():
    assert is_iban("FR1420041010050500013M02606")
    assert not is_iban("FR1420041010050500013M02607")


def test_corsica_has_social_security_numbers_too():
    assert is_social_security_number("2 58 03 2A 050 001 85", announced=False) == (
        97 - int("2580319050001") % 97 == 85
    )


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("opendata/paris/subventions_annexe_b811_ca_2021.csv", "name"),
        ("opendata/paris/subventions_beneficiaires_2020_2024.csv", "beneficiaire"),
        ("geo/associations/associations_paris_sirene_2022.csv", "fields.denominationunitelegale"),
        ("geo/addresses/paris_streets_names.csv", "street"),
    ],
)
def test_the_city_s_associations_and_streets_are_not_taken_for_persons(path, column):
    if not (DATA / path).exists():
        pytest.skip("the stored data is not beside this checkout")
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        texts = {row[column] for row in csv.DictReader(file)}
    assert sum(map(is_person_name, texts)) < 0.02 * len(texts)


def test_the_subventions_of_the_city_pass_the_gate(tmp_path):
    path = DATA / "opendata" / "paris" / "subventions_beneficiaires_2020_2024.csv"
    if not path.exists():
        pytest.skip("the stored data is not beside this checkout")
    with reading(path, tmp_path, Options()) as found:
        assert disclosure.find(found.bench, found.schema, SHA) == []

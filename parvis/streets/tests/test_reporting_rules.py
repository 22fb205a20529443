"""Which kind is meant by plain words, and which answers are answers."""

from __future__ import annotations

import csv
import tomllib

import pytest
from django.conf import settings

from parvis.streets.rules import finding, questions
from parvis.streets.rules.finding import Kind
from parvis.streets.rules.questions import Asked
from parvis.streets.testing import FRIDGE, TAG

FOLDER = settings.PARVIS_CITY_DIR / "streets"
FULL_BIN = "proprete-des-equipements-de-collecte-des-dechets-poubelle-de-rue-sale-ou-debordante"


@pytest.fixture(scope="module")
def kinds():
    told = tomllib.loads((FOLDER / "told.toml").read_text("utf-8"))
    with (FOLDER / "categories.csv").open(encoding="utf-8") as file:
        labels = {one["code"]: one for one in csv.DictReader(file)}
    with (FOLDER / "subtypes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not row["agents"]]
    found = [
        Kind(
            code=row["code"],
            label=f"{row['label_fr']} {row['label_en']}",
            branch=_branch(labels[row["type"]], labels[row["category"]]),
            keywords=tuple(told["words"].get(row["code"], ())),
            weight=int(row["weight"]),
        )
        for row in rows
    ]
    elsewhere = [
        Kind(
            code=one["code"],
            label=f"{one['fr']} {one['en']}",
            branch="",
            keywords=tuple(one["words"]),
            weight=0,
        )
        for one in told["not_ours"]
    ]
    return found + elsewhere


def _branch(kind, group):
    return f"{kind['label_fr']} {group['label_fr']} {kind['label_en']}"


def test_every_kind_and_group_has_a_name_in_both_languages():
    for name in ("subtypes.csv", "categories.csv"):
        with (FOLDER / name).open(encoding="utf-8") as file:
            assert all(row["label_fr"] and row["label_en"] for row in csv.DictReader(file))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("frigo sur le trottoir", FRIDGE),
        ("Il y a un vieux matelas devant chez moi", FRIDGE),
        ("frigot", FRIDGE),
        ("encombrants", FRIDGE),
        ("tag", TAG),
        ("crotte de chien", "dejections-canines"),
        ("lampadere éteint", "eclairage-public-eteint-la-nuit"),
        ("rats", "presence-de-rats"),
        ("nid de poule sur la route", "chaussees-affaissement-trou-bosse-pave-arrache"),
        ("croix gammée", "inscriptions-haineuses"),
        ("odeur de gaz", "odeur-de-gaz"),
        ("a fridge on the pavement", FRIDGE),
        ("old mattress", FRIDGE),
        ("dog poop", "dejections-canines"),
        ("street light out", "eclairage-public-eteint-la-nuit"),
        ("pothole in the road", "chaussees-affaissement-trou-bosse-pave-arrache"),
        ("swastika", "inscriptions-haineuses"),
        ("smell of gas", "odeur-de-gaz"),
        ("poubelle pleine", FULL_BIN),
        ("la poubelle déborde", FULL_BIN),
        ("un arbre mort", "arbre-dangereux-ou-en-mauvais-etat"),
        ("feu rouge en panne", "feux-tricolores-carrefour-eteint"),
        ("the traffic lights are out", "feux-tricolores-carrefour-eteint"),
        ("une seringue par terre", "dechets-et-ou-salissures-divers"),
        ("vélo abandonné", "epave-de-velo"),
        ("trottinette mal garée", "deux-roues-motorise-en-stationnement-genant"),
        ("voiture mal garée", "automobile-ou-autre-vehicule-motorise-en-stationnement-genant"),
        ("voiture abandonnée", "epave-d-automobile-ou-d-un-autre-vehicule-motorise"),
        ("feu", "danger-immediat"),
    ],
)
def test_what_people_say_is_found_first(kinds, words, code):
    assert finding.find(kinds, words)[0] == code


def test_words_that_nobody_uses_find_nothing(kinds):
    assert finding.find(kinds, "xylophone quantique") == []
    assert finding.find(kinds, "le la les") == []
    assert finding.find(kinds, "") == []
    assert finding.find(kinds, "frigot", as_written=True) == []
    assert finding.find(kinds, "frigo", as_written=True) == [FRIDGE]


def test_at_most_so_many_are_found(kinds):
    assert len(finding.find(kinds, "graffitis", limit=3)) == 3


LAMPS = Asked(code="lamps", datatype=questions.SINGLE, keys=("one", "several"))
DANGER = Asked(
    code="danger",
    datatype=questions.SINGLE,
    keys=("yes", "no"),
    is_required=True,
    stops_on=frozenset({"yes"}),
)


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        (LAMPS, "", ""),
        (LAMPS, "one", ""),
        (LAMPS, "three", "answer_unknown"),
        (DANGER, "", "question_unanswered"),
        (DANGER, "no", ""),
        (DANGER, "yes", "not_ours"),
        (Asked(code="n", datatype=questions.NUMBER), "3", ""),
        (Asked(code="n", datatype=questions.NUMBER), "1,5", ""),
        (Asked(code="n", datatype=questions.NUMBER), "plenty", "answer_unknown"),
        (Asked(code="n", datatype=questions.NUMBER), "inf", "answer_unknown"),
        (Asked(code="t", datatype=questions.DATETIME), "2026-06-03T10:00", ""),
        (Asked(code="t", datatype=questions.DATETIME), "yesterday", "answer_unknown"),
        (Asked(code="s", datatype=questions.STRING), "x" * 201, "answer_too_long"),
        (Asked(code="m", datatype=questions.MULTIPLE, keys=("a", "b")), ["a", "b"], ""),
        (Asked(code="m", datatype=questions.MULTIPLE, keys=("a",)), ["a", "c"], "answer_unknown"),
    ],
)
def test_an_answer_is_one_or_says_why_not(question, answer, why):
    assert questions.why_not_answered(question, answer) == why


def test_answers_to_other_questions_are_left_out():
    several = Asked(code="m", datatype=questions.MULTIPLE, keys=("a", "b"))
    given = {"lamps": " one ", "danger": "", "other": "x", "m": ["a", " "]}
    assert questions.tidied([LAMPS, DANGER, several], given) == {"lamps": "one", "m": ["a"]}

"""What is counted from the rows of a version, and what it is worth out of ten."""

from __future__ import annotations

import csv
import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given, strategies as st

from parvis.kernel.errors import NotFound
from parvis.opendata.models import DatasetVersion
from parvis.opendata.queries.quality import quality
from parvis.opendata.rules import profile as rules
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.profile import (
    Balance,
    Described,
    FieldProfile,
    Period,
    Precision,
    Profile,
)
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, BUDGET_SCHEMA, MONDAY, a_version

TODAY = MONDAY.date()
REAL = (
    Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data")) / "opendata"
)


def profile_of(*rows_and_schema, **described):
    a_version(*rows_and_schema, **described)
    return Profile.from_json(DatasetVersion.objects.get().profile)


@pytest.mark.django_db
def test_every_field_is_counted():
    profile = profile_of()
    assert profile.rows == 6
    by_name = {one.name: one for one in profile.fields}
    assert by_name["montant"] == FieldProfile(
        name="montant", nulls=1, distinct=5, least=100.0, greatest=500.0,
        examples=("100.0", "200.0", "300.0"),
    )  # fmt: skip
    assert by_name["sens"].examples == ("Dépense", "Recette")
    assert (by_name["libelle"].nulls, by_name["libelle"].distinct) == (1, 5)


@pytest.mark.django_db
def test_lists_places_and_files_are_counted_without_an_order():
    schema = Schema(
        (
            Field(name="tags", type=FieldType.TEXT, annotations={"multivalued": (",",)}),
            Field(name="lieu", type=FieldType.GEO_POINT),
            Field(name="vu", type=FieldType.DATETIME),
        )
    )
    rows = [{"tags": ["a", "b"]}, {"tags": ["a"], "vu": MONDAY}, {"tags": []}, {"lieu.lon": 2.0}]
    tags, place, seen = profile_of(rows, schema).fields
    assert (tags.nulls, tags.distinct, tags.examples, tags.least) == (2, 2, ("a", "b"), None)
    assert (place.nulls, place.distinct, place.examples) == (3, 1, ())
    assert (seen.least, seen.greatest) == ("2026-03-02T08:00:00", "2026-03-02T08:00:00")


@pytest.mark.django_db
def test_the_period_reaches_the_end_of_its_last_year():
    assert profile_of().period == Period(
        field="exercice",
        first=dt.date(2024, 1, 1),
        last=dt.date(2025, 12, 31),
        precision=Precision.YEAR,
    )


@pytest.mark.django_db
def test_months_are_seen_and_slips_into_the_future_are_not_believed():
    schema = Schema(
        (
            Field(name="date_maj", type=FieldType.DATE),
            Field(name="mois", type=FieldType.DATE),
        )
    )
    days = [dt.date(2024, 2, 1), dt.date(2024, 12, 1), dt.date(3013, 1, 1), None]
    rows = [{"mois": day, "date_maj": TODAY} for day in days]
    assert profile_of(rows, schema).period == Period(
        field="mois",
        first=dt.date(2024, 2, 1),
        last=dt.date(2024, 12, 31),
        precision=Precision.MONTH,
    )


@pytest.mark.django_db
def test_a_budget_tells_both_its_sums_each_year():
    assert profile_of().balances == (
        Balance(year="2024", revenue=300.0, expenditure=300.0),
        Balance(year="2025", revenue=500.0, expenditure=450.0),
    )


@pytest.mark.django_db
def test_accounts_of_what_was_spent_need_not_balance():
    assert (
        profile_of(dataset_id="compte-administratif", title="Compte administratif").balances == ()
    )


@pytest.mark.django_db
def test_rows_that_say_again_what_another_says_are_counted():
    row = {"cle": "a", "exercice": 2024}
    assert profile_of([row, row, {**row, "cle": "b"}, row]).repeated == 2


@pytest.mark.django_db
def test_the_real_budget_that_does_not_balance_is_told():
    file = REAL / "paris" / "budget_vote_2020_2026.csv"
    if not file.exists():
        pytest.skip("the real budgets are not beside this checkout")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [
            {
                "exercice": int(line["annee"]),
                "sens": line["sens_flux"],
                "montant": float(line["montant"] or 0),
            }
            for line in csv.DictReader(lines)
        ]
    profile = profile_of(rows, BUDGET_SCHEMA)
    by_year = {one.year: one for one in profile.balances}
    assert sorted(by_year) == ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]
    assert not by_year["2025"].is_even
    assert round(by_year["2025"].expenditure / 1e9, 2) == 12.16
    assert round(by_year["2025"].revenue / 1e9, 2) == 11.34


# --- points ---------------------------------------------------------------------------------------

COMPLETE = Described(
    title="Budget", frequency="Annuelle", contact="dfa@paris.fr", license="ODbL", geography="Paris"
)
TOLD = Schema(tuple(Field(name=n, type=FieldType.TEXT, description="Dit quoi") for n in "ab"))
FULL = Profile(
    rows=2,
    fields=tuple(FieldProfile(name=n, nulls=0, distinct=2) for n in "ab"),
    period=Period(
        field="a",
        first=dt.date(2024, 1, 1),
        last=dt.date(2025, 12, 31),
        precision=Precision.YEAR,
    ),
)


def points(said=COMPLETE, schema=TOLD, profile=FULL, today=TODAY):
    made = rules.checks(said, schema, profile, published=TODAY, today=today)
    return rules.score(made), {one.code: one for one in made if not one.is_passed}


def test_a_dataset_that_lacks_nothing_has_ten():
    assert points() == (10.0, {})


def test_what_is_not_declared_costs_its_points():
    score, failed = points(Described(), schema=Schema((Field(name="a", type=FieldType.TEXT),)))
    assert score == 4.5
    assert sorted(failed) == ["contact", "field_descriptions", "frequency", "geography", "license"]
    assert failed["field_descriptions"].figures == {"told": 0, "total": 1}


def test_each_update_missed_after_the_first_costs_half_a_point():
    ends = dt.date(2025, 12, 31)
    for years, lost in ((1, 0), (2, 0.5), (3, 1), (5, 2), (30, 2)):
        score, failed = points(today=ends + dt.timedelta(days=366 * years))
        assert score == 10 - lost, years
        assert "freshness" not in failed or failed["freshness"].figures["reached"] == "2025-12-31"
    never = Described(**{**vars_of(COMPLETE), "frequency": "Pas de mise à jour"})
    assert points(never, today=ends + dt.timedelta(days=9_999))[0] == 10


def vars_of(said):
    return {name: getattr(said, name) for name in said.__dataclass_fields__}


def test_a_budget_that_does_not_balance_says_both_sums():
    uneven = Balance(year="2025", revenue=500.0, expenditure=450.0)
    zero = Balance(year="2020", revenue=0.0, expenditure=0.0)
    even = Balance(year="2024", revenue=300.0, expenditure=300.4)
    profile = Profile(rows=2, fields=FULL.fields, period=FULL.period, balances=(zero, even, uneven))
    score, failed = points(profile=profile)
    assert (score, list(failed)) == (9.0, ["balance"])
    assert failed["balance"].figures == {
        "years": [
            {"year": "2020", "revenue": 0.0, "expenditure": 0.0},
            {"year": "2025", "revenue": 500.0, "expenditure": 450.0},
        ]
    }


def test_empty_fields_and_repeated_rows_cost_points():
    empty = (FULL.fields[0], FieldProfile(name="b", nulls=2, distinct=0))
    profile = Profile(rows=2, fields=empty, period=FULL.period, repeated=1)
    score, failed = points(profile=profile)
    assert score == 8.5
    assert failed["empty_fields"].figures == {"fields": ["b"]}
    assert failed["duplicates"].figures == {"repeated": 1}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Annuelle", 366), ("annuelle", 366), ("Mensuelle", 31), ("Quotidienne", 1),
        ("Trimestrielle", 92), ("Hebdomadaire", 7), ("semestrielle", 183), ("Bi-annuelle", 183),
        ("Pas de mise à jour ", 0), ("pas de mises à jour", 0), ("Ponctuelle", 0), ("aucune", 0),
        ("Horaire", 1), ("continue", 1), ("Minute", 1), ("Au fil du temps", 0),
        ("Bimestrielle", 62),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL", 366),
        ("http://publications.europa.eu/resource/authority/frequency/BIENNIAL", 732),
        ("http://publications.europa.eu/resource/authority/frequency/MONTHLY", 31),
        ("", None), ("quand on peut", None),
    ],
)  # fmt: skip
def test_frequencies_of_the_real_catalogue_are_understood(words, days):
    assert rules.days_between(words) == days


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("Recette", "revenue"), ("RECETTES", "revenue"), ("Dépense", "expenditure"),
        ("depenses réelles", "expenditure"), ("R", "revenue"), ("d", "expenditure"),
        ("Recettes de fonctionnement", "revenue"), ("Divers", ""), ("", ""),
    ],
)  # fmt: skip
def test_sides_of_a_budget_are_understood(words, side):
    assert rules.side(words) == side


texts = st.text(max_size=20)
profiles = st.builds(
    Profile,
    rows=st.integers(0, 50),
    repeated=st.integers(0, 9),
    fields=st.lists(
        st.builds(FieldProfile, name=texts, nulls=st.integers(0, 50), distinct=st.integers(0, 9)),
        max_size=4,
    ).map(tuple),
    balances=st.lists(
        st.builds(Balance, year=texts, revenue=st.floats(0, 1e9), expenditure=st.floats(0, 1e9)),
        max_size=3,
    ).map(tuple),
    period=st.none()
    | st.builds(
        Period,
        field=texts,
        first=st.dates(),
        last=st.dates(),
        precision=st.sampled_from(Precision),
    ),
)


@given(said=st.builds(Described, frequency=texts, contact=texts, license=texts), profile=profiles,
       today=st.dates())  # fmt: skip
def test_a_score_is_from_nought_to_ten_and_a_profile_is_kept_whole(said, profile, today):
    score, failed = points(said, profile=profile, today=today)
    assert 0 <= score <= 10
    assert (score == 10) == (not failed)
    assert Profile.from_json(profile.to_json()) == profile


@pytest.mark.django_db
def test_the_reasons_are_told_in_the_reader_s_words():
    rows = [row for row in BUDGET_ROWS if row["exercice"] == 2025]
    a_version(rows, license="ODbL", metas={"dcat": {"accrualperiodicity": "Annuelle"}})
    with translation.override("en"):
        told = quality(BUDGET, now=MONDAY + dt.timedelta(days=2 * 366))
    reasons = {one.code: one.sentence for one in told.judged if one.sentence}
    assert told.covers == "covers up to 2025"
    assert reasons == {
        "field_descriptions": "5 fields of 5 are not explained.",
        "contact": "Nobody is named to write to.",
        "geography": "Which place it speaks of is not said.",
        "freshness": "The data reaches Dec. 31, 2025: 1 update is missing.",
        "balance": "A budget takes in what it spends; this one does not. 2025: revenue 500.00,"
        " expenditure 450.00.",
    }
    # 0 of 2, 0 of 1, 0 of a half, 1.5 of 2, 0 of 1.
    assert told.score == 5.0
    with pytest.raises(NotFound):
        quality("rien", now=MONDAY)

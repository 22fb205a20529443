"""Pure rules: the day one comes of age, domains, terms, numbers."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from parvis.mandates.rules import domains, proofs, terms

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("born", "adult_at"),
    [
        # Midnight in Paris is 22:00 UTC in summer, 23:00 in winter.
        (dt.date(2003, 5, 4), "2021-05-03T22:00:00+00:00"),
        (dt.date(2003, 1, 9), "2021-01-08T23:00:00+00:00"),
        # The clocks change during these very days: midnight is still midnight.
        (dt.date(2003, 3, 28), "2021-03-27T23:00:00+00:00"),
        (dt.date(2003, 3, 29), "2021-03-28T22:00:00+00:00"),
        (dt.date(2003, 10, 31), "2021-10-30T22:00:00+00:00"),
        (dt.date(2003, 11, 1), "2021-10-31T23:00:00+00:00"),
        # Born on 29 February: eighteen years are accomplished on 1 March of a common year.
        (dt.date(2004, 2, 29), "2022-02-28T23:00:00+00:00"),
    ],
)
def test_a_child_comes_of_age_at_midnight_in_paris(born, adult_at):
    assert terms.comes_of_age_at(born, PARIS) == dt.datetime.fromisoformat(adult_at)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_the_day_before_a_birthday_one_is_a_year_younger(born):
    for age in (1, 17, 18, 130):
        day = terms.birthday(born, age)
        assert (day.year, day >= born) == (born.year + age, True)
        assert terms.birthday(born, age + 1) > day


@pytest.mark.parametrize(
    ("born", "minor", "why"),
    [
        (dt.date(2003, 5, 4), True, None),
        (dt.date(1950, 5, 4), False, None),
        (dt.date(2015, 6, 26), True, "born_tomorrow"),
        (dt.date(1997, 6, 25), True, "of_age_already"),
        (dt.date(1997, 6, 26), True, None),
        (dt.date(1997, 6, 26), False, "still_a_child"),
        (dt.date(1885, 6, 25), False, "born_too_long_ago"),
    ],
)
def test_who_can_be_held_as_a_child_and_who_as_an_adult(born, minor, why):
    said = terms.why_birth_is_refused(born, today=dt.date(2015, 6, 25), minor=minor)
    assert said == why


@pytest.mark.parametrize(
    ("kind", "ends_on", "why"),
    [
        ("parent", None, None),
        ("relative", None, "no_end"),
        ("relative", dt.date(2015, 6, 24), "ends_before_it_begins"),
        ("relative", dt.date(2015, 6, 25), None),
        ("relative", dt.date(2018, 6, 27), None),
        ("relative", dt.date(2018, 6, 28), "too_long"),
        ("guardian", dt.date(2030, 1, 1), None),
        ("association", dt.date(2030, 1, 1), "too_long"),
    ],
)
def test_how_long_a_mandate_may_last(kind, ends_on, why):
    assert terms.why_term_is_refused(kind, ends_on, today=dt.date(2015, 6, 25)) == why


def test_the_ten_domains_of_aidants_connect_go_and_come_back():
    assert len(domains.REP_SCOPE) == 10
    for name in domains.REP_SCOPE:
        assert domains.to_rep_scope(domains.from_rep_scope(name)) == [name]
    assert domains.from_rep_scope("famille logement") == {"family", "housing"}
    assert domains.from_rep_scope(["famille", "logement"]) == {"family", "housing"}
    assert domains.to_rep_scope({"*"}) == sorted(domains.REP_SCOPE)
    assert domains.to_rep_scope({"participation", "money"}) == ["argent"]


@given(st.one_of(st.text(), st.lists(st.text())))
def test_a_scope_nobody_knows_gives_no_power(said):
    words = said.replace(",", " ").split() if isinstance(said, str) else said
    known = {domains.REP_SCOPE[word] for word in words if word in domains.REP_SCOPE}
    assert domains.from_rep_scope(said) == known


def test_a_mandate_lists_declared_domains_and_at_least_one():
    declared = ["family", "money"]
    assert domains.why_domains_are_refused([], declared) == "no_domain"
    assert domains.why_domains_are_refused(["family", "*"], declared) == "unknown_domain"
    assert domains.why_domains_are_refused(["family"], declared) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("W751234567", "W751234567"),
        (" w75 123 4567 ", "W751234567"),
        ("W2A1234567", "W2A1234567"),
        ("W9R1234567", "W9R1234567"),
        ("751234567", None),
        ("W7512345678", None),
        ("WABCDEFGHI", None),
        ("W75123456\u0661", None),
        ("", None),
    ],
)
def test_an_rna_number_has_one_form(typed, read):
    assert proofs.read_rna(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("217 500 016 00019", "21750001600019"),  # City of Paris
        ("21750001600018", None),
        ("35600000000048", "35600000000048"),  # La Poste: Luhn's formula
        ("35600000009075", "35600000009075"),  # La Poste: a multiple of five
        ("35600000000003", None),
        ("2175000160001", None),
        ("2175000160001\u0661", None),
    ],
)
def test_a_siret_checks(typed, read):
    assert proofs.read_siret(typed) == read


def test_a_paper_proves_only_what_it_can():
    assert proofs.may_prove("parent", "family_book")
    assert not proofs.may_prove("guardian", "family_book")
    assert not proofs.may_prove("parent", "own_word")
    assert not proofs.may_prove("nobody", "family_book")

"""Dates, hours and figures, said as people say them."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.ui import wording
from parvis.ui.tests.conftest import NOON

NB, NN = "\u00a0", "\u202f"


def paris(day: int, hour: int = 12, minute: int = 0, *, month: int = 9, year: int = 2015):
    return dt.datetime(year, month, day, hour, minute, tzinfo=wording.PARIS)


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("when", "said"),
    [
        (paris(10, 8, 2), f"aujourd\u2019hui, 8{NB}h{NB}02"),
        (paris(9, 17, 20), f"hier, 17{NB}h{NB}20"),
        (paris(11, 9), f"demain, 9{NB}h"),
        (paris(8, 19, 47), f"mardi{NB}8, 19{NB}h{NB}47"),
        (paris(4, 10, 15), f"vendredi{NB}4, 10{NB}h{NB}15"),
        (paris(3, 10, 15), f"jeudi 3{NB}septembre, 10{NB}h{NB}15"),
        (paris(1, 10, 15, month=8, year=2014), f"vendredi 1er{NB}août 2014, 10{NB}h{NB}15"),
    ],
)
def test_a_moment_is_said_as_near_as_it_is(when: dt.datetime, said: str):
    assert wording.moment(when, now=NOON) == said


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("when", "said"),
    [
        (paris(10, 8, 2), "today, 8:02"),
        (paris(8, 19, 47), f"Tuesday{NB}8, 19:47"),
        (paris(1, 9, month=1, year=2014), f"Wednesday 1{NB}January 2014, 9:00"),
    ],
)
def test_a_moment_is_said_in_english(when: dt.datetime, said: str):
    assert wording.moment(when, now=NOON) == said


@pytest.mark.usefixtures("in_french")
def test_a_moment_just_before_midnight_in_paris_is_not_said_in_utc():
    just_past_midnight = dt.datetime(2015, 9, 9, 22, 30, tzinfo=dt.UTC)
    assert wording.moment(just_past_midnight, now=NOON) == f"aujourd\u2019hui, 0{NB}h{NB}30"


@pytest.mark.usefixtures("in_french")
def test_the_year_is_said_only_when_it_is_another():
    assert wording.day(dt.date(2015, 9, 15), now=NOON) == f"mardi 15{NB}septembre"
    assert wording.day(dt.date(2020, 9, 15), now=NOON) == f"mardi 15{NB}septembre 2020"
    assert wording.day(dt.date(2015, 9, 15)) == f"mardi 15{NB}septembre 2015"


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("end", "said", "urgent"),
    [
        (paris(15), "Encore 5 jours", False),
        (paris(13, 11), "Plus que 3 jours", True),
        (paris(11, 23, 59), "Jusqu\u2019à demain", True),
        (paris(10, 15), f"Dernier jour{NB}: plus que 3{NB}h", True),
        (paris(10, 12), "Clos", False),
    ],
)
def test_a_deadline_turns_urgent_within_three_days(end, said, urgent):
    assert wording.time_left(end, now=NOON) == said
    assert wording.is_urgent(end, now=NOON) is urgent


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (4620, f"46,20{NB}€", "€46.20"),
        (7_500_000, f"75{NN}000{NB}€", "€75,000"),
        (0, f"0{NB}€", "€0"),
        (-5, f"\u22120,05{NB}€", "\u2212€0.05"),
    ],
)
def test_cents_become_euros(cents: int, french: str, english: str, request):
    request.getfixturevalue("in_french")
    assert wording.euros(cents) == french
    request.getfixturevalue("in_english")
    assert wording.euros(cents) == english


@pytest.mark.usefixtures("in_french")
def test_figures_and_ranks_in_french():
    assert wording.number(1906) == f"1{NN}906"
    assert wording.number(2.4) == "2,4"
    assert wording.number(0.0000593) == "0,0000593"
    assert wording.arrondissement(1) == "1<sup>er</sup>"
    assert wording.arrondissement(11) == "11<sup>e</sup>"
    assert wording.month_short(dt.date(2015, 9, 15)) == "sept."


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("rank", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (20, "20th")]
)
def test_ranks_in_english(rank: int, said: str):
    assert wording.arrondissement(rank) == said
    assert wording.number(1906) == "1,906"


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("Too many tries.", "Wait five minutes. Then try again."),
        ("Votre vote ne compte pas encore.", "À demain !"),
        ("Est-ce le bon code ?", "« Aide » vous le dit."),
        ("Only one sentence, at 10.30 or so.", ""),
        ("Rien", ""),
        ("", ""),
        ("Demandez à M. Martin ou à J. R. Hill.", "Rien n'a changé."),
        ("« Un banc. Deux bancs » existe déjà.", "Soutenez-la."),
        ("Voyez l'article L. 2213-1 du code.", "Il le dit."),
        ("Parvis.example est fermé.", "Revenez."),
    ],
)
def test_a_text_is_parted_after_its_first_sentence(first: str, rest: str):
    said = f"{first} {rest}".rstrip()
    assert wording.first_and_rest(said) == (first, rest)

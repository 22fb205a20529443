"""Two agents read the sheets of a box: they type numbers, or fill in what the paper says."""

from __future__ import annotations

import pytest
from django.urls import reverse

from parvis.account.testing import signed_in
from parvis.voting.actions import paper as actions
from parvis.voting.forms.desk import SheetForm
from parvis.voting.models import Sheet
from parvis.voting.rules.paper import Minutes
from parvis.voting.rules.plans import BallotKind
from parvis.voting.testing import (
    AFTER,
    CITY,
    DISTRICT,
    NOON,
    REF,
    a_contest,
    an_open_poll,
    someone,
)

pytestmark = pytest.mark.django_db


def a_box_to_read(at, *, contest=CITY, ballots=2):
    """Save a box with its minutes, after the vote; return the address where its sheets are read."""
    an_open_poll()
    bachir = someone("Bachir", "agent")
    actions.add_box(ref=REF, code="m11", place="Mairie du 11e", by=bachir, now=NOON)
    at(AFTER)
    found = Minutes(ballots=ballots, blank=0, spoilt=0)
    box = {"ref": REF, "box": "m11", "contest": contest}
    actions.write_minutes(found=found, by=bachir, now=AFTER, **box)
    return reverse("voting:sheets", args=[REF, "m11", contest])


def test_options_are_offered_by_number_and_title_and_typed_or_ticked(client, at):
    sheets = a_box_to_read(at)
    desk = signed_in(client, someone("Bachir", "agent"))
    shown = desk.get(sheets).content.decode()
    assert shown.count("p3 · Projet 3") == 1
    assert 'name="ticked" value="p3"' in shown
    ticked = {"number": 1, "says": "", "ticked": ["p3", "p1"], "verb": "valid"}
    assert desk.post(sheets, ticked).status_code == 302
    signed_in(client, someone("Mona", "agent"))
    typed = {"number": 1, "says": "p1 p3", "verb": "valid"}
    assert desk.post(sheets, typed).status_code == 302
    assert Sheet.objects.values_list("first", "second").get() == ('["p1","p3"]', '["p1","p3"]')


def test_what_is_typed_and_ticked_otherwise_is_written_down_nowhere(client, at):
    sheets = a_box_to_read(at)
    desk = signed_in(client, someone("Bachir", "agent"))
    both = {"number": 1, "says": "p1", "ticked": ["p3"], "verb": "valid"}
    refused = desk.post(sheets, both)
    assert refused.status_code == 422
    assert "videz l\u2019un des deux" in refused.content.decode()
    assert not Sheet.objects.exists()
    assert desk.post(sheets, both | {"ticked": ["p1"]}).status_code == 302
    # A blank sheet says nothing, whatever was ticked by mistake.
    blank = {"number": 2, "says": "", "ticked": ["p3"], "verb": "blank"}
    assert desk.post(sheets, blank).status_code == 302
    assert list(Sheet.objects.order_by("number").values_list("first", flat=True)) == [
        '["p1"]',
        "blank",
    ]


def test_grades_are_chosen_beside_each_title(client, at):
    sheets = a_box_to_read(at, contest=DISTRICT)
    desk = signed_in(client, someone("Bachir", "agent"))
    shown = desk.get(sheets).content.decode()
    assert "p2 · Projet 2" in shown
    assert "Coup de cœur" in shown
    graded = {"number": 1, "says": "", "option-p1": "3", "option-p4": "0", "verb": "valid"}
    assert desk.post(sheets, graded).status_code == 302
    assert Sheet.objects.get().first == '[["p1",3],["p4",0]]'


@pytest.mark.parametrize(
    ("kind", "filled", "value"),
    [
        ("ranking", {"option-p4": "1", "option-p1": "3", "option-p2": "2"}, ("p4", "p2", "p1")),
        ("points", {"option-p4": "6", "option-p1": "0"}, (("p1", 0), ("p4", 6))),
        ("choose_one", {"ticked": ["p2"]}, ("p2",)),
        ("knapsack", {"ticked": ["p2", "p5"]}, ("p2", "p5")),
        ("points", {"says": "p4=6"}, (("p4", 6),)),
        ("ranking", {"says": "p4 p1", "option-p1": "2", "option-p4": "1"}, ("p4", "p1")),
    ],
)
def test_a_ballot_of_each_kind_is_filled_in(kind, filled, value):
    form = SheetForm({"number": 1, "says": ""} | filled, contest=a_contest(kind=BallotKind(kind)))
    assert form.is_valid(), form.errors
    assert form.value("valid") == value


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        ("ranking", {"option-p4": "1", "option-p1": "1"}),
        ("ranking", {"says": "p1 p4", "option-p4": "1", "option-p1": "2"}),
        ("ranking", {"option-p4": "0"}),
        ("points", {"option-p4": "-1"}),
        ("points", {"says": "p4=2", "option-p4": "3"}),
        ("grades", {"option-p4": "4"}),
        ("approval", {"ticked": ["p9"]}),
    ],
)
def test_what_no_ballot_can_say_is_refused(kind, filled):
    form = SheetForm({"number": 1, "says": ""} | filled, contest=a_contest(kind=BallotKind(kind)))
    assert not form.is_valid()

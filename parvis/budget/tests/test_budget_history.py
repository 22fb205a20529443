"""The winners of 2014 to 2024: the City's file loaded, added up, followed, and given back."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, bachir, signed_in
from parvis.budget.actions import building, delivering, freezing, loading
from parvis.budget.actions.delivering import Move, Won
from parvis.budget.models import Delivery, Edition, Milestone, News, Project
from parvis.budget.queries import deliveries, history, rows
from parvis.budget.queries.deliveries import Wanted
from parvis.budget.rules import winners
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.rules.winners import Stage, Step
from parvis.budget.testing import NOON, a_department, a_project, an_edition
from parvis.budget.tests.test_budget_editions import ada
from parvis.budget.tests.world import refused

FOLDER = settings.PARVIS_CITY_DIR / "budget"
pytestmark = pytest.mark.django_db

TOTALS = {
    (2014, True): (9, 17_700_000),
    (2015, True): (8, 35_200_000),
    (2015, False): (179, 32_486_500),
    (2016, True): (11, 30_000_000),
    (2016, False): (207, 64_017_207),
    (2017, True): (9, 30_500_000),
    (2017, False): (186, 61_587_600),
    (2018, True): (7, 31_700_000),
    (2018, False): (173, 55_905_900),
    (2019, True): (11, 32_600_000),
    (2019, False): (182, 53_844_500),
    (2021, True): (2, 8_000_000),
    (2021, False): (60, 66_630_000),
    (2022, True): (2, 9_000_000),
    (2022, False): (60, 73_080_000),
    (2023, True): (5, 6_600_000),
    (2023, False): (109, 76_497_000),
    (2024, True): (3, 6_500_000),
    (2024, False): (118, 76_175_000),
}
STAGES = {
    "non commencé": 60,
    "études": 113,
    "procédures": 56,
    "travaux": 93,
    "en cours de livraison": 186,
    "livré": 777,
    "abandonné": 56,
}


def the_file():
    """Return the City's file."""
    return gzip.decompress((FOLDER / "winners.csv.gz").read_bytes())


def some(count=40):
    """Return the first lines of the City's file."""
    lines = the_file().split(b"\r\n")
    return b"\r\n".join([*lines[: count + 1], b""])


def test_the_file_is_loaded_once_adds_up_and_comes_back_to_the_byte(client):
    assert loading.load_winners(FOLDER, now=NOON) == 1341
    assert loading.load_winners(FOLDER, now=NOON) == 1341
    assert Project.objects.count() == 1341
    assert {(t.year, t.is_for_city): (t.projects, t.cents // 100) for t in history.totals()} == (
        TOTALS
    )
    every = deliveries.listed(Wanted())
    assert {one.label: one.projects for one in deliveries.by_stage(every)} == STAGES
    assert Project.objects.filter(is_popular=True).count() == 372
    assert history.as_file() == the_file()
    answer = client.get(reverse("budget:history_file"))
    assert answer.content == the_file()
    assert Edition.objects.filter(is_history=True, frozen_at=None).count() == 0
    located = Project.objects.filter(location__isnull=False).count()
    assert located == 601
    assert len(list(rows.winners())) == 1341
    page = client.get(reverse("budget:figures")).content.decode()
    # The file writes Paris Centre as a 23rd arrondissement, which nobody has ever seen.
    assert "Paris Centre" in page
    assert "23e" not in page
    assert (
        client.get(reverse("budget:winners"), {"place": "23"}).context["page"].paginator.count == 33
    )
    assert "1 341" in page.replace("\u202f", " ").replace("\xa0", " ")
    drawn = client.get(reverse("budget:winners_map")).json()
    assert drawn["total"] == 601
    assert sum(cell[2] for cell in drawn["cells"]) == 601


def test_a_line_that_makes_no_sense_is_named():
    broken = some(3).replace(b",2014,", b",MMXIV,", 1)
    with pytest.raises(winners.Unreadable, match="line 2"):
        winners.read(broken)
    with pytest.raises(winners.Unreadable, match="columns"):
        winners.read(b"a,b\r\n1,2\r\n")
    with pytest.raises(winners.Unreadable, match="UTF-8"):
        winners.read("é".encode("latin-1"))


def test_editions_of_before_are_frozen():
    loading.load_history(some(), {}, now=NOON)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Project.objects.update(cost_cents=1)


def chosen(**changes):
    """Return a project that won in a frozen edition."""
    edition = an_edition(Kind.POST_VOTE)
    one = a_project(edition, status=Status.ACCEPTED, by=alice(), **changes)
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    delivering.proclaim(edition.pk, [Won(project_id=one.pk, rank=1, votes=10)], by=None, now=NOON)
    return one


def test_only_the_ballot_wins_and_once():
    edition = an_edition(Kind.POST_VOTE)
    one = a_project(edition, status=Status.ACCEPTED)
    other = a_project(edition, status=Status.REJECTED, reason="Non.")
    won = Won(project_id=one.pk, rank=1)

    def proclaim(*winners):
        return delivering.proclaim(edition.pk, winners, by=None, now=NOON)

    refused("winners_wrong", lambda: proclaim(won))
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    refused("winners_wrong", lambda: proclaim(won, Won(project_id=other.pk, rank=2)))
    assert proclaim(won) == 1
    refused("already_proclaimed", lambda: proclaim(won))
    assert sorted(Milestone.objects.values_list("step", flat=True)) == sorted(Step)


def test_of_works_without_a_date_one_sentence_says_so():
    one = chosen()
    assert deliveries.steps(Delivery.objects.get(), now=NOON) == []
    page = reverse("budget:project", args=[one.pk])
    assert "Aucune date des travaux" in Client().get(page).content.decode()
    months = {Step.WORKS: dt.date(2027, 3, 1)}
    delivering.move(one.pk, Move(stage="works", months=months), by=bachir(), now=NOON)
    assert len(deliveries.steps(Delivery.objects.get(), now=NOON)) == len(Step)
    assert "Aucune date des travaux" not in Client().get(page).content.decode()


def test_the_works_move_on_and_are_given_up_with_a_reason():
    one, service = chosen(), a_department().pk

    def move(**changes):
        by = changes.pop("by", bachir())
        return delivering.move(one.pk, Move(**changes), by=by, now=NOON)

    bachir()
    refused("needs_role", lambda: move(stage="works", by=alice()))
    refused("stage_wrong", lambda: move(stage="party"))
    refused("why_missing", lambda: move(stage="abandoned"))
    refused("no_department", lambda: move(stage="works", pilot="licornes"))
    march = dt.date(2027, 3, 1)
    move(stage="works", months={Step.WORKS: march}, pilot=service, news="On creuse.")
    delivery = Delivery.objects.get()
    assert (delivery.stage, delivery.pilot_id) == ("works", service)
    shown = {one.step: one.when for one in deliveries.steps(delivery, now=NOON)}
    assert shown[Step.WORKS] == "mars 2027"
    assert shown[Step.END] == "pas encore fixé"
    move(stage="abandoned", reason="Une conduite de gaz passe dessous.")
    delivery.refresh_from_db()
    assert (delivery.stage, delivery.reason) == (
        Stage.ABANDONED,
        "Une conduite de gaz passe dessous.",
    )
    assert [one.text for one in News.objects.order_by("pk")] == [
        "On creuse.",
        "Une conduite de gaz passe dessous.",
    ]
    other = a_project(an_edition(slug="autre"))
    refused(
        "no_delivery", lambda: delivering.move(other.pk, Move(stage="works"), by=bachir(), now=NOON)
    )


@pytest.mark.parametrize(
    ("title_en", "shown"),
    [
        ("A shared garden", "<strong><a "),
        ("", '<strong lang="fr"><a '),
    ],
)
def test_a_winner_is_spoken_in_the_language_its_title_is_in(client, title_en, shown):
    one = chosen(title_en=title_en, text_en=title_en)
    with translation.override("en"):
        page = client.get(reverse("budget:winners")).content.decode()
    assert shown in page
    assert (title_en or one.title) in page


def test_few_votes_are_counted_nowhere(client):
    one = chosen()
    (row,) = rows.winners()
    assert row["votes"] is None
    page = client.get(reverse("budget:project", args=[one.pk])).content.decode()
    assert "Voix" not in page
    Delivery.objects.update(votes=11)
    (row,) = rows.winners()
    assert row["votes"] == 11


def test_bachir_notes_the_works_at_the_desk(client):
    one = chosen()
    building.follow(one.pk, by=ada(), now=NOON)
    desk = signed_in(client, bachir())
    page = desk.get(reverse("budget:work", args=[one.pk]))
    assert page.status_code == 200
    told = {"stage": "works", "month_works": "2027-03", "news": "On creuse."}
    wrong = desk.post(reverse("budget:work", args=[one.pk]), told | {"month_end": "mars"})
    assert wrong.status_code == 422
    answer = desk.post(reverse("budget:work", args=[one.pk]), told)
    assert answer.status_code == 302
    assert Milestone.objects.get(step="works").month == dt.date(2027, 3, 1)
    assert desk.get(reverse("budget:works")).status_code == 200

"""Until its study is over, no opinion of a service leaves the desk: not by a page, a search, a map,
a file or the open data; and a draft is nobody else's."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import a_person, alice, bachir, chloe, signed_in
from parvis.budget.actions import deciding, studying
from parvis.budget.actions.deciding import Verdict
from parvis.budget.models import Project
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import PUBLIC, Status
from parvis.budget.testing import NOON, TEXT, a_department, a_project, an_edition
from parvis.kernel import clock
from parvis.kernel.declarations import (
    account_cards,
    companions_of,
    happenings,
    published_datasets,
    searches,
    stones,
)

pytestmark = pytest.mark.django_db
SECRET = "Amiante sous la dalle"
COST = 777_777_77
MARKS = (SECRET, "777777", "777 777", "777\u202f777", "777,777")


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def studied():
    edition = an_edition(Kind.PRE_SUBMIT)
    project = a_project(edition, arrondissement=11, by=alice(), location=(653717, 6861659))
    study = studying.ask_opinion(project.pk, department=a_department().pk, by=bachir(), now=NOON)
    studying.give_opinion(
        study.pk, opinion="conditions", cost_cents=COST, reason=SECRET, by=bachir(), now=NOON
    )
    return project


def pages(project):
    """Return every address at which a resident could read something of the project."""
    slug = project.area.edition.slug
    names = ["index", "winners", "figures", "mine", "winners_map", "history_file"]
    found = [reverse(f"budget:{name}") for name in names]
    found += [reverse(f"budget:{name}", args=[slug]) for name in ("edition", "projects")]
    found += [reverse("budget:projects_map", args=[slug])]
    found += [f"{reverse('budget:projects', args=[slug])}?words=Amiante"]
    found += [reverse(f"budget:{name}", args=[project.pk]) for name in ("project", "versions")]
    found += [f"{reverse('portal:search')}?q=jardin", reverse("portal:home")]
    return found


def told(client, project):
    for language in ("fr", "en"):
        with translation.override(language):
            for address in pages(project):
                answer = client.get(address)
                if answer.status_code == 200:
                    yield address, answer.content.decode()


def declared(project, person):
    for name in ("budget-participatif-projets", "budget-participatif-laureats"):
        yield name, json.dumps(list(published_datasets[name].rows(None)), ensure_ascii=False)
    yield "search", str(searches["budget"].find("jardin", 10))
    yield "card", str(account_cards["budget"].lines(person.id, NOON))
    yield "stone", stones["budget"].sentence(NOON)
    yield "happening", str(happenings["budget"].find(NOON))
    yield "companion", str(companions_of(["territory.arrondissement:11"], now=NOON))


def test_no_page_tells_an_opinion_before_the_study_is_over(client, studied):
    seen = {}
    for person in (None, alice(), chloe()):
        if person:
            signed_in(client, person)
        seen |= dict(told(client, studied))
        seen |= dict(declared(studied, person or chloe()))
    assert len(seen) > 20
    assert [address for address, text in seen.items() if any(m in text for m in MARKS)] == []
    assert "Un jardin partagé" in seen[reverse("budget:project", args=[studied.pk])]


def test_the_desk_alone_reads_it(client, studied):
    case = reverse("budget:case", args=[studied.pk])
    for person in (alice(), chloe(), a_person("Mona", "moderator")):
        assert signed_in(client, person).get(case).status_code == 403
    page = signed_in(client, bachir()).get(case).content.decode()
    assert SECRET in page


def test_everybody_reads_it_once_the_study_is_over(client, studied):
    verdict = Verdict(
        accepts=True,
        body="Commission du 11e",
        reason="Oui.",
        cost_cents=COST,
        title="Un jardin",
        text=TEXT,
    )
    deciding.decide(studied.pk, verdict, by=bachir(), now=NOON)
    page = client.get(reverse("budget:project", args=[studied.pk])).content.decode()
    assert SECRET in page
    (row,) = published_datasets["budget-participatif-projets"].rows(None)
    assert (row["cout_retenu"], row["statut"]) == (777777.77, "retenu")


def test_an_appeal_that_is_upheld_hides_nothing_that_was_read_but_what_comes(client, studied):
    Project.objects.filter(pk=studied.pk).update(reviewed_at=None)
    page = client.get(reverse("budget:project", args=[studied.pk])).content.decode()
    assert SECRET not in page
    assert "Les services de la Ville" in page


@pytest.mark.parametrize("status", [one for one in Status if one not in PUBLIC])
def test_what_is_not_public_is_nowhere(client, status):
    edition = an_edition(Kind.IDEATION)
    told_ = {"status": status, "title": "Secret de brouillon"}
    project = a_project(edition, by=alice(), reason="Non.", **told_)
    assert client.get(reverse("budget:project", args=[project.pk])).status_code == 404
    assert client.get(reverse("budget:versions", args=[project.pk])).status_code == 404
    texts = dict(told(client, project))
    signed_in(client, chloe())
    texts |= dict(told(client, project)) | dict(declared(project, chloe()))
    assert [address for address, text in texts.items() if "Secret de brouillon" in text] == []
    own = signed_in(client, alice()).get(reverse("budget:project", args=[project.pk]))
    assert own.status_code == 200


def test_followers_are_counted_from_eleven_on(client):
    project = a_project(an_edition(Kind.IDEATION))
    for n in range(11):
        (row,) = published_datasets["budget-participatif-projets"].rows(None)
        assert row["abonnes"] is None
        project.follows.create(person_id=a_person(f"Voix{n}").id, followed_at=NOON)
    (row,) = published_datasets["budget-participatif-projets"].rows(None)
    assert row["abonnes"] == 11
    assert list(row) == [
        one.name for one in published_datasets["budget-participatif-projets"].fields
    ]

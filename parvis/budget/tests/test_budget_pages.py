"""Alice proposes by plain forms, Bachir studies at the desk, Ada sets the edition."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import a_person, alice, bachir, chloe, mona, signed_in
from parvis.budget.actions import merging
from parvis.budget.models import Area, Edition, Follow, Phase, Project, Remark, Study
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, TEXT, a_department, a_project, an_edition, area_of
from parvis.budget.tests.polls import an_open_vote
from parvis.budget.tests.test_budget_editions import ada
from parvis.kernel import clock, register
from parvis.kernel.testing_photos import SECRET, TRACES, a_photo
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def token_of(page):
    return re.search(r'name="form_token" value="([0-9a-f-]+)"', page.content.decode()).group(1)


def begun(client, edition):
    """Let Alice begin a draft in the 11th; return what she gets and the draft."""
    alice_ = signed_in(client, alice())
    start = reverse("budget:propose")
    told = {"form_token": token_of(alice_.get(start)), "area": str(area_of(edition, 11).pk)}
    answer = alice_.post(start, told | {"declares": "1"})
    return alice_, answer, Project.objects.get()


def test_who_may_not_propose_is_told_so_beside_the_field(client):
    edition = an_edition(Kind.IDEATION)
    alice_ = signed_in(client, alice())
    start = reverse("budget:propose")
    told = {"form_token": token_of(alice_.get(start)), "area": str(area_of(edition, 11).pk)}
    assert alice_.post(start, told).status_code == 422
    elsewhere = {"area": str(area_of(edition, 18).pk), "declares": "1"}
    assert alice_.post(start, told | elsewhere).status_code == 403
    assert Project.objects.count() == 0


def test_alice_proposes_in_five_steps_without_a_script(client):
    the_city()
    alice_, answer, project = begun(client, an_edition(Kind.IDEATION))
    assert answer.url == reverse("budget:write", args=[project.pk])
    idea = {"title": "Un jardin", "text": TEXT, "theme": "Environnement", "estimated": "50 000,50"}
    answer = alice_.post(answer.url, idea)
    assert answer.url == reverse("budget:place", args=[project.pk])
    place = {"place": "Place de la Bastille", "lon": "2.36925", "lat": "48.85331"}
    outside = alice_.post(answer.url, place | {"lon": "2.4432", "lat": "48.8638"})
    assert outside.status_code == 422
    answer = alice_.post(answer.url, place)
    assert answer.url == reverse("budget:pictures", args=[project.pk])
    send = reverse("budget:send", args=[project.pk])
    assert "Un jardin" in alice_.get(send).content.decode()
    assert alice_.post(send).url == reverse("budget:project", args=[project.pk])
    project.refresh_from_db()
    assert (project.status, project.estimated_cents) == ("submitted", 5000050)
    listed = client.get(reverse("budget:projects", args=["2026"])).content.decode()
    assert "Un jardin" in listed
    drawn = client.get(reverse("budget:projects_map", args=["2026"])).json()
    assert [one["label"] for one in drawn["points"]] == ["Un jardin"]
    wrong = client.get(reverse("budget:projects_map", args=["2026"]), {"box": "a"})
    assert wrong.status_code == 400


def test_a_picture_is_shown_once_the_project_is_and_without_its_traces(client):
    project = a_project(an_edition(Kind.IDEATION), by=alice(), status=Status.DRAFT)
    alice_, stranger = signed_in(client, alice()), Client()
    photo = io.BytesIO(a_photo())
    photo.name = "place.jpg"
    page = reverse("budget:pictures", args=[project.pk])
    assert alice_.post(page, {"picture": photo, "words": "La place"}).status_code == 302
    shot = reverse("budget:picture", args=[project.pictures.get().pk])
    assert stranger.get(shot).status_code == 404
    Project.objects.update(status=Status.SUBMITTED, submitted_at=NOON)
    sent = b"".join(stranger.get(shot).streaming_content)
    assert not any(trace in sent for trace in (*TRACES, SECRET))


def test_filters_find_what_is_asked_and_show_all_for_nonsense(client):
    edition = an_edition(Kind.IDEATION)
    a_project(edition, title="Ici", arrondissement=11)
    a_project(edition, title="Là-bas", arrondissement=18, theme="Sport")
    a_project(edition, title="Partout")
    page = reverse("budget:projects", args=["2026"])

    def titles(**asked):
        return [row.title for row in client.get(page, asked).context["rows"]]

    assert sorted(titles()) == ["Ici", "Là-bas", "Partout"]
    assert titles(place="11") == ["Ici"]
    assert titles(place="0") == ["Partout"]
    assert titles(theme="Sport") == ["Là-bas"]
    assert titles(words="bas") == ["Là-bas"]
    assert titles(status="accepted") == []
    assert len(titles(place="99", theme="x", sort="x", page="zzz")) == 3


def test_chloe_says_something_follows_and_leaves(client):
    project = a_project(an_edition(Kind.IDEATION), by=alice())
    page = reverse("budget:project", args=[project.pk])
    assert "Connectez-vous" in client.get(page).content.decode()
    chloe_ = signed_in(client, chloe())
    told = {"form_token": token_of(chloe_.get(page)), "text": "Et de l'eau ?"}
    assert (
        chloe_.post(reverse("budget:remark", args=[project.pk]), told | {"text": ""}).status_code
        == 422
    )
    for _twice in range(2):
        assert chloe_.post(reverse("budget:remark", args=[project.pk]), told).status_code == 302
    assert Remark.objects.count() == 1
    follow = reverse("budget:follow", args=[project.pk])
    chloe_.post(follow)
    assert Follow.objects.count() == 1
    assert chloe_.get(reverse("budget:mine")).context["followed"][0].title == "Un jardin partagé"
    chloe_.post(follow, {"verb": "leave"})
    assert Follow.objects.count() == 0
    mona_ = signed_in(client, mona())
    hide = reverse("budget:hide", args=[Remark.objects.get().pk])
    assert mona_.post(hide, {"why": ""}).status_code == 422
    assert mona_.post(hide, {"why": "Hors sujet."}).status_code == 302
    shown = mona_.get(page).content.decode()
    assert "Hors sujet." in shown
    assert "Et de l'eau" not in shown


def test_alice_rewrites_takes_back_and_answers_a_merging(client):
    edition = an_edition(Kind.IDEATION)
    project, other = a_project(edition, by=alice()), a_project(edition, by=chloe())
    alice_ = signed_in(client, alice())
    rewrite = reverse("budget:rewrite", args=[project.pk])
    told = {"title": "Un verger", "text": TEXT, "words": "Des fruits"}
    assert alice_.get(rewrite).status_code == 200
    assert alice_.post(rewrite, told).status_code == 302
    assert "Un verger" in alice_.get(reverse("budget:versions", args=[project.pk])).content.decode()
    asked = merging.propose_merging(
        source_id=project.pk, target_id=other.pk, why="Le même terrain.", by=bachir(), now=NOON
    )
    page = reverse("budget:consent", args=[asked.pk])
    assert page in alice_.get(reverse("budget:mine")).content.decode()
    assert "Le même terrain." in alice_.get(page).content.decode()
    assert alice_.post(page, {"agrees": "no"}).status_code == 302
    assert signed_in(client, a_person("Nadia")).get(page).status_code == 404
    withdraw = reverse("budget:withdraw", args=[project.pk])
    alice_ = signed_in(client, alice())
    assert alice_.get(withdraw).status_code == 200
    assert Project.objects.get(pk=project.pk).status == "submitted"
    alice_.post(withdraw)
    assert Project.objects.get(pk=project.pk).status == "withdrawn"


def test_of_a_project_brought_together_one_takes_back_ones_own_part(client):
    edition = an_edition(Kind.IDEATION)
    project, other = a_project(edition, by=alice()), a_project(edition, by=chloe())
    asked = merging.propose_merging(
        source_id=project.pk, target_id=other.pk, why="Le même terrain.", by=alice(), now=NOON
    )
    merging.answer_merging(asked.pk, agrees=True, by=chloe(), now=NOON)
    page, alice_ = reverse("budget:withdraw", args=[other.pk]), signed_in(client, alice())
    shown = alice_.get(page).content.decode()
    assert "Quitter ce projet" in shown
    assert "Chloé" in shown
    assert "ne le lira plus" not in shown
    sent = alice_.post(page, follow=True).content.decode()
    assert "Vous avez quitté le projet" in sent
    assert Project.objects.get(pk=other.pk).status == "submitted"
    assert alice_.get(page).status_code == 404
    shown = signed_in(client, chloe()).get(page).content.decode()
    assert "ne le lira plus" in shown


YES = {
    "verb": "accept",
    "body": "Commission",
    "reason": "Oui.",
    "title": "Un jardin",
    "text": TEXT,
    "place": "Ici",
    "cost": "60000",
}


def a_studied_one(by):
    """Return a project whose only service has answered."""
    project = a_project(an_edition(Kind.PRE_SUBMIT), by=by, status=Status.STUDY)
    project.studies.create(
        department=a_department(),
        opinion="feasible",
        cost_cents=1,
        reason="Oui.",
        asked_at=NOON,
        given_at=NOON,
    )
    return project


def test_bachir_asks_a_service_and_gives_its_opinion(client):
    project = a_project(an_edition(Kind.PRE_SUBMIT), by=alice(), status=Status.STUDY)
    bachir_ = signed_in(client, bachir())
    case = reverse("budget:case", args=[project.pk])
    assert "Un jardin" in bachir_.get(reverse("budget:desk")).content.decode()
    assert bachir_.post(case, {"department": "x"}).status_code == 422
    assert bachir_.post(case, {"department": a_department().pk}).status_code == 302
    opinion = reverse("budget:opinion", args=[Study.objects.get().pk])
    told = {"opinion": "feasible", "cost": "60 000", "reason": "Oui."}
    assert bachir_.post(opinion, told | {"cost": ""}).status_code == 422
    assert bachir_.post(opinion, told | {"cost": "beaucoup"}).status_code == 422
    assert bachir_.post(opinion, told).status_code == 302
    assert Study.objects.get().cost_cents == 6000000
    assert b"60000" in bachir_.get(reverse("budget:decide", args=[project.pk])).content


def test_bachir_refuses_alice_appeals_and_is_heard(client):
    project = a_studied_one(alice())
    bachir_ = signed_in(client, bachir())
    decide = reverse("budget:decide", args=[project.pk])
    no = {"verb": "reject", "body": "Commission", "reason": "Non."}
    assert bachir_.post(decide, no | {"reason": ""}).status_code == 422
    assert bachir_.post(decide, no).status_code == 302
    alice_ = signed_in(client, alice())
    appeal = reverse("budget:appeal", args=[project.pk])
    assert alice_.get(appeal).status_code == 200
    assert alice_.post(appeal, {"text": "Si."}).status_code == 302
    bachir_ = signed_in(client, bachir())
    answer = reverse("budget:answer_appeal", args=[project.pk])
    assert "Si." in bachir_.get(answer).content.decode()
    assert bachir_.post(answer, {"outcome": "upheld", "answer": "Vu."}).status_code == 302
    assert bachir_.post(decide, YES).status_code == 302
    kept = Project.objects.get(pk=project.pk)
    assert (kept.status, kept.number, kept.cost_cents) == ("accepted", 1, 6000000)


def test_bachir_writes_the_sheet_anew_and_withdraws_for_the_city(client):
    project = a_studied_one(alice())
    bachir_ = signed_in(client, bachir())
    assert bachir_.post(reverse("budget:decide", args=[project.pk]), YES).status_code == 302
    sheet = reverse("budget:sheet", args=[project.pk])
    assert bachir_.post(sheet, YES | {"title": "Le jardin"}).status_code == 302
    assert Project.objects.get(pk=project.pk).title == "Le jardin"
    remove = reverse("budget:remove", args=[project.pk])
    assert bachir_.post(remove, {"reason": "Vendu."}).status_code == 302
    assert Project.objects.get(pk=project.pk).status == "removed"


def test_bachir_asks_authors_to_bring_projects_together(client):
    edition = an_edition(Kind.IDEATION)
    one, other = a_project(edition, by=alice()), a_project(edition, by=chloe())
    bachir_ = signed_in(client, bachir())
    page = reverse("budget:merge", args=[one.pk])
    told = {"target": str(other.pk), "why": "Le même terrain."}
    assert bachir_.post(page, told | {"why": ""}).status_code == 422
    assert bachir_.post(page, told).status_code == 302
    assert one.leaving.get().state == "waiting"


def fields_of(page):
    form = page.context["form"]
    return {one.html_name: one.value() if one.value() is not None else "" for one in form} | {
        one.html_name: one.value().strftime("%Y-%m-%dT%H:%M")
        for one in form
        if hasattr(one.value(), "strftime")
    }


def test_ada_sets_the_edition_until_it_is_frozen(client):
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    ada_ = signed_in(client, ada())
    plan = reverse("budget:plan", args=["2026"])
    told = fields_of(ada_.get(plan))
    assert ada_.post(plan, told | {"VOTE_closes": told["VOTE_opens"]}).status_code == 422
    assert ada_.post(plan, told | {"title_en": "Another"}).status_code == 302
    edition.refresh_from_db()
    assert (edition.title_en, edition.local_cents) == ("Another", 400000000)
    area = reverse("budget:area", args=[area_of(edition, 11).pk])
    asked = fields_of(ada_.get(area))
    assert ada_.post(area, asked | {"vote_age": "16", "ballot": "grades"}).status_code == 302
    kept = area_of(edition, 11)
    assert (kept.vote_age, kept.ballot) == (16, "grades")
    ada_.post(reverse("budget:freeze", args=["2026"]))
    edition.refresh_from_db()
    assert edition.frozen_at == NOON
    before = [list(model.objects.order_by("pk").values()) for model in (Edition, Phase, Area)]
    assert ada_.post(plan, told | {"title_en": "Yet another"}).status_code == 409
    assert ada_.post(area, asked | {"vote_age": "0"}).status_code == 409
    assert [list(m.objects.order_by("pk").values()) for m in (Edition, Phase, Area)] == before
    lines = register.about(f"budget.edition:{edition.pk}")
    assert [one.action for one in lines[:2]] == ["budget.frozen_attempt"] * 2
    assert signed_in(client, bachir()).get(plan).status_code == 403


@pytest.mark.parametrize("rule", ["knapsack", "points"])
def test_ada_chooses_a_rule_for_the_ballot_it_fits_and_for_no_other(client, rule):
    edition = an_edition(Kind.PRE_VOTE)
    ada_ = signed_in(client, ada())
    place = reverse("budget:area", args=[area_of(edition, 11).pk])
    asked = fields_of(ada_.get(place)) | {"count_rule": rule, "points": "10"}
    refused = ada_.post(place, asked | {"ballot": "approval"})
    assert refused.status_code == 422
    assert area_of(edition, 11).count_rule == "greedy"
    assert ada_.post(place, asked | {"ballot": rule}).status_code == 302
    assert (area_of(edition, 11).ballot, area_of(edition, 11).count_rule) == (rule, rule)


def test_ada_makes_the_next_edition_of_the_city(client):
    ada_ = signed_in(client, ada())
    plans = reverse("budget:plans")
    assert ada_.get(plans).status_code == 200
    assert ada_.post(plans).url == reverse("budget:plan", args=["2027"])
    (line,) = register.about(f"budget.edition:{Edition.objects.get(slug='2027').pk}")
    assert (line.actor_ref, line.channel) == (f"person:{ada().id}", "web")
    assert ada_.post(plans).status_code == 302
    assert Edition.objects.count() == 1
    assert Area.objects.count() == 21


@pytest.mark.parametrize("kind", list(Kind))
def test_the_edition_says_what_one_can_do_in_each_phase(client, kind):
    an_edition(kind)
    for language, words in (("fr", "Budget participatif 2026"), ("en", "Participatory budget")):
        with translation.override(language):
            page = client.get(reverse("budget:index")).content.decode()
            assert words in page
            assert (reverse("budget:propose") in page) == (kind == Kind.IDEATION)


def test_what_does_not_exist_is_not_found(client):
    assert client.get(reverse("budget:index")).status_code == 200
    assert client.get(reverse("budget:edition", args=["2099"])).status_code == 404
    assert client.get(reverse("budget:projects", args=["2099"])).status_code == 404
    assert signed_in(client, ada()).post(reverse("budget:freeze", args=["2099"])).status_code == 404


def test_a_colon_stands_apart_in_french(client):
    edition, _key = an_open_vote(now=NOON)
    page = signed_in(client, alice()).post(reverse("budget:vote", args=[edition.slug]))
    assert (page.status_code, "<title>Erreur\u00a0: Voter" in page.content.decode()) == (422, True)


def test_the_form_of_a_fixed_edition_can_be_read_and_not_sent(client):
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    desk = signed_in(client, ada())
    pages = (
        reverse("budget:plan", args=[edition.slug]),
        reverse("budget:area", args=[area_of(edition, 11).pk]),
    )

    def told():
        return [desk.get(page).content.decode() for page in pages]

    assert all("<fieldset disabled" not in page and "Enregistrer" in page for page in told())
    desk.post(reverse("budget:freeze", args=[edition.slug]))
    assert all("<fieldset disabled" in page and "Enregistrer" not in page for page in told())
    assert all("Ses règles sont fixées" in page for page in told())

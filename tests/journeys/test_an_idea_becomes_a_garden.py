"""Alice proposes a project, on a phone without scripts or at a desk; services say what they think,
which nobody reads before a commission has decided; it wins, and Chloé, who follows it, is told how
far the works are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from playwright.sync_api import expect

from parvis.account.testing import a_person, alice, chloe
from parvis.budget.actions import delivering, freezing
from parvis.budget.actions.delivering import Won
from parvis.budget.models import Project
from parvis.budget.rules.calendar import Kind
from parvis.budget.testing import a_department, an_edition
from parvis.kernel import clock
from parvis.kernel.testing_photos import a_photo
from parvis.relation.testing import deliver_everything
from parvis.ui.testing import follow

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
ROOT = "/en/participatory-budget/"
TITLE = "Un jardin partagé rue de la Roquette"
NEWS = "Les premiers arbres sont plantés."
WAYS = {"phone-plain": (320, False), "desk": (1280, True)}


def press(page, name):
    follow(page, page.locator("main button, main a.btn", has_text=name).first)


def come_to(edition, kind):
    """Move the calendar of an edition so that a phase is half over: sessions live by the clock."""
    phase = edition.phases.get(kind=kind)
    by = phase.opens_at + (phase.closes_at - phase.opens_at) / 2 - clock.now()
    for one in edition.phases.order_by("opens_at"):
        one.opens_at, one.closes_at = one.opens_at - by, one.closes_at - by
        one.save()


def propose(page, seen):
    """Go through the five steps; return the address of the project."""
    page.goto(ROOT)
    press(page, "Propose a project")
    page.select_option("#id_area", label="11th arrondissement")
    page.locator("label.pick", has_text="on my honour").click()
    press(page, "Go on")
    page.fill("#id_text", "Une friche de 400 m² attend depuis dix ans. Plantons-la, ensemble.")
    press(page, "Keep, and go on")
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    seen("1-mistake")
    page.fill("#id_title", TITLE)
    page.select_option("#id_theme", label="Nature in the city")
    page.fill("#id_estimated", "120 000")
    press(page, "Keep, and go on")
    page.fill("#id_place", "125 rue de la Roquette")
    seen("2-place")
    press(page, "Keep, and go on")
    photo = {"name": "friche.jpg", "mimeType": "image/jpeg", "buffer": a_photo(size=(1200, 800))}
    page.set_input_files("#id_picture", photo)
    page.fill("#id_words", "La friche vue de la rue")
    press(page, "Add the picture")
    seen("3-picture")
    press(page, "Go on")
    seen("4-read-again")
    press(page, "Propose it")
    expect(page.locator("h1")).to_contain_text(TITLE)
    seen("5-proposed")
    return page.url


def support(page, seen, address):
    """Follow it, and say a word."""
    page.goto(address)
    press(page, "Follow")
    page.fill("main [name=text]", "Et un point d'eau pour les enfants de l'école ?")
    press(page, "Say it")
    expect(page.locator("main")).to_contain_text("les enfants de l")
    seen("6-remark")


def studied(page, seen, project, reader):
    """Ask services and let a commission decide; what services say is hidden until it has."""
    study(page, seen, project)
    reader.reload()
    expect(reader.locator("main")).not_to_contain_text("le sol est sain")
    accept(page, seen, project)
    reader.reload()
    expect(reader.locator("main")).to_contain_text("le sol est sain")


def proclaimed(edition, project, now):
    freezing.freeze(edition_id=edition.pk, by=a_person("Ada", "administrator"), now=now)
    won = [Won(project_id=project.pk, rank=1, votes=412)]
    delivering.proclaim(edition.pk, won, by=None, now=now)


def study(page, seen, project):
    """Ask two services, and write down what they say."""
    page.goto(f"{ROOT}desk/")
    seen("7-queue")
    page.goto(f"{ROOT}desk/projects/{project.pk}/")
    for department, opinion, cost in (
        ("Direction des Espaces Verts", "feasible", "150 000"),
        ("Direction de la Voirie", "conditions", "30 000"),
    ):
        page.select_option("#id_department", label=department)
        press(page, "Ask this service")
        follow(page, page.locator("main li", has_text=department).locator("a").first)
        page.select_option("#id_opinion", opinion)
        page.fill("#id_cost", cost)
        page.fill("#id_reason", f"{department} : le sol est sain, l'accès est à reprendre.")
        seen(f"8-opinion-{opinion}")
        press(page, "Keep the opinion")
    seen("9-case")


def accept(page, seen, project):
    page.goto(f"{ROOT}desk/projects/{project.pk}/decide/")
    page.fill("#id_body", "Commission mixte du 11e")
    page.fill("#id_reason", "Utile, réalisable, attendu.")
    page.fill("#id_cost", "180 000")
    seen("10-decide")
    press(page, "Put it on the ballot")
    seen("11-decided")


def note_works(page, seen, project, month):
    page.goto(f"{ROOT}desk/works/{project.pk}/")
    page.select_option("#id_stage", "works")
    page.fill("#id_month_works", month)
    page.fill("#id_news", NEWS)
    seen("12-work")
    press(page, "Note it, and tell its followers")


@pytest.mark.parametrize("way", WAYS)
def test_from_the_idea_to_the_ribbon(way, look):
    width, scripts = WAYS[way]
    a_department("Direction des Espaces Verts")
    a_department("Direction de la Voirie")
    edition = an_edition(Kind.IDEATION, now=clock.now())

    author, seen = look(alice(), width, scripts=scripts)
    address = propose(author, seen)
    project = Project.objects.get(title=TITLE)
    reader, its = look(chloe(), width, scripts=scripts)
    support(reader, its, address)

    come_to(edition, Kind.SUBMIT)
    agent, at_the_desk = look(a_person("Bachir", "agent"))
    reader.goto(address)
    studied(agent, at_the_desk, project, reader)
    its("13-studied")

    come_to(edition, Kind.POST_VOTE)
    proclaimed(edition, project, clock.now())
    note_works(agent, at_the_desk, project, f"{clock.now() + dt.timedelta(days=90):%Y-%m}")
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text(NEWS)
    its("14-works")
    deliver_everything()
    told = [one for one in mail.outbox if one.to == [chloe().email]]
    assert any(NEWS in one.body for one in told)

"""The pages in a real browser: axe finds nothing, nothing sticks out, on a phone and on a desk."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from parvis.account.testing import a_person, alice, bachir, signed_in
from parvis.budget.actions import loading, merging
from parvis.budget.models import Delivery
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import a_department, a_project, an_area, an_edition, area_of
from parvis.budget.tests.ballot_pages import KINDS, WHO
from parvis.budget.tests.polls import an_open_vote, held
from parvis.budget.tests.test_budget_history import some
from parvis.kernel import clock
from parvis.ui.testing import faults, follow
from parvis.voting import public as voting
from parvis.voting.testing import empty_voting

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FRENCH = (
    "/budget-participatif/",
    "/budget-participatif/editions/2026/projets/",
    "/budget-participatif/projets/{shown}/",
    "/budget-participatif/projets/{refused}/",
    "/budget-participatif/projets/{shown}/versions/",
    "/budget-participatif/proposer/",
    "/budget-participatif/projets/{draft}/ecrire/",
    "/budget-participatif/projets/{draft}/lieu/",
    "/budget-participatif/projets/{draft}/images/",
    "/budget-participatif/projets/{draft}/envoyer/",
    "/budget-participatif/miennes/",
    "/budget-participatif/projets/{shown}/recrire/",
    "/budget-participatif/projets/{shown}/retirer/",
    "/budget-participatif/projets/{refused}/recours/",
    "/budget-participatif/regroupements/{asked}/",
    "/budget-participatif/laureats/",
    "/budget-participatif/laureats/chiffres/",
    "/budget-participatif/projets/{won}/",
    "/budget-participatif/bureau/",
    "/budget-participatif/bureau/projets/{studied}/",
    "/budget-participatif/bureau/avis/{study}/",
    "/budget-participatif/bureau/projets/{studied}/trancher/",
    "/budget-participatif/bureau/projets/{studied}/regrouper/",
    "/budget-participatif/bureau/projets/{studied}/retirer/",
    "/budget-participatif/bureau/travaux/",
    "/budget-participatif/bureau/travaux/{won}/",
    "/budget-participatif/bureau/remarques/",
    "/budget-participatif/bureau/editions/",
    "/budget-participatif/bureau/editions/2026/",
    "/budget-participatif/bureau/perimetres/{area}/",
)
ENGLISH = (
    "/en/participatory-budget/",
    "/en/participatory-budget/editions/2026/projects/",
    "/en/participatory-budget/projects/{shown}/",
    "/en/participatory-budget/winners/",
    "/en/participatory-budget/winners/figures/",
)


def scene(by):
    """Hold an edition with a project of every kind, and some winners of before."""
    now = clock.now()
    edition = an_edition(
        Kind.IDEATION, now=now, areas=(an_area(), an_area(11, popular_population=9))
    )
    made = {
        name: a_project(edition, by=by, now=now, **told)
        for name, told in {
            "shown": {},
            "draft": {"status": Status.DRAFT},
            "refused": {"status": Status.REJECTED, "reason": "Trop cher."},
            "studied": {"status": Status.STUDY},
            "accepted": {"status": Status.ACCEPTED, "arrondissement": 11},
        }.items()
    }
    study = made["studied"].studies.create(department=a_department(), asked_at=now)
    other = a_project(edition, by=alice(), now=now)
    asked = merging.propose_merging(
        source_id=made["shown"].pk, target_id=other.pk, why="Voisins.", by=bachir(), now=now
    )
    loading.load_history(some(), {}, now=now)
    won = Delivery.objects.order_by("pk").first()
    keys = {name: one.pk for name, one in made.items()}
    return keys | {
        "study": study.pk,
        "asked": asked.pk,
        "won": won.pk,
        "area": area_of(edition, 11).pk,
    }


def a_window(chromium, address, person, *, width, dark, scripts=True):
    """Return a window in which somebody is signed in."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
        base_url=address,
    )
    session = signed_in(Client(), person).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": session.key, "value": session.value, "url": address}])
    return context


@pytest.fixture
def address(settings, tmp_path, request):
    """Serve the city on the loopback."""
    settings.STATIC_ROOT = tmp_path
    return request.getfixturevalue("live_server").url


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, False), (320, True)])
def test_no_page_has_a_fault(chromium, address, width, dark):
    ada = a_person("Ada", "administrator", "agent", "moderator", residence=11)
    keys = scene(ada)
    with a_window(chromium, address, ada, width=width, dark=dark) as context:
        page = context.new_page()
        paths = [path.format(**keys) for path in (*FRENCH, *ENGLISH)]
        assert {path: page.request.get(path).status for path in paths} == dict.fromkeys(paths, 200)
        found = {path: faults(page, path) for path in paths}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.fixture
def on_paper():
    """Hold a vote that is over, with a box whose minutes are written: return the addresses of its
    paper ballots and of the sheets to read."""
    then = clock.now() - dt.timedelta(days=100)
    edition, _key = an_open_vote(now=then)
    ref, agent = ref_of(edition), a_person("Bachir", "agent")
    voting.add_box(ref=ref, code="m11", place="Mairie du 11e", by=agent, now=then)
    found = voting.Minutes(ballots=2, blank=0, spoilt=0)
    pages = []
    for key in ("75056", "75111"):
        box = {"ref": ref, "box": "m11", "contest": key}
        voting.write_minutes(found=found, by=agent, now=clock.now(), **box)
        pages.append(reverse("budget:vote_paper", args=[edition.slug, key]))
        pages.append(reverse("voting:sheets", args=[ref, "m11", key]))
    yield agent, pages
    empty_voting()


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
def test_no_page_of_paper_has_a_fault(chromium, address, on_paper, width, dark):
    agent, paths = on_paper
    with a_window(chromium, address, agent, width=width, dark=dark) as context:
        page = context.new_page()
        assert [page.request.get(path).status for path in paths] == [200] * 4
        assert [said for path in paths for said in faults(page, path)] == []


def sticks_out_of(page):
    """Return whether anything sticks out of a page sideways."""
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_no_table_of_figures_slides_on_a_small_phone(chromium, address):
    plans = [{"ballot": "approval", "count_rule": "equal-shares"}] * 2
    edition, _told = held(plans)
    start = "/en/participatory-budget/"
    with a_window(chromium, address, alice(), width=320, dark=False) as context:
        page = context.new_page()
        for path, name in (
            (start, "Envelopes of the areas"),
            (f"{start}editions/{edition.slug}/results/75101/", "Purchases, round by round"),
        ):
            page.goto(path)
            table = page.get_by_role("region", name=name)
            expect(table.get_by_role("rowheader").first).to_be_visible()
            assert table.evaluate("one => one.scrollWidth <= one.clientWidth"), name
    empty_voting()


def test_a_result_on_paper_says_of_which_edition_and_a_ballot_is_alone_on_its_sheet(
    chromium, address
):
    edition, _told = held([{"ballot": "approval", "count_rule": "equal-shares"}])
    start = f"/en/participatory-budget/editions/{edition.slug}/"
    with a_window(chromium, address, alice(), width=1280, dark=True) as context:
        page = context.new_page()
        page.emulate_media(media="print", color_scheme="dark")
        page.goto(f"{start}results/75101/")
        where = page.get_by_role("navigation").get_by_text("Participatory budget 2026")
        expect(where).to_be_visible()
        page.goto(f"{start}vote/paper/75101/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("header.roof")).to_be_hidden()
        expect(page.locator(".crumbs")).to_be_hidden()
    empty_voting()


def fill_in(page, kind):
    """Choose two projects, or the second of them alone, as the kind of a ballot asks."""
    for number in ("2", "3"):
        if kind in ("points", "ranking"):
            page.locator(f"[name=c75111-{number}]").fill(number)
        elif kind == "grades":
            page.locator(f"[name=c75111-{number}][value='{number}']").check(force=True)
        else:
            page.locator(f"[name=c75111][value='{number}']").check(force=True)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_voted_on_by_a_small_phone_without_scripts(chromium, address, kind):
    plan = {"most_options": 2} | KINDS[kind][0]
    edition, _key = an_open_vote(areas=(an_area(11, ballot=kind, **plan),))
    start = f"/en/participatory-budget/editions/{edition.slug}/vote/"
    with a_window(chromium, address, alice(), width=320, dark=False, scripts=False) as context:
        page, sticks_out = context.new_page(), []

        def go(words):
            follow(page, page.get_by_role("button", name=words))
            sticks_out.append((words, sticks_out_of(page)))

        page.goto(start)
        for name in ("first_name", "family_name", "birth_date"):
            page.locator(f"[name={name}]").fill(WHO[name])
        page.locator("[name=arrondissement]").select_option("11")
        page.locator("[name=tie][value=residence]").check(force=True)
        page.locator("[name=declares]").check(force=True)
        go("ballot")
        fill_in(page, kind)
        go("Read my ballot again")
        go("Mend my choices")
        go("Read my ballot again")
        go("Cast my ballot")
        expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()
        page.goto(start + "receipt/")
        go("Change my ballot")
        fill_in(page, kind)
        go("Read my ballot again")
        go("Cast my ballot")
        expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()
        assert [words for words, wide in sticks_out if wide] == []
    assert voting.has_ticked(ref=ref_of(edition), person_id=alice().id) == {"75111"}
    empty_voting()

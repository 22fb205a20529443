"""Alice votes on a phone without scripts and on a desk, changes her mind, keeps her receipt; Bachir
ticks a paper voter and two agents read the sheet; Oscar opens the box; Chloé counts again."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import zipfile

import psutil
import pytest
from playwright.sync_api import expect

from parvis.account.testing import a_person, alice, chloe
from parvis.budget.actions.voting import prepare_vote
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import LENGTH, a_project, an_area, an_edition
from parvis.kernel import clock
from parvis.territory.public import in_metres
from parvis.ui.testing import follow
from parvis.voting import public as voting

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
ROOT = "/en/participatory-budget/"
WAYS = {"phone-plain": (320, False), "desk": (1280, True)}
PROJECTS = {
    None: (
        ("Un parcours de fresques sur la petite ceinture", 750_000, "Bercy", (2.385, 48.84)),
        ("Des arbres le long du quai de Valmy", 1_200_000, "Quai de Valmy", (2.366, 48.873)),
        ("Une passerelle pour les vélos", 2_400_000, "Austerlitz", (2.366, 48.842)),
    ),
    11: (
        ("Agrandir le conservatoire", 180_000, "Roquette", (2.377, 48.857)),
        ("Planter la place de la Fontaine-Timbaud", 150_000, "République", (2.375, 48.867)),
        ("Remettre en marche l'horloge de Saint-Ambroise", 14_000, "", (2.379, 48.861)),
    ),
}


def an_edition_that_votes():
    areas = (
        an_area(most_options=2, envelope_cents=2_000_000_00),
        an_area(11, ballot="grades", count_rule="majority-judgment", most_options=None),
    )
    edition = an_edition(Kind.VOTE, now=clock.now(), areas=areas, local_cents=400_000_00)
    before = clock.now() - LENGTH
    for arrondissement, projects in PROJECTS.items():
        for title, euros, place, at in projects:
            a_project(
                edition,
                arrondissement=arrondissement,
                status=Status.ACCEPTED,
                title=title,
                cost_cents=euros * 100,
                place=place or "Tout l'arrondissement",
                location=in_metres([at])[0],
                now=before,
            )
    return edition


def press(page, name):
    follow(page, page.locator("main button, main a.btn", has_text=name).first)


def read_receipts(page):
    return [
        (re.sub(r"\s", "", one.locator(".code").inner_text()), one.locator("code").inner_text())
        for one in page.locator(".receipt").all()
    ]


def fill_in(page, *, city, grades):
    for title in city:
        page.locator(".project", has_text=title).locator("label.pick").click()
    for title, grade in grades.items():
        page.locator(".project", has_text=title).locator(".opt", has_text=grade).click()


def vote(page, seen, base):
    page.goto(base)
    seen("1-you")
    page.fill("#id_first_name", "Alice")
    page.fill("#id_family_name", "Martin")
    page.fill("#id_birth_date", "1980-05-03")
    page.select_option("#id_arrondissement", "11")
    page.locator("label.pick", has_text="I live there").click()
    page.locator("label.pick", has_text="on my honour").click()
    press(page, "Go to my ballot")
    seen("2-ballot")
    fill_in(
        page,
        city=["fresques", "Valmy", "passerelle"],
        grades={"conservatoire": "Favourite", "horloge": "I like it"},
    )
    press(page, "Read my ballot again")
    expect(page.locator("main")).to_contain_text("Something has to be mended")
    seen("3-mistake")
    page.locator(".project", has_text="passerelle").locator("label.pick").click()
    press(page, "Read my ballot again")
    seen("4-check")
    go_back_and_forth(page)
    press(page, "Cast my ballot")
    seen("5-receipt")
    come_back_too_late(page)
    return read_receipts(page)


def go_back_and_forth(page):
    page.go_back()
    expect(page.locator("h1")).to_have_text("My ballot")
    expect(page.locator(".project", has_text="fresques").locator("input")).to_be_checked()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Read your ballot again")


def come_back_too_late(page):
    page.go_back()
    expect(page.locator("body")).to_contain_text("No ballot of yours waits here any more")
    page.go_forward()
    expect(page.locator(".receipt")).to_have_count(2)


def change(page, seen):
    press(page, "Change my ballot")
    seen("6-new-ballot")
    fill_in(page, city=["passerelle"], grades={"Timbaud": "Favourite"})
    press(page, "Read my ballot again")
    press(page, "Cast my ballot")
    return read_receipts(page)


def get_the_key(page, seen, ref, path):
    page.goto(f"/en/votes/desk/{ref}/")
    with page.expect_download() as sent:
        page.locator("main button", has_text="Make the key").click()
    sent.value.save_as(path)
    page.goto(f"/en/votes/desk/{ref}/")
    page.set_input_files("main input[type=file]", path)
    press(page, "Compare it")
    seen("7-key")


def tick_on_paper(page, seen, ref):
    page.goto(f"/en/votes/desk/{ref}/boxes/")
    page.fill("#id_code", "mairie-11")
    page.fill("#id_place", "Mairie du 11e")
    press(page, "Add")
    page.goto(f"/en/votes/desk/{ref}/tick/")
    page.fill("#id_first_name", "Paul")
    page.fill("#id_family_name", "Durand")
    page.fill("#id_birth_date", "12/03/1950")
    page.locator("main label.pick", has_text="11").last.click()
    seen("8-tick")
    press(page, "Tick")
    expect(page.locator("main")).to_contain_text("hand out the ballots")


def read_the_sheet(page, seen, ref):
    page.goto(f"/en/votes/desk/{ref}/boxes/mairie-11/75111/sheets/")
    page.fill("#id_says", "1=1 2=3")
    seen("9-sheet")
    follow(page, page.locator("main form button.btn").first)


def opened(look, edition, key):
    """Oscar makes the key and shows that it is kept; Ada fixes everything."""
    ada, oscar = a_person("Ada", "administrator"), a_person("Oscar", "official")
    prepare_vote(edition_id=edition.pk, by=ada, now=clock.now())
    official, seen = look(oscar)
    get_the_key(official, seen, ref_of(edition), key)
    desk, _seen = look(ada)
    desk.goto(f"{ROOT}desk/votes/{edition.slug}/")
    press(desk, "Fix everything")


def read_twice(look, ref):
    """Bachir writes the minutes of the box; he and Brigitte read its sheet."""
    bachir, brigitte = a_person("Bachir", "agent"), a_person("Brigitte", "agent")
    agent, _seen = look(bachir)
    agent.goto(f"/en/votes/desk/{ref}/boxes/mairie-11/75111/")
    for name, figure in {"ballots": "1", "blank": "0", "spoilt": "0"}.items():
        agent.fill(f"#id_{name}", figure)
    follow(agent, agent.locator("main form button.btn").first)
    for person in (bachir, brigitte):
        other, seen = look(person)
        read_the_sheet(other, seen, ref)


def counted(look, edition, key):
    """Oscar gives the key back, and the box opens; Ada publishes the count."""
    official, _seen = look(a_person("Oscar", "official"))
    official.goto(f"/en/votes/desk/{ref_of(edition)}/")
    official.set_input_files("main input[type=file]", key)
    press(official, "Open the box")
    desk, seen = look(a_person("Ada", "administrator"))
    desk.goto(f"{ROOT}desk/votes/{edition.slug}/")
    seen("10-publish")
    press(desk, "Count and publish")


def read_the_results(page, seen, edition, record):
    page.goto(f"{ROOT}editions/{edition.slug}/results/")
    seen("11-results")
    with page.expect_download() as sent:
        page.locator("main a", has_text="Download the record").click()
    sent.value.save_as(record)
    for area, name in (("75111", "12-grades"), ("75056", "13-city")):
        page.goto(f"{ROOT}editions/{edition.slug}/results/{area}/")
        seen(name)


def find(page, seen, receipt):
    page.goto("/en/votes/receipt/")
    page.fill("main [name=receipt]", receipt)
    follow(page, page.locator("main form button.btn").first)
    seen("14-receipt")
    expect(page.locator("main")).to_contain_text("counted", ignore_case=True)


@pytest.mark.parametrize("way", WAYS)
def test_from_the_first_ballot_to_the_recount(way, look, monkeypatch, tmp_path):
    width, scripts = WAYS[way]
    edition, key = an_edition_that_votes(), tmp_path / "opening.json"
    ref = ref_of(edition)
    opened(look, edition, key)

    page, seen = look(alice(), width, scripts=scripts)
    first = vote(page, seen, f"{ROOT}editions/{edition.slug}/vote/")
    second = change(page, seen)
    assert len({receipt for receipt, _code in (*first, *second)}) == 4
    agent, seen = look(a_person("Bachir", "agent"))
    tick_on_paper(agent, seen, ref)

    later = voting.poll(ref=ref, now=clock.now()).closes_at + dt.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    read_twice(look, ref)
    counted(look, edition, key)

    record = tmp_path / "record.zip"
    page, seen = look(chloe(), width, scripts=scripts)
    read_the_results(page, seen, edition, record)
    find(page, seen, second[0][0])
    assert "was replaced by a later one" in verified(record, tmp_path, first[0][0])[1]
    status, said = verified(record, tmp_path, second[0][0])
    assert (status, "WRONG" in said) == (0, False), said


def verified(record, folder, receipt):
    """Run the program that came with the record, as Chloé does."""
    with zipfile.ZipFile(record) as archive:
        archive.extract("verify.py", folder)
    words = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(record), receipt]
    process = psutil.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _none = process.communicate(timeout=120)
    return process.returncode, said

"""The vote as somebody hears it who does not see it: what is said first, what is said again, by
which name each thing goes, and in which language."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from parvis.account.testing import alice, signed_in
from parvis.budget.testing import an_area
from parvis.budget.tests.ballot_pages import WHO
from parvis.budget.tests.polls import an_open_vote
from parvis.ui.testing import follow
from parvis.voting.testing import empty_voting

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
_SESSION = settings.SESSION_COOKIE_NAME
CITY, LOCAL = "75056", "75111"
AREAS = (
    an_area(ballot="knapsack", most_options=None, envelope_cents=400_000_00),
    an_area(11, ballot="points", points=10, most_options=None),
)
# Keeps what a polite region is given to say.
LISTEN = """
window.heard = [];
new MutationObserver((all) => { for (const { target } of all) {
  const text = target.textContent;
  if (target.matches?.("[aria-live]") && text) window.heard.push(text);
} }).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture
def page(chromium, settings, tmp_path, request):
    """Open a window of Alice's, in which what is said aloud is kept."""
    settings.STATIC_ROOT = tmp_path
    address = request.getfixturevalue("live_server").url
    with chromium.new_context(base_url=address) as context:
        session = signed_in(Client(), alice()).cookies[_SESSION].value
        context.add_cookies([{"name": _SESSION, "value": session, "url": address}])
        context.add_init_script(LISTEN)
        yield context.new_page()
    empty_voting()


def start(page, areas=AREAS):
    """Open the first page of the vote of an edition."""
    edition, _key = an_open_vote(areas=areas)
    page.goto(f"/en/participatory-budget/editions/{edition.slug}/vote/")


def go(page, words):
    follow(page, page.get_by_role("button", name=words))


def to_the_ballot(page, areas=AREAS):
    start(page, areas)
    for name in ("first_name", "family_name", "birth_date"):
        page.locator(f"[name={name}]").fill(WHO[name])
    page.locator("[name=arrondissement]").select_option("11")
    page.locator("[name=tie][value=residence]").check()
    page.locator("[name=declares]").check()
    go(page, "Go to my ballot")


def until_heard(page, number):
    """Wait until so many sentences were said aloud."""
    for _pause in range(50):
        if page.evaluate("heard.length") >= number:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"heard: {page.evaluate('heard')}")


def test_the_page_opens_on_the_answers_to_look_at_again(page):
    start(page)
    go(page, "Go to my ballot")
    errors = page.get_by_role("group", name=re.compile("answers to look at again"))
    expect(errors).to_be_focused()
    expect(errors).to_have_accessible_description(re.compile("First name: This field is required"))


def test_a_ballot_that_is_refused_opens_on_why_and_leads_to_what_to_mend(page):
    to_the_ballot(page)
    for number in ("1", "2", "4"):
        page.locator(f"[name=c{CITY}][value='{number}']").check()
    page.locator(f"[name=c{LOCAL}-2]").fill("many")
    go(page, "Read my ballot again")
    notice = page.get_by_role("group", name="Something has to be mended")
    expect(notice).to_be_focused()
    expect(notice).to_have_accessible_description(re.compile("All of Paris: .* costs more"))
    page.get_by_role("link", name=re.compile("All of Paris: .* costs more")).click()
    expect(page.locator(f"#e{CITY}")).to_be_focused()
    said = "Together €630,000, of €400,000 at most."
    expect(page.locator(f"#e{CITY}")).to_contain_text(said)
    page.get_by_role("link", name=re.compile("11th arrondissement: Write whole numbers")).click()
    mistyped = page.get_by_label("Points — Projet 75111 2")
    expect(mistyped).to_be_focused()
    # Whichever project the draw puts first also says what is asked.
    expect(mistyped).to_have_accessible_description(
        re.compile(r"Write whole numbers, such as 3\.$")
    )
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)


def test_what_is_left_is_said_once_and_not_before_anything_changed(page):
    to_the_ballot(page)
    page.wait_for_timeout(1000)
    assert page.evaluate("heard") == []
    page.locator(f"[name=c{CITY}][value='1']").check()
    until_heard(page, 1)
    page.locator(f"[name=c{LOCAL}-1]").press_sequentially("12", delay=50)
    until_heard(page, 2)
    page.wait_for_timeout(1000)
    assert page.evaluate("heard") == [
        "€240,000 spent, €160,000 left of €400,000",
        "Too many points: 12, of 10 at most",
    ]
    expect(page.locator("[data-said]").last).to_be_empty(timeout=6000)


def test_what_each_part_asks_is_read_once_and_said_at_its_first_field(page):
    to_the_ballot(page)
    asked = {CITY: "for €400,000 together at most", LOCAL: "You have 10 points"}
    for key, words in asked.items():
        expect(page.get_by_text(words)).to_have_count(1)
        expect(page.get_by_role("group", name=re.compile(words))).to_have_count(0)
        fields = page.locator(f"#q{key} .project input")
        expect(fields.first).to_have_accessible_description(re.compile(words))
        expect(fields.nth(1)).to_have_accessible_description("")


def test_what_skips_a_part_names_it(page):
    to_the_ballot(page)
    for area in ("All of Paris", "11th arrondissement"):
        skip = f"I do not vote in this part now ({area})"
        expect(page.get_by_role("checkbox", name=skip)).to_have_count(1)
        expect(page.get_by_role("complementary", name=f"My choices: {area}")).to_have_count(1)


def test_round_buttons_of_one_choice_are_one_group(page):
    to_the_ballot(page, (an_area(11, ballot="choose_one", most_options=None),))
    group = page.get_by_role("radiogroup", name="Projects")
    expect(group.get_by_role("radio")).to_have_count(6)
    first = group.get_by_role("radio").first
    expect(first).to_have_accessible_description("Choose one project only.")


def test_the_grades_of_a_project_are_a_group_whose_name_is_read_once(page):
    graded = an_area(11, ballot="grades", count_rule="majority-judgment", most_options=None)
    to_the_ballot(page, (graded,))
    group = page.get_by_role("group", name="What you think of « Projet 75111 1 »")
    expect(group.get_by_role("radio")).to_have_count(4)
    expect(page.get_by_text("What you think of «")).to_have_count(0)
    first = page.locator(".grades").first.get_by_role("radio").first
    expect(first).to_have_accessible_description(re.compile("^Say what you think of each project"))


def test_what_is_in_french_on_an_english_ballot_says_so(page):
    to_the_ballot(page)
    first = page.locator(f"#p{CITY}-1")
    expect(first.locator("h3")).to_have_attribute("lang", "fr")
    expect(first.locator("[lang=fr]", has_text="Place de la Bastille")).to_have_count(1)


def test_the_title_of_the_last_page_says_that_the_ballot_is_in_the_box(page):
    to_the_ballot(page)
    page.locator(f"[name=c{CITY}][value='1']").check()
    go(page, "Read my ballot again")
    go(page, "Cast my ballot")
    expect(page).to_have_title(re.compile("^Your ballot is in the box — "))


def test_who_came_by_the_link_to_the_content_still_lands_on_what_to_mend(page):
    start(page)
    page.goto(f"{page.url}#contenu")

    go(page, "Go to my ballot")

    expect(page.locator(".notice[autofocus]")).to_be_focused()
    expect(page).to_have_url(re.compile("^[^#]*$"))

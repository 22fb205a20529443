"""A vote through its pages, as a browser without scripts goes through them."""

from __future__ import annotations

import html
import re

from parvis.account.testing import alice
from parvis.budget.queries.ballots import ref_of
from parvis.voting import public as voting

WHO = {
    "first_name": "Alice",
    "family_name": "Martin",
    "birth_date": "1980-05-03",
    "arrondissement": "11",
    "tie": "residence",
    "declares": "on",
}
CITY, LOCAL = "75056", "75111"
CHOSEN = {f"c{CITY}": ["1", "3"], f"c{LOCAL}-2": ["3"], f"c{LOCAL}-5": ["0"]}
KINDS = {
    "approval": ({}, {f"c{LOCAL}": ["1", "2"]}),
    "choose_one": ({"most_options": None}, {f"c{LOCAL}": ["4"]}),
    "knapsack": ({"most_options": None}, {f"c{LOCAL}": ["1", "3"]}),
    "points": ({"points": 10, "most_options": None}, {f"c{LOCAL}-1": ["7"], f"c{LOCAL}-2": ["3"]}),
    "ranking": ({"most_options": 3}, {f"c{LOCAL}-4": ["1"], f"c{LOCAL}-1": ["2"]}),
    "grades": (
        {"count_rule": "majority-judgment", "most_options": None},
        {f"c{LOCAL}-1": ["3"], f"c{LOCAL}-5": ["0"]},
    ),
}


def at(edition, step=""):
    return f"/en/participatory-budget/editions/{edition.slug}/vote/{step}"


def text(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fields(response):
    """Return what the last form of the page would send as it stands."""
    page = response.content.decode()
    form = page[page.rindex("<main") : page.index("</main>")]
    form = form[form.rindex("<form") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        is_off = re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag
        if name and not is_off:
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def begin(browser, edition, **who):
    response = browser.post(at(edition), WHO | who, follow=True)
    assert response.status_code == 200, text(response)
    return fields(response)


def reread(browser, edition, *, carried=None, status=200, **choices):
    """Fill in the ballot and read it again; return what the summary would send."""
    told = (carried or begin(browser, edition)) | choices
    response = browser.post(at(edition, "check/"), told, follow=True)
    assert response.status_code == status, text(response)
    return fields(response), response


def vote(browser, edition, **choices):
    told, _summary = reread(browser, edition, **choices)
    return browser.post(at(edition, "cast/"), told)


def ticks(edition, person=None):
    person = person or alice()
    return voting.has_ticked(ref=ref_of(edition), person_id=person.id)

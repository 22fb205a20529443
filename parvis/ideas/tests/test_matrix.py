"""Who may open what: every role before every page, while the consultation is open and after."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import an_answer
from parvis.ideas.tests import scenes
from parvis.kernel import clock
from parvis.kernel.facts import facts_about

pytestmark = pytest.mark.django_db
PEOPLE = ("nobody", "alice", "chloe", "dede", "bachir", "mona", "oscar")
CONSULTATION = "/concertations/plan-2015/"
ONE = "/concertations/contributions/{said}/"
DESK = "/concertations/bureau/"

EVERYONE = dict.fromkeys(PEOPLE, 200)
SIGNED_IN = EVERYONE | {"nobody": 302}
NO_ONE_ELSE = dict.fromkeys(PEOPLE, 403) | {"nobody": 302}
PAGES = {
    "/concertations/": EVERYONE,
    CONSULTATION: EVERYONE,
    f"{CONSULTATION}contributions/": EVERYONE,
    f"{CONSULTATION}ecrire/": EVERYONE,
    f"{CONSULTATION}ecrire/?on=plan%3Aparis-2015%2F1.2": EVERYONE,
    f"{CONSULTATION}donnees/": EVERYONE,
    f"{CONSULTATION}export.json": EVERYONE,
    f"{CONSULTATION}atom.xml": EVERYONE,
    ONE: EVERYONE,
    f"{ONE}historique/": EVERYONE,
    f"{ONE}argumenter/": EVERYONE,
    f"{ONE}signaler/": EVERYONE,
    f"{ONE}modifier/": NO_ONE_ELSE | {"alice": 200},
    "/concertations/brouillons/": SIGNED_IN,
    f"{DESK}moderation/": NO_ONE_ELSE | {"mona": 200},
    f"{DESK}moderation/decisions/": NO_ONE_ELSE | {"mona": 200},
    f"{DESK}moderation/contribution/{{said}}/": NO_ONE_ELSE | {"mona": 200},
    f"{DESK}reponses/": NO_ONE_ELSE | {"oscar": 200},
    f"{DESK}reponses/{{said}}/": NO_ONE_ELSE | {"oscar": 200},
}


def browser_of(name):
    if name == "nobody":
        return Client()
    return people.signed_in(Client(), getattr(people, name)())


@pytest.mark.parametrize("stage", [scenes.an_open_consultation, scenes.a_closed_consultation])
@pytest.mark.parametrize("name", PEOPLE)
def test_who_opens_what(db, name, stage):
    held = stage()
    said = scenes.a_comment(people.alice(), now=held.opens_at)
    browser = browser_of(name)
    opened = {page: browser.get(page.format(said=said)).status_code for page in PAGES}
    expected = {page: allowed[name] for page, allowed in PAGES.items()}
    if stage is scenes.a_closed_consultation and name == "alice":
        expected[f"{ONE}modifier/"] = 302
    assert opened == expected


READ = (ONE, f"{ONE}historique/", f"{ONE}argumenter/", f"{ONE}signaler/")
EDIT, RULE, ANSWER = (
    f"{ONE}modifier/",
    f"{DESK}moderation/contribution/{{said}}/",
    f"{DESK}reponses/{{said}}/",
)
GONE = dict.fromkeys(PEOPLE, 404)
# A hidden text is for its author and the moderators; a withdrawn one is named without its words.
STATES = {
    "hidden": {
        **dict.fromkeys(READ, GONE | {"alice": 200, "mona": 200}),
        EDIT: GONE | {"nobody": 302, "alice": 302, "mona": 403},
        RULE: NO_ONE_ELSE | {"mona": 200},
        ANSWER: NO_ONE_ELSE | {"oscar": 404},
    },
    "withdrawn": {
        **dict.fromkeys(READ, EVERYONE),
        EDIT: NO_ONE_ELSE | {"alice": 302},
        RULE: NO_ONE_ELSE | {"mona": 404},
        ANSWER: NO_ONE_ELSE | {"oscar": 302},
    },
    "answered": {
        **dict.fromkeys(READ, EVERYONE),
        EDIT: NO_ONE_ELSE | {"alice": 302},
        RULE: NO_ONE_ELSE | {"mona": 200},
        ANSWER: NO_ONE_ELSE | {"oscar": 200},
    },
}


def turned(state):
    """Post a comment of Alice's and bring it into a state."""
    said, now = scenes.a_comment(people.alice()), clock.now()
    if state == "hidden":
        hiding = deliberation.Hiding(reason=deliberation.Reason.INSULT, message="Non.")
        target = deliberation.Target(kind="contribution", id=said)
        deliberation.hide(target=target, hiding=hiding, by=people.mona(), now=now)
    elif state == "withdrawn":
        deliberation.withdraw_contribution(contribution_id=said, by=people.alice(), now=now)
    else:
        an_answer(said, people.oscar(), now=now)
    return said


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_opens_a_text_that_is(db, name, state):
    scenes.an_open_consultation()
    said, browser = turned(state), browser_of(name)
    opened = {page: browser.get(page.format(said=said)).status_code for page in STATES[state]}
    assert opened == {page: allowed[name] for page, allowed in STATES[state].items()}


@pytest.mark.parametrize("state", ["hidden", "withdrawn"])
@pytest.mark.parametrize("verb", ["soutenir", "voter", "suivre", "argumenter", "signaler"])
def test_nothing_is_added_to_a_text_that_is(db, state, verb):
    scenes.an_open_consultation()
    said, browser = turned(state), browser_of("chloe")
    before = facts_about(f"deliberation.contribution:{said}")
    form = FORM | {"stance": "for", "opinion": "ok"}
    response = browser.post(f"{ONE.format(said=said)}{verb}/", form)
    one_click = verb in {"soutenir", "voter", "suivre"}
    assert response.status_code == (409 if one_click or state == "withdrawn" else 404)
    assert one_click or "Autre texte." in response.content.decode()
    assert facts_about(f"deliberation.contribution:{said}") == before


@pytest.mark.parametrize("verb", ["argumenter", "signaler"])
def test_no_form_invites_to_what_will_be_refused(db, verb):
    scenes.an_open_consultation()
    html = browser_of("chloe").get(f"{ONE.format(said=turned('withdrawn'))}{verb}/")
    assert 'name="body"' not in html.content.decode()
    assert "n\u2019est plus public" in html.content.decode()


# What each person's POST meets while the consultation is open: the text is Alice's.
POSTS = {
    f"{ONE}soutenir/": {"alice": 403},
    f"{ONE}suivre/": {},
    f"{ONE}modifier/": dict.fromkeys(PEOPLE, 403) | {"nobody": 302, "alice": 302},
    f"{ONE}retirer/": dict.fromkeys(PEOPLE, 403) | {"nobody": 302, "alice": 302},
    f"{DESK}reponses/{{said}}/": NO_ONE_ELSE | {"oscar": 302},
    f"{DESK}moderation/contribution/{{said}}/": NO_ONE_ELSE | {"mona": 302},
}
FORM = {
    "title": "Autre titre",
    "body": "Autre texte.",
    "stance": "noted",
    "no_change_reason": "Déjà prévu.",
    "verb": "hide",
    "reason": "other",
    "on": "1",
}


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_does_what(db, name, address):
    held = scenes.an_open_consultation()
    said = scenes.a_comment(people.alice(), now=held.opens_at)
    response = browser_of(name).post(address.format(said=said), FORM)
    assert response.status_code == POSTS[address].get(name, 302)


@pytest.mark.parametrize("verb", ["soutenir", "modifier", "argumenter"])
def test_nothing_is_added_after_closing(db, verb):
    held = scenes.a_closed_consultation()
    said = scenes.a_comment(people.alice(), now=held.opens_at)
    name = "alice" if verb == "modifier" else "chloe"
    form = FORM | {"stance": "for"}
    response = browser_of(name).post(f"{ONE.format(said=said)}{verb}/", form)
    assert response.status_code == 409

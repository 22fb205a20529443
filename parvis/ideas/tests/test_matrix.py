"""Who may open what: every role before every page, while the consultation is open and after."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.ideas.tests import scenes

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
    f"{ONE}modifier/": dict.fromkeys(PEOPLE, 403) | {"nobody": 302, "alice": 200},
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
    assert opened == {page: allowed[name] for page, allowed in PAGES.items()}


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

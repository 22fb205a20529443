"""The agents' desk: what moderators rule on, what officials answer."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import a_remark
from parvis.ideas.tests.scenes import ACTION, a_comment
from parvis.kernel import clock

pytestmark = pytest.mark.django_db
QUEUE = "/concertations/bureau/moderation/"
ANSWERS = "/concertations/bureau/reponses/"


def flag(contribution_id, by, comment="Publicité."):
    deliberation.flag(
        target=deliberation.Target(kind="contribution", id=contribution_id),
        reason=deliberation.Reason.ADVERTISING,
        comment=comment,
        by=by,
        now=clock.now(),
    )


def state(contribution_id, viewer):
    now = clock.now()
    return deliberation.contribution(contribution_id, viewer=viewer, now=now).row.state


@pytest.fixture
def flagged(held, alice, chloe):
    said = a_comment(alice, title="Débarras pas cher")
    flag(said, chloe)
    return said


def test_mona_hides_with_a_reason_and_undoes(as_, flagged, mona, alice):
    browser = as_(mona)
    assert "1 texte à examiner" in browser.get(QUEUE).content.decode()
    address = f"{QUEUE}contribution/{flagged}/"
    assert "Publicité." in browser.get(address).content.decode()
    form = {"verb": "hide", "reason": "advertising", "body": "La concertation ne vend rien."}
    assert browser.post(address, form).url == QUEUE
    assert state(flagged, alice) == "hidden"
    page = f"/concertations/contributions/{flagged}/"
    assert Client().get(page).status_code == 404
    assert "La concertation ne vend rien." in as_(alice).get(page).content.decode()
    log = browser.get(f"{QUEUE}decisions/").content.decode()
    assert "La concertation ne vend rien." in log
    (decision,) = deliberation.decisions(by=mona).items
    assert browser.post(f"{QUEUE}decisions/{decision.id}/annuler/").status_code == 302
    assert state(flagged, alice) == "public"
    assert "1 texte à examiner" in browser.get(QUEUE).content.decode()


def test_a_hiding_without_a_message_comes_back(as_, flagged, mona, alice):
    address = f"{QUEUE}contribution/{flagged}/"
    response = as_(mona).post(address, {"verb": "hide", "reason": "advertising", "body": ""})
    assert response.status_code == 422
    assert state(flagged, alice) == "public"
    assert deliberation.flagged_count() == 1


@pytest.mark.parametrize("verb", ["", "erase", "keep\0"])
def test_a_verb_that_is_on_no_button_decides_nothing(as_, flagged, mona, alice, verb):
    response = as_(mona).post(f"{QUEUE}contribution/{flagged}/", {"verb": verb})
    assert response.status_code == 422
    assert (deliberation.flagged_count(), state(flagged, alice)) == (1, "public")


@pytest.mark.parametrize("slug", ["nulle-part", "a\0b"])
def test_a_queue_of_no_consultation_is_not_found(as_, held, oscar, slug):
    assert as_(oscar).get(ANSWERS, {"consultation": slug}).status_code == 404


def test_mona_keeps_and_restores(as_, flagged, mona, alice):
    browser, address = as_(mona), f"{QUEUE}contribution/{flagged}/"
    browser.post(address, {"verb": "keep"})
    assert (deliberation.flagged_count(), state(flagged, alice)) == (0, "public")
    browser.post(address, {"verb": "hide", "reason": "other", "body": "Un essai."})
    assert state(flagged, alice) == "hidden"
    browser.post(address, {"verb": "restore"})
    assert state(flagged, alice) == "public"


def test_an_argument_is_hidden_alone(as_, held, mona, alice, chloe):
    said = a_comment(alice)
    remark = a_remark(said, chloe, now=clock.now(), body="Achetez mes meubles.")
    form = {"verb": "hide", "reason": "advertising", "body": "Pas ici."}
    as_(mona).post(f"{QUEUE}remark/{remark}/", form)
    html = Client().get(f"/concertations/contributions/{said}/").content.decode()
    assert "Achetez mes meubles." not in html
    assert "Les élèves pourraient" in html


def test_an_empty_queue_says_so(as_, held, mona):
    assert "Rien ne vous attend" in as_(mona).get(QUEUE).content.decode()
    assert as_(mona).get(f"{QUEUE}nonsense/{mona.id}/").status_code == 404


def test_oscar_answers_and_says_what_changes(as_, held, oscar, alice):
    said = a_comment(alice)
    browser, address = as_(oscar), f"{ANSWERS}{said}/"
    assert "1 contribution attend une réponse" in browser.get(ANSWERS).content.decode()
    html = browser.get(address).content.decode()
    assert f'<option value="{ACTION}">1.2 Le budget participatif</option>' in html
    form = {"stance": "adopted", "body": "Dès la rentrée.", "section_ref": ACTION}
    assert browser.post(address, form).url == ANSWERS
    page = Client().get(f"/concertations/contributions/{said}/").content.decode()
    assert "Dès la rentrée." in page
    assert "Ce que cela change dans le plan" in page
    assert "Chaque contribution a sa réponse" in browser.get(ANSWERS).content.decode()


@pytest.mark.parametrize(
    ("section", "reason"), [("", ""), (ACTION, "Rien ne change non plus."), ("plan:x/1", "")]
)
def test_an_answer_changes_something_or_says_why_not(as_, held, oscar, alice, section, reason):
    said = a_comment(alice)
    form = {
        "stance": "noted",
        "body": "Merci.",
        "section_ref": section,
        "no_change_reason": reason,
    }
    response = as_(oscar).post(f"{ANSWERS}{said}/", form)
    assert response.status_code == 422
    assert "Merci." in response.content.decode()
    assert deliberation.unanswered_count() == 1


def test_a_second_official_does_not_overwrite_the_first(as_, held, oscar, alice):
    said = a_comment(alice)
    browser, address = as_(oscar), f"{ANSWERS}{said}/"
    form = {"stance": "noted", "body": "Merci.", "no_change_reason": "Déjà prévu."}
    browser.post(address, form)
    assert browser.post(address, form | {"body": "Encore."}).status_code == 409
    version = browser.get(address).context["form"]["version"].value()
    revised = form | {"body": "Merci beaucoup.", "version": version}
    assert browser.post(address, revised).status_code == 302
    stale = browser.post(address, form | {"body": "Perdu ?", "version": version})
    assert stale.status_code == 409
    assert "Perdu ?" in stale.content.decode()
    page = Client().get(f"/concertations/contributions/{said}/").content.decode()
    assert "Merci beaucoup." in page
    assert "Versions précédentes de cette réponse" in page


def test_a_hidden_text_is_nowhere_for_others(as_, flagged, mona, chloe):
    form = {"verb": "hide", "reason": "other", "body": "Non."}
    as_(mona).post(f"{QUEUE}contribution/{flagged}/", form)
    for address in (
        "/concertations/plan-2015/",
        "/concertations/plan-2015/contributions/",
        "/concertations/plan-2015/contributions/?q=debarras",
        "/concertations/plan-2015/export.json",
        "/concertations/plan-2015/contributions.csv",
        "/concertations/plan-2015/atom.xml",
    ):
        response = as_(chloe).get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert "Débarras pas cher" not in body.decode(), address


def test_the_queues_stand_under_the_desk_and_lead_to_their_first_text(as_, flagged, mona):
    page = as_(mona).get(QUEUE).content.decode()
    assert '<a href="/bureau/" aria-current="page">Bureau</a>' in page
    assert '<a href="/concertations/">Participer</a>' in page
    assert f'<a class="btn" href="{QUEUE}contribution/{flagged}/">' in page


def test_the_answers_lead_to_the_first_contribution(as_, held, alice, oscar):
    said = a_comment(alice)
    page = as_(oscar).get(ANSWERS).content.decode()
    assert '<a href="/bureau/" aria-current="page">Bureau</a>' in page
    assert f'<a class="btn" href="{ANSWERS}{said}/">' in page

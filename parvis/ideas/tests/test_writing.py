"""Writing: posted once, kept for who must sign in first, given back when refused."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import an_answer
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import a_comment
from parvis.kernel import clock

pytestmark = pytest.mark.django_db
WRITE = "/concertations/plan-2015/ecrire/?on=plan%3Aparis-2015%2F1.2&kind=comment"
MEASURE = "/concertations/plan-2015/ecrire/?on=plan%3Aparis-2015%2F3&kind=measure"
TYPED = {"title": "Voter dès l'école", "body": "Dans chaque classe.", "form_token": "once"}


def said():
    wanted = deliberation.Wanted()
    return deliberation.contributions("plan-2015", wanted=wanted, viewer=None).items


def test_alice_comments_an_action(as_, held, alice):
    response = as_(alice).post(WRITE, TYPED)
    (row,) = said()
    assert response.status_code == 302
    assert response.url == f"/concertations/contributions/{row.id}/"
    assert (row.title, row.kind, row.section_ref, row.branch_ref) == (
        "Voter dès l'école",
        "comment",
        "plan:paris-2015/1.2",
        "plan:paris-2015/1",
    )
    assert row.district is None


def test_a_double_click_is_one_post(as_, held, alice):
    browser = as_(alice)
    first, second = browser.post(WRITE, TYPED), browser.post(WRITE, TYPED)
    assert first.url == second.url
    assert len(said()) == 1


def test_every_form_shown_has_its_own_token(as_, held, alice):
    browser = as_(alice)
    tokens = {browser.get(WRITE).context["form"]["form_token"].value() for _ in range(3)}
    assert len(tokens) == 3


def test_signed_out_the_text_waits_for_the_return(held, alice):
    browser = Client()
    response = browser.post(WRITE, TYPED)
    assert response.status_code == 302
    assert response.url.startswith("/mon-compte/connexion/?next=")
    assert said() == ()
    people.signed_in(browser, alice)
    form = browser.get(WRITE).context["form"]
    assert form["title"].value() == TYPED["title"]
    assert form["body"].value() == TYPED["body"]
    browser.post(WRITE, TYPED)
    assert len(said()) == 1
    assert browser.get(WRITE).context["form"]["title"].value() is None


def test_another_page_does_not_get_the_text(held):
    browser = Client()
    browser.post(WRITE, TYPED)
    assert browser.get(MEASURE).context["form"]["title"].value() is None


def test_a_measure_lands_under_its_pillar(as_, held, alice):
    address = MEASURE.replace("%2F3", "%2F1.2")
    as_(alice).post(address, TYPED)
    (row,) = said()
    assert (row.kind, row.section_ref) == ("measure", "plan:paris-2015/1")


def test_a_measure_that_may_exist_is_shown_before_it_is_posted(as_, held, alice, chloe):
    a_comment(alice, title="Planter des arbres rue par rue", kind="measure")
    browser = as_(chloe)
    typed = {"title": "Planter des arbres", "body": "Partout.", "form_token": "t"}
    response = browser.post(MEASURE, typed)
    assert response.status_code == 200
    assert "Planter des arbres rue par rue" in response.content.decode()
    assert "Partout." in response.content.decode()
    assert len(said()) == 1
    assert browser.post(MEASURE, typed | {"looked": "1"}).status_code == 302
    assert len(said()) == 2


def test_the_fragment_shows_what_looks_alike(client, held, alice):
    a_comment(alice, title="Planter des arbres rue par rue", kind="measure")
    response = client.get("/concertations/plan-2015/ressemblances/?title=planter+arbres")
    assert "Planter des arbres rue par rue" in response.content.decode()


def test_after_closing_the_text_is_given_back(as_, closed, alice):
    response = as_(alice).post(WRITE, TYPED)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Dans chaque classe." in html
    assert "Voter dès l&#x27;école" in html
    assert said() == ()


def test_before_opening_likewise(as_, alice):
    scenes.a_coming_consultation()
    assert as_(alice).post(WRITE, TYPED).status_code == 409
    assert said() == ()


def test_a_draft_is_kept_and_taken_up_again(as_, held, alice, chloe):
    browser = as_(alice)
    assert browser.post(WRITE, TYPED | {"draft": "1"}).url == "/concertations/brouillons/"
    assert said() == ()
    assert "Voter dès l\u2019école" in browser.get("/concertations/brouillons/").content.decode()
    assert browser.get(WRITE).context["form"]["body"].value() == "Dans chaque classe."
    assert "Voter" not in as_(chloe).get("/concertations/brouillons/").content.decode()
    browser.post(WRITE, TYPED)
    assert len(said()) == 1
    assert deliberation.drafts(by=alice) == []


def test_someone_elses_draft_is_not_found(as_, held, alice, chloe):
    as_(alice).post(WRITE, TYPED | {"draft": "1"})
    (draft,) = deliberation.drafts(by=alice)
    address = f"/concertations/brouillons/{draft.id}/jeter/"
    assert as_(chloe).post(address).status_code == 404
    assert len(deliberation.drafts(by=alice)) == 1
    assert as_(alice).post(address).status_code == 302
    assert deliberation.drafts(by=alice) == []


def test_alice_edits_until_the_city_has_answered(as_, held, alice, oscar):
    first = a_comment(alice)
    browser = as_(alice)
    address = f"/concertations/contributions/{first}/modifier/"
    assert browser.post(address, {"title": "Voter à sept ans", "body": "Oui."}).status_code == 302
    assert said()[0].title == "Voter à sept ans"
    an_answer(first, oscar, now=clock.now())
    response = browser.post(address, {"title": "Trop tard", "body": "Mon texte."})
    assert response.status_code == 409
    assert "Mon texte." in response.content.decode()
    assert said()[0].title == "Voter à sept ans"


def test_the_second_of_two_windows_is_told_and_may_insist(as_, held, alice):
    address = f"/concertations/contributions/{a_comment(alice)}/modifier/"
    browser = as_(alice)
    seen = browser.get(address).context["form"]["seen"].value()
    first = {"title": "Fenêtre une", "body": "Premier texte.", "seen": seen}
    assert browser.post(address, first).status_code == 302
    assert browser.post(address, first).status_code == 302, "the same form, sent twice"
    second = {"title": "Fenêtre deux", "body": "Second texte.", "seen": seen}
    told = browser.post(address, second)
    assert told.status_code == 409
    assert told.context["form"]["body"].value() == "Second texte."
    assert said()[0].title == "Fenêtre une"
    second["seen"] = told.context["form"]["seen"].value()
    assert browser.post(address, second).status_code == 302
    assert said()[0].title == "Fenêtre deux"


def test_what_can_no_longer_be_changed_is_said_before_it_is_typed(as_, held, alice, oscar):
    first = a_comment(alice)
    an_answer(first, oscar, now=clock.now())
    browser = as_(alice)
    response = browser.get(f"/concertations/contributions/{first}/modifier/", follow=True)
    assert response.redirect_chain == [(f"/concertations/contributions/{first}/", 302)]
    assert "Ce texte ne peut plus être modifié." in response.content.decode()


def test_going_back_to_write_something_else_loses_nothing(as_, held, alice):
    browser = as_(alice)
    browser.post(WRITE, TYPED)
    browser.post(WRITE, TYPED | {"title": "Autre chose", "body": "Tout à fait."})
    assert [row.title for row in said()] == ["Autre chose", "Voter dès l'école"]


def test_chloe_does_not_edit_what_alice_wrote(as_, held, alice, chloe):
    first = a_comment(alice)
    response = as_(chloe).post(
        f"/concertations/contributions/{first}/modifier/", {"title": "A", "body": "B"}
    )
    assert response.status_code == 403
    assert said()[0].title == "Voter dès l'école"


def test_arguments_and_replies(as_, held, alice, chloe):
    first = a_comment(alice)
    page = f"/concertations/contributions/{first}/"
    form = {"stance": "against", "body": "Trop jeunes.", "form_token": "t"}
    browser = as_(chloe)
    assert browser.post(f"{page}argumenter/", form).status_code == 302
    assert browser.post(f"{page}argumenter/", form).status_code == 302
    (remark,) = deliberation.discussion(first, viewer=None).arguments_against.items
    reply = f"/concertations/arguments/{remark.id}/repondre/"
    as_(alice).post(reply, {"body": "À sept ans on lit.", "form_token": "u"})
    html = browser.get(page).content.decode()
    assert "Trop jeunes." in html
    assert "À sept ans on lit." in html
    refused = browser.post(f"{page}argumenter/", {"stance": "for", "body": ""})
    assert refused.status_code == 422


def test_choosing_what_to_write_about(client, held):
    html = client.get("/concertations/plan-2015/ecrire/").content.decode()
    assert html.count("Commenter") == 15
    assert html.count("Proposer une mesure") == 3
    measures = client.get("/concertations/plan-2015/ecrire/?kind=measure").content.decode()
    assert "Commenter" not in measures
    assert measures.count("Proposer une mesure") == 3

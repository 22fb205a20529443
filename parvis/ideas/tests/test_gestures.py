"""One click: counted once, undone by another, the same with and without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import a_remark
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import a_comment
from parvis.kernel import clock

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def tally(contribution_id, viewer=None):
    now = clock.now()
    return deliberation.contribution(contribution_id, viewer=viewer, now=now).row.tally.ok


def test_support_counts_once_and_can_be_taken_back(as_, held, alice, chloe):
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/soutenir/", as_(chloe)
    for _ in range(2):
        response = browser.post(address, {"on": "1"})
        assert response.url == f"/concertations/contributions/{said}/#voix"
        assert tally(said) == 1
    browser.post(address, {"on": "0"})
    assert tally(said) == 0


def test_with_a_script_the_same_click_answers_with_the_same_fragment(as_, held, alice, chloe):
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/soutenir/", as_(chloe)
    response = browser.post(address, {"on": "1"}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert html.count("Retirer mon soutien") == 1
    assert 'value="0" aria-pressed="true"' in html
    page = browser.get(f"/concertations/contributions/{said}/").content.decode()
    assert html.split("hx-target", 1)[1].split("</form>")[0].count("<button") == (
        page.split("hx-target", 1)[1].split("</form>")[0].count("<button")
    )


def test_nobody_supports_their_own(as_, held, alice):
    said = a_comment(alice)
    response = as_(alice).post(f"/concertations/contributions/{said}/soutenir/", {"on": "1"})
    assert response.status_code == 403
    assert tally(said) == 0


def test_a_stale_page_is_read_again(as_, closed, alice, chloe):
    said = a_comment(alice, now=closed.opens_at)
    address = f"/concertations/contributions/{said}/soutenir/"
    response = as_(chloe).post(address, {"on": "1"}, headers=HTMX)
    assert (response.status_code, response["HX-Refresh"]) == (409, "true")
    assert as_(chloe).post(address, {"on": "1"}).status_code == 409
    assert tally(said) == 0


def test_a_stale_argument_is_read_again(as_, closed, alice, chloe):
    said = a_comment(alice, now=closed.opens_at)
    remark = a_remark(said, alice, now=closed.opens_at)
    address = f"/concertations/arguments/{remark}/soutenir/"
    response = as_(chloe).post(address, {"on": "1"}, headers=HTMX)
    assert (response.status_code, response["HX-Refresh"]) == (409, "true")
    assert deliberation.remark(remark, viewer=chloe).supports == 0


def test_a_vote_that_is_on_no_button_takes_none_back(as_, db, alice, chloe):
    scenes.an_open_consultation(vote_style=deliberation.VoteStyle.THREE_WAY)
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/voter/", as_(chloe)
    browser.post(address, {"opinion": "mixed"})
    assert browser.post(address, {"opinion": "zzz"}).status_code == 422
    found = deliberation.contribution(said, viewer=chloe, now=clock.now())
    assert found.row.tally.mixed == 1


def test_an_argument_is_flagged_and_withdrawn_after_closing_too(as_, closed, alice, chloe):
    said = a_comment(alice, now=closed.opens_at)
    a_remark(said, chloe, now=closed.opens_at)
    page = f"/concertations/contributions/{said}/"
    assert "/signaler/" in Client().get(page).content.decode().split('id="arguments"')[1]
    hers = as_(chloe).get(page).content.decode().split('id="arguments"')[1]
    assert "/retirer/" in hers
    assert "/repondre/" not in hers


def test_signed_out_one_signs_in_and_comes_back_to_the_page(held, alice):
    said = a_comment(alice)
    for verb in ("soutenir", "suivre", "voter"):
        response = Client().post(f"/concertations/contributions/{said}/{verb}/", {"on": "1"})
        assert response.status_code == 302
        assert response.url == (f"/mon-compte/connexion/?next=/concertations/contributions/{said}/")
    assert tally(said) == 0


def test_following_and_no_longer(as_, held, alice, chloe):
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/suivre/", as_(chloe)
    browser.post(address, {"on": "1"})
    now = clock.now()
    assert deliberation.contribution(said, viewer=chloe, now=now).you.follows
    browser.post(address, {"on": "0"})
    assert not deliberation.contribution(said, viewer=chloe, now=now).you.follows


def test_a_three_way_vote_is_changed_and_taken_back(as_, db, alice, chloe):
    scenes.an_open_consultation(vote_style=deliberation.VoteStyle.THREE_WAY)
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/voter/", as_(chloe)
    for opinion in ("mixed", "not_ok"):
        browser.post(address, {"opinion": opinion})
    now = clock.now()
    found = deliberation.contribution(said, viewer=chloe, now=now)
    assert (found.row.tally.mixed, found.row.tally.not_ok, found.you.vote) == (0, 1, "not_ok")
    html = browser.get(f"/concertations/contributions/{said}/").content.decode()
    assert html.count('aria-pressed="true"') == 1
    browser.post(address, {"opinion": ""})
    assert deliberation.contribution(said, viewer=chloe, now=now).row.tally.total == 0


def test_an_argument_is_supported_in_place(as_, held, alice, chloe):
    said = a_comment(alice)
    remark = a_remark(said, alice, now=clock.now())
    browser = as_(chloe)
    address = f"/concertations/arguments/{remark}/soutenir/"
    response = browser.post(address, {"on": "1"}, headers=HTMX)
    assert "Soutenu · 1" in response.content.decode()
    assert browser.post(address, {"on": "0"}).url.endswith(f"#{remark}")
    assert deliberation.remark(remark, viewer=chloe).supports == 0


def test_alice_withdraws_her_own_and_nobody_elses(as_, held, alice, chloe):
    said = a_comment(alice)
    address = f"/concertations/contributions/{said}/retirer/"
    assert as_(chloe).post(address).status_code == 403
    assert "Les élèves pourraient" in Client().get(address[:-8]).content.decode()
    assert as_(alice).post(address).status_code == 302
    html = Client().get(address[:-8]).content.decode()
    assert "Les élèves pourraient" not in html
    assert "retirée" in html


def test_flagging_tells_the_moderators_once(as_, held, alice, chloe):
    said = a_comment(alice)
    address, browser = f"/concertations/contributions/{said}/signaler/", as_(chloe)
    assert browser.post(address, {"body": "?"}).status_code == 422
    for _ in range(2):
        browser.post(address, {"reason": "insult", "body": "Une insulte."})
    assert deliberation.flagged_count() == 1
    html = browser.get(f"/concertations/contributions/{said}/").content.decode()
    assert "Vous avez signalé ce texte" in html


def test_flagging_an_argument(as_, held, alice, chloe):
    remark = a_remark(a_comment(alice), alice, now=clock.now())
    as_(chloe).post(f"/concertations/arguments/{remark}/signaler/", {"reason": "hate"})
    assert deliberation.flagged_count() == 1


def test_clicks_are_posts(client, held, alice):
    said = a_comment(alice)
    for verb in ("soutenir", "suivre", "voter", "retirer"):
        assert client.get(f"/concertations/contributions/{said}/{verb}/").status_code in {302, 405}

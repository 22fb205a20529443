"""Behind the scenes of a demonstration, which exist nowhere else."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parvis.account.public import demo_accounts
from parvis.deliberation.public import consultation
from parvis.deliberation.testing import a_consultation

PARIS = ZoneInfo("Europe/Paris")
OPENS = dt.datetime(2015, 6, 25, tzinfo=PARIS)
CLOSES = dt.datetime(2015, 9, 15, 23, 59, 59, tzinfo=PARIS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(settings):
    """A demonstration city with the consultation of 2015."""
    settings.ROOT_URLCONF = "parvis.portal.tests.demo_city"
    settings.PARVIS_DEMO = True
    return a_consultation(opens_at=OPENS, closes_at=CLOSES).slug


def test_a_city_in_service_has_no_scenes(client):
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/dates/").status_code == 404


def test_every_key_is_handed_out(client, staged):
    page = client.get("/demo/").content.decode()
    for account in demo_accounts():
        assert account.email in page
        assert account.password in page


def test_the_scenes_speak_english_under_en(client, staged):
    assert "Behind the scenes" in client.get("/en/demo/").content.decode()


def test_the_sources_and_their_licences_are_shown(client, staged):
    page = client.get("/demo/").content.decode()
    assert "ODbL 1.0" in page
    assert "<h1>" in page
    assert page.count("<h1") == 1


def test_one_button_opens_the_consultation_today(client, staged):
    answer = client.post("/demo/dates/", {"consultation": staged, "dates": "today"})
    assert answer.status_code == 302
    moved = consultation(staged)
    assert moved.is_shifted
    assert moved.closes_at - moved.opens_at >= dt.timedelta(days=82)
    assert "Dans cette d\u00e9monstration\u00a0: du" in client.get("/demo/").content.decode()


def test_another_gives_back_the_dates_of_2015(client, staged):
    client.post("/demo/dates/", {"consultation": staged, "dates": "today"})
    client.post("/demo/dates/", {"consultation": staged, "dates": "official"})
    assert consultation(staged).opens_at == OPENS
    assert consultation(staged).closes_at == CLOSES


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"dates": "tomorrow"},
        {"dates": "today"},
        {"dates": "today", "consultation": "another"},
        {"dates": "official", "consultation": "a\x00b"},
    ],
)
def test_a_forged_move_moves_nothing(client, staged, forged):
    assert client.post("/demo/dates/", forged).status_code in (400, 404)
    assert consultation(staged).opens_at == OPENS


def test_dates_do_not_move_by_following_a_link(client, staged):
    assert client.get("/demo/dates/").status_code == 405

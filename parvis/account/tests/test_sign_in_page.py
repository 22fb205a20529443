"""The sign-in page is drawn once for all visitors, and is to each what it would be for them."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from parvis.account.testing import OPEN_SESAME, alice
from parvis.ui.remembering import memory

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_ONWARD = re.compile(r'(?:href|action|data-options)="([^"]*\?next=[^"]*)"')

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    memory.clear()


def page(client, onward=None, **headers):
    asked = {} if onward is None else {"next": onward}
    return client.get(reverse("account_login"), asked, headers=headers).content.decode()


def without_token(html):
    return _TOKEN.sub("", html)


@pytest.mark.parametrize("onward", [None, "/plan/", '/plan/?a="<b>&c=é d', "/a?next=/b#c"])
def test_it_is_what_it_would_be_drawn_for_one(client, onward):
    fresh = without_token(page(client, onward))
    memory.clear()
    page(Client(), None if onward is None else "/elsewhere/")
    assert without_token(page(client, onward)) == fresh


def test_each_way_on_leads_to_where_its_visitor_goes(client):
    page(Client(), "/elsewhere/")
    onward = '/plan/?a="<script>&c=é d'
    said = page(client, onward)
    ways = [unescape(way) for way in _ONWARD.findall(said)]
    assert len(ways) >= 4, "the form, the other language, a code, an account"
    assert {*map(onward_of, ways)} == {onward}
    assert said.count(f'name="next" value="{escape(onward)}"') == 2
    assert "<script>&" not in said
    assert "elsewhere" not in said


def onward_of(way):
    return parse_qs(urlsplit(way).query)["next"][0]


def test_its_token_is_of_one_browser():
    alice()
    here, there = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    tokens = [_TOKEN.findall(page(one)) for one in (here, there)]
    assert all(len(found) == 2 and len({*found}) == 1 for found in tokens)
    assert tokens[0] != tokens[1]
    typed = {"login": "alice@parvis.example", "password": OPEN_SESAME}
    for client, (token, _same) in ((here, tokens[1]), (there, tokens[1])):
        answer = client.post(reverse("account_login"), typed | {"csrfmiddlewaretoken": token})
        assert answer.status_code == (403 if client is here else 302)


def test_what_one_visitor_is_told_shows_to_nobody_else(client, rf):
    told, answer = CookieStorage(rf.get("/")), HttpResponse()
    told.add(25, "Bonjour à vous seule.")
    told.update(answer)
    client.cookies["messages"] = answer.cookies["messages"].value
    assert "Bonjour à vous seule." in page(client)
    assert "Bonjour à vous seule." not in page(Client())
    assert "Bonjour à vous seule." not in page(client), "it is told once"


def test_each_has_their_language_and_their_light(client):
    assert "data-theme" not in page(client)
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in page(client)
    with override("en"):
        assert 'lang="en"' in page(client)
    assert "data-theme" not in page(Client())


def test_a_way_in_that_the_city_opens_stands_on_it_at_once(client, settings):
    settings.PARVIS_FRANCECONNECT_URL = ""
    assert "FranceConnect" not in page(client)
    settings.PARVIS_FRANCECONNECT_URL = "https://franceconnect.example"
    assert "FranceConnect" in page(client)


@pytest.mark.parametrize("asked", ["next=https://example.org/", "next=", "next=/a&next=/b", "x=1"])
def test_who_asks_for_anything_else_gets_a_page_of_their_own(client, asked, monkeypatch):
    kept = []
    page(client, "/plan/")
    page(client)
    monkeypatch.setattr(memory, "put", lambda *put: kept.append(put))
    assert client.get(f"{reverse('account_login')}?{asked}").status_code == 200
    assert kept == []

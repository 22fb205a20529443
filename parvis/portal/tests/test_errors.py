"""Each page that says no is served by a real address, in the language of the reader."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client, RequestFactory

from parvis.portal.adapters import Maintenance

ELSEWHERE = "parvis.portal.tests.broken_city"


def test_an_unknown_address_offers_to_search_for_it(client):
    page = client.get("/bibliotheque-dimanche/")
    assert page.status_code == 404
    assert 'value="bibliotheque dimanche"' in page.content.decode()
    assert 'action="/recherche/"' in page.content.decode()


def test_an_unknown_address_speaks_english_under_en(client):
    page = client.get("/en/library/")
    assert page.status_code == 404
    assert "A paving stone is missing here" in page.content.decode()


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/", headers={"host": "ailleurs.example"}).status_code == 400


def test_a_form_from_another_site_is_refused():
    assert Client(enforce_csrf_checks=True).post("/affichage/").status_code == 403


def strictly(**headers):
    strict = Client(enforce_csrf_checks=True, headers=headers)
    # The token of the page is that of before one signed in elsewhere.
    strict.cookies["csrftoken"] = "a" * 32
    return strict


FORM = {"theme": "dark", "text": "<b>mine", "csrfmiddlewaretoken": "b" * 32}


def test_a_form_of_ours_whose_token_is_stale_is_sent_again_by_one_press():
    client = strictly(origin="http://testserver")
    page = client.post("/en/display/?suite=/plan/", FORM)
    assert page.status_code == 403
    told = page.content.decode()
    assert "nothing you typed is lost" in told
    assert 'action="/en/display/?suite=/plan/"' in told
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', told))
    assert (fields["theme"], fields["text"]) == ("dark", "&lt;b&gt;mine")
    again = client.post("/en/display/", {**FORM, **fields})
    assert again.status_code == 302
    assert client.cookies["theme"].value == "dark"


@pytest.mark.parametrize(
    ("origin", "changes"),
    [
        ("https://ailleurs.example", {}),
        ("null", {}),
        ("http://testserver", {"password": "not to be shown"}),
        ("http://testserver", {"photo": io.BytesIO(b"a file")}),
    ],
)
def test_what_is_not_ours_to_carry_on_is_not(origin, changes):
    page = strictly(origin=origin).post("/en/display/", FORM | changes)
    assert page.status_code == 403
    assert 'name="theme"' not in page.content.decode()
    assert "not to be shown" not in page.content.decode()


def test_a_failure_says_it_is_ours(settings):
    settings.ROOT_URLCONF = ELSEWHERE
    page = Client(raise_request_exception=False).get("/casse/")
    assert page.status_code == 500
    assert "<h1>" in page.content.decode()


@pytest.fixture
def door():
    def answered(_request):
        raise AssertionError("the city answered while it is closed")

    return Maintenance(answered)


@pytest.mark.parametrize(
    ("address", "words"),
    [("/", "Nous reposons les pavés"), ("/en/plan/", "We are relaying the paving stones")],
)
def test_a_closed_city_says_so_on_every_page(door, settings, address, words):
    settings.PARVIS_MAINTENANCE = True
    page = door(RequestFactory().get(address))
    assert page.status_code == 503
    assert page["Retry-After"] == "600"
    assert words in page.content.decode()


def test_a_file_closes_the_city_and_its_absence_opens_it(settings, tmp_path, client):
    sign = tmp_path / "closed"
    settings.PARVIS_MAINTENANCE_FILE = str(sign)
    settings.MIDDLEWARE = ["parvis.portal.adapters.Maintenance", *settings.MIDDLEWARE]
    assert Client().get("/affichage/").status_code == 200
    sign.touch()
    assert Client().get("/affichage/").status_code == 503
    sign.unlink()
    assert Client().get("/affichage/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sante/", "/en/health/"])
def test_monitors_are_answered_while_the_city_is_closed(settings, address):
    settings.PARVIS_MAINTENANCE = True
    settings.MIDDLEWARE = ["parvis.portal.adapters.Maintenance", *settings.MIDDLEWARE]
    assert Client().get(address).status_code == 200

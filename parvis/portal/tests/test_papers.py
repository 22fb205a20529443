"""Legal notice, accessibility, personal data, site map, display: for everyone, twice."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.kernel.declarations import keeps

PAGES = {
    "/accessibilite/": ("Déclaration d\u2019accessibilité", "/en/accessibility/"),
    "/mentions-legales/": ("Mentions légales", "/en/legal-notice/"),
    "/donnees-personnelles/": ("Vos données personnelles", "/en/personal-data/"),
    "/plan-du-site/": ("Plan du site", "/en/site-map/"),
    "/affichage/": ("Affichage clair ou sombre", "/en/display/"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_each_paper_is_public_and_has_its_twin(client, address, django_assert_num_queries):
    title, twin = PAGES[address]
    with django_assert_num_queries(0):
        page = client.get(address).content.decode()
        other = client.get(twin).content.decode()
    assert f"<h1>{title}</h1>" in page
    assert f'href="{twin}"' in page
    assert f'href="{address}"' in other
    assert '<html lang="en"' in other


def test_everything_kept_about_people_is_told(client):
    page = client.get("/donnees-personnelles/")
    told = {line.key for line in page.context["kept"]}
    assert told == {one.key for one in keeps if one.about_people}
    assert {"plan", "territory"} & told == set()
    assert "account" in told


def test_the_notice_names_the_publisher_the_city_gave(client, settings):
    settings.PARVIS_PUBLISHER = "Mairie de Lutèce"
    settings.PARVIS_HOSTING = "Hébergeur du Petit Pont, Lutèce"
    page = client.get("/mentions-legales/").content.decode()
    assert "Mairie de Lutèce" in page
    assert "Hébergeur du Petit Pont, Lutèce" in page


def test_the_privacy_page_names_who_answers_for_the_data(client, settings):
    assert "Responsable du traitement\u00a0: Ville de Paris" in (
        client.get("/donnees-personnelles/").content.decode()
    )
    settings.PARVIS_PUBLISHER = "Mairie de Lutèce"
    settings.PARVIS_CONTACT = "mairie@lutece.example"
    page = client.get("/donnees-personnelles/").content.decode()
    assert "Responsable du traitement\u00a0: Mairie de Lutèce" in page
    assert "mairie@lutece.example" in page


def test_the_accessibility_statement_says_when_and_how_it_was_established(client):
    page = client.get("/accessibilite/").content.decode()
    assert "établie le" in page
    assert "26 novembre 2026" in page
    assert "Non conforme, au sens de la loi" in page


def test_a_notice_invents_no_host(client):
    page = client.get("/mentions-legales/").content.decode()
    assert "pas encore indiqué par l\u2019éditeur" in page


def test_a_demonstration_says_that_it_is_one(client, settings):
    settings.ROOT_URLCONF = "parvis.portal.tests.demo_city"
    settings.PARVIS_DEMO = True
    assert "Ce site est une démonstration" in client.get("/mentions-legales/").content.decode()


def test_the_site_map_leads_only_to_pages_that_exist(client):
    groups = client.get("/plan-du-site/").context["groups"]
    addresses = [page.url for _heading, pages in groups for page in pages]
    assert len(addresses) == len(set(addresses))
    assert {"/", "/plan/", "/recherche/", "/mon-compte/"} <= set(addresses)


@pytest.mark.django_db
def test_dark_is_kept_in_a_cookie_and_worn_by_the_next_page(client):
    answer = client.post("/affichage/", {"theme": "dark", "suite": "/plan-du-site/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/plan-du-site/"
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/plan-du-site/").content.decode()


def test_as_the_device_does_forgets_the_choice(client):
    client.cookies["theme"] = "dark"
    client.post("/affichage/", {"theme": "auto"})
    assert client.cookies["theme"].value == ""
    assert "data-theme" not in client.get("/affichage/").content.decode()


@pytest.mark.parametrize(
    "suite",
    ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "x", "/\\a.b"],
)
def test_nobody_is_led_away_from_the_site(client, suite):
    answer = client.post("/affichage/", {"theme": "light", "suite": suite})
    assert answer["Location"] == "/affichage/"


def test_an_unknown_display_is_refused_and_nothing_is_kept(client):
    answer = client.post("/affichage/", {"theme": "purple"})
    assert answer.status_code == 422
    assert "theme" not in client.cookies


def test_the_choice_cannot_be_made_from_another_site():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/affichage/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "theme" not in strict.cookies


def test_the_page_one_comes_from_is_remembered(client):
    page = client.get("/affichage/", headers={"referer": "http://testserver/plan/"})
    assert 'name="suite" value="/plan/"' in page.content.decode()
    page = client.get("/affichage/", headers={"referer": "https://ailleurs.example/plan/"})
    assert "ailleurs" not in page.content.decode()

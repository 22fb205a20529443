"""How people reach the city: only what its settings give is said."""

from __future__ import annotations

import pytest
from django.test import override_settings

from parvis.ui.contact import contact

pytestmark = [pytest.mark.django_db, pytest.mark.urls("parvis.ui.tests.urls")]


def test_the_number_is_shown_unbroken_and_called_in_figures(settings):
    settings.PARVIS_PHONE, settings.PARVIS_CONTACT = "+33 1 00 00 39 75", ""
    reached = contact()
    assert reached.phone == "+33\u00a01\u00a000\u00a000\u00a039\u00a075"
    assert reached.phone_url == "tel:+33100003975"
    assert (reached.address, reached.address_url) == ("", "")


@pytest.mark.parametrize(
    ("given", "shown", "link"),
    [
        ("bonjour@ville.example", "bonjour@ville.example", "mailto:bonjour@ville.example"),
        (
            "https://ville.example/contact/",
            "ville.example/contact",
            "https://ville.example/contact/",
        ),
        ("Hôtel de Ville, 75004 Paris", "Hôtel de Ville, 75004 Paris", ""),
    ],
)
def test_the_address_may_be_mail_page_or_street(settings, given, shown, link):
    settings.PARVIS_CONTACT = given
    assert (contact().address, contact().address_url) == (shown, link)


@override_settings(PARVIS_PHONE="", PARVIS_CONTACT="")
def test_a_city_that_gives_nothing_has_no_empty_line(client):
    for path in ("/nowhere/", "/refused/", "/closed/", "/broken/"):
        client.raise_request_exception = False
        page = client.get(path).content.decode()
        assert "tel:" not in page
        assert "mailto:" not in page
        assert "appel" not in page.lower()


@override_settings(PARVIS_PHONE="39 75", PARVIS_CONTACT="")
def test_the_number_stands_at_the_foot_and_where_something_went_wrong(client):
    client.raise_request_exception = False
    for path in ("/nowhere/", "/refused/", "/closed/", "/broken/"):
        assert 'href="tel:3975"' in client.get(path).content.decode()

"""The frame of every page: ways in, languages, theme, messages."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from parvis.kernel.declarations import NavEntry, nav_entries
from parvis.ui.context import Chrome, chrome


def draw(path: str = "/", *, cookies: dict[str, str] | None = None, **context: object) -> str:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(request.path_info)
    request.COOKIES.update(cookies or {})
    if "person" in context:
        # What a page about oneself counts besides is asked of other modules.
        vars(request).update(person=context["person"], resolver_match=None)
    return render_to_string("ui/base.html", {**chrome(request), **context}, request)


@pytest.fixture
def ways_in(monkeypatch):
    here = NavEntry(key="portal", label="Participer", url_name="portal:mine", order=2)
    there = NavEntry(key="plan", label="Le plan", url_name="portal:legal", order=1)
    declared = {"portal": here, "plan": there}
    monkeypatch.setattr(nav_entries, "_declared", declared)


@pytest.mark.usefixtures("in_french", "ways_in")
def test_the_present_section_is_marked_among_the_ways_in():
    page = draw("/")
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert nav.index('<a href="/legal/">Le plan</a>') < nav.index("Participer")
    assert '<a href="/mine/" aria-current="page">Participer</a>' in nav


@pytest.mark.usefixtures("in_french")
def test_the_other_language_is_one_link_away():
    page = draw("/search/?q=eau")
    assert 'href="/en/search/?q=eau" lang="en" hreflang="en"' in page
    assert '<html lang="fr">' in page


@pytest.mark.usefixtures("in_english")
def test_the_english_page_leads_back_to_french():
    assert 'href="/search/" lang="fr" hreflang="fr"' in draw("/en/search/")


def test_an_address_without_a_twin_leads_to_the_other_first_page(client: Client):
    assert 'href="/en/" lang="en"' in client.get("/nothing/here/").content.decode()


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("cookie", "html"),
    [("dark", '<html lang="fr" data-theme="dark">'), ('"><script>', '<html lang="fr">')],
)
def test_the_theme_is_the_one_that_was_chosen(cookie: str, html: str):
    assert html in draw(cookies={"theme": cookie})


@pytest.mark.usefixtures("in_french")
def test_a_visitor_signs_in_and_alice_opens_her_account():
    alice = SimpleNamespace(usual_name="Alice", is_staff_member=False)
    visitor, resident = draw(person=None), draw(person=alice)
    assert "Se connecter" in visitor
    assert "Mon compte" not in visitor
    assert 'href="/mine/"' in resident
    assert "Se connecter" not in resident
    assert 'href="/desk/"' not in resident


@pytest.mark.usefixtures("in_french")
def test_bachir_finds_his_desk():
    bachir = SimpleNamespace(usual_name="Bachir", is_staff_member=True)
    assert '<a href="/desk/">Bureau</a>' in draw(person=bachir)


@pytest.mark.parametrize(
    ("acting", "opens"),
    [(None, True), (SimpleNamespace(is_help=False), True), (SimpleNamespace(is_help=True), False)],
)
def test_whoever_signed_in_for_bachir_is_led_to_no_desk(acting: object, *, opens: bool):
    request = RequestFactory().get("/")
    vars(request).update(person=SimpleNamespace(is_staff_member=True), acting=acting)
    assert Chrome(request).has_desk is opens


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("level", "tone"),
    [
        (constants.SUCCESS, ' data-tone="ok"'),
        (constants.WARNING, ' data-tone="warn"'),
        (constants.ERROR, ' data-tone="urgent"'),
        (constants.INFO, ""),
    ],
)
def test_what_was_just_done_is_said_on_the_next_page(level: int, tone: str):
    page = draw(messages=[Message(level, "Merci <Alice>")])
    assert f'<div class="notice"{tone} role="status">' in page
    assert "Merci &lt;Alice&gt;" in page


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("level", "begins"),
    [(constants.SUCCESS, "Thank you. — "), (constants.ERROR, "Error: Thank you. — ")],
)
def test_the_title_of_a_page_begins_with_what_was_just_done(level: int, begins: str):
    said = [Message(level, "Thank you."), Message(constants.INFO, "Your place is kept.")]
    [title] = re.findall("<title>(.*?)</title>", draw("/en/"))
    assert f"<title>{begins}{title}</title>" in draw("/en/", messages=said)


@pytest.mark.usefixtures("in_french")
def test_a_demonstration_says_so(settings):
    assert "démonstration" not in draw()
    settings.PARVIS_DEMO = True
    assert "démonstration" in draw()
    assert 'href="/demo/"' in draw()


@pytest.mark.usefixtures("in_french")
def test_a_page_carries_no_script_and_calls_nobody_else():
    page = draw()
    assert "<script" not in page
    assert " style=" not in page
    assert "src=" not in page


@pytest.mark.parametrize(
    ("path", "begins"), [("/", "<title>Erreur\u00a0: "), ("/en/", "<title>Error: ")]
)
def test_the_title_of_a_page_begins_with_what_went_wrong(path: str, begins: str):
    class Asked(forms.Form):
        name = forms.CharField()

    with translation.override(translation.get_language_from_path(path) or "fr"):
        assert begins in draw(path, form=Asked({}))
        for sound in (Asked(), Asked({"name": "Alice"}), None):
            assert begins not in draw(path, form=sound)

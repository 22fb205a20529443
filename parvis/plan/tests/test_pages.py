"""The plan's pages, in both languages, signed in or not."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client
from django.utils import translation

from parvis.account.testing import oscar
from parvis.kernel.declarations import Companion, CompanionSource, companions
from parvis.plan import actions
from parvis.plan.rules import SectionWords
from parvis.plan.testing import JULY, the_real_draft, the_real_plan

pytestmark = pytest.mark.django_db
BUDGET = "plan:paris-2015/1.2"


@pytest.fixture
def plan():
    return the_real_plan()


@pytest.fixture
def amended(plan):
    with translation.override("fr"):
        actions.amend_section(
            ref=BUDGET,
            words={
                "fr": SectionWords(title="Le budget de tous", text="Paris continuera dès 7 ans.")
            },
            note={"fr": "Ouvert à sept ans."},
            by=oscar(),
            now=JULY,
        )


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_whole_plan_is_read_on_one_page(client, plan):
    html = page(client, "/plan/")
    assert html.count('<article class="clause"') == 15
    assert "<mark>une gestion «\xa0multicanal\xa0» de la relation usagers</mark>" in html
    assert '<dd class="n">15</dd>' in html
    assert '<dd class="n">2020</dd>' in html
    assert "actions, en 3 piliers" in html
    assert "C\u2019est" not in html
    assert "c\u2019est Parvis qui les a rangées" in html


def test_the_third_pillar_is_shown_empty_and_invites(client, plan):
    html = page(client, "/plan/")
    after = html[html.index('id="s3"') :]
    assert '<article class="clause"' not in after
    assert "Aucune action encore dans ce pilier" in after


def test_the_plan_is_read_in_english_and_says_it_is_a_translation(client, plan):
    html = page(client, "/en/plan/")
    assert "A smart and sustainable Paris" in html
    assert "Translated from French by Parvis; the French text is authentic." in html
    assert "Une plateforme" not in html


def test_each_section_has_its_own_permanent_page(client, plan):
    html = page(client, "/plan/1.2/")
    assert "<h1>1.2. Le budget participatif</h1>" in html
    assert "<code>plan:paris-2015/1.2</code>" in html
    assert 'rel="prev" href="/plan/1.1/"' in html
    assert 'rel="next" href="/plan/1.3/"' in html
    assert "Cette place a été choisie par Parvis" in html
    assert "Renforcer la mise en relation" in page(client, "/plan/1/")
    assert "L\u2019e-pétition" in page(client, "/plan/1.A/")
    assert "Aucune action encore" in page(client, "/plan/3/")


@pytest.mark.parametrize("address", ["/plan/9.9/", "/plan/versions/7/", "/plan/comparer/?de=1&a=9"])
def test_what_the_plan_does_not_hold_is_not_found(client, plan, address):
    page(client, address, status=404)


@pytest.mark.parametrize("address", ["/plan/", "/plan/1.1/", "/plan/plan.json", "/plan/plan.pdf"])
def test_a_city_without_a_plan_says_so_on_every_page(client, address):
    assert "a pas publié ce plan" in page(client, address, status=404)


def test_a_page_that_only_reads_refuses_to_be_posted_to(plan):
    assert Client(enforce_csrf_checks=False).post("/plan/").status_code == 405


def test_the_versions_are_listed_the_newest_first(client, amended):
    html = page(client, "/plan/versions/")
    assert html.index("Version 2") < html.index("Version 1")
    assert "lundi 20\xa0juillet 2015" in html
    assert "Ouvert à sept ans." in html
    assert html.count("En vigueur") == 1


def test_two_versions_are_compared_word_by_word(client, amended):
    html = page(client, "/plan/comparer/?de=1&a=2")
    assert "1 partie modifiée, 0 ajoutée, 0 retirée, 24 inchangées" in html
    assert (
        '<del><span class="vh">[retiré\xa0: </span>participatif<span class="vh">]</span></del>'
        in html
    )
    assert (
        '<ins><span class="vh">[ajouté\xa0: </span>de tous<span class="vh">]</span></ins>' in html
    )
    backwards = page(client, "/plan/comparer/?de=2&a=1")
    assert "De la version 1 à la version 2" in backwards
    assert "<del>" in backwards


def test_words_are_never_compared_across_languages(client, amended):
    html = page(client, "/en/plan/compare/")
    assert (
        '<del><span class="vh">[removed: </span>participatif<span class="vh">]</span></del>' in html
    )
    assert "Not translated in both versions: compared in French." in html
    assert '<p class="law" lang="fr">' in html
    assert 'href="/en/plan/1.2/"' in html


def test_a_comparison_that_is_not_chosen_shows_the_last_change(client, amended):
    assert "De la version 1 à la version 2" in page(client, "/plan/comparer/")


def test_a_version_compared_with_itself_shows_nothing_changed(client, plan):
    html = page(client, "/plan/comparer/?de=1&a=1")
    assert "Rien n\u2019a changé" in html
    assert "La version 1 est des deux côtés" in html
    assert "0 partie modifiée" not in html


@pytest.mark.parametrize(
    "asked", ["de=x&a=1", "de=1&a=%00", "de=&a=", "de=-1&a=99999999999999999999"]
)
def test_versions_that_are_not_numbers_are_not_found(client, plan, asked):
    page(client, f"/plan/comparer/?{asked}", status=404)


def test_an_old_version_says_what_replaced_it(client, amended):
    html = page(client, "/plan/versions/1/")
    assert "Vous lisez la version 1\u202f; la version 2 l\u2019a remplacée." in html
    assert "Le budget participatif" in html
    assert "?version=1" in html
    assert "Le budget de tous" in page(client, "/plan/")


def test_a_section_that_changed_shows_its_history(client, amended):
    html = page(client, "/plan/1.2/")
    assert "/plan/comparer/?de=1&amp;a=2#cs1-2" in html
    assert "Texte modifié par la Ville." in html
    assert "Not translated yet" in page(client, "/en/plan/1.2/")
    assert '<span lang="fr">' in page(client, "/en/plan/1.2/")


def test_a_section_left_out_is_still_found_at_its_address(client, plan):
    draft = the_real_draft()
    shorter = dataclasses.replace(
        draft, sections=tuple(s for s in draft.sections if s.number != "2.6")
    )
    actions.publish_version(draft=shorter, by=oscar(), now=JULY)
    assert "La version 2 ne l\u2019a pas gardée." in page(client, "/plan/2.6/")
    assert "Payer en ligne" not in page(client, "/plan/")
    html = page(client, "/plan/comparer/?de=1&a=2")
    assert "1 retirée" in html


@pytest.fixture
def opinions(monkeypatch):
    """Let another module offer something beside two sections, and count how often it is asked."""
    asked = []

    def find(refs, now):
        asked.append(list(refs))
        offered = {
            BUDGET: Companion(label="Donner son avis", url="/avis/1.2/", count=31),
            "plan:paris-2015/3": Companion(label="Proposer une mesure", url="/proposer/3/"),
        }
        return {ref: [offered[ref]] for ref in refs if ref in offered}

    source = CompanionSource(key="test-opinions", find=find)
    monkeypatch.setattr(companions, "_declared", {source.key: source})
    return asked


def test_other_modules_offer_their_links_in_one_call_for_the_page(client, plan, opinions):
    html = page(client, "/plan/")
    assert len(opinions) == 1
    assert '<a class="btn alt sm" href="/avis/1.2/">Donner son avis (31)</a>' in html
    assert "Proposer une mesure" in html[html.index('id="s3"') :]
    assert '<dd class="n">31</dd>' in html
    assert "avis donnés par les habitants" in html


def test_an_old_version_offers_nothing_beside_its_text(client, amended, opinions):
    assert "/avis/1.2/" not in page(client, "/plan/versions/1/")
    assert "/avis/1.2/" in page(client, "/plan/1.2/")


def test_the_pages_ask_the_database_little(
    client, amended, opinions, django_assert_max_num_queries
):
    for address, most in (
        ("/plan/", 1),
        ("/plan/versions/1/", 2),
        ("/plan/1.2/", 3),
        ("/plan/versions/", 3),
        ("/plan/comparer/?de=1&a=2", 5),
        ("/en/plan/compare/?de=1&a=2", 7),
        ("/plan/plan.json", 1),
    ):
        page(client, address)
        with django_assert_max_num_queries(most):
            page(client, address)

"""What anyone reads of a consultation, in both languages, without signing in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from django.test import Client

from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import a_remark, an_answer, generate, generate_remarks
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import a_comment
from parvis.kernel import clock

pytestmark = pytest.mark.django_db
HOME = "/concertations/plan-2015/"
LIST = f"{HOME}contributions/"


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content[:400]
    body = response.content if not response.streaming else b"".join(response.streaming_content)
    return body.decode()


def test_the_index_tells_open_from_over(client, held):
    html = page(client, "/concertations/")
    assert "Ouvertes en ce moment" in html
    assert "Encore 10\xa0jours" in html or "Encore 10 jours" in html
    assert f'href="{HOME}"' in html
    assert "Terminées" not in html


def test_a_closed_consultation_is_over_and_invites_nobody_to_write(client, closed):
    assert "Aucune concertation n\u2019est ouverte aujourd\u2019hui" in page(
        client, "/concertations/"
    )
    html = page(client, HOME)
    assert "Cette concertation a pris fin le" in html
    assert "(heure de Paris)" in html
    assert "Commenter" not in html
    assert "Proposer une mesure" not in html


def test_a_consultation_to_come_says_when(client, db):
    scenes.a_coming_consultation()
    assert "Bientôt" in page(client, "/concertations/")
    assert "Cette concertation ouvre le" in page(client, HOME)


def test_the_plan_is_read_clause_by_clause(client, held):
    html = page(client, HOME)
    assert html.count('<article class="clause"') == 15
    assert html.count("Proposer une mesure") == 3
    assert "<mark>budget participatif</mark>" in html
    assert "on=plan%3Aparis-2015%2F1.2&amp;kind=comment" in html
    assert "À vous d\u2019en proposer" in html


def test_english_speaks_english(client, held):
    html = page(client, "/en/consultations/plan-2015/")
    assert '<html lang="en"' in html
    assert "Is a measure missing?" in html
    assert "Propose a measure" in html


def test_the_margin_shows_the_most_supported_text_and_the_answer(client, held, alice, chloe, oscar):
    first = a_comment(alice, title="Des urnes dans les écoles")
    target = deliberation.Target(kind="contribution", id=first)
    deliberation.support(target=target, by=chloe, now=clock.now())
    an_answer(first, oscar, now=clock.now())
    html = page(client, HOME)
    assert "La plus soutenue" in html
    assert "Des urnes dans les écoles" in html
    assert "La Ville répond\xa0:" in html
    assert f'href="/concertations/contributions/{first}/#reponse"' in html


def test_an_empty_list_invites_and_an_empty_search_helps(client, held):
    assert "Personne ne s\u2019est encore exprimé" in page(client, LIST)
    assert "Rien ne correspond à cette recherche" in page(client, f"{LIST}?q=zzz")


def test_words_are_found_with_and_without_accents(client, held, alice):
    a_comment(alice, title="Voter dès l'école")
    for words in ("ecole", "école", "ÉCOLES"):
        html = page(client, f"{LIST}?q={words}")
        assert "1 contribution<" in html
        assert "Voter dès l\u2019école" in html
    assert "<mark>classe</mark>" in page(client, f"{LIST}?q=classes")


def test_filters_narrow_and_nonsense_is_left_out(client, held, alice, chloe):
    a_comment(alice)
    a_comment(
        chloe, kind="measure", section_ref="plan:paris-2015/3", branch_ref="plan:paris-2015/3"
    )
    assert "2 contributions<" in page(client, LIST)
    assert "1 contribution<" in page(client, f"{LIST}?kind=measure")
    assert "1 contribution · 1 Une ville" in page(client, f"{LIST}?part=plan:paris-2015/1")
    assert "0 contribution<" in page(client, f"{LIST}?answer=yes")
    assert "2 contributions<" in page(client, f"{LIST}?kind=nonsense&part=x&sort=y&district=999")


@pytest.mark.parametrize("words", ["introuvable " * 100, "introuvable\0"])
def test_words_too_many_to_look_for_are_not_forgotten(client, held, alice, words):
    a_comment(alice)
    response = client.get(LIST, {"q": words})
    assert "0 contribution<" in response.content.decode()


def test_the_last_minute_is_told_on_the_clocks_of_paris(client, db):
    closing = dt.datetime(2099, 10, 25, 22, 59, 59, tzinfo=dt.UTC)
    scenes.an_open_consultation(closes_at=closing)
    html = page(client, HOME).replace("\xa0", " ")
    assert "Jusqu\u2019au dimanche 25 octobre 2099, 23 h 59 (heure de Paris)" in html


def test_mine_and_followed_are_for_the_signed_in(as_, held, alice, chloe):
    a_comment(alice)
    second = a_comment(chloe, title="Publier les budgets")
    deliberation.follow(contribution_id=second, by=alice, now=clock.now())
    browser = as_(alice)
    assert "Voter dès" in page(browser, f"{LIST}?whose=mine")
    assert "Publier les budgets" not in page(browser, f"{LIST}?whose=mine")
    assert "Publier les budgets" in page(browser, f"{LIST}?whose=followed")
    assert "2 contributions<" in page(Client(), f"{LIST}?whose=mine")
    assert 'aria-current="page">Toutes' in page(browser, f"{LIST}?whose=anyone")


def test_pages_follow_one_another_without_gap_or_repeat(client, held):
    generate("plan-2015", contributions=50)
    seen, address = [], LIST
    while address:
        response = client.get(address)
        seen += [row.id for row in response.context["page"].items]
        address = response.context["next_url"] and LIST + response.context["next_url"]
    assert (len(seen), len(set(seen))) == (50, 50)


def test_a_forged_cursor_is_a_clear_refusal(client, held):
    assert "bad_cursor" in page(client, f"{LIST}?cursor=forged", status=400)


def test_one_contribution_shows_both_columns_and_the_answer(client, held, alice, chloe, oscar):
    said = a_comment(alice)
    now = clock.now()
    a_remark(said, chloe, now=now, body="Ils ont des idées.")
    a_remark(said, oscar, now=now, stance=deliberation.Stance.AGAINST, body="Trop jeunes.")
    an_answer(said, oscar, now=now)
    html = page(client, f"/concertations/contributions/{said}/")
    assert "Pour (1)" in html
    assert "Contre (1)" in html
    assert "Ce que cela change dans le plan\xa0:" in html
    assert 'href="/plan/1.2/">1.2 Le budget participatif' in html


def test_five_hundred_remarks_stay_readable(client, held, alice, django_assert_max_num_queries):
    said = a_comment(alice)
    generate_remarks(said, remarks=500)
    with django_assert_max_num_queries(16):
        response = client.get(f"/concertations/contributions/{said}/")
    html = response.content.decode()
    assert html.count("Lire les arguments pour suivants") == 1
    assert len(response.content) < 150_000
    seen, address = set(), f"/concertations/contributions/{said}/"
    cursor = "first"
    while cursor:
        column = client.get(address).context["columns"]["for"]
        seen |= {remark.id for remark in column.items}
        cursor = column.next_cursor
        address = f"/concertations/contributions/{said}/?for={cursor}"
    assert len(seen) == 150


def test_history_shows_what_changed(client, held, alice):
    said = a_comment(alice, body="Un vote en classe.")
    assert "voir comment" not in page(client, f"/concertations/contributions/{said}/")
    deliberation.edit_contribution(
        contribution_id=said,
        title="Voter dès l'école",
        body="Un vote en mairie.",
        by=alice,
        now=clock.now(),
    )
    html = page(client, f"/concertations/contributions/{said}/historique/")
    assert "<del>classe.</del><ins>mairie.</ins>" in html
    assert "Première version" in html
    assert "voir comment" in page(client, f"/concertations/contributions/{said}/")


def test_the_history_of_a_withdrawn_text_says_that_it_is(client, held, alice):
    said = a_comment(alice)
    deliberation.withdraw_contribution(contribution_id=said, by=alice, now=clock.now())
    html = page(client, f"/concertations/contributions/{said}/historique/")
    assert "Cette contribution a été retirée" in html
    assert "Les élèves pourraient" not in html


def test_everything_public_can_be_taken_away(client, held, alice):
    a_comment(alice, title="=cmd|calc")
    document = json.loads(page(client, f"{HOME}export.json"))
    assert document["contributions"][0]["title"] == "=cmd|calc"
    rows = list(
        csv.DictReader(io.StringIO(page(client, f"{HOME}contributions.csv").lstrip("\ufeff")))
    )
    assert len(rows) == 1
    assert rows[0]["title"] == "'=cmd|calc"
    html = page(client, f"{HOME}donnees/")
    assert "contributions.csv" in html
    assert "Ce que veulent dire les colonnes" in html
    page(client, f"{HOME}secrets.csv", status=404)


def test_the_feed_tells_contributions_and_answers(client, held, alice, oscar):
    said = a_comment(alice)
    an_answer(said, oscar, now=clock.now())
    feed = page(client, f"{HOME}atom.xml")
    assert feed.count("<entry>") == 2
    assert "<title>Voter dès l'école</title>" in feed
    assert "<title>La Ville répond\u202f: Voter dès l'école</title>" in feed.replace(
        "\xa0:", "\u202f:"
    )


@pytest.mark.parametrize(
    ("address", "most"),
    [("/concertations/", 4), (HOME, 10), (LIST, 8), (f"{LIST}?q=famille&sort=supported", 9)],
)
def test_pages_ask_few_questions(client, held, django_assert_max_num_queries, address, most):
    generate("plan-2015", contributions=200)
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_what_does_not_exist_is_not_found(client, held):
    for address in (
        "/concertations/unknown/",
        "/concertations/contributions/00000000-0000-7000-8000-000000000000/",
        f"{HOME}ecrire/?on=plan:paris-2015/9.9",
        "/concertations/arguments/00000000-0000-7000-8000-000000000000/repondre/",
    ):
        page(client, address, status=404)


def test_while_it_is_open_no_visitor_reads_that_nothing_can_be_added(client, held, alice):
    said = a_comment(alice)
    html = page(client, f"/concertations/contributions/{said}/")
    assert "Je soutiens" in html
    assert "La concertation n\u2019est pas ouverte" not in html


def test_once_it_is_closed_everyone_reads_that_nothing_can_be_added(client, closed, alice):
    said = a_comment(alice, now=clock.now() - dt.timedelta(days=1))
    html = page(client, f"/concertations/contributions/{said}/")
    assert "La concertation n\u2019est pas ouverte" in html
    assert "Je soutiens" not in html


def test_an_english_page_says_that_the_consultation_speaks_french(client, held):
    html = page(client, "/en/consultations/plan-2015/")
    assert '<h1 lang="fr">' in html
    assert '<p class="lead" lang="fr">' in html

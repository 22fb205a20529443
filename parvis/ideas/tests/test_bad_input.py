"""Whatever is typed: a clear sentence, the right status, nothing stored, the text given back."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.account import testing as people
from parvis.deliberation import public as deliberation
from parvis.ideas.tests.scenes import a_comment

pytestmark = pytest.mark.django_db
WRITE = "/concertations/plan-2015/ecrire/?on=plan%3Aparis-2015%2F1.2&kind=comment"
ENGLISH = "/en/consultations/plan-2015/write/?on=plan%3Aparis-2015%2F1.2&kind=comment"
FORM = "application/x-www-form-urlencoded"


def nothing_stored():
    wanted = deliberation.Wanted()
    return deliberation.contributions("plan-2015", wanted=wanted, viewer=None).items == ()


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", "Un texte sans titre."),
        ("Un titre sans texte", ""),
        ("t" * 141, "Un titre trop long."),
        ("Un texte trop long", "b" * 5_001),
        ("Un zéro\x00", "Un texte."),
        ("Un zéro", "Dans\x00 le texte."),
        ("À l'envers", "abc\u202edef"),
        ("Caractère cassé", "Il manque \ufffd une lettre."),
        ("\u200b\u200b", "Un titre invisible."),
    ],
)
def test_a_text_that_cannot_be_kept_comes_back(as_, held, alice, title, body):
    response = as_(alice).post(WRITE, {"title": title, "body": body, "form_token": "t"})
    assert response.status_code == 422
    form = response.context["form"]
    assert (form["title"].value(), form["body"].value()) == (title, body)
    assert form.errors
    assert " autofocus>" in response.content.decode()
    assert nothing_stored()


@pytest.mark.parametrize("field", ["title", "body"])
@pytest.mark.parametrize("damage", ["\x00", "\u202e", "\ufffd"])
def test_the_reason_stands_beside_the_field_that_was_typed_in(as_, held, alice, field, damage):
    typed = {"title": "Un titre", "body": "Un texte."}
    form = as_(alice).post(WRITE, typed | {field: f"abc{damage}"}).context["form"]
    assert list(form.errors) == [field]


def test_a_form_about_no_place_comes_back_whole(as_, held, alice):
    for address in ("ecrire/", "ecrire/?on=plan%3Aparis-2015%2F9.9"):
        typed = {"title": "Titre", "body": "Mon texte perdu ?"}
        response = as_(alice).post(f"/concertations/plan-2015/{address}", typed)
        assert response.status_code == 404
        assert "Mon texte perdu ?" in response.content.decode()
    assert nothing_stored()


def test_the_sentence_is_in_the_language_of_the_page(as_, held, alice):
    typed = {"title": "", "body": "Text.", "form_token": "t"}
    french, english = as_(alice).post(WRITE, typed), as_(alice).post(ENGLISH, typed)
    assert "Dites-le d\u2019abord en une phrase" in french.content.decode()
    assert "Say it in one sentence first" in english.content.decode()


def test_bytes_that_are_not_utf8_are_refused(as_, held, alice):
    response = as_(alice).generic("POST", WRITE, b"title=%E9t%E9&body=un+%FF%FE+texte", FORM)
    assert response.status_code == 422
    assert nothing_stored()


def test_ten_megabytes_are_too_heavy(as_, held, alice):
    heavy = b"title=Lourd&body=" + b"b" * 10_000_000
    response = as_(alice).generic("POST", WRITE, heavy, FORM)
    assert response.status_code == 413
    assert "rop lourd" in response.content.decode()
    assert nothing_stored()


def test_markup_is_only_text(as_, held, alice):
    browser = as_(alice)
    typed = {
        "title": "<script>alert(1)</script>",
        "body": '<img src=x onerror="alert(2)"> <b>gras</b>',
        "form_token": "t",
    }
    address = browser.post(WRITE, typed).url
    for page in (address, "/concertations/plan-2015/contributions/", "/concertations/plan-2015/"):
        html = browser.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert "&lt;b&gt;gras&lt;/b&gt;" in browser.get(address).content.decode()


def test_without_a_csrf_token_the_text_is_given_back(held, alice):
    browser = people.signed_in(Client(enforce_csrf_checks=True), alice)
    response = browser.post(WRITE, {"title": "Sans jeton", "body": "Mon texte perdu ?"})
    assert response.status_code == 403
    assert "Mon texte perdu ?" in response.content.decode()
    assert nothing_stored()


def test_a_forged_id_is_not_found(as_, held, alice):
    browser = as_(alice)
    forged = "0198c0de-0000-7000-8000-000000000000"
    for verb in ("soutenir", "voter", "suivre", "retirer", "modifier", "argumenter", "signaler"):
        address = f"/concertations/contributions/{forged}/{verb}/"
        assert browser.post(address, {"title": "A", "body": "B"}).status_code == 404, verb
    for verb in ("repondre", "soutenir", "retirer", "signaler"):
        address = f"/concertations/arguments/{forged}/{verb}/"
        assert browser.post(address, {"body": "B"}).status_code == 404, verb
    assert browser.get("/concertations/contributions/not-an-id/").status_code == 404


def test_an_unknown_arrondissement_is_refused(as_, held, alice):
    typed = {"title": "Ailleurs", "body": "Du 21e.", "district": "21", "form_token": "t"}
    response = as_(alice).post(WRITE, typed)
    assert response.status_code == 422
    assert response.context["form"]["body"].value() == "Du 21e."
    assert nothing_stored()


def test_too_much_kept_for_a_stranger_is_not_kept(held):
    browser = Client()
    refused = browser.post(WRITE, {"title": "t", "body": "b" * 50_000})
    assert refused.status_code == 422
    assert "b" * 50_000 in refused.content.decode()
    assert "ideas.typed" not in browser.session


def test_eleven_posts_in_a_minute_are_a_flood(as_, held, alice):
    browser = as_(alice)
    statuses = [
        browser.post(
            WRITE, {"title": f"Message {n}", "body": "Encore.", "form_token": f"t{n}"}
        ).status_code
        for n in range(15)
    ]
    assert set(statuses) == {302, 429}
    assert statuses == sorted(statuses)


def test_a_refused_argument_comes_back(as_, held, alice, chloe):
    first = a_comment(alice)
    response = as_(chloe).post(
        f"/concertations/contributions/{first}/argumenter/",
        {"stance": "for", "body": "x" * 2_001},
    )
    assert response.status_code == 422
    assert "x" * 2_001 in response.content.decode()
    assert deliberation.discussion(first, viewer=None).arguments_for.items == ()

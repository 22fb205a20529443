"""What strangers get at the running city's doors: others' texts, others' mail, others' accounts."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import httpx
import psutil
import pytest
from django.conf import settings

from tests.faults.visitors import (
    NOBODY,
    PASSWORD,
    WRITE,
    Visitor,
    address_of,
    mail_to,
    newcomer,
    of_the_cast,
    path_in,
    signed_up,
    stored,
)

pytestmark = pytest.mark.xdist_group("browser")

SIGN_IN = "/mon-compte/connexion/"
TAKEN = {"title": "Pris", "body": "Mon texte repris.", "stance": "noted", "verb": "hide"}


@pytest.mark.parametrize("verb", ["modifier/", "retirer/", "moderation", "reponses", "annuler"])
def test_chloe_touches_nothing_of_others(city, chloe, said, verb):
    _author, page = said
    desk, one = "/concertations/bureau", page.split("/")[-2]
    path = {
        "moderation": f"{desk}/moderation/contribution/{one}/",
        "reponses": f"{desk}/reponses/{one}/",
        "annuler": f"{desk}/moderation/decisions/{NOBODY}/annuler/",
    }.get(verb, f"{page}{verb}")
    before, seen = stored(city), Visitor(city).get(page).status_code
    answer = chloe.send(path, TAKEN, page="/affichage/")
    assert (answer.status_code, seen) == (403, 200)
    assert "a changé, et rien" in answer.text
    assert "Mon texte repris." in answer.text
    assert stored(city) == before


def test_a_draft_belongs_to_one_person(city, chloe, dede):
    typed = {"title": "Un secret", "body": "À moi seul.", "draft": "1"}
    assert dede.send(WRITE["fr"], typed).status_code == 302
    draft = re.search(r"brouillons/([0-9a-f-]{36})/", dede.get("/concertations/brouillons/").text)
    path, before = f"/concertations/brouillons/{draft[1]}/jeter/", stored(city)
    assert chloe.send(path, page="/affichage/").status_code == 404
    assert "Un secret" not in chloe.get("/concertations/brouillons/").text
    assert stored(city) == before
    assert dede.send(path, page="/affichage/").status_code == 302


@pytest.mark.parametrize("query", ["consultation=%00", "consultation=nulle-part", "cursor=%00"])
def test_the_desk_refuses_a_queue_that_does_not_exist(city, query):
    oscar = of_the_cast(city, "Oscar")
    assert oscar.get(f"/concertations/bureau/reponses/?{query}").status_code in {400, 404}


def test_after_closing_the_text_is_given_back_in_both_languages(city, dede, said):
    _author, page = said
    forms = {language: dede.hidden(path) for language, path in WRITE.items()}
    typed = {"title": "Trop tard", "body": "Écrit à minuit une."}
    dates = {"consultation": "plan-2015", "dates": "official"}
    assert dede.send("/demo/dates/", dates, page="/demo/").status_code == 302
    try:
        before = stored(city)
        for language, word in (("fr", "concertation est close"), ("en", "consultation is closed")):
            answer = dede.http.post(WRITE[language], data=forms[language] | typed)
            assert answer.status_code == 409
            assert word in answer.text
            assert "Écrit à minuit une." in answer.text
        assert dede.send(f"{page}soutenir/", page="/affichage/").status_code == 409
        assert stored(city) == before
    finally:
        dates["dates"] = "today"
        assert dede.send("/demo/dates/", dates, page="/demo/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example",
        "javascript:alert(1)", "http:evil.example", "\0//evil.example", " //evil.example",
        "/\t/evil.example", "/\r\nX-Evil: 1",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(city, target):
    known = city.accounts["Alice"]
    typed = {"login": known["email"], "password": known["password"], "next": target}
    shown = Visitor(city).send("/affichage/", {"theme": "dark", "suite": target})
    for answer in (Visitor(city).send(SIGN_IN, typed), shown):
        location = answer.headers.get("location", "")
        assert re.fullmatch(r"(/([^/\\\s][^\\\s]*)?)?", location), location
        assert "X-Evil" not in answer.headers


def same_page(visitor, answer, typed):
    """Return what an answer and the page it leads to say, without what was typed and tokens."""
    page = visitor.get(answer.headers["location"]) if answer.is_redirect else answer
    said = re.sub(r'value="[^"]*"|≈?\s*\d+\s[kK][oB]', "", page.text).replace(typed, "@")
    return answer.status_code, answer.headers.get("location"), said


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/mon-compte/inscription/", "email"),
        ("/mon-compte/mot-de-passe/oublie/", "email"),
        (SIGN_IN, "login"),
    ],
)
def test_no_page_tells_whether_an_address_is_known(city, path, field):
    told = []
    for address in ("chloe@parvis.example", "qui42@parvis.example"):
        visitor = Visitor(city)
        typed = {field: address, "usual_name": "Paul", "password": PASSWORD}
        told.append(same_page(visitor, visitor.send(path, typed), address))
    assert told[0] == told[1]


def test_a_change_of_address_does_not_tell_either(city):
    someone, told = newcomer(city), []
    again = someone.get("/mon-compte/adresse/")
    if again.is_redirect:
        someone.send(again.headers["location"], {"password": PASSWORD})
    for address in ("chloe@parvis.example", "qui43@parvis.example"):
        answer = someone.send("/mon-compte/adresse/", {"email": address})
        told.append(same_page(someone, answer, address))
    assert told[0] == told[1]
    assert told[0][0] == 302


@pytest.mark.parametrize(
    "address",
    ["a@b.fr\r\nBcc: x@y.fr", "a@b.fr\nBcc: x@y.fr", "a@b.fr,c@d.fr", "a\0@b.fr", "a b@c.fr"],
)
@pytest.mark.parametrize("path", ["inscription/", "mot-de-passe/oublie/"])
def test_an_address_that_is_two_lines_or_two_people_gets_no_mail(city, path, address):
    before = stored(city)
    typed = {"email": address, "usual_name": "Paul", "password": PASSWORD}
    answer = Visitor(city).send(f"/mon-compte/{path}", typed)
    assert answer.status_code == 400
    assert stored(city) == before


def test_a_link_confirms_only_by_its_button(city):
    email, stranger = signed_up(city, "Paul"), Visitor(city)
    link = path_in(mail_to(city, email), "/confirmer/")
    typed = {"login": email, "password": PASSWORD}
    assert [stranger.get(link).status_code, stranger.http.head(link).status_code] == [200, 200]
    assert Visitor(city).send(SIGN_IN, typed).status_code == 200
    assert Visitor(city).http.post(link).status_code == 403
    assert stranger.send(link).status_code == 302
    assert Visitor(city).send(SIGN_IN, typed).status_code == 302


def test_a_link_to_choose_a_password_works_once_and_signs_the_others_out(city):
    someone = newcomer(city)
    email = address_of(someone)
    Visitor(city).send("/mon-compte/mot-de-passe/oublie/", {"email": email})
    link, chooser = path_in(mail_to(city, email, 2), "/nouveau/"), Visitor(city)
    form = chooser.get(link).headers["location"]
    typed = chooser.hidden(form) | {"password1": "cinq autres mots au hasard"}
    assert chooser.http.post(form, data=typed).status_code == 302
    assert chooser.http.post(form, data=typed).status_code == 410
    assert Visitor(city).get(link).status_code == 410
    assert someone.get("/mon-compte/").status_code == 302


def test_a_mail_is_stopped_only_by_its_own_button(city, said):
    author, page = said
    newcomer(city).send(f"{page}argumenter/", {"stance": "for", "body": "Encore une réaction."})
    mail = mail_to(city, address_of(author), 2)
    link = mail["headers"]["List-Unsubscribe"].strip("<>").removeprefix(city.address)
    wanted = "/messages/par-courriel/"
    boxes, stranger = author.get(wanted).text.count("checked"), Visitor(city)
    assert [stranger.get(link).status_code, stranger.http.head(link).status_code] == [200, 200]
    assert stranger.http.post(f"{link[:-4]}abc/").status_code == 404
    assert author.get(wanted).text.count("checked") == boxes
    assert stranger.http.post(link).status_code == 200
    assert author.get(wanted).text.count("checked") == boxes - 1


def test_a_session_is_new_after_signing_in_and_dead_after_signing_out(city):
    known, browser = city.accounts["Alice"], Visitor(city)
    kept = browser.send(WRITE["fr"], {"title": "Titre", "body": "Gardé pour plus tard."})
    before = browser.http.cookies["sessionid"]
    typed = {"login": known["email"], "password": known["password"]}
    back = browser.send(kept.headers["location"], typed)
    assert "Gardé pour plus tard." in browser.get(back.headers["location"]).text
    assert "HttpOnly" in back.headers["set-cookie"]
    assert "SameSite=Lax" in back.headers["set-cookie"]
    after = browser.http.cookies["sessionid"]
    assert after != before
    assert browser.get("/mon-compte/deconnexion/").status_code == 200
    assert browser.get("/mon-compte/").status_code == 200
    assert browser.send("/mon-compte/deconnexion/").status_code == 302
    for session in (before, after, "chosenbyanattackerchosenbyanatta"):
        old = httpx.get(f"{city.address}/mon-compte/", cookies={"sessionid": session})
        assert old.status_code == 302


IN_SERVICE = """
import django; django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
def leads(path):
    try: return bool(resolve(path))
    except Resolver404: return False
demo = ["/demo/", "/demo/dates/", "/demo/courrier/", "/demo/courrier.json", "/en/demo/mail/"]
print([path for path in demo if leads(path)], leads("/plan/"), settings.SESSION_COOKIE_SECURE,
      settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.DEBUG)
"""


def test_in_service_nothing_of_the_demonstration_is_left_and_cookies_are_secure():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PARVIS_SECRET_KEY": "x" * 60,
        "PARVIS_HOSTS": "parvis.example",
        "PARVIS_SITE_URL": "https://parvis.example",
        "DATABASE_URL": "postgresql:///nowhere",
    }
    asked = [sys.executable, "-c", IN_SERVICE]
    with psutil.Popen(
        asked, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as city:
        told, _ = city.communicate()
    assert told.strip() == "[] True True True True False"

"""The same thing done twice at once counts once, and nobody's words are lost without a word."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.visitors import (
    PASSWORD,
    Visitor,
    mail_to,
    newcomer,
    of_the_cast,
    path_in,
    signed_up,
    stored,
)

pytestmark = pytest.mark.xdist_group("browser")

WRITE = "/concertations/plan-2015/ecrire/?on=plan%3Aparis-2015%2F1.1&kind=comment"
SIGN_UP = "/mon-compte/inscription/"
SIGN_IN = "/mon-compte/connexion/"
AT_ONCE = 32


def at_once(send: Callable[[int], httpx.Response], *, times: int = AT_ONCE) -> list[httpx.Response]:
    """Do something from many threads at the same moment."""
    barrier = threading.Barrier(times)

    def wait_and_send(number: int) -> httpx.Response:
        barrier.wait(60)
        return send(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(wait_and_send, range(times)))


def presses(who: Visitor, path: str, typed: dict[str, str]) -> Callable[[int], httpx.Response]:
    """Return the same person's press of the same button, as often as asked.

    Who is told that passwords wait for people who read presses again when told to.
    """
    headers, cookies = dict(who.http.headers), dict(who.http.cookies)
    sent = f"{who.city.address}{path}"

    def press(_: int) -> httpx.Response:
        until = time.monotonic() + 60
        while True:
            told = httpx.post(sent, data=typed, headers=headers, cookies=cookies, timeout=60)
            if told.status_code != 503 or time.monotonic() > until:
                return told
            time.sleep(int(told.headers["Retry-After"]))

    return press


def public(city, contribution):
    """Return a contribution as everyone can take it away."""
    exported = httpx.get(f"{city.address}/concertations/plan-2015/export.json").json()
    (found,) = [one for one in exported["contributions"] if one["id"] == contribution]
    return found


@pytest.fixture
def said(city):
    """A contribution, its author, and its page."""
    author = newcomer(city)
    posted = author.send(WRITE, {"title": "Une fois", "body": "Et une seule."})
    return author, posted.headers["location"]


def test_a_form_sent_from_thirty_two_windows_is_one_contribution(city):
    author, before = newcomer(city), stored(city)
    typed = author.hidden(WRITE) | {"title": "Une fois", "body": "Et une seule."}
    answers = at_once(presses(author, WRITE, typed))
    assert len({answer.headers["location"] for answer in answers}) == 1
    facts, register, contributions, *_rest = stored(city)
    assert (facts, register, contributions) == (before[0] + 1, before[1] + 1, before[2] + 1)


def test_thirty_two_supports_are_one_voice(city, said):
    _author, page = said
    supporter = newcomer(city)
    typed = supporter.hidden("/affichage/")
    answers = at_once(presses(supporter, f"{page}soutenir/", typed))
    assert {answer.status_code for answer in answers} == {302}
    assert public(city, page.split("/")[-2])["votes"]["ok"] == 1


def test_sixteen_flags_of_one_person_are_one(city, said):
    _author, page = said
    chloe, before = newcomer(city), stored(city)
    typed = chloe.hidden(f"{page}signaler/") | {"reason": "advertising", "body": "Publicité."}
    answers = at_once(presses(chloe, f"{page}signaler/", typed), times=16)
    assert {answer.status_code for answer in answers} <= {302, 409}
    assert stored(city)[6] == before[6] + 1


def test_the_second_of_two_windows_is_told_and_nothing_is_lost(city, said):
    author, page = said
    windows = [author.hidden(f"{page}modifier/") for _ in range(2)]
    typed = {"title": "Fenêtre une", "body": "Premier texte."}
    assert author.http.post(f"{page}modifier/", data=windows[0] | typed).status_code == 302
    typed = {"title": "Fenêtre deux", "body": "Second texte."}
    told = author.http.post(f"{page}modifier/", data=windows[1] | typed)
    assert told.status_code == 409
    assert "Second texte." in told.text
    assert public(city, page.split("/")[-2])["body"] == "Premier texte."
    assert author.get(page).status_code == 200


def test_of_eight_answers_at_once_one_stands_and_seven_come_back(city, said):
    _author, page = said
    oscar, one = of_the_cast(city, "Oscar"), page.split("/")[-2]
    path = f"/concertations/bureau/reponses/{one}/"
    form = oscar.hidden(path) | {"stance": "noted", "no_change_reason": "Déjà prévu."}

    def answer(number: int) -> httpx.Response:
        return presses(oscar, path, form | {"body": f"Réponse {number}."})(number)

    answers = at_once(answer, times=8)
    assert Counter(one.status_code for one in answers) == {302: 1, 409: 7}
    for number, given in enumerate(answers):
        assert given.status_code == 302 or f"Réponse {number}." in given.text


def test_a_link_pressed_eight_times_at_once_opens_one_account(city):
    email = signed_up(city, "Paul")
    before, visitor = stored(city), Visitor(city)
    link = path_in(mail_to(city, email), "/confirmer/")
    at_once(presses(visitor, link, visitor.hidden(link)), times=8)
    assert stored(city)[:2] == (before[0] + 1, before[1] + 1)
    visitor.sign_in(email, PASSWORD)


def test_thirty_two_sign_ups_with_one_address_are_one_account(city):
    email, before, visitor = f"{uuid.uuid4().hex[:12]}@parvis.example", stored(city), Visitor(city)
    typed = {"email": email, "usual_name": "Paul", "password": PASSWORD}
    forms = [visitor.hidden(SIGN_UP) | typed for _ in range(AT_ONCE)]
    answers = at_once(lambda number: presses(visitor, SIGN_UP, forms[number])(number))
    assert Counter(answer.status_code for answer in answers) == {302: AT_ONCE}

    mail_to(city, email, nth=AT_ONCE)
    mails = httpx.get(f"{city.address}/demo/courrier.json", params={"to": email}).json()["mails"]
    links = [path_in(mail, "/confirmer/") for mail in mails]
    token = visitor.hidden(links[0])
    answers = at_once(lambda number: presses(visitor, links[number], token)(number))
    assert Counter(answer.status_code for answer in answers) == {302: 1, 410: AT_ONCE - 1}
    assert stored(city)[7] == before[7] + 1
    visitor.sign_in(email, PASSWORD)


def test_a_town_hall_signs_in_at_once_and_nobody_is_asked_to_wait(city):
    doors, known = [Visitor(city) for _ in range(AT_ONCE)], list(city.accounts.values())
    forms = []
    for number, door in enumerate(doors):
        who = known[number % len(known)]
        forms.append(door.hidden(SIGN_IN) | {"login": who["email"], "password": who["password"]})
    answers = at_once(lambda number: presses(doors[number], SIGN_IN, forms[number])(number))
    assert Counter(answer.status_code for answer in answers) == {302: AT_ONCE}

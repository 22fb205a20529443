"""Pages of proof for everybody, and the desk of those who hold a vote."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, chloe, signed_in
from parvis.voting.actions import batching, opening, paper as actions, preparing
from parvis.voting.models import PaperBox, Sheet, Tick
from parvis.voting.queries import pages, paper, places, polls, roll
from parvis.voting.queries.places import BallotPage
from parvis.voting.rules import published
from parvis.voting.testing import (
    AFTER,
    BORN,
    CITY,
    CLOSES,
    NOON,
    REF,
    a_poll,
    a_vote,
    an_elector,
    an_open_poll,
    an_opened_box,
    someone,
)

pytestmark = pytest.mark.django_db
HERE = BallotPage(
    key="here", address=lambda ref: f"/ballot/{ref}/", results=lambda ref: f"/results/{ref}/"
)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"voting:{name}", args=args), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def find(client, receipt):
    answer = client.post(reverse("voting:receipt"), {"receipt": receipt})
    return answer.status_code, answer.content.decode()


def test_a_receipt_is_looked_for_without_signing_in_and_in_no_address(client, at):
    assert reverse("voting:receipt") == "/votes/recu/"
    _poll, key = an_open_poll()
    receipt = a_vote().receipt
    status, said = find(client, receipt)
    assert status == 200
    assert "pas encore dans le journal" in said
    assert "22 septembre" in said.replace("\xa0", " ")
    batching.release_batch(ref=REF, now=CLOSES)
    at(AFTER)
    assert "est dans le journal" in find(client, receipt.upper())[1]
    an_opened_box(key)
    assert "il a été compté" in find(client, receipt)[1]
    assert "dans aucun journal" in find(client, "0" * 64)[1]
    assert find(client, "abc")[0] == 422
    answer = client.get(reverse("voting:receipt"))
    assert "no-store" in answer["Cache-Control"]


def test_the_title_of_the_page_says_first_what_was_found(client, at):
    an_open_poll()
    _status, said = find(client, a_vote().receipt)
    assert re.search(r"<title>Ce reçu n.est pas encore dans le journal. — Chercher un reçu", said)
    assert "<title>Chercher un reçu" in page(client, "receipt")


def test_what_is_asked_in_french_says_so_on_an_english_page(client, at):
    an_open_poll()
    with translation.override("en"):
        address, every = reverse("voting:poll", args=[REF]), reverse("voting:index")
    shown = client.get(address).content.decode()
    assert re.search(r'<h1 lang="fr">[^<]+</h1>', shown)
    assert len(re.findall(r'<strong lang="fr">[^<]+</strong>', shown)) == 2
    assert '<strong lang="fr"><a href=' in client.get(every).content.decode()


def test_the_page_of_a_vote_says_how_many_and_never_what(client, at):
    poll, _key = an_open_poll()
    a_vote(value=("p3",))
    said = page(client, "poll", REF)
    assert poll.configuration_hash in said
    assert poll.seed in said
    assert "Projet 3" not in said
    assert page(client, "index").count(REF) == 1
    english = client.get(f"/en{reverse('voting:poll', args=[REF])}")
    assert "What protects your vote" in english.content.decode()


def test_the_record_can_be_downloaded_by_anybody(client, at):
    an_open_poll()
    answer = client.get(reverse("voting:record", args=[REF]))
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names[:2] == ["configuration.json", "opening.json"]
    one = client.get(reverse("voting:file", args=[REF, "opening.json"]))
    assert one["Content-Type"] == "application/json; charset=utf-8"
    assert client.get(reverse("voting:file", args=[REF, "ballots-paris.jsonl"])).status_code == 404


def test_what_is_not_fixed_is_shown_to_nobody(client, at):
    a_poll()
    for name in ("poll", "record"):
        assert client.get(reverse(f"voting:{name}", args=[REF])).status_code == 404
    assert client.get(reverse("voting:poll", args=["none"])).status_code == 404


def test_an_official_takes_a_vote_from_the_key_to_the_open_box(client, at):
    a_poll()
    desk = signed_in(client, someone("Oscar", "official"))
    assert REF in page(desk, "desk")
    page(desk, "desk_poll", REF)
    given = desk.post(reverse("voting:make_key", args=[REF]))
    assert "attachment" in given["Content-Disposition"]
    assert "no-store" in given["Cache-Control"]
    key = given.content

    def give(name, content):
        file = SimpleUploadedFile("key.json", content)
        return desk.post(reverse(f"voting:{name}", args=[REF]), {"key": file}).status_code

    assert give("keep_key", b"{}") == 409
    assert desk.post(reverse("voting:keep_key", args=[REF])).status_code == 422
    assert give("keep_key", key) == 302
    page(desk, "desk_poll", REF)
    preparing.open_poll(ref=REF, by=someone("Oscar", "official"), now=NOON)
    a_vote()
    page(desk, "desk_poll", REF)
    at(AFTER)
    # A session of an official does not last nine days.
    desk = signed_in(Client(), someone("Oscar", "official"))
    page(desk, "desk_poll", REF)
    assert give("unlock", b"{}") == 409
    assert give("unlock", key) == 302
    assert polls.poll(ref=REF, now=AFTER).state == "opened"
    assert f"ballots-{CITY}.jsonl" in page(Client(), "poll", REF)


def test_the_desk_is_kept_for_those_who_hold_a_vote(client, at):
    an_open_poll()
    pages = [("desk", []), ("desk_poll", [REF]), ("boxes", [REF]), ("tick", [REF])]
    for name, args in pages:
        address = reverse(f"voting:{name}", args=args)
        assert client.get(address).status_code == 302
    signed_in(client, chloe())
    for name, args in pages:
        assert client.get(reverse(f"voting:{name}", args=args)).status_code == 403
    for name in ("make_key", "keep_key", "unlock"):
        assert client.post(reverse(f"voting:{name}", args=[REF])).status_code == 403


def test_agents_add_a_box_and_tick_a_voter_once(client, at):
    an_open_poll()
    desk = signed_in(client, someone("Bachir", "agent"))
    boxes = reverse("voting:boxes", args=[REF])
    assert desk.post(boxes, {"code": "m11", "place": "Mairie du 11e"}).status_code == 302
    assert desk.post(boxes, {"code": "m11", "place": "Mairie du 11e"}).status_code == 422
    assert PaperBox.objects.count() == 1
    voter = {
        "box": "m11", "first_name": "Alice", "family_name": "Martin", "contests": [CITY],
        "birth_date": "01/01/1980", "email": alice().email,
    }  # fmt: skip
    tick = reverse("voting:tick", args=[REF])
    page(desk, "tick", REF)
    assert desk.post(tick, voter).status_code == 302
    again = desk.post(tick, voter)
    assert again.status_code == 422
    assert "déjà voté" in again.content.decode()
    assert Tick.objects.get().person_id == alice().id


def test_two_agents_read_every_sheet(client, at):
    an_open_poll()
    bachir, mona = someone("Bachir", "agent"), someone("Mona", "agent")
    actions.add_box(ref=REF, code="m11", place="Mairie du 11e", by=bachir, now=NOON)
    at(AFTER)
    desk = signed_in(client, bachir)
    where = [REF, "m11", CITY]
    page(desk, "minutes", *where)
    minutes, sheets = (reverse(f"voting:{name}", args=where) for name in ("minutes", "sheets"))
    found = {"ballots": 2, "blank": 1, "spoilt": 0, "verb": "write"}
    assert desk.post(minutes, found).status_code == 302
    for person in (bachir, mona):
        signed_in(client, person)
        assert "Mélangez les feuilles" in page(desk, "sheets", *where)
        said = {"number": 1, "says": "p1 p3", "verb": "valid"}
        assert desk.post(sheets, said | {"says": "p9"}).status_code == 422
        assert desk.post(sheets, said).status_code == 302
        assert 'value="2"' in page(desk, "sheets", *where)
        assert desk.post(sheets, {"number": 2, "says": "", "verb": "blank"}).status_code == 302
        page(desk, "minutes", *where)
    assert list(Sheet.objects.order_by("number").values_list("first", "second")) == [
        ('["p1","p3"]', '["p1","p3"]'),
        ("blank", "blank"),
    ]
    page(desk, "boxes", REF)
    signed_in(client, bachir)
    assert "Quelqu\u2019un d\u2019autre signe" in page(desk, "minutes", *where)
    assert desk.post(minutes, {"verb": "explain", "reason": "Erreur"}).status_code == 422
    signed_in(client, mona)
    assert desk.post(minutes, {"verb": "explain", "reason": ""}).status_code == 422
    assert desk.post(minutes, {"verb": "explain", "reason": "Erreur"}).status_code == 302
    assert paper.is_ready(REF)


def test_a_vote_leads_to_its_ballot_where_one_votes_on_it(client, at, monkeypatch):
    an_open_poll()
    monkeypatch.setattr(places, "ballot_pages", [HERE])
    assert f"/ballot/{REF}/" in page(client, "poll", REF)
    at(AFTER)
    assert f"/ballot/{REF}/" not in page(client, "poll", REF)


def test_a_vote_leads_to_its_results_once_they_are_published(client, at, monkeypatch):
    _poll, key = an_open_poll()
    monkeypatch.setattr(places, "ballot_pages", [HERE])
    at(AFTER)
    an_opened_box(key)
    assert f"/results/{REF}/" not in page(client, "poll", REF)
    oscar = someone("Oscar", "official")
    opening.publish_results(ref=REF, results={CITY: {"winners": ["p1"]}}, by=oscar, now=AFTER)
    assert f'href="/results/{REF}/"' in page(client, "poll", REF)


def test_a_vote_whose_results_nobody_shows_leads_nowhere(client, at, monkeypatch):
    monkeypatch.setattr(places, "ballot_pages", [])
    _poll, key = an_open_poll()
    at(AFTER)
    an_opened_box(key)
    oscar = someone("Oscar", "official")
    opening.publish_results(ref=REF, results={}, by=oscar, now=AFTER)
    assert "Voir les résultats" not in page(client, "poll", REF)


def test_the_desk_offers_only_what_can_be_done_now(client, at):
    an_open_poll()
    bachir = someone("Bachir", "agent")
    desk = signed_in(client, bachir)
    assert "Aucune urne" in page(desk, "tick", REF)
    actions.add_box(ref=REF, code="m11", place="Mairie du 11e", by=bachir, now=NOON)
    where = [REF, "m11", CITY]
    assert 'name="box"' in page(desk, "tick", REF)
    minutes = reverse("voting:minutes", args=where)
    assert minutes not in page(desk, "boxes", REF)
    assert 'name="ballots"' not in page(desk, "minutes", *where)
    at(AFTER)
    desk = signed_in(Client(), bachir)
    assert minutes in (shown := page(desk, "boxes", REF))
    assert 'name="code"' not in shown
    assert 'name="ballots"' in page(desk, "minutes", *where)
    assert 'name="says"' not in page(desk, "sheets", *where)


def test_only_agents_are_led_to_the_boxes(client, at):
    an_open_poll()
    bachir = someone("Bachir", "agent")
    actions.add_box(ref=REF, code="m11", place="Mairie du 11e", by=bachir, now=NOON)
    elector = an_elector(contests=(CITY,))
    actions.hand_out(born_on=BORN, ref=REF, elector=elector, box="m11", by=bachir, now=NOON)
    tick = f"{reverse('voting:tick', args=[REF])}?box=m11"
    assert tick in page(signed_in(client, bachir), "desk_poll", REF)
    seen = page(signed_in(client, someone("Oscar", "official")), "desk_poll", REF)
    assert "Mairie du 11e" in seen
    assert tick not in seen


@pytest.mark.parametrize(
    ("online", "paper", "told"),
    [
        (0, 0, ("0", "0", "0")),
        (3, 0, ("moins de 11", "moins de 11", "0")),
        (40, 0, ("40", "40", "0")),
        (40, 3, ("plus de 40", "40", "moins de 11")),
        (9, 9, ("18", "moins de 11", "moins de 11")),
        (40, 11, ("51", "40", "11")),
    ],
)
def test_turnout_tells_nothing_of_few_while_a_vote_goes_on(
    client, at, monkeypatch, online, paper, told
):
    an_open_poll()
    totals = ((CITY, "online", online), (CITY, "paper", paper))
    counted = published.Turnout(days=(), totals=totals)
    monkeypatch.setattr(roll, "turnout", lambda **_asked: counted)
    [line, _other] = pages.page(REF, now=NOON).turnout
    assert (line.total, line.online, line.paper) == told

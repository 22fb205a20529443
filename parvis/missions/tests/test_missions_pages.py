"""Missions on a phone without JavaScript, at the desk, as live data and as files."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import signed_in
from parvis.kernel import clock
from parvis.kernel.declarations import companions_of, happenings, published_datasets
from parvis.missions.events import TaskDecided
from parvis.missions.models import Answer, Mission, Trust
from parvis.missions.tests.world import (
    HOUR,
    IS_THERE,
    NOON,
    an_agent,
    opened,
    people,
    proposed,
    says,
    tree,
)

pytestmark = pytest.mark.django_db
ROWS = published_datasets["inventaires-citoyens"]


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON + HOUR)
    with translation.override("en"):
        yield


def key_of(page):
    return re.search(r'name="client_key" value="([0-9a-f-]+)"', page.content.decode()).group(1)


def agreed():
    for person in people("Chloé", "Dédé", "Mona"):
        says(person, "oui")


def test_alice_answers_one_after_the_other_by_plain_forms(client):
    opened()
    (alice,) = people("Alice")
    page = client.get(reverse("missions:index")).content.decode()
    assert "Les arbres du 11e" in page
    page = client.get(reverse("missions:mission", args=["les-arbres-du-11e"])).content.decode()
    assert reverse("missions:next", args=["les-arbres-du-11e"]) in page
    assert "Take part" in page
    onward = reverse("missions:next", args=["les-arbres-du-11e"])
    thing = client.get(f"{onward}?lon=2.379&lat=48.859").url
    assert thing == reverse("missions:task", args=[tree("t3").pk])
    assert "Sign in to answer" in client.get(thing).content.decode()
    answer = client.post(thing, {"answer-la": "oui", "client_key": str(uuid.uuid4())})
    assert (answer.status_code, "sign-in" in answer.url) == (302, True)
    signed_in(client, alice)
    page = client.get(thing)
    assert "data-here" in page.content.decode()
    empty = client.post(thing, {"client_key": key_of(page)})
    assert (empty.status_code, Answer.objects.count()) == (422, 0)
    sent = {"answer-la": "oui", "answer-tour": "60,5", "client_key": key_of(page)}
    answer = client.post(thing, sent)
    assert answer.url == f"{onward}?after={tree('t3').pk}"
    assert client.post(thing, sent).url == answer.url
    assert Answer.objects.get().values == {"la": "oui", "tour": 60.5}
    assert client.get(answer.url).url == reverse("missions:task", args=[tree("t2").pk])
    assert "You have answered" in client.get(thing).content.decode()
    again = client.post(thing, sent | {"client_key": str(uuid.uuid4())})
    assert (again.status_code, Answer.objects.count()) == (422, 1)


def test_who_answered_everything_is_thanked_and_may_take_back(client):
    opened()
    (alice,) = people("Alice")
    signed_in(client, alice)
    for ref in ("t1", "t2", "t3"):
        says(alice, "non", ref=ref)
    onward = reverse("missions:next", args=["les-arbres-du-11e"])
    assert client.get(onward).url == reverse("missions:mission", args=["les-arbres-du-11e"])
    page = client.get(reverse("missions:mine")).content.decode()
    assert "You alone see this page" in page
    client.post(reverse("missions:withdraw", args=[Answer.objects.order_by("answered_at")[0].pk]))
    assert Answer.objects.filter(state="withdrawn").count() == 1


def test_what_was_answered_without_network_arrives_once(client):
    opened()
    signed_in(client, people("Alice")[0])
    page = client.get(reverse("missions:on_foot", args=["les-arbres-du-11e"])).content.decode()
    assert page.count('data-offline="mission"') == 3
    assert reverse("missions:worker") in page
    assert "addEventListener" in client.get(reverse("missions:worker")).content.decode()
    key, ask = str(uuid.uuid4()), {"accept": "application/json"}
    sent = {"answer-la": "oui", "client_key": key, "stay": "1"}
    thing = reverse("missions:task", args=[tree().pk])
    answers = [client.post(thing, sent, headers=ask) for _again in range(3)]
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.json()["answer"] for one in answers}) == Answer.objects.count() == 1
    refused = client.post(thing, sent | {"client_key": str(uuid.uuid4())}, headers=ask)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_answered")
    refused = client.post(thing, {"client_key": key, "answer-la": "bof"}, headers=ask)
    assert (refused.status_code, refused.json()["code"]) == (422, "question_unanswered")


def test_what_others_said_is_told_only_when_it_leads_nobody(client):
    opened()
    chloe, dede = people("Chloé", "Dédé")
    says(chloe, "non")
    thing = reverse("missions:task", args=[tree().pk])
    assert "What was said" not in client.get(thing).content.decode()
    signed_in(client, chloe)
    assert "What was said" in client.get(thing).content.decode()
    signed_in(client, dede)
    assert "What was said" not in client.get(thing).content.decode()


def test_an_agent_opens_refuses_and_settles_at_the_desk(client):
    mission = proposed(most=3)
    assert client.get(reverse("missions:mission", args=[mission.slug])).status_code == 404
    signed_in(client, people("Alice")[0])
    assert client.get(reverse("missions:desk")).status_code == 403
    signed_in(client, an_agent())
    assert mission.title in client.get(reverse("missions:desk")).content.decode()
    decide = reverse("missions:decide", args=[mission.pk])
    assert "3 things" in client.get(decide).content.decode()
    assert client.post(decide, {"verb": "refuse", "why": ""}).status_code == 422
    client.post(decide, {"verb": "open"})
    assert Mission.objects.get().state == "open"
    for person, value in zip(people("Chloé", "Dédé", "Mona"), ("oui", "non", "oui"), strict=True):
        says(person, value)
    assert "Platane" in client.get(reverse("missions:disputes")).content.decode()
    settle = reverse("missions:settle", args=[tree().pk])
    page = client.get(settle).content.decode()
    assert "66%" in page
    assert "Chlo" not in page
    assert "(optional)" not in page
    assert client.post(settle, {"verb": "settle", "answer-la": "non"}).status_code == 422
    client.post(settle, {"verb": "settle", "answer-la": "non", "why": "Vu sur place."})
    assert (tree().state, tree().result) == ("settled", {"la": "non"})
    assert (
        "Vu sur place." in client.get(reverse("missions:task", args=[tree().pk])).content.decode()
    )
    client.post(reverse("missions:close", args=[mission.pk]))
    assert Mission.objects.get().state == "closed"


def test_an_agent_proposes_by_the_form_and_hands_over_the_list(client):
    proposed(title="Une autre")
    signed_in(client, an_agent())
    typed = {
        "association": "",
        "title": "Toilettes ouvertes",
        "text": "Dites si elles sont ouvertes.",
        "kind": "inventory",
        "question_1": "Ouverte ?",
        "datatype_1": "choice",
        "values_1": "oui\nnon",
        "arrondissement": "11",
        "closes_on": "2026-07-31",
        "wanted": "3",
        "most": "5",
        "agree_percent": "67",
        "near_m": "50",
        "provenance": "Ville de Paris",
        "licence": "Licence Ouverte v2.0",
    }
    wrong = client.post(reverse("missions:propose"), typed | {"values_1": "oui"})
    assert (wrong.status_code, Mission.objects.count()) == (422, 1)
    made = client.post(reverse("missions:propose"), typed)
    mission = Mission.objects.get(slug="toilettes-ouvertes")
    assert made.url == reverse("missions:list", args=[mission.slug])
    assert mission.closes_at.isoformat() == "2026-07-31T22:00:00+00:00"
    upload = io.BytesIO(b"id,nom,lon,lat\n1,WC,2.3720,48.8560\n2,WC,4.8,45.7\n")
    upload.name = "wc.csv"
    page = client.post(made.url, {"file": upload}).content.decode()
    assert "1 thing is added" in page
    assert "Outside the area: 1" in page
    signed_in(client, people("Alice")[0])
    refused = client.get(reverse("missions:propose"))
    assert (refused.status_code, "needs_association" in refused.content.decode()) == (403, True)
    assert "to an agent in charge of missions" in refused.content.decode()
    assert client.get(made.url).status_code == 404


def test_what_holds_is_data_within_the_fact_that_decides_it(client):
    opened()
    assert list(ROWS.rows(None)) == []
    says(people("Alice")[0], "non", at=(2.3799, 48.8599))
    agreed()
    (row,) = ROWS.rows(None)
    assert set(row) == {one.name for one in ROWS.fields}
    assert (row["objet"], row["etat"], row["accord_pct"], row["reponses"]) == (
        "t1",
        "accord",
        100,
        3,
    )
    assert (row["valeur"], row["resultat"]) == ("L'arbre est-il là ? oui", {"la": "oui"})
    assert row["licence"].startswith("Open Database License")
    assert row["geo_point_2d"] == {"lon": pytest.approx(2.36925), "lat": pytest.approx(48.85331)}
    fact = TaskDecided(
        mission_id=tree().mission_id, slug="x", task_id=tree().pk, ref="t1", state="agreed"
    )
    names = ROWS.changed_by[TaskDecided](fact)
    assert [one["identifiant"] for one in ROWS.rows(list(names))] == [row["identifiant"]]
    told = json.dumps(row)
    for person in people("Alice", "Chloé", "Dédé", "Mona"):
        assert str(person.id) not in told
    answer = client.get(reverse("missions:csv", args=["les-arbres-du-11e"]))
    assert answer["Link"] == '<https://opendatacommons.org/licenses/odbl/1-0/>; rel="license"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (line["valeur"], line["provenance"]) == (row["valeur"], row["provenance"])
    assert float(line["longitude"]) == pytest.approx(2.36925)
    answer = client.get(reverse("missions:geojson", args=["les-arbres-du-11e"]))
    told = json.loads(b"".join(answer.streaming_content))
    assert (told["licence"], len(told["features"])) == (row["licence"], 1)
    assert told["features"][0]["geometry"]["coordinates"][0] == pytest.approx(2.36925)


def test_the_map_shows_points_and_refuses_no_ground(client):
    opened()
    agreed()
    counts = reverse("missions:counts", args=["les-arbres-du-11e"])
    told = client.get(f"{counts}?box=2.36,48.85,2.375,48.855").json()
    assert {one["label"] for one in told["points"]} == {
        "Platane (agreed)",
        "Erable (wants answers)",
    }
    assert {one["tone"] for one in told["points"]} == {"z", ""}
    assert client.get(f"{counts}?box=9,9,1,1").status_code == 400
    page = client.get(reverse("missions:mission", args=["les-arbres-du-11e"])).content.decode()
    assert "Roquette" in page
    assert "1 of 3 things" in page


def test_a_row_of_open_data_offers_to_be_checked(client):
    opened()
    refs = ["opendata.row:les-arbres-plantes/t1", "opendata.row:les-arbres-plantes/neuf"]
    offered = companions_of([*refs, "opendata.row:velib/1", "plan:x/1"], now=NOON + HOUR)
    urls = [one.url for ref in refs for one in offered[ref]]
    assert urls[0] == reverse("missions:task", args=[tree().pk])
    assert urls[1].startswith(reverse("missions:doubt"))
    assert offered["opendata.row:velib/1"] == offered["plan:x/1"] == []
    signed_in(client, people("Alice")[0])
    assert 'value="neuf"' in client.get(urls[1]).content.decode()
    typed = {"dataset": "les-arbres-plantes", "ref": "neuf", "label": "Arbre mort"}
    wrong = client.post(urls[1], typed)
    assert wrong.status_code == 422
    done = client.post(urls[1], typed | {"lon": "2.3720", "lat": "48.8560"})
    assert done.url == reverse("missions:task", args=[tree("neuf").pk])


def test_what_is_missing_is_added_and_the_first_page_announces_missions(client):
    opened(kind="inventory", questions=(IS_THERE,))
    signed_in(client, people("Alice")[0])
    add = reverse("missions:add", args=["les-arbres-du-11e"])
    assert client.post(add, {"label": "Chêne"}).status_code == 422
    done = client.post(add, {"label": "Chêne", "lon": "2.3720", "lat": "48.8560"})
    page = client.get(done.url).content.decode()
    assert "Chêne" in page
    found = [one for source in happenings for one in source.find(NOON + HOUR)]
    assert "Les arbres du 11e" in [one.title for one in found]
    assert Trust.objects.count() == 0


def test_a_question_about_data_is_turned_into_a_mission(client):
    """Where no mission checks a dataset yet, who answers a doubt about it proposes one."""
    agent = an_agent()
    ref = "opendata.dataset:les-arbres-plantes"
    ((label, url),) = [(one.label, one.url) for one in companions_of([ref], now=NOON)[ref]]
    assert (label, url) == (
        "Propose a mission",
        f"{reverse('missions:propose')}?dataset=les-arbres-plantes",
    )
    signed_in(client, agent)
    assert 'value="les-arbres-plantes"' in client.get(url).content.decode()

"""The pages and answers of the territory, as anybody sees them."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
from contextlib import contextmanager
from typing import Any

import pytest
from django.urls import reverse

from parvis.kernel.declarations import demo_steps, keeps, searches
from parvis.territory import adapters, public

pytestmark = pytest.mark.django_db
FEATURE: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [2.37972, 48.85825]},
    "properties": {
        "label": "100 Rue de la Roquette 75011 Paris",
        "score": 0.97,
        "housenumber": "100",
        "id": "75111_8466_00100",
        "name": "100 Rue de la Roquette",
        "postcode": "75011",
        "citycode": "75111",
        "x": 654_500.0,
        "y": 6_862_400.0,
        "city": "Paris",
        "district": "Paris 11e Arrondissement",
        "context": "75, Paris, Île-de-France",
        "type": "housenumber",
        "importance": 0.8,
        "street": "Rue de la Roquette",
    },
}
ELSEWHERE = {**FEATURE, "properties": {**FEATURE["properties"], "citycode": "69123"}}


@contextmanager
def national_base(answers, before=lambda: None):
    """Serve the given (status, body) answers in turn, each after `before`; note what was asked."""
    asked = []

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, body = answers[min(len(asked), len(answers)) - 1]
            before()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _the_base_has_done_nothing_wrong():
    adapters.national_base.forgive()


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_chloe_finds_her_quartier_by_an_address(parisian, client):
    page = client.get(reverse("territory:find"), {"q": "79 r marcadet"}).content.decode()
    assert "79 Rue Marcadet, 75018 Paris" in page
    assert "Quartier Clignancourt" in page


def test_chloe_finds_her_quartier_by_a_point(parisian, client):
    answer = client.get(reverse("territory:find"), {"lon": "2.36925", "lat": "48.85331"})
    assert "Ce point est dans le quartier Roquette" in answer.content.decode()


def test_a_point_in_montreuil_is_outside_the_city(parisian, client):
    answer = client.get(reverse("territory:find"), {"lon": "2.4432", "lat": "48.8638"})
    assert "Ce point est hors de Paris" in answer.content.decode()


def test_inverted_coordinates_are_refused_in_a_sentence(client):
    answer = client.get(
        reverse("territory:find"),
        {"lon": "48.85", "lat": "2.35"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "coordinates_inverted"


@pytest.mark.parametrize(
    "query", ["zzzzqxk", "\x00", "\u202ebad", "<script>alert(1)</script>", "x" * 9999]
)
def test_what_is_no_address_is_given_back_escaped_and_finds_nothing(parisian, client, query):
    answer = client.get(reverse("territory:find"), {"q": query})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert b"75011 Paris" not in answer.content


def test_the_fragment_is_only_a_list(parisian, client):
    page = client.get(reverse("territory:suggestions"), {"q": "voltaire"}).content.decode()
    assert "Boulevard Voltaire, 75011 Paris" in page
    assert "<html" not in page


def test_the_map_links_to_the_twenty_arrondissements_and_weighs_little(parisian, client):
    answer = client.get(reverse("territory:find"))
    page = answer.content.decode()
    for number in range(1, 21):
        assert page.count(f'href="{reverse("territory:arrondissement", args=[number])}"') == 2
    drawing = page[page.index("<svg viewBox=") : page.index("</figure>")]
    assert len(gzip.compress(drawing.encode())) < 25_000
    assert "opendata.paris.fr" in page
    assert 'style="' not in page


def test_the_page_of_an_arrondissement_names_its_quartiers(parisian, client):
    page = client.get("/adresses/arrondissements/11/").content.decode()
    assert all(name in page for name in ("Folie-Méricourt", "Saint-Ambroise", "Roquette", "366"))
    english = client.get("/en/addresses/arrondissements/11/").content.decode()
    assert "11th arrondissement" in english


def test_the_rank_of_an_arrondissement_is_written_as_people_write_it(parisian, client):
    page = client.get("/adresses/arrondissements/1/").content.decode()
    assert "<h1>1<sup>er</sup> arrondissement</h1>" in page
    assert 'rel="prev">20<sup>e</sup> arrondissement</a>' in page
    assert 'rel="next">2<sup>e</sup> arrondissement</a>' in page


@pytest.mark.parametrize("number", [0, 21, 99999999])
def test_there_is_no_twenty_first_arrondissement(parisian, client, number):
    assert client.get(f"/adresses/arrondissements/{number}/").status_code == 404


def test_our_answers_have_the_format_of_the_national_base(parisian, client):
    answer = client.get(reverse("territory:search"), {"q": "79 rue marcadet", "limit": "1"})
    assert answer["Content-Type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    properties = feature["properties"]
    assert properties["label"] == "79 Rue Marcadet, 75018 Paris"
    assert (properties["type"], properties["citycode"]) == ("housenumber", "75118")
    assert (properties["housenumber"], properties["street"]) == ("79", "Rue Marcadet")
    assert adapters.read(feature) == public.suggest("79 rue marcadet", limit=1)[0]


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "x", "limit": "51"}, {"q": "a\x00b"}])
def test_a_question_without_words_is_refused(client, asked):
    answer = client.get(reverse("territory:search"), asked)
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


def test_the_nearest_address_of_a_point_is_given(parisian, client):
    answer = client.get(reverse("territory:reverse"), {"lon": "2.3467", "lat": "48.8902"})
    assert answer.json()["features"][0]["properties"]["label"] == "79 Rue Marcadet, 75018 Paris"
    outside = client.get(reverse("territory:reverse"), {"lon": "2.4432", "lat": "48.8638"})
    assert outside.json()["features"] == []
    for lon in ("nan", "two", ""):
        refused = client.get(reverse("territory:reverse"), {"lon": lon, "lat": "48.9"})
        assert refused.status_code == 400


def test_the_national_base_is_asked_nothing_unless_it_is_switched_on(settings):
    settings.PARVIS_BAN_URL = ""
    assert adapters.NationalBase().suggest("rue de la roquette", 8) is None


def test_the_national_base_answers_first_where_it_is_switched_on(settings):
    with national_base([(200, collection(FEATURE, ELSEWHERE))]) as (url, asked):
        settings.PARVIS_BAN_URL = url
        (found,) = public.suggest("100 rue de la roquette")
    assert asked == [
        "/search/?q=100+rue+de+la+roquette&limit=8&autocomplete=1&lon=2.3522&lat=48.8566"
    ]
    assert (found.label, found.arrondissement) == ("100 Rue de la Roquette 75011 Paris", 11)
    assert (found.number, found.street) == ("100", "Rue de la Roquette")


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"features": [{}]}'),
        (200, collection()),
    ],
)
def test_our_own_suggestions_stand_in_for_a_national_base_that_fails(parisian, settings, answer):
    with national_base([answer]) as (url, _asked):
        settings.PARVIS_BAN_URL = url
        assert public.suggest("rue lepic")[0].label == "Rue Lepic, 75018 Paris"


def test_a_base_that_fails_three_times_is_left_alone_for_a_minute(settings):
    minutes = [0.0]
    base = adapters.NationalBase(clock=lambda: minutes[0])
    with national_base([(500, b"{}")] * 3 + [(200, collection(FEATURE))]) as (url, asked):
        settings.PARVIS_BAN_URL = url
        for _ in range(5):
            assert base.suggest("roquette", 8) is None
        assert len(asked) == 3
        minutes[0] = 61.0
        assert [one.arrondissement for one in base.suggest("roquette", 8)] == [11]
    assert len(asked) == 4


def test_a_base_that_is_not_there_at_all_costs_nobody_an_answer(settings):
    settings.PARVIS_BAN_URL = "http://127.0.0.1:9"
    assert adapters.NationalBase().suggest("roquette", 8) is None


def test_a_base_that_does_not_answer_in_time_is_not_waited_for(parisian, settings, monkeypatch):
    monkeypatch.setattr(adapters, "TIMEOUT", 0.2)
    asleep = threading.Event()
    with national_base([(200, collection(FEATURE))], before=asleep.wait) as (url, asked):
        settings.PARVIS_BAN_URL = url
        found = public.suggest("rue lepic")
        asleep.set()
    assert found[0].label == "Rue Lepic, 75018 Paris"
    assert len(asked) == 1


def test_streets_are_found_by_the_search_of_the_whole_city(parisian):
    (hit, *_) = searches["territory"].find("rue lepic", 5)
    assert (hit.title, hit.kind) == ("Rue Lepic, 75018 Paris", "Rue")
    (meant, *_) = searches["territory"].find("rue lepik", 5)
    assert meant.title == "Rue Lepic, 75018 Paris"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("11e arrondissement", "11e arrondissement, Popincourt"),
        ("75020", "20e arrondissement, Ménilmontant"),
        ("quartier picpus", "Quartier Picpus, 12e arrondissement"),
    ],
)
def test_districts_are_found_by_the_search_of_the_whole_city(parisian, words, first):
    (hit, *_) = searches["territory"].find(words, 5)
    assert hit.title == first


@pytest.mark.parametrize(
    "words", ["é", "1.2", "budget participatif", "attention", "durable", "publicité"]
)
def test_ordinary_words_are_not_taken_for_streets(parisian, words):
    assert searches["territory"].find(words, 5) == []


def test_the_territory_keeps_nothing_about_alice():
    assert not any(held.by or held.by_ref for held in keeps["territory"].held)
    assert keeps["territory"].erase("0198", None) == 0


def test_the_demonstration_loads_the_territory_first():
    assert demo_steps["territory"].order == 10

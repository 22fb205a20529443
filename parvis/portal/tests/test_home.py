"""The first page: what one can do, what is open, what is near."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parvis.account.testing import alice, signed_in
from parvis.deliberation.testing import a_consultation, a_contribution
from parvis.portal.queries.near import near
from parvis.territory.public import arrondissements
from parvis.territory.testing import NOON
from parvis.ui.weight import page_weight

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
DAY = 86_400


@pytest.fixture
def september(time_machine):
    """Tuesday 1 September 2015, ten in the morning, while the consultation is open."""
    a_consultation()
    time_machine.move_to(dt.datetime(2015, 9, 1, 10, tzinfo=PARIS), tick=False)


def test_anyone_is_asked_what_they_want_to_do(client):
    page = client.get("/").content.decode()
    assert 'Que <span class="nb">voulez-vous</span> faire\u202f?' in page
    assert '<html lang="fr"' in page


def test_the_first_page_speaks_english_under_en(client):
    page = client.get("/en/").content.decode()
    assert 'What <span class="nb">would you</span> like to do?' in page
    assert '<html lang="en"' in page


def test_alice_is_welcomed_by_her_name(client):
    assert "revoir, Alice." in signed_in(client, alice()).get("/").content.decode()


def test_every_stone_leads_somewhere(client, paris):
    page = client.get("/")
    stones = page.context["stones"]
    assert "Lire le plan" in [stone.title for stone in stones]
    for stone in stones:
        assert client.get(stone.url, follow=True).status_code == 200, stone.url


def test_the_figures_are_those_of_the_city(client, paris):
    a_contribution()
    figures = {f.label: f.value for f in client.get("/").context["figures"]}
    assert figures == {
        "contribution d\u2019habitants": "1",
        "hectares en 20 arrondissements": "10\u202f537",
    }


def test_a_single_figure_is_not_worth_a_section(client, paris):
    assert client.get("/").context["figures"] == []


def test_what_is_open_is_shown_with_its_deadline_and_its_stone_is_todays(client, paris, september):
    page = client.get("/")
    (opening,) = page.context["openings"]
    assert (opening.gone, opening.whole) == (68 * DAY + 36_000, 83 * DAY - 1)
    assert "Encore 14 jours" in page.content.decode()
    first, *others = page.context["stones"]
    assert (first.today, first.slab.big) == (True, True)
    assert not any(stone.today for stone in others)


def test_what_is_over_is_not_open_any_more(client, paris, time_machine):
    a_consultation()
    time_machine.move_to(dt.datetime(2015, 9, 16, tzinfo=PARIS), tick=False)
    assert client.get("/").context["openings"] == []


def test_alice_sees_the_11th_where_she_lives(client, paris):
    page = signed_in(client, alice()).get("/")
    assert page.context["near"].district.number == 11
    assert "Là où vous habitez" in page.content.decode()


def test_anyone_finds_their_quartier_by_an_address(client, paris):
    page = client.get("/", {"adresse": "place de la Bastille"})
    assert page.context["near"].label
    assert "Ses quartiers" in page.content.decode()


def test_an_arrondissement_is_enough(paris):
    found = near("11e", arrondissements(), residence=None, now=NOON)
    assert found is not None
    assert found.district.number == 11
    assert [q.name for q in found.quartiers] == [
        "Folie-Méricourt",
        "Saint-Ambroise",
        "Roquette",
        "Sainte-Marguerite",
    ]


def test_words_that_name_no_place_are_given_back_with_advice(client, paris):
    page = client.get("/", {"adresse": "zzzzqqqq"}).content.decode()
    assert "Nous ne trouvons pas «\u00a0zzzzqqqq\u00a0» dans la ville" in page
    assert 'value="zzzzqqqq"' in page


def test_what_is_typed_is_text_and_nothing_else(client, paris):
    page = client.get("/", {"adresse": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_a_script_asks_only_for_what_is_near(client, paris):
    fragment = client.get("/pres-de-chez-vous/", {"adresse": "11e"}).content.decode()
    assert "<html" not in fragment
    assert "Popincourt" in fragment


def test_an_address_too_long_is_not_looked_up(client, paris):
    page = client.get("/", {"adresse": "a" * 201})
    assert page.status_code == 200
    assert page.context["near"] is None


def test_the_first_page_asks_the_database_little(client, paris, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(12):
        client.get("/")


def test_the_first_page_travels_light(client, paris):
    assert page_weight(client.get("/").content) <= 60_000


def test_only_get_makes_sense_there(client):
    assert client.post("/").status_code == 405

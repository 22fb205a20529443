"""A number that the City does not know is kept as it was typed; the point is at the nearest one."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from parvis.streets import testing
from parvis.streets.models import Case
from parvis.streets.queries import ground
from parvis.territory.public import suggest
from parvis.territory.testing import BASTILLE

TYPED = "2501 rue de la Roquette 75011"
KEPT = "2501 Rue de la Roquette"


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()
    cache.clear()


def test_the_nearest_known_number_lends_its_point():
    found = suggest(TYPED, limit=1)[0]
    assert (found.kind, found.number, found.asked_number) == ("street", "", "2501")
    nearest = suggest(f"{found.nearest_number} rue de la Roquette 75011", limit=1)[0]
    assert nearest.kind == "address"
    assert (found.lon, found.lat) == (nearest.lon, nearest.lat)
    spot = ground.found(TYPED)
    assert (spot.address, spot.postcode) == (KEPT, "75011")
    assert spot.pinned_at == f"{found.nearest_number} Rue de la Roquette"
    known = ground.found("6 rue de la Roquette 75011")
    assert (known.address, known.pinned_at) == ("6 Rue de la Roquette", "")


def test_one_page_keeps_it_and_says_where_the_point_is(client):
    sent = {"subtype": testing.FRIDGE, "address": TYPED, "answer-passage": "walk"}
    page = client.post(reverse("streets:send"), sent, follow=True).content.decode()
    case = Case.objects.get()
    assert (case.address, case.postcode) == (KEPT, "75011")
    assert "Nous ne connaissons pas le numéro" in page


def test_the_pages_offer_it_and_say_where_the_point_is(client):
    page = client.get(reverse("streets:report"))
    for fields in ({}, {"address": TYPED, "find": "1"}):
        draft, step = page.context["draft"], page.context["step"]
        page = client.post(reverse("streets:report"), {"draft": draft, "step": step, **fields})
    shown = page.content.decode()
    assert f'value="{KEPT}, 75011 Paris"' in shown
    assert "Nous ne connaissons pas ce numéro" in shown
    chosen = {"draft": page.context["draft"], "step": "place", "at": f"{KEPT}, 75011 Paris"}
    page = client.post(reverse("streets:report"), chosen)
    assert page.context["about"]["address"] == f"{KEPT}, 75011 Paris"


def test_a_point_that_somebody_touched_is_no_number_of_ours(client):
    sent = {"subtype": testing.FRIDGE, "lon": BASTILLE[0], "lat": BASTILLE[1]}
    page = client.post(reverse("streets:send"), sent, follow=True).content.decode()
    assert "Nous ne connaissons pas" not in page

"""The life cycle on the desk: read by agents, its hours and days changed by administrators."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from parvis.account.testing import a_person, bachir, chloe, signed_in
from parvis.streets import testing
from parvis.streets.models import Case, ClosedDay, Handler, ServiceHours
from parvis.streets.tests.life_cases import a_case


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def test_agents_read_the_table_and_change_nothing():
    page = reverse("streets:life")
    client = signed_in(Client(), bachir())
    shown = client.get(page).content.decode()
    for words in ("À requalifier", "Sans réponse", "Lundi", "Transmis à un partenaire"):
        assert words in shown
    assert reverse("streets:close_day") not in shown
    sent = {"day": "2027-05-07", "name": "Pont"}
    assert client.post(reverse("streets:close_day"), sent).status_code == 403
    assert client.get(reverse("streets:hours")).status_code == 403
    assert signed_in(Client(), chloe()).get(page).status_code == 403
    assert not ClosedDay.objects.exists()


def test_administrators_change_hours_and_days():
    client = signed_in(Client(), a_person("Ada", "administrator"))
    sent = {"day": "2099-05-07", "name": "Pont de l'Ascension"}
    assert client.post(reverse("streets:close_day"), sent).status_code == 302
    shown = client.get(reverse("streets:life")).content.decode()
    assert "Pont de l&#x27;Ascension" in shown
    assert client.post(reverse("streets:close_day"), {"day": "demain"}).status_code == 422
    assert client.post(reverse("streets:open_day"), {"day": "demain"}).status_code == 422
    assert client.post(reverse("streets:open_day"), {"day": "2099-05-07"}).status_code == 302
    assert not ClosedDay.objects.exists()
    page = f"{reverse('streets:hours')}?handler=ramen"
    hours = {"opens_5": "06:00", "closes_5": "12:00"}
    refused = client.post(page, {"opens_5": "06:00"})
    assert refused.status_code == 422
    assert client.post(page, {"opens_5": "12:00", "closes_5": "06:00"}).status_code == 422
    assert ServiceHours.objects.count() == 5
    assert client.post(page, hours).status_code == 302
    ramen = Handler.objects.get(code="ramen")
    assert [str(one.opens) for one in ServiceHours.objects.filter(handler=ramen)] == ["06:00:00"]
    assert client.post(reverse("streets:hours"), {"opens_0": ""}).status_code == 422
    assert ServiceHours.objects.filter(handler=None).count() == 5
    shown = client.get(reverse("streets:life")).content.decode()
    assert "Ramen, enlèvement" in shown
    assert client.get(f"{reverse('streets:hours')}?handler=personne").status_code == 404


def test_an_agent_corrects_what_it_is_and_where():
    case = a_case()
    page = reverse("streets:desk_correct", args=[case.code])
    assert signed_in(Client(), chloe()).get(page).status_code == 403
    client = signed_in(Client(), bachir())
    assert 'name="subtype"' in client.get(page).content.decode()
    kept = {"subtype": case.subtype.code, "is_shown": "on"}
    assert client.post(page, {**kept, "address": "zzzz qqqq"}).status_code == 422
    assert client.post(page, {**kept, "subtype": "odeur-de-gaz"}).status_code == 422
    case.refresh_from_db()
    assert case.revision == 1
    assert client.post(page, {"subtype": testing.TAG, "address": ""}).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert (case.subtype.code, case.is_shown) == (testing.TAG, False)
    assert client.get(reverse("streets:desk_correct", args=["rien"])).status_code == 404

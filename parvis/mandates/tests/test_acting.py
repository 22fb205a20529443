"""Acting for another in the browser: the switch, the band, other tabs, what is written down."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import translation

from parvis.account.testing import MORNING, a_person, alice, chloe, dede, signed_in
from parvis.kernel import acting, acting_sessions, clock, register
from parvis.kernel.acting import done_for_others
from parvis.mandates.actions import answering, growing_up
from parvis.mandates.models import Mandate, Ward
from parvis.mandates.testing import granted_association, granted_between, granted_child

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
NOW = clock.now()


def record(request, name):
    register.record(
        register.Entry(
            action=f"tests.{name}",
            object_ref="tests.thing:1",
            actor_ref=f"person:{request.person.id}",
            recorded_at=NOW,
        )
    )
    return HttpResponse(request.acting.name if request.acting else "oneself")


@done_for_others("participation")
def speak(request):
    return record(request, "spoken")


@done_for_others("money")
def pay(request):
    return record(request, "paid")


def own(request):
    return record(request, "own")


@login_not_required
def helped(request):
    """Begin as the sign-in by FranceConnect does, when it hands on a `rep_scope`."""
    by_ref = f"mandates.aidant:{request.GET['rep_scope']}"
    standing = acting.standing_by(by_ref, person_id=request.person.id, now=NOW)
    if standing:
        acting_sessions.claim(request, standing)
    return HttpResponse("")


urlpatterns = [
    path("speak/", speak),
    path("pay/", pay),
    path("own/", own),
    path("helped/", helped),
    *import_module(settings.ROOT_URLCONF).urlpatterns,
]


def a_mother(client):
    """Sign Alice in, who holds a child of today."""
    born = dt.date(clock.city_day(NOW).year - 12, 1, 9)
    mandate_id = granted_child(alice(), now=NOW, born_on=born)
    signed_in(client, alice())
    return mandate_id


def begin(client, mandate_id):
    return client.post(reverse("mandates:begin", args=[mandate_id]))


def lines():
    return [(one.action, one.on_behalf_of_ref) for one in register.about("tests.thing:1")]


def code_of(client, address, **options):
    answer = client.post(address, headers={"accept": "application/json"}, **options)
    return answer.status_code, answer.json().get("code")


def test_what_a_mother_does_while_acting_is_written_down_as_done_for_her_child(client):
    mandate_id = a_mother(client)
    assert begin(client, mandate_id).status_code == 302
    assert client.post("/speak/").content.decode() == "Dédé"
    ref = f"mandates.ward:{Ward.objects.get().pk}"
    assert lines() == [("tests.spoken", ref)]
    (line,) = register.done_for([ref])
    assert line.details["by"] == f"mandates.mandate:{mandate_id}"
    page = client.get("/en/").content.decode()
    assert "You are acting for <strong>Dédé</strong>" in page
    client.post(reverse("mandates:leave"))
    assert client.post("/speak/").content.decode() == "oneself"
    assert lines()[0] == ("tests.spoken", "")
    assert "You are acting for" not in client.get("/en/").content.decode()


def test_what_is_not_said_to_be_for_others_is_refused_while_acting(client):
    begin(client, a_mother(client))
    assert code_of(client, "/own/") == (403, "not_for_another")
    assert lines() == []
    assert client.get("/own/").status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_a_right_reaches_its_domains_only(client):
    signed_in(client, alice())
    begin(client, granted_association(alice(), now=NOW, ends_on=clock.city_day(NOW)))
    assert code_of(client, "/pay/") == (403, "outside_mandate")
    assert client.post("/speak/").content.decode() == "Jardins de la Folie"
    assert [action for action, _ref in lines()] == ["tests.spoken"]


def test_nobody_acts_by_the_right_of_another(client):
    mandate_id = a_mother(client)
    other = signed_in(Client(), chloe())
    assert other.post(reverse("mandates:begin", args=[mandate_id])).status_code == 404
    assert other.post("/speak/").content.decode() == "oneself"


def test_what_was_being_sent_when_a_right_ended_is_sent_for_nobody(client):
    giver = chloe()
    today = clock.city_day(NOW)
    mandate_id = granted_between(giver, alice(), now=NOW, ends_on=today)
    signed_in(client, alice())
    begin(client, mandate_id)
    assert client.post("/speak/").content.decode() == "Chloé"
    # Chloé ends it from her own browser while Alice is still typing.
    answering.end(mandate_id=mandate_id, by=giver, now=clock.now())
    answer = client.post("/speak/", {"body": "What I had typed"})
    assert answer.status_code == 409
    assert "What I had typed" in answer.content.decode()
    assert len(lines()) == 1
    # From then on Alice acts for herself, and was told so.
    assert client.post("/speak/").content.decode() == "oneself"


def test_reading_goes_on_when_a_right_has_ended_and_says_so(client):
    mandate_id = a_mother(client)
    begin(client, mandate_id)
    answering.end(mandate_id=mandate_id, by=alice(), now=clock.now())
    page = client.get("/en/").content.decode()
    assert "You no longer act for Dédé." in page
    assert "You no longer act for Dédé." not in client.get("/en/").content.decode()


def test_a_form_opened_before_the_switch_in_another_tab_is_refused(client):
    mandate_id = a_mother(client)
    careful = Client(enforce_csrf_checks=True)
    signed_in(careful, alice())
    page = careful.get(reverse("mandates:standing_in")).content.decode()
    old = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    given = {"csrfmiddlewaretoken": old}
    assert careful.post(reverse("mandates:begin", args=[mandate_id]), given).status_code == 302
    late = careful.post("/speak/", given | {"body": "Meant for myself"})
    assert late.status_code == 403
    assert "Meant for myself" in late.content.decode()
    assert lines() == []


def test_the_roof_offers_to_act_for_another_only_to_who_may(client):
    offer = "Act for…"
    signed_in(client, alice())
    assert offer not in client.get("/en/").content.decode()
    begin(client, a_mother(client))
    assert offer not in client.get("/en/").content.decode()
    client.post(reverse("mandates:leave"))
    assert offer in client.get("/en/").content.decode()


def test_a_professional_of_aidants_connect_acts_within_their_scope(client):
    signed_in(client, dede())
    client.get("/helped/", {"rep_scope": "logement loisirs"})
    page = client.get("/en/").content.decode()
    assert "A professional is helping you, through Aidants Connect." in page
    assert code_of(client, "/speak/") == (403, "outside_mandate")
    assert code_of(client, "/own/") == (403, "not_for_another")
    assert client.post(reverse("mandates:leave")).url == reverse("account_logout")
    assert lines() == []


def test_a_professional_takes_up_no_mandate_and_so_never_becomes_the_person(client):
    """Once for another, « act for myself again » would leave them as Alice herself."""
    mandate_id = a_mother(client)
    client.get("/helped/", {"rep_scope": "logement"})
    assert begin(client, mandate_id).status_code == 403
    assert client.post(reverse("mandates:leave")).url == reverse("account_logout")
    assert "A professional is helping you" in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "mandates:answer",
        "mandates:end",
        "mandates:give",
        "mandates:code",
        "openid:withdraw",
        "oidc:device",
        "account:assist",
    ],
)
def test_what_a_person_does_for_herself_no_professional_does_in_her_place(client, page):
    mandate_id = a_mother(client)
    client.get("/helped/", {"rep_scope": "logement"})
    asked = {"mandates:code": [Ward.objects.get().pk]}
    asked |= {one: [] for one in ("mandates:give", "oidc:device", "account:assist")}
    path = reverse(page, args=asked.get(page, [mandate_id]))
    assert code_of(client, path) == (403, "not_for_another")
    assert Mandate.objects.get(pk=mandate_id).state == "granted"


def test_a_professional_reads_the_pages_of_their_scope_and_no_page_of_the_persons_own(client):
    signed_in(client, dede())
    client.get("/helped/", {"rep_scope": "argent"})
    ask = {"accept": "application/json"}
    read = [client.get(page, headers=ask).status_code for page in ("/pay/", "/speak/", "/own/")]
    assert read == [200, 403, 403]


def test_a_professional_chooses_light_or_dark_and_signs_out(client):
    signed_in(client, dede())
    client.get("/helped/", {"rep_scope": "logement"})
    assert client.post(reverse("portal:display"), {"theme": "dark"}).status_code == 302
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_professional_whose_right_is_worth_nothing_any_more_is_signed_out(client, monkeypatch):
    signed_in(client, dede())
    client.get("/helped/", {"rep_scope": "logement"})
    monkeypatch.setattr("parvis.mandates.rules.domains.from_rep_scope", lambda _said: frozenset())
    assert client.get(reverse("account:profile")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_scope_nobody_knows_lets_nobody_act(client):
    signed_in(client, dede())
    client.get("/helped/", {"rep_scope": "tout"})
    assert client.post("/speak/").content.decode() == "oneself"


def test_the_child_reads_who_did_what_in_their_name(client):
    begin(client, a_mother(client))
    client.post("/speak/")
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=NOW)
    growing_up.claim(code=code, by=dede(), now=NOW)
    client.post("/speak/")
    child = signed_in(Client(), dede())
    page = child.get(reverse("mandates:represented")).content.decode()
    assert page.count("tests.spoken") == 2
    assert "<strong>Alice</strong> · tests.spoken" in page
    stranger = signed_in(Client(), a_person("Eve"))
    assert "tests.spoken" not in stranger.get(reverse("mandates:represented")).content.decode()


def test_the_register_of_a_person_says_for_whom(client):
    signed_in(client, alice())
    begin(client, granted_association(alice(), now=NOW, ends_on=clock.city_day(NOW)))
    client.post("/speak/")
    with translation.override("en"):
        page = client.get(reverse("portal:register")).content.decode()
    assert "You, for the association Jardins de la Folie" in page


def test_one_acts_for_nobody_before_an_agent_or_the_other_said_yes(client):
    mandate_id = a_mother(client)
    Mandate.objects.filter(pk=mandate_id).update(state="refused", seat=None)
    assert begin(client, mandate_id).status_code == 404
    assert MORNING < NOW

"""ProConnect: only invited agents of the city, and how they signed in."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.contrib.auth import get_user
from django.test import Client, RequestFactory
from django.urls import reverse

from config.fakes import openid
from parvis.account.actions import inviting
from parvis.account.models import Identity, Invitation, Resident
from parvis.account.queries.sessions import proof_of
from parvis.account.testing import MORNING, OPEN_SESAME, alice, bachir, mona, signed_in
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.models import OutgoingMail
from tests.outside.conftest import Browser

pytestmark = pytest.mark.django_db


def invited(browser, person):
    """Sign a person in and invite them; return the token of the invitation."""
    signed_in(browser.city, person)
    return inviting.invite(person_id=person.id, by=person.id, now=clock.now())


def test_the_question_is_what_proconnect_demands(pc, browser):
    asked = dict(parse_qsl(urlsplit(browser.leave("proconnect")).query))
    assert (len(asked.pop("state")), len(asked.pop("nonce"))) == (43, 43)
    by_name = {"amr": {"essential": True}, "auth_time": {"essential": True}}
    assert json.loads(asked.pop("claims")) == {"id_token": by_name}
    assert set(asked.pop("scope").split()) == {
        "openid",
        "given_name",
        "usual_name",
        "email",
        "siret",
    }
    assert asked == {
        "client_id": openid.CLIENT_ID,
        "redirect_uri": "http://testserver/mon-compte/proconnect/retour/",
        "response_type": "code",
    }


def test_the_played_party_refuses_what_the_real_one_refuses(pc, browser):
    good = dict(parse_qsl(urlsplit(browser.leave("proconnect")).query))
    for spoiled in ({"state": "s" * 31}, {"nonce": "n" * 31}, {"max_age": "1"}):
        answer = httpx.get(f"{pc.issuer}/authorize", params=good | spoiled)
        assert (answer.status_code, "Y000400" in answer.text) == (400, True), spoiled


def test_an_agent_nobody_invited_opens_nothing(pc, browser):
    bachir()
    answer = browser.go("bachir", "proconnect")
    assert answer.status_code == 403
    assert answer.context["why"] == "not_invited"
    assert Resident.objects.count() == 1
    assert Identity.objects.get().person_id is None
    assert not get_user(browser.city).is_authenticated


def test_bachir_is_invited_and_enters_with_proconnect_from_then_on(pc, browser):
    person = bachir()
    token = invited(browser, person)
    mail = OutgoingMail.objects.get(recipient=person.email)
    assert reverse("account:invitation", args=[token]) in mail.text
    assert browser.city.get(reverse("account:invitation", args=[token])).status_code == 200
    assert browser.go("bachir", "proconnect", invitation=token).status_code == 302
    assert Identity.objects.get().person_id == person.id
    later = Browser(Client())
    later.go("bachir", "proconnect")
    assert get_user(later.city).pk == person.id


def test_how_an_agent_signed_in_outside_counts_here(pc, browser):
    person = bachir()
    browser.go("bachir", "proconnect", invitation=invited(browser, person))
    later = Browser(Client())
    later.go("bachir", "proconnect")
    request = RequestFactory().get("/")
    request.session, request.user = later.city.session, get_user(later.city)
    assert proof_of(request).amr == ("mfa", "pwd", "totp")


def test_an_invitation_is_for_one_person_once_and_for_a_week(pc, browser):
    person = bachir()
    token = invited(browser, person)
    other = Browser(Client())
    signed_in(other.city, mona())
    assert other.city.get(reverse("account:invitation", args=[token])).status_code == 410
    assert other.go("mona", "proconnect", invitation=token).status_code == 410
    assert Identity.objects.filter(person__isnull=False).count() == 0

    browser.go("bachir", "proconnect", invitation=token)
    assert browser.city.get(reverse("account:invitation", args=[token])).status_code == 410
    again = browser.go("mona", "proconnect", invitation=token)
    assert again.status_code == 410
    assert Identity.objects.filter(person__isnull=False).count() == 1

    old = inviting.invite(person_id=person.id, by=person.id, now=MORNING)
    assert browser.city.get(reverse("account:invitation", args=[old])).status_code == 410
    assert Invitation.objects.count() == 2


def test_only_who_holds_a_role_is_invited():
    with pytest.raises(Refused) as refusal:
        inviting.invite(person_id=alice().id, by=bachir().id, now=clock.now())
    assert refusal.value.code == "no_role"
    assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_an_agent_of_another_organisation_is_turned_away(pc, browser):
    token = invited(browser, bachir())
    answer = browser.go("stranger", "proconnect", invitation=token)
    assert (answer.status_code, Identity.objects.count()) == (403, 0)
    assert answer.context["why"] == "other_organisation"


@pytest.mark.parametrize("siret", ["21750001600018", "2175000160001", "", None])
def test_a_number_that_is_no_siret_is_nobodys(pc, browser, siret):
    pc.spoil = lambda kind, claims: claims | {"siret": siret} if kind == "userinfo" else claims
    assert browser.go("bachir", "proconnect").status_code == 403
    assert Identity.objects.count() == 0


def test_a_siren_stands_for_all_establishments(pc, settings, browser):
    settings.PARVIS_PROCONNECT_SIRETS = ["217500016"]
    browser.go("bachir", "proconnect", invitation=invited(browser, bachir()))
    assert Identity.objects.get().person_id is not None


def test_a_resident_does_not_attach_proconnect_by_themselves(pc, browser):
    signed_in(browser.city, alice())
    browser.city.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    answer = browser.go("bachir", "proconnect", process="connect")
    assert answer.status_code == 403
    assert Identity.objects.get().person_id is None

"""What other applications know of who is acted for, when the right ends and when a child has an
account of their own."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.mandates.actions import growing_up
from parvis.mandates.models import Ward
from parvis.mandates.testing import granted_between, granted_child
from parvis.openid import testing
from parvis.openid.models import Login, LogoutMessage
from parvis.openid.testing import MORNING, Visit, agrees, claims_of
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db

NOON = MORNING + dt.timedelta(hours=2)


@pytest.fixture
def visit(client):
    """Sign Alice in, on her way to a library that she agreed to tell who she is."""
    testing.a_key()
    library = testing.a_service()
    agrees(cast.alice(), library)
    return Visit(cast.signed_in(client, cast.alice()), library)


def acts_by(visit, mandate_id):
    """Let Alice act by a mandate from now on."""
    begun = visit.client.post(reverse("mandates:begin", args=[mandate_id]))
    assert begun.status_code == 302


def test_a_service_is_told_that_a_mandate_has_ended(visit):
    visit.registered.service.backchannel_logout_uri = "https://library.example/logout"
    visit.registered.service.save()
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        mandate_id = granted_between(cast.chloe(), cast.alice(), now=MORNING)
        acts_by(visit, mandate_id)
        visit.tokens()
        visit.client.post(reverse("mandates:end", args=[mandate_id]))
        deliver_everything()
        login = Login.objects.get()
        assert login.ended_at is not None
        assert LogoutMessage.objects.get().login == login


def test_a_child_who_claims_their_file_is_the_one_the_service_knew(visit):
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        acts_by(visit, granted_child(cast.alice(), now=MORNING))
        tokens = visit.tokens()
        sub = claims_of(tokens["id_token"])["sub"]
        ward_id = Ward.objects.get().pk
        code = growing_up.give_code(ward_id=ward_id, use="claim", by=cast.alice(), now=NOON)
        growing_up.claim(code=code, by=cast.dede(), now=NOON)
        deliver_everything()
        # The mother goes on, and so does the child alone.
        assert visit.userinfo(tokens["access_token"]).json()["sub"] == sub
        assert claims_of(visit.tokens()["id_token"])["sub"] == sub
        agrees(cast.dede(), visit.registered)
        child = Visit(cast.signed_in(Client(), cast.dede()), visit.registered)
        own = claims_of(child.tokens()["id_token"])
        assert (own["sub"], "act" in own) == (sub, False)


def test_a_service_that_knew_the_child_already_goes_on_knowing_them_by_that_name(visit):
    with time_machine.travel(NOON):
        agrees(cast.dede(), visit.registered)
        child = Visit(cast.signed_in(Client(), cast.dede()), visit.registered)
        own = claims_of(child.tokens()["id_token"])["sub"]
        cast.signed_in(visit.client, cast.alice())
        acts_by(visit, granted_child(cast.alice(), now=MORNING))
        assert claims_of(visit.tokens()["id_token"])["sub"] != own
        code = growing_up.give_code(
            ward_id=Ward.objects.get().pk, use="claim", by=cast.alice(), now=NOON
        )
        growing_up.claim(code=code, by=cast.dede(), now=NOON)
        deliver_everything()
        assert claims_of(child.tokens()["id_token"])["sub"] == own
        assert claims_of(visit.tokens()["id_token"])["sub"] == own

"""Tokens say who acts for whom (RFC 8693, `act`), and are worth nothing once the right is gone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.kernel.models import RegisterEntry
from parvis.mandates.testing import granted_between, granted_child
from parvis.openid import testing
from parvis.openid.models import Login, Subject
from parvis.openid.testing import MORNING, claims_of

pytestmark = pytest.mark.django_db

NOON = MORNING + dt.timedelta(hours=2)


def acts_by(visit, mandate_id):
    """Let Alice act by a mandate from now on."""
    begun = visit.client.post(reverse("mandates:begin", args=[mandate_id]))
    assert begun.status_code == 302


def test_a_mother_signs_in_for_her_child(visit):
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        own = claims_of(visit.tokens()["id_token"])
        acts_by(visit, granted_child(cast.alice(), now=MORNING))
        tokens = visit.tokens()
        claims = claims_of(tokens["id_token"])
        assert claims["sub"] != own["sub"]
        assert claims["act"]["sub"] == own["sub"]
        ref = Subject.objects.get(sub=claims["sub"]).ref
        assert ref.startswith("mandates.ward:")
        told = visit.userinfo(tokens["access_token"]).json()
        assert told == {"sub": claims["sub"], "act": claims["act"], "name": told["name"]}
        assert "Dédé" in told["name"]


def test_acting_for_somebody_is_another_login_and_the_former_ends(visit):
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        own = visit.tokens()
        acts_by(visit, granted_child(cast.alice(), now=MORNING))
        visit.tokens()
        assert Login.objects.filter(ended_at=None).count() == 1
        assert visit.userinfo(own["access_token"]).status_code == 401


def test_a_mandate_that_ends_takes_its_tokens_with_it_at_once(visit):
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        mandate_id = granted_between(cast.chloe(), cast.alice(), now=MORNING)
        acts_by(visit, mandate_id)
        tokens = visit.tokens()
        sub = claims_of(tokens["id_token"])["sub"]
        assert Subject.objects.get(sub=sub).ref == f"person:{cast.chloe().id}"
        visit.client.post(reverse("mandates:end", args=[mandate_id]))
        assert visit.userinfo(tokens["access_token"]).status_code == 401
        again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert again.json()["error"] == "invalid_grant"


def test_who_is_acted_for_reads_that_a_service_was_entered_in_their_name(visit):
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        acts_by(visit, granted_between(cast.chloe(), cast.alice(), now=MORNING))
        visit.tokens()
        visit.tokens()
        (line,) = RegisterEntry.objects.filter(action="openid.signed_in_for_another")
        assert (line.actor_ref, line.on_behalf_of_ref) == (
            f"person:{cast.alice().id}",
            f"person:{cast.chloe().id}",
        )
        assert line.object_ref == f"openid.service:{visit.registered.service.public_id}"
        page = cast.signed_in(Client(), cast.chloe()).get(reverse("mandates:represented"))
        (deed,) = page.context["done"]
        assert (deed.who, deed.what) == ("Alice", "connexion à un autre service")


def test_who_acts_for_another_reads_of_whom_the_service_is_told_what(visit):
    museum = testing.a_service(name="Le musée", sector="museum.example")
    visitor = testing.Visit(visit.client, museum)
    with time_machine.travel(NOON):
        cast.signed_in(visit.client, cast.alice())
        acts_by(visit, granted_child(cast.alice(), now=MORNING))
        page = visit.client.get(visitor.authorize()["Location"])
        assert "ce service apprend son nom tout au plus" in page.content.decode()
        visit.client.post(reverse("mandates:leave"))
        page = visit.client.get(visitor.authorize()["Location"])
        assert "ce service apprend son nom tout au plus" not in page.content.decode()

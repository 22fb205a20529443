"""Tokens say who acts for whom (RFC 8693, `act`), and are worth nothing once the right is gone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from parvis.account import testing as cast
from parvis.mandates.testing import granted_between, granted_child
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

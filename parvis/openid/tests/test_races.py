"""Many at one moment: one code is exchanged once, one refresh token is renewed once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.test import Client

from parvis.account import testing as cast
from parvis.kernel.testing import at_once
from parvis.openid import testing
from parvis.openid.actions import tokens as actions
from parvis.openid.models import AccessToken, Grant, Login

pytestmark = pytest.mark.django_db(transaction=True)

MANY, AT_A_TIME = 200, 40


@pytest.fixture
def visit(client):
    """Sign Alice in, on her way to the library."""
    testing.a_key()
    registered = testing.a_service()
    testing.agrees(cast.alice(), registered)
    return testing.Visit(cast.signed_in(client, cast.alice()), registered)


def test_two_hundred_redemptions_of_one_code_give_one_answer(visit):
    """In waves of forty, each let go at one moment: the database has no more connections."""
    code = visit.answer()["code"]

    def redeem():
        return visit.redeem(code).status_code

    statuses = [
        status for _wave in range(MANY // AT_A_TIME) for status in at_once([redeem] * AT_A_TIME)
    ]
    assert len(statuses) == MANY
    assert statuses.count(200) == 1
    assert statuses.count(400) == MANY - 1
    # Whoever came second was taken for a thief: what the first one bought is worth nothing.
    assert AccessToken.objects.count() == 1
    bought = AccessToken.objects.get()
    assert bought.expires <= bought.created + dt.timedelta(minutes=5)


def test_without_the_guard_the_race_is_lost(visit, monkeypatch):
    """The same, with a guard that looks first and writes afterwards: the test above can fail."""
    both_have_looked = threading.Barrier(2, timeout=30)

    def looks_then_writes(grant, *, now):
        is_there = Grant.objects.filter(pk=grant.pk, spent_at=None).exists()
        both_have_looked.wait()
        Grant.objects.filter(pk=grant.pk).update(spent_at=now)
        return is_there

    # Ours stays as it is: this is what it would be without the one statement that decides.
    monkeypatch.setattr(actions, "spend", looks_then_writes)
    code = visit.answer()["code"]
    statuses = at_once([lambda: visit.redeem(code).status_code] * 2)
    assert statuses == [200, 200]


def test_a_refresh_token_is_renewed_once(visit):
    given = visit.tokens()

    def renew():
        return visit.token(
            grant_type="refresh_token", refresh_token=given["refresh_token"]
        ).status_code

    assert sorted(at_once([renew] * 8)) == [200] + [400] * 7


def test_two_tabs_of_one_session_are_one_login(visit):
    url = visit.authorize().wsgi_request.get_full_path()
    Login.objects.all().delete()
    cookies = visit.client.cookies

    def ask():
        browser = Client()
        browser.cookies = cookies
        return browser.get(url).status_code

    assert at_once([ask] * 4) == [302] * 4
    assert Login.objects.filter(ended_at=None).count() == 1
    assert Grant.objects.filter(login__isnull=False).count() == 4

"""Whatever ends a right to act for another, the services entered by it are told, as they are of a
session that is over."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from parvis.account import testing as cast
from parvis.account.actions import closing, roles
from parvis.account.models import Assistance, RoleGrant
from parvis.account.tasks import end_assistances
from parvis.openid import testing
from parvis.openid.models import AccessToken, Login, LogoutMessage
from parvis.openid.testing import MORNING, Visit, agrees
from parvis.relation.testing import deliver_everything
from tests.outside.conftest import Browser, open_account, who

pytestmark = pytest.mark.django_db

NOON = MORNING + dt.timedelta(hours=2)
HELP = {"email": "chloe@parvis.example", "way": "phone", "reason": "Elle ne trouve pas sa carte"}
OFFLINE = "openid profile offline_access"


def a_library():
    """Return a library that wants to know when somebody has signed out."""
    testing.a_key()
    return testing.a_service(backchannel_logout_uri="https://library.example/logout")


@pytest.fixture
def visit(client):
    """Let Bachir act for Chloé at noon, and enter the library for her."""
    library = a_library()
    agrees(cast.chloe(), library)
    agrees(cast.bachir(), library)
    with time_machine.travel(NOON, tick=False):
        visit = Visit(cast.signed_in(client, cast.bachir()), library)
        assert visit.client.post(reverse("account:assist"), HELP).status_code == 302
        assert "access_token" in visit.tokens()
    return visit


def told():
    """Deliver what was announced, and return how many logins are over: the library is told of
    each."""
    deliver_everything()
    over = Login.objects.exclude(ended_at=None).count()
    assert LogoutMessage.objects.count() == over
    return over


def refused_by_chloe(_visit):
    chloe = cast.signed_in(Client(), cast.chloe())
    chloe.post(reverse("account:refuse_help", args=[Assistance.objects.get().public_id]))


def stopped_by_bachir(visit):
    visit.client.post(reverse("account:stop_assisting"))


def left_by_the_switch(visit):
    visit.client.post(reverse("mandates:leave"))


def another_is_helped(visit):
    cast.alice()
    visit.client.post(reverse("account:assist"), HELP | {"email": "alice@parvis.example"})


def her_account_is_closed(_visit):
    closing.close_account(person_id=cast.chloe().id, now=NOON)


@pytest.mark.parametrize(
    "end",
    [
        refused_by_chloe,
        stopped_by_bachir,
        left_by_the_switch,
        another_is_helped,
        her_account_is_closed,
    ],
)
def test_a_service_is_told_when_an_agent_no_longer_helps(visit, end):
    with time_machine.travel(NOON + dt.timedelta(minutes=5), tick=False):
        assert told() == 0
        end(visit)
        assert told() == 1
        assert not AccessToken.objects.filter(expires__gt=NOON + dt.timedelta(minutes=5)).exists()


def test_what_bachir_entered_for_himself_stays_open(visit):
    with time_machine.travel(NOON + dt.timedelta(minutes=5), tick=False):
        other = Visit(cast.signed_in(Client(), cast.bachir()), visit.registered)
        other.tokens()
        stopped_by_bachir(visit)
        assert told() == 1
        assert Login.objects.get(ended_at=None).act is None


@pytest.mark.parametrize(("minutes", "over"), [(29, 0), (31, 1)])
def test_a_service_is_told_when_the_time_to_help_has_run_out(visit, minutes, over):
    with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
        end_assistances(0)
        assert told() == over
    ended = Assistance.objects.get().ended_at
    assert ended == (NOON + dt.timedelta(minutes=30) if over else None)


def test_a_service_is_told_when_the_agent_lost_the_role(visit):
    later = NOON + dt.timedelta(minutes=5)
    held = RoleGrant.objects.get(person_id=cast.bachir().id)
    roles.take_role_back(
        person_id=held.person_id, grant_id=held.public_id, reason="Parti", by=None, now=later
    )
    with time_machine.travel(later, tick=False):
        end_assistances(0)
        end_assistances(0)
        assert told() == 1
    assert Assistance.objects.get().ended_at == later


def test_a_helper_who_signs_out_leaves_a_service_nothing_for_later(fc, browser):
    """Not even what lasts longer than a session: the person did not give that to the helper."""
    open_account(browser)
    library = a_library()
    agrees(who(browser.city), library, scope=OFFLINE)
    helper = Browser(Client())
    helper.go("aidant")
    visit = Visit(helper.city, library)
    tokens = visit.tokens(scope=OFFLINE)
    assert visit.userinfo(tokens["access_token"]).status_code == 200
    helper.city.post(reverse("account_logout"))
    assert told() == 1
    assert visit.userinfo(tokens["access_token"]).status_code == 401
    again = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json()["error"] == "invalid_grant"

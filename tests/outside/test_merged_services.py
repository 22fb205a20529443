"""Two accounts become one, and services go on knowing the person; and two again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.account.actions import merging
from parvis.account.actions.merging import Cause
from parvis.account.testing import a_person, alice, chloe, signed_in
from parvis.kernel import clock, facts
from parvis.kernel.models import FactRecord
from parvis.openid import testing
from parvis.openid.actions import forgetting
from parvis.openid.actions.subjects import subject
from parvis.openid.models import (
    AccessToken,
    Consent,
    Login,
    LogoutMessage,
    RefreshToken,
    Subject,
)
from parvis.openid.testing import Visit, a_key, a_service, agrees, claims_of

pytestmark = pytest.mark.django_db
SCOPE = "openid profile email offline_access"
TABLES = (Subject, Consent, Login, AccessToken, RefreshToken)


def lili():
    return a_person("Lili", email="lili@parvis.example")


def rows():
    return {one.__name__: list(QuerySet(one).order_by("pk").values()) for one in TABLES}


def visited(person, service):
    """Let a person sign in to a service that may come back; return the way and the tokens."""
    agrees(person, service, scope=SCOPE)
    visit = Visit(signed_in(Client(), person), service)
    return visit, visit.tokens(scope=SCOPE)


def sub_in(tokens):
    return claims_of(tokens["id_token"])["sub"]


# What the provider does about the facts of a merge.
HEARD = {
    "account.session_ended": "openid.end_logins",
    "account.merged": "openid.end_all_logins",
    "account.separated": "openid.end_shared_logins",
}


def deliver(known):
    """Deliver the facts announced since, each once."""
    for record in FactRecord.objects.filter(name__in=HEARD).exclude(pk__in=known).order_by("pk"):
        facts.deliver(fact_id=str(record.public_id), reaction=HEARD[record.name])


def announced():
    return list(FactRecord.objects.values_list("pk", flat=True))


def merge(stays, goes):
    known = announced()
    merge_id = merging.merge_accounts(stays=stays.id, goes=goes.id, cause=Cause(), now=clock.now())
    deliver(known)
    return merge_id


def undo(merge_id):
    known = announced()
    merging.undo_merge(merge_id, cause=Cause(), now=clock.now())
    deliver(known)


@pytest.fixture
def both():
    a_key()
    return alice(), lili()


def test_a_service_goes_on_knowing_the_person_and_asks_nothing_anew(both):
    stays, goes = both
    service = a_service()
    _way, before = visited(goes, service)
    merge(stays, goes)
    again = Visit(signed_in(Client(), stays), service)
    # A code comes back at once: nothing was asked.
    tokens = again.tokens(scope=SCOPE)
    assert sub_in(tokens) == sub_in(before)
    told = again.userinfo(tokens["access_token"]).json()
    assert (told["sub"], told["email"]) == (sub_in(before), stays.email)
    assert Consent.objects.filter(person_id=stays.id, withdrawn_at=None).count() == 1


def test_in_the_persons_absence_too_it_is_told_under_the_same_name(both):
    stays, goes = both
    way, before = visited(goes, a_service())
    merge(stays, goes)
    came_back = way.token(grant_type="refresh_token", refresh_token=before["refresh_token"])
    assert came_back.status_code == 200
    assert sub_in(came_back.json()) == sub_in(before)
    told = way.userinfo(came_back.json()["access_token"]).json()
    assert (told["sub"], told["email"]) == (sub_in(before), stays.email)


def test_one_that_knew_both_knows_the_one_that_stays_and_signs_the_other_out(both):
    stays, goes = both
    service = a_service(backchannel_logout_uri="https://library.example/out")
    way, mine = visited(stays, service)
    other_way, others = visited(goes, service)
    merge(stays, goes)
    assert sub_in(mine) != sub_in(others)
    back = way.token(grant_type="refresh_token", refresh_token=mine["refresh_token"])
    assert sub_in(back.json()) == sub_in(mine)
    gone = other_way.token(grant_type="refresh_token", refresh_token=others["refresh_token"])
    assert (gone.status_code, gone.json()["error"]) == (400, "invalid_grant")
    # It is told under the name by which it knew the account that went.
    (message,) = LogoutMessage.objects.all()
    assert message.login.person_id == goes.id
    assert subject("library.example", f"person:{goes.id}") == sub_in(others)
    assert subject("library.example", f"person:{stays.id}") == sub_in(mine)


def test_taken_apart_each_is_known_as_before_to_the_last_row(both):
    stays, goes = both
    alone = a_service()
    shared = a_service(name="Le musée", sector="museum.example")
    visited(goes, alone)
    visited(goes, shared)
    visited(stays, shared)
    before = rows()
    merge_id = merging.merge_accounts(stays=stays.id, goes=goes.id, cause=Cause(), now=clock.now())
    assert rows() != before
    merging.undo_merge(merge_id, cause=Cause(), now=clock.now())
    assert rows() == before


def test_taken_apart_nobody_is_told_of_one_under_the_name_of_the_other(both):
    stays, goes = both
    service = a_service()
    way, before = visited(goes, service)
    merge_id = merge(stays, goes)
    since = Visit(signed_in(Client(), stays), service).tokens(scope=SCOPE)
    back = way.token(grant_type="refresh_token", refresh_token=before["refresh_token"]).json()
    undo(merge_id)
    for tokens in (since, back):
        assert way.userinfo(tokens["access_token"]).status_code == 401
        asked = way.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert asked.json()["error"] == "invalid_grant"
    again = Visit(signed_in(Client(), goes), service).tokens(scope=SCOPE)
    assert sub_in(again) == sub_in(before)
    assert subject("library.example", f"person:{stays.id}") != sub_in(before)


def test_who_acted_for_the_account_that_went_still_acts_for_the_same_one(both):
    stays, goes = both
    service = a_service()
    _way, before = visited(goes, service)
    for_goes = {
        "actor_ref": f"person:{chloe().id}",
        "for_ref": f"person:{goes.id}",
        "by_ref": "mandates.mandate:1",
        "name": "Lili",
        "domains": [],
    }
    Login.objects.create(
        service=service.service,
        person_id=chloe().id,
        session_ref="c" * 64,
        auth_time=testing.MORNING,
        acr="eidas1",
        act=for_goes,
        began_at=testing.MORNING,
    )
    known = Subject.objects.count()
    merge(stays, goes)
    assert subject("library.example", for_goes["for_ref"]) == sub_in(before)
    assert Subject.objects.count() == known


def test_names_are_kept_as_long_as_the_two_can_be_taken_apart(both):
    stays, goes = both
    service = a_service()
    visited(stays, service)
    visited(goes, service)
    merge(stays, goes)
    later = clock.now() + dt.timedelta(days=30)
    assert forgetting.forget_subjects(later, later) == 0
    merging.forget_old(later, later)
    assert forgetting.forget_subjects(later, later) == 1
    assert Subject.objects.get().person_id == stays.id


def test_a_name_that_is_known_costs_one_question(both):
    stays, _goes = both
    made = subject("library.example", f"person:{stays.id}")
    with CaptureQueriesContext(connection) as asked:
        assert subject("library.example", f"person:{stays.id}") == made
    assert len(asked) == 1

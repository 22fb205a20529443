"""What is forgotten of a person at the services they entered, and what the timeline says."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext

from parvis.account.testing import OPEN_SESAME, alice, chloe, signed_in
from parvis.kernel.declarations import account_pages, keeps, notices
from parvis.kernel.facts import Delivered
from parvis.openid.actions import consenting, forgetting, registering
from parvis.openid.events import ConsentGiven, ServiceClosed
from parvis.openid.models import (
    AccessToken,
    Consent,
    Grant,
    Login,
    LogoutMessage,
    RefreshToken,
    Subject,
)
from parvis.openid.tests.services_world import NOON, a_library, ada, agree

LATER = NOON + dt.timedelta(days=30)
HOUR = dt.timedelta(hours=1)


def a_login(person, service, *, ended_at=None):
    return Login.objects.create(
        service=service,
        person_id=person.id,
        session_ref="0" * 64,
        auth_time=NOON,
        acr="https://refeds.org/profile/sfa",
        amr=["pwd"],
        began_at=NOON,
        ended_at=ended_at,
    )


def tokens(person, service, login, *, expires=NOON + HOUR):
    """Save an access token, and a refresh token to come back with."""
    access = AccessToken.objects.create(
        user_id=person.id,
        application=service,
        token=f"access {person.id}",
        expires=expires,
        scope="openid",
        login=login,
    )
    return access, RefreshToken.objects.create(
        user_id=person.id,
        application=service,
        token=f"refresh {person.id}",
        access_token=access,
        login=login,
    )


def test_who_leaves_is_forgotten_at_once_but_for_what_has_to_be_shown(db):
    library = a_library()
    for person in (alice(), chloe()):
        agree(person, library)
    tokens(alice(), library, a_login(alice(), library))
    assert forgetting.forget_person(alice().id, LATER) == 4
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.exists()
    assert Login.objects.get().ended_at == LATER
    ended = Consent.objects.get(person_id=alice().id)
    assert ended.withdrawn_at == LATER
    assert Consent.objects.get(person_id=chloe().id).withdrawn_at is None


def test_an_administrator_who_leaves_leaves_the_service(db):
    person = ada()
    library = a_library()
    library.registered_by = person.id
    library.save()
    forgetting.forget_person(person.id, LATER)
    library.refresh_from_db()
    assert (library.registered_by, library.closed_at) == (None, None)


def test_a_token_stays_as_long_as_one_may_come_back_with_it(db):
    library = a_library()
    access, refresh = tokens(alice(), library, a_login(alice(), library))
    grant = Grant.objects.create(
        user_id=alice().id,
        application=library,
        code="code",
        expires=NOON,
        redirect_uri="https://b.example/",
    )
    access.grant = grant
    access.save()
    assert forgetting.forget_tokens(LATER, LATER) == 0
    RefreshToken.objects.filter(pk=refresh.pk).update(revoked=NOON)
    assert forgetting.forget_refresh_tokens(LATER, LATER) == 1
    assert forgetting.forget_tokens(LATER, LATER) == 2
    assert not Grant.objects.exists()


def test_sign_ins_names_and_consents_go_when_their_time_has_come(db):
    library = a_library()
    agree(alice(), library)
    a_login(alice(), library, ended_at=NOON)
    Subject.objects.create(
        sector="s.example", ref=f"person:{alice().id}", person_id=alice().id, sub="x"
    )
    assert forgetting.forget_logins(NOON, LATER) == 0
    assert forgetting.forget_logins(LATER, LATER) == 1
    assert forgetting.forget_subjects(LATER, LATER) == 0
    assert forgetting.forget_consents(LATER, LATER) == 0
    consenting.withdraw(service_id=library.public_id, by=alice(), now=NOON)
    assert forgetting.forget_consents(NOON, LATER) == 0
    assert forgetting.forget_consents(LATER, LATER) == 1


def test_every_rule_of_the_night_has_its_days():
    rules = {rule.key: rule.days for rule in keeps["openid"].rules}
    assert rules == {
        "openid.tokens": 1,
        "openid.refresh_tokens": 31,
        "openid.logins": 365,
        "openid.subjects": 3,
        "openid.consents": 1825,
    }


def told(key, fact, person):
    delivered = Delivered(fact_id=fact.service_id, fact=fact, announced_at=NOON)
    return notices[key].tell(delivered, person.id)


def test_the_timeline_names_the_service(db):
    library = a_library()
    fact = ConsentGiven(person_id=alice().id, service_id=library.public_id)
    said = told("openid.consent_given", fact, alice())
    assert "Bibliothèques" in said.title
    assert said.url == reverse("openid:connected")
    gone = ConsentGiven(person_id=alice().id, service_id=alice().id)
    assert told("openid.consent_given", gone, alice()) is None


def test_those_who_had_a_service_connected_are_told_that_it_closed(db):
    library = a_library()
    agree(alice(), library)
    agree(chloe(), library)
    consenting.withdraw(service_id=library.public_id, by=chloe(), now=NOON)
    registering.close_service(service_id=library.public_id, by=ada(), now=LATER)
    who = notices["openid.service_closed"].who(ServiceClosed(service_id=library.public_id))
    assert list(who) == [alice().id]


def test_my_account_leads_to_the_connected_services(db, client):
    page = account_pages["openid"]
    assert page.summary(alice().id, NOON) == gettext("No service knows you yet.")
    agree(alice(), a_library())
    assert page.summary(alice().id, NOON).startswith("1 ")
    hub = signed_in(client, alice()).get(reverse("account:known"))
    assert reverse("openid:connected") in hub.content.decode()
    data = client.get(reverse("account:data")).content.decode()
    assert reverse("openid:connected") in data.split("<main")[1]


def test_whatever_stays_of_the_services_says_under_which_law(db, client):
    agree(alice(), a_library())
    login = a_login(alice(), a_library(name="Autre"), ended_at=NOON)
    LogoutMessage.objects.create(login=login, created_at=NOON)
    signed_in(client, alice())
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    rehearsal = client.get(reverse("account:close")).context["rehearsal"]
    (services,) = [module for module in rehearsal.modules if module.key == "openid"]
    kept = [kind for kind in services.kinds if kind.left.stays]
    assert len(kept) == 3
    assert all(kind.what and kind.law and kind.until for kind in kept)

"""Giving a role and taking it back: for a service, an arrondissement, a while and a reason."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from parvis.account.actions.roles import NewGrant, give_role, take_role_back
from parvis.account.models import RoleGrant
from parvis.account.queries import people, roles
from parvis.account.rules.roles import ANY_SERVICE
from parvis.account.testing import MORNING, OPEN_SESAME, a_person, alice, bachir, mona, signed_in
from parvis.kernel.clock import city_zone
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.kernel.testing import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = "Renfort pendant la consultation"


@pytest.fixture
def ada():
    return a_person("Ada", "administrator")


def rows():
    return list(RoleGrant.objects.order_by("pk").values())


def give(person, by, *, now=MORNING, **changes):
    new = NewGrant(**{"role": "moderator", "reason": WHY} | changes)
    return give_role(person_id=person.id, new=new, by=by, now=now)


def the_grant(person, role="moderator"):
    return RoleGrant.objects.get(person_id=person.id, role=role)


def again(person, *, now=MORNING):
    return people.person(person.id, now=now)


def test_a_role_opens_one_service_and_one_arrondissement(ada):
    assert give(alice(), ada, role="agent", service="consultations", territory=11)
    person = again(alice())
    assert person.roles == {"agent"}
    assert person.is_staff_member
    assert person.holds("agent", service="consultations", territory=11)
    assert person.holds("agent", service=ANY_SERVICE, territory=11)
    assert not person.holds("agent", service="consultations")
    assert not person.holds("agent", territory=11)
    assert not person.holds("agent", service="opendata", territory=11)
    assert not person.holds("agent", service="consultations", territory=18)
    line = RegisterEntry.objects.filter(action="account.role_granted").latest("pk")
    assert (line.actor_ref, line.personal) == (f"person:{ada.id}", {"reason": WHY})
    assert line.details == {"role": "agent", "service": "consultations", "territory": "11"}


def test_a_role_begins_on_its_first_day_and_ends_with_its_last_one(ada):
    midnight = dt.datetime(2015, 10, 25, tzinfo=city_zone())
    # The day on which Paris leaves summer time has twenty-five hours; the role has all of them.
    end = dt.datetime(2015, 10, 26, tzinfo=city_zone())
    give(alice(), ada, since=midnight, until=end)
    instant = dt.timedelta(microseconds=1)
    start, end = midnight.astimezone(dt.UTC), end.astimezone(dt.UTC)
    moments = [start - instant, start, start + dt.timedelta(hours=24), end - instant, end]
    held = [again(alice(), now=moment).roles for moment in moments]
    assert held == [set(), {"moderator"}, {"moderator"}, {"moderator"}, set()]


def test_what_is_over_makes_room_for_a_new_one(ada):
    give(alice(), ada, until=MORNING + DAY)
    assert not give(alice(), ada, now=MORNING + dt.timedelta(hours=1))
    assert give(alice(), ada, now=MORNING + 2 * DAY)
    first, second = RoleGrant.objects.filter(person_id=alice().id).order_by("pk")
    assert first.ended_at == first.ends_at == MORNING + DAY
    assert second.ended_at is None
    states = [one.state for one in roles.grants_of(alice().id, now=MORNING + 3 * DAY)]
    assert states == ["held", "taken_back"]


def test_a_role_taken_back_is_gone_at_once_in_every_session(client, ada):
    person = mona()
    signed_in(client, person)
    assert client.get("/bureau/").status_code == 200
    take_role_back(
        person_id=person.id,
        grant_id=the_grant(person).public_id,
        reason="Fin de mission",
        by=ada,
        now=MORNING + DAY,
    )
    assert client.get("/bureau/").status_code == 403
    grant = the_grant(person)
    assert (grant.ended_by_id, grant.end_reason) == (ada.id, "Fin de mission")
    line = RegisterEntry.objects.get(action="account.role_taken_back")
    assert (line.object_ref, line.details) == (f"person:{person.id}", {"role": "moderator"})
    fact = FactRecord.objects.get(name="account.role_taken_back")
    assert fact.payload["reason"] == "Fin de mission"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "ok"}, "reason_needed"),
        ({"role": "mayor"}, "unknown_role"),
        ({"service": "cinema"}, "unknown_service"),
        ({"since": MORNING + 2 * DAY, "until": MORNING + DAY}, "ends_before_it_begins"),
        ({"since": MORNING - 2 * DAY, "until": MORNING - DAY}, "already_over"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(ada, changes, code):
    person, before = alice(), rows()
    with pytest.raises(Refused) as refusal:
        give(person, ada, **changes)
    assert refusal.value.code == code
    assert rows() == before


def test_only_an_administrator_of_the_service_gives_and_takes(ada):
    give(a_person("Eve"), ada, role="administrator", service="opendata")
    eve, person, before = again(a_person("Eve")), mona(), rows()
    for by in (bachir(), mona(), eve):
        with pytest.raises(Forbidden) as refusal:
            give(alice(), by)
        assert refusal.value.code == "needs_role"
        with pytest.raises(Forbidden):
            take_role_back(
                person_id=person.id,
                grant_id=the_grant(person).public_id,
                reason=WHY,
                by=by,
                now=MORNING,
            )
    with pytest.raises(Forbidden):
        give(alice(), eve, service="consultations")
    assert rows()[: len(before)] == before
    assert give(alice(), eve, service="opendata")


def test_nobody_gives_themselves_a_role(ada):
    before = rows()
    with pytest.raises(Forbidden) as refusal:
        give(ada, ada)
    assert refusal.value.code == "not_to_yourself"
    assert rows() == before


def test_the_city_keeps_an_administrator(ada):
    def take(person):
        take_role_back(
            person_id=person.id,
            grant_id=the_grant(person, "administrator").public_id,
            reason=WHY,
            by=ada,
            now=MORNING,
        )

    before = rows()
    with pytest.raises(Refused) as refusal:
        take(ada)
    assert refusal.value.code == "last_administrator"
    assert rows() == before
    eve = a_person("Eve", "administrator")
    take(ada)
    assert again(ada).roles == set()
    assert again(eve).roles == {"administrator"}


def test_a_role_is_taken_back_once(ada):
    person, grant = mona(), the_grant(mona()).public_id

    def take(whose=person):
        take_role_back(person_id=whose.id, grant_id=grant, reason=WHY, by=ada, now=MORNING)

    with pytest.raises(NotFound):
        take(alice())
    take()
    after = rows()
    with pytest.raises(NotFound):
        take()
    assert rows() == after


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_give_at_once_give_once(ada):
    person = alice()
    given = at_once([lambda: give(person, ada) for _rank in range(4)])
    assert sorted(given) == [False, False, False, True]
    assert RoleGrant.objects.filter(person_id=person.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_take_each_others_role_leave_one(ada):
    eve = a_person("Eve", "administrator")

    def take(person, by):
        try:
            take_role_back(
                person_id=person.id,
                grant_id=the_grant(person, "administrator").public_id,
                reason=WHY,
                by=by,
                now=MORNING,
            )
        except Refused as refusal:
            return refusal.code
        return "taken"

    outcomes = at_once([lambda: take(eve, ada), lambda: take(ada, eve)])
    assert sorted(outcomes) == ["last_administrator", "taken"]
    assert RoleGrant.objects.filter(role="administrator", ended_at=None).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "mayor"},
        {"territory": 0},
        {"ends_at": MORNING - DAY},
        {"ended_at": MORNING - DAY},
    ],
)
def test_the_database_itself_refuses_a_role_that_makes_no_sense(changes):
    mona()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.update(**changes)


def proven(client, person):
    """Sign in, and prove it again with the password."""
    signed_in(client, person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.id)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


def test_ada_finds_somebody_gives_them_a_role_and_takes_it_back(client, ada):
    person = alice()
    proven(client, ada)
    found = client.post(reverse("account:agents"), {"email": "ALICE@parvis.example"})
    page = reverse("account:agent", args=[person.id])
    assert found["Location"] == page
    sent = {"role": "agent", "service": "opendata", "territory": "", "last_day": "", "reason": WHY}
    assert client.post(page, sent | {"first_day": ""}).status_code == 302
    assert again(person, now=None).roles == {"agent"}
    assert WHY in client.get(page).content.decode()
    back = reverse("account:take_role_back", args=[person.id, the_grant(person, "agent").public_id])
    assert client.post(back, {"reason": "non"}).status_code == 422
    assert again(person, now=None).roles == {"agent"}
    assert client.post(back, {"reason": "Mission terminée"}).status_code == 302
    assert again(person, now=None).roles == set()


def test_a_form_with_nothing_in_it_says_what_is_missing_and_keeps_what_was_typed(client, ada):
    person = alice()
    proven(client, ada)
    page = client.post(reverse("account:agent", args=[person.id]), {"role": "agent", "reason": ""})
    assert page.status_code == 422
    assert page.context["giving"].errors.keys() == {"reason"}
    assert again(person).roles == set()
    unknown = client.post(reverse("account:agents"), {"email": "nobody@parvis.example"})
    assert unknown.status_code == 422


def test_giving_a_role_asks_for_the_password_again(client, ada):
    page = reverse("account:agent", args=[alice().id])
    asked = signed_in(client, ada).get(page)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert OPEN_SESAME not in asked["Location"]


def test_the_list_shows_who_holds_what_with_or_without_a_second_factor(client, ada):
    give(mona(), ada, role="agent", service="opendata", territory=11)
    alice()
    page = signed_in(client, ada).get(reverse("account:agents"))
    staff = {one.person.usual_name: one for one in page.context["staff"]}
    assert staff.keys() == {"Ada", "Mona"}
    assert len(staff["Mona"].said) == 2
    assert not staff["Mona"].has_second_factor
    only = client.get(reverse("account:agents"), {"role": "administrator"})
    assert [one.person.usual_name for one in only.context["staff"]] == ["Ada"]

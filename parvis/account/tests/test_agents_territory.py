"""A role for one arrondissement, a role without its second factor: neither opens what it must not,
on any page of the city, whether a guard stands there or the page asks the person itself."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import NoReverseMatch, reverse

from parvis.account.actions import counter
from parvis.account.actions.roles import NewGrant, give_role
from parvis.account.desk import matrix
from parvis.account.models import CounterRecovery, Role, RoleGrant
from parvis.account.public import ANYWHERE
from parvis.account.rules.roles import ANY_SERVICE, RoleHeld
from parvis.account.testing import MORNING, a_person, alice, bachir, limited, signed_in
from parvis.account.tests.at_the_counter import TYPED, ada, opened, proven
from parvis.kernel import clock
from parvis.kernel.declarations import city_services, desk_queues
from parvis.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
EVERY_ROLE = [RoleHeld(role=one, territory=18, since=MORNING) for one in Role.values]


@pytest.fixture
def eva():
    """She holds every role, in the 18th alone."""
    return limited(a_person("Eva", *Role.values), territory=18)


def test_a_role_for_one_arrondissement_opens_no_page_of_the_whole_city(client, eva):
    signed_in(client, eva)
    asked = 0
    for one in matrix.openings():
        is_divided = one.need.territory == ANYWHERE
        assert one.need.is_met_by(EVERY_ROLE) == is_divided, one.name
        try:
            address = reverse(one.name)
        except NoReverseMatch:
            continue
        status = client.get(address).status_code
        if status == 405:
            status = client.post(address).status_code
        assert (status == 403) != is_divided, one.name
        asked += 1
    assert asked > 40


def test_what_a_service_says_it_divides_is_what_its_guards_open():
    opened_by = {}
    for one in matrix.openings():
        if one.is_divided:
            opened_by.setdefault(one.need.service, set()).update(one.need.roles)
    for service in city_services:
        assert set(service.divided) == opened_by.get(service.key, set()), service.key
    # Agents act for who lives there and administrators give roles, whatever their service.
    assert {Role.AGENT, Role.ADMINISTRATOR} <= opened_by[ANY_SERVICE]


def test_a_queue_that_counts_by_arrondissement_stands_before_a_page_that_opens_there():
    divided = {one.name for one in matrix.openings() if one.is_divided}
    assert all((one.waiting is None) != (one.waiting_in is None) for one in desk_queues)
    counted = {one.url_name for one in desk_queues if one.waiting_in is not None}
    assert counted
    assert counted <= divided


def test_a_role_that_would_open_nothing_there_is_not_given(client):
    before = RoleGrant.objects.count()
    for role, service in (
        ("official", ""),
        ("moderator", "consultations"),
        ("official", "streets"),
    ):
        new = NewGrant(role=role, service=service, territory=18, reason="Mairie du 18e")
        with pytest.raises(Refused) as caught:
            give_role(person_id=alice().id, new=new, by=ada(), now=clock.now())
        assert (caught.value.code, caught.value.status) == ("not_divided", 422)
    typed = {"role": "official", "service": "", "territory": "18", "reason": "Mairie du 18e"}
    sent = proven(client, ada()).post(reverse("account:agent", args=[alice().id]), typed)
    assert sent.status_code == 422
    assert "territory" in sent.context["giving"].errors
    assert RoleGrant.objects.count() == before + 1
    for role, service in (("agent", "consultations"), ("moderator", "streets"), ("moderator", "")):
        new = NewGrant(role=role, service=service, territory=18, reason="Mairie du 18e")
        assert give_role(person_id=alice().id, new=new, by=ada(), now=clock.now())


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    ("lives", "code"), [(11, "outside_territory"), (None, "outside_territory")]
)
def test_no_way_back_is_opened_for_who_lives_out_of_reach(client, eva, lives, code):
    person = a_person("Lise", residence=lives)
    with pytest.raises(Forbidden) as caught:
        opened(person, by=eva, email="autre@parvis.example")
    assert caught.value.code == code
    address = reverse("account:open_recovery", args=[person.id])
    proven(client, eva)
    assert client.get(address).status_code == 404
    assert client.post(address, TYPED).status_code == 403
    looked = client.get(reverse("account:recoveries"), {"q": "Lise"})
    assert (looked.status_code, looked.context["found"]) == (200, [])
    assert not CounterRecovery.objects.exists()


@pytest.mark.usefixtures("operator")
def test_who_lives_within_reach_is_helped_and_others_are_not_even_listed(client, eva):
    lives_here = a_person("Omar", residence=18)
    recovery_id = opened(lives_here, by=eva, email="autre@parvis.example")
    theirs = opened(alice(), by=bachir())
    page = signed_in(client, eva).get(reverse("account:recoveries"), {"q": "Omar"})
    assert [one.id for one in page.context["recoveries"]] == [recovery_id]
    assert [one.id for one in page.context["found"]] == [lives_here.id]
    with pytest.raises(Forbidden):
        counter.withdraw(recovery_id=theirs, by=eva, now=MORNING)
    assert counter.withdraw(recovery_id=recovery_id, by=eva, now=MORNING)


@pytest.mark.usefixtures("operator")
def test_an_administrator_of_one_arrondissement_opens_no_way_back_for_staff_of_another():
    agent = a_person("Noé", "agent", residence=11)
    by = limited(a_person("Ida", "administrator"), territory=18)
    RoleGrant.objects.create(person_id=by.id, role="agent", granted_at=MORNING, starts_at=MORNING)
    with pytest.raises(Forbidden) as caught:
        opened(agent, by=a_person("Ida"), email="autre@parvis.example")
    assert caught.value.code == "staff_by_administrator"


def owes_a_second_factor(person, settings):
    settings.PARVIS_AGENTS_SECOND_FACTOR_DAYS = 7
    long_ago = clock.now() - dt.timedelta(days=30)
    RoleGrant.objects.filter(person_id=person.id).update(starts_at=long_ago)
    return person


@pytest.mark.parametrize(
    ("name", "args"), [("missions:propose", ()), ("streets:report", ()), ("portal:mine", ())]
)
def test_roles_sleep_while_their_second_factor_is_owed(client, settings, name, args):
    person = a_person("Eva", *Role.values)
    asked = signed_in(client, person).get(reverse(name, args=args)).wsgi_request
    assert asked.person.grants
    assert not asked.person.dormant
    owes_a_second_factor(person, settings)
    asked = client.get(reverse(name, args=args)).wsgi_request
    assert (asked.person.grants, len(asked.person.dormant)) == ((), len(Role.values))
    assert asked.person.is_staff_member
    assert not any(asked.person.holds(one, territory=ANYWHERE) for one in Role.values)


def test_an_agent_who_owes_a_second_factor_proposes_no_mission_as_the_city(client, settings):
    person = owes_a_second_factor(bachir(), settings)
    page = signed_in(client, person).get(reverse("missions:propose"))
    assert page.status_code == 403
    sent = client.post(reverse("missions:propose"), {"title": str(uuid.uuid4())})
    assert sent.status_code == 403

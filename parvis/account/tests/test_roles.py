"""Roles, the console and the cast of the demonstration."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import path

from parvis.account.actions import roles
from parvis.account.actions.cast import demo_accounts, open_cast
from parvis.account.commands import commands as account
from parvis.account.models import Resident, Role, RoleGrant
from parvis.account.permissions import needs_role
from parvis.account.public import Role as PublicRole
from parvis.account.queries import people
from parvis.account.testing import MORNING, alice, bachir, mona, oscar, signed_in
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.ids import new_public_id
from parvis.kernel.models import FactRecord, RegisterEntry


@needs_role("moderator", "administrator")
def kept_page(_request):
    return HttpResponse("in")


urlpatterns = [path("kept/", kept_page)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_mona_enters_and_is_the_only_one(client):
    assert signed_in(client, mona()).get("/kept/").content == b"in"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("who", [alice, bachir, oscar])
def test_others_are_refused(client, who):
    signed_in(client, who())
    answer = client.get("/kept/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_needed")


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("who", "told"), [(alice, "réservée aux agents"), (oscar, "Votre rôle")])
def test_who_works_for_the_city_is_not_told_that_they_do_not(client, who, told):
    signed_in(client, who())
    answer = client.get("/kept/", headers={"accept": "application/json"})
    assert told in answer.json()["message"]


@pytest.mark.django_db
def test_a_role_is_given_once_and_written_down_once():
    person, giver = alice(), bachir()
    given = [
        roles.grant_role(person_id=person.id, role="moderator", by=giver.id, now=MORNING)
        for _rank in range(2)
    ]
    assert given == [True, False]
    assert people.person(person.id).roles == frozenset({"moderator"})
    line = RegisterEntry.objects.get(
        action="account.role_granted", object_ref=f"person:{person.id}"
    )
    assert (line.actor_ref, line.details) == (f"person:{giver.id}", {"role": "moderator"})
    facts = FactRecord.objects.filter(name="account.role_granted")
    assert facts.filter(aggregate=f"person:{person.id}").count() == 1


@pytest.mark.django_db
def test_unknown_roles_and_persons_are_refused():
    with pytest.raises(Refused):
        roles.grant_role(person_id=alice().id, role="mayor", by=None, now=MORNING)
    with pytest.raises(NotFound):
        roles.grant_role(person_id=new_public_id(), role="agent", by=None, now=MORNING)
    assert RoleGrant.objects.count() == 0


@pytest.mark.django_db
def test_the_database_itself_refuses_a_role_twice():
    person = mona()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            person_id=person.id, role="moderator", granted_at=MORNING, starts_at=MORNING
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"email": "ALICE@parvis.example"},
        {"email": None},
        {"usual_name": ""},
        {"residence": 0},
        {"closed_at": MORNING},
    ],
)
def test_the_database_itself_refuses_an_account_that_makes_no_sense(changes):
    person = alice()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=person.id).update(**changes)


def test_the_public_names_are_those_of_the_roles():
    names = {value for key, value in vars(PublicRole).items() if key.isupper()}
    assert names == set(Role.values)


@pytest.mark.django_db
def test_the_cast_of_the_demonstration_is_opened_once():
    for _start in range(2):
        open_cast(now=MORNING)
    assert Resident.objects.count() == len(demo_accounts()) == 7
    for given in demo_accounts():
        person = people.person_by_email(given.email)
        assert person.usual_name == given.name
        assert person.roles == frozenset({given.role} - {""})
        assert Resident.objects.get(pk=person.id).check_password(given.password)


@pytest.mark.django_db
def test_an_operator_opens_an_account_gives_a_role_and_lists_them():
    run = CliRunner().invoke
    made = run(
        account,
        ["create", "eve@parvis.example", "--name", "Eve", "--password", "tasse-girafe-horizon"],
    )
    assert made.exit_code == 0
    assert run(account, ["grant", "eve@parvis.example", "agent"]).output == (
        "eve@parvis.example is now agent.\n"
    )
    assert run(account, ["grant", "eve@parvis.example", "agent"]).output == (
        "eve@parvis.example already is agent.\n"
    )
    assert run(account, ["list-roles"]).output == "agent\teve@parvis.example\n"


@pytest.mark.django_db
def test_an_operator_is_told_what_cannot_be_done():
    run = CliRunner().invoke
    unknown = run(account, ["grant", "nobody@parvis.example", "agent"])
    assert (unknown.exit_code, unknown.output) == (
        1,
        "Error: nobody@parvis.example has no open account.\n",
    )
    alice()
    taken = run(
        account,
        ["create", "alice@parvis.example", "--name", "A", "--password", "tasse-girafe-horizon"],
    )
    assert taken.exit_code == 1
    assert Resident.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name", "password"),
    [
        ("eve@parvis.example", "Eve", "court"),
        ("eve", "Eve", "tasse-girafe-horizon"),
        ("eve@parvis.example", "\u202eEve", "tasse-girafe-horizon"),
    ],
)
def test_an_operator_types_what_a_resident_may_type(email, name, password):
    made = CliRunner().invoke(account, ["create", email, "--name", name, "--password", password])
    assert made.exit_code == 1
    assert Resident.objects.count() == 0

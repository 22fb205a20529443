"""The permission matrix: what it says a role opens is what a role opens, page by page."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from parvis.account.desk.matrix import openings
from parvis.account.models import Role, RoleGrant
from parvis.account.testing import a_person, signed_in

pytestmark = pytest.mark.django_db


def address_of(name):
    """Return an address of this name, with ids that belong to nothing."""
    return reverse(name, kwargs=dict(_arguments(name)))


def _arguments(name):
    for entry, converters in _patterns(get_resolver(), ""):
        if entry[0] == name:
            for key, kind in converters.items():
                yield key, _value(kind)
            return


def _patterns(resolver, namespace, before=None):
    for entry in resolver.url_patterns:
        converters = {**(before or {}), **getattr(entry.pattern, "converters", {})}
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, inner, converters)
        else:
            yield (f"{namespace}{entry.name}", entry), converters


def _value(converter):
    named = type(converter).__name__
    return {"UUIDConverter": uuid.uuid4(), "IntConverter": 1}.get(named, "rien")


def opens(client, address):
    """Tell whether the guard lets the client through: what comes after it does not matter here."""
    ask = {"accept": "application/json"}
    answer = client.get(address, headers=ask)
    if answer.status_code == 405:
        answer = client.post(address, headers=ask)
    refused = answer.status_code == 403 and answer.json()["code"] == "role_needed"
    return not refused


def holder(role, service=""):
    person = a_person(f"Holder-{role}-{service or 'all'}", role)
    RoleGrant.objects.filter(person_id=person.id).update(service=service)
    return person


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_each_role_opens_what_the_matrix_says_and_nothing_else(role):
    person = holder(role) if role else a_person("Alice")
    client = signed_in(Client(raise_request_exception=False), person)
    said = {one.name: role in one.need.roles for one in openings()}
    assert len(said) > 20
    assert {name: opens(client, address_of(name)) for name in said} == said


@pytest.mark.parametrize("service", ["consultations", "opendata"])
def test_a_role_for_one_service_opens_that_service_and_the_desk(service):
    person = holder("moderator", service)
    client = signed_in(Client(raise_request_exception=False), person)
    said = {
        one.name: "moderator" in one.need.roles and one.need.service in (service, "*")
        for one in openings()
    }
    assert {name: opens(client, address_of(name)) for name in said} == said
    assert len([name for name, is_open in said.items() if is_open]) >= 4


def test_every_page_of_a_desk_is_guarded_by_a_role():
    guarded = {one.name for one in openings()}
    with translation.override("en"):
        desks = {
            name
            for (name, entry), _converters in _patterns(get_resolver(), "")
            if ".desk" in entry.callback.__module__
        }
    assert sorted(desks - guarded) == []


def test_administering_opens_no_text_under_moderation_and_no_file_before_it_is_published():
    closed = {one.name for one in openings() if "administrator" not in one.need.roles}
    assert {
        "ideas:moderation",
        "ideas:moderation_item",
        "ideas:decisions",
        "opendata:moderation",
        "opendata:moderation_case",
        "opendata:run",
        "opendata:errors",
    } <= closed


def test_the_matrix_is_read_by_staff_in_both_languages():
    client = signed_in(Client(), a_person("Mona", "moderator"))
    for language in ("fr", "en"):
        with translation.override(language):
            page = client.get(reverse("account:rights"))
        assert page.status_code == 200
        names = {one.name for part in page.context["sections"] for one in part.openings}
        assert names == {one.name for one in openings()}
    assert signed_in(Client(), a_person("Alice")).get(reverse("account:rights")).status_code == 403

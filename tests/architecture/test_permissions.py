"""The permission matrix: what it says a role opens is what a role opens, page by page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.desk.matrix import openings
from parvis.account.models import Role, RoleGrant
from parvis.account.testing import a_person, signed_in
from tests.addresses import address_of, addresses

pytestmark = pytest.mark.django_db

# What administrators open, and why: administering is no reason to read what people wrote, showed or
# voted. A page is added here with its reason, or it is closed to them.
ADMINISTRATION = {
    "the desk itself, which shows each role its own queues": ["portal:desk"],
    "who works here, and what roles open": [
        *("account:agents", "account:agent", "account:invite", "account:take_role_back"),
        "account:rights",
    ],
    "who works here and lost everything is let back in by an administrator alone: names and masked"
    " addresses of whom they look for, each look written down": [
        *("account:recoveries", "account:open_recovery", "account:withdraw_recovery"),
    ],
    "what is forgotten when: counts, no row": ["account:retention"],
    "what did not arrive: to whom and why, not the words": [
        *("account:texts", "account:settle_text"),
        *("relation:failed_deliveries", "relation:retry_delivery"),
        *("relation:uncertain_mails", "relation:settle_mail"),
    ],
    "which applications sign people in": [
        *("openid:services", "openid:service", "openid:add", "openid:change", "openid:close"),
        *("openid:secret", "openid:trial", "openid:open_trial", "openid:tried"),
        "openid:device_tried",
    ],
    "what a participatory budget consists of, before anybody writes": [
        *("budget:plans", "budget:plan", "budget:area", "budget:freeze"),
    ],
    "opening a vote and publishing its count: no ballot, no list of who voted": [
        *("budget:desk_vote", "budget:desk_vote_open", "budget:desk_vote_prepare"),
        *("budget:desk_vote_publish", "voting:desk", "voting:desk_poll"),
    ],
    "which partners send reports in, and when the services work": [
        *("streets:keys", "streets:add_key", "streets:revoke_key"),
        *("streets:life", "streets:close_day", "streets:open_day", "streets:hours"),
    ],
    "who treats what: rules, handlers and zones": [
        *("streets:routing", "streets:routing_again", "streets:routing_ask"),
        *("streets:routing_handlers", "streets:routing_handler_add", "streets:routing_turn"),
        *("streets:routing_handler", "streets:routing_handler_end", "streets:routing_add"),
        *("streets:routing_written", "streets:routing_table", "streets:routing_zones"),
        *("streets:routing_draw", "streets:routing_zone", "streets:routing_close"),
        *("streets:routing_redraw", "streets:routing_change", "streets:routing_end"),
    ],
    "reports that no rule covers: the table is mended by what it forgot": [
        *("streets:routing_waiting", "streets:routing_assign"),
    ],
}


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
        desks = {name for name, view in addresses() if ".desk" in view.__module__}
    assert sorted(desks - guarded) == []


def test_an_administrator_opens_the_pages_of_administration_and_no_other():
    client = signed_in(Client(raise_request_exception=False), holder("administrator"))
    opened = {one.name for one in openings() if opens(client, address_of(one.name))}
    explained = [name for names in ADMINISTRATION.values() for name in names]
    assert len(explained) == len(set(explained)), "each page is explained once"
    assert sorted(opened - set(explained)) == [], "say why administrators need these pages"
    assert sorted(set(explained) - opened) == [], "these are gone, or closed to administrators"


@pytest.mark.parametrize(
    "content",
    [
        ["ideas:moderation", "ideas:moderation_item", "ideas:decisions"],
        ["opendata:moderation", "opendata:moderation_case", "opendata:run", "opendata:errors"],
        ["budget:case", "budget:remarks", "budget:sheet"],
        ["streets:board", "streets:desk_case", "streets:photo_review", "streets:photo_uncovered"],
        ["mandates:case", "mandates:to_check", "account:match", "account:assist"],
        ["voting:boxes", "voting:minutes", "voting:sheets", "voting:unlock"],
    ],
    ids=lambda names: names[0].partition(":")[0],
)
def test_what_people_wrote_showed_or_voted_is_closed_to_administrators(content):
    client = signed_in(Client(raise_request_exception=False), holder("administrator"))
    for name in content:
        assert client.get(address_of(name)).status_code == 403, name


def test_the_matrix_is_read_by_staff_in_both_languages():
    client = signed_in(Client(), a_person("Mona", "moderator"))
    for language in ("fr", "en"):
        with translation.override(language):
            page = client.get(reverse("account:rights"))
        assert page.status_code == 200
        names = {one.name for part in page.context["sections"] for one in part.openings}
        assert names == {one.name for one in openings()}
    assert signed_in(Client(), a_person("Alice")).get(reverse("account:rights")).status_code == 403

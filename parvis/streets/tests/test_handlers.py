"""Services and partners that treat cases: added, renamed, ended once nothing leads to them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import a_person, bachir, signed_in
from parvis.kernel import register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.streets import testing
from parvis.streets.actions import handlers, routing, routing_rules
from parvis.streets.actions.handlers import Wording
from parvis.streets.models import Case, Handler, RoutingRule
from parvis.streets.queries.routing_words import why_here
from parvis.streets.rules.routing import Route
from parvis.streets.tests.test_routing import NOON, a_case, routed

GARDENS = Wording(name="  Jardins   partagés ", kind="partner", email="jardins@exemple.fr")


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


@pytest.fixture
def ada():
    return a_person("Ada", "administrator")


def refused(act, code):
    """Return the sentence of a refusal that changed nothing."""
    before = list(Handler.objects.order_by("pk").values())
    with pytest.raises((Refused, NotFound, Forbidden)) as why:
        act()
    assert why.value.code == code
    assert list(Handler.objects.order_by("pk").values()) == before
    return why.value.message


def told(code):
    lines = register.about(f"streets.handler:{code}")
    return [one.action.removeprefix("streets.handler_") for one in lines]


def a_rule(ada, handler, **about):
    route = Route(id=0, handler=handler, **about)
    return routing_rules.add_rule(route=route, why="Marché 2026", by=ada, now=NOON)


def test_a_new_handler_takes_the_next_report_and_keeps_its_code_when_renamed(ada):
    code = handlers.add_handler(GARDENS, by=ada, now=NOON)
    assert code == "jardins-partages"
    row = Handler.objects.get(code=code)
    assert (row.name, row.published_as) == ("Jardins partagés", "Jardins partagés")
    assert row.email == "jardins@exemple.fr"
    a_rule(ada, code, arrondissement=11, rank=20)
    case = routed()
    assert case.handler.code == code

    renamed = Wording(name="Jardins de rue", kind="service")
    handlers.change_handler(code=code, wording=renamed, by=ada, now=NOON)
    row.refresh_from_db()
    assert (row.name, row.kind, row.email) == ("Jardins de rue", "service", "")
    # Published data and tables go on.
    assert (row.code, row.published_as) == (code, "Jardins partagés")
    assert why_here(case.pk).handler == "Jardins de rue"
    assert told(code) == ["changed", "added"]
    # The city's folder is loaded again: what the desk wrote stays.
    testing.the_streets()
    assert Handler.objects.get(code=code).name == "Jardins de rue"


def test_what_cannot_be_a_handler_changes_nothing(ada):
    def add(**changes):
        words = {"name": "Jardins", "kind": "partner"} | changes
        return lambda: handlers.add_handler(Wording(**words), by=ada, now=NOON)

    refused(add(name=" ! "), "handler_without_name")
    refused(add(kind="friend"), "handler_kind_unknown")
    refused(add(name="VOIRIE et déplacements (dvd)"), "handler_name_taken")
    refused(add(published_as="DVD"), "handler_published_taken")
    refused(
        lambda: handlers.change_handler(
            code="ramen", wording=Wording(name="CIELIS", kind="partner"), by=ada, now=NOON
        ),
        "handler_name_taken",
    )
    refused(lambda: handlers.add_handler(GARDENS, by=bachir(), now=NOON), "needs_role")
    refused(lambda: handlers.end_handler(code="dvd", by=bachir(), now=NOON), "needs_role")
    refused(lambda: handlers.end_handler(code="nobody", by=ada, now=NOON), "no_such_handler")
    # A page of the desk is called so.
    assert handlers.add_handler(Wording(name="New", kind="service"), by=ada, now=NOON) == "new-2"
    with pytest.raises(IntegrityError), transaction.atomic():
        Handler.objects.filter(code="dvd").update(ended_at=NOON)


def test_a_handler_ends_once_no_rule_names_it_and_nothing_is_left_to_do(ada):
    code = handlers.add_handler(GARDENS, by=ada, now=NOON)
    rules = [a_rule(ada, code, arrondissement=number, rank=20) for number in (11, 12)]
    case = routed()

    def end():
        handlers.end_handler(code=code, by=ada, now=NOON)

    with translation.override("en"):
        assert refused(end, "handler_has_rules") == (
            "Rules still lead to it: « Everything » (arrondissement 11), « Everything »"
            " (arrondissement 12). Let them lead to another first, or end them."
        )
    changed = Route(id=rules[0], handler="dvd", arrondissement=11, rank=20)
    routing_rules.change_rule(rule_id=rules[0], route=changed, why="Fin", by=ada, now=NOON)
    with translation.override("en"):
        assert refused(end, "handler_has_rules") == (
            "A rule still leads to it: « Everything » (arrondissement 12)."
            " Let it lead to another first, or end it."
        )
    RoutingRule.objects.filter(pk=rules[1]).delete()
    with translation.override("en"):
        assert refused(end, "handler_has_cases") == (
            "It still has 1 open report: give it to another handler first."
        )
    routing.assign_case(case_id=case.pk, handler="dvd", actor_ref="person:x", now=NOON)
    end()
    row = Handler.objects.get(code=code)
    assert (row.ended_at, row.closed_at) == (NOON, NOON)
    refused(end, "handler_ended")
    with pytest.raises(Refused) as closed:
        a_rule(ada, code, arrondissement=13)
    assert closed.value.code == "handler_closed"
    handlers.reopen_handler(code=code, by=ada, now=NOON)
    assert a_rule(ada, code, arrondissement=13)
    assert told(code) == ["reopened", "ended", "added"]


def test_many_rules_are_told_by_the_first_of_them_and_how_many_more(ada):
    with translation.override("en"), pytest.raises(Refused) as why:
        handlers.end_handler(code="dvd", by=ada, now=NOON)
    standing = RoutingRule.objects.filter(handler__code="dvd").count()
    assert why.value.message.count("« ") == 3
    assert f", {standing - 3} other rules." in why.value.message


def test_the_desk_adds_renames_and_ends(client, ada):
    signed_in(client, ada)
    new = reverse("streets:routing_handler_add")
    assert client.get(new).status_code == 200
    assert client.post(new, {"name": "Jardins"}).status_code == 422
    taken = {"name": "CIELIS", "kind": "partner"}
    assert client.post(new, taken).status_code == 422
    given = {"name": "Jardins", "kind": "partner", "email": "j@exemple.fr", "published_as": "JARD"}
    assert client.post(new, given)["Location"] == reverse("streets:routing_handlers")
    assert Handler.objects.get(code="jardins").published_as == "JARD"

    rename = reverse("streets:routing_handler", args=["jardins"])
    assert 'value="j@exemple.fr"' in client.get(rename).content.decode()
    assert client.post(rename, taken).status_code == 422
    assert client.post(rename, {"name": "Vergers", "kind": "partner"}).status_code == 302
    assert "Vergers" in client.get(reverse("streets:routing_handlers")).content.decode()

    end = reverse("streets:routing_handler_end", args=["jardins"])
    rule = a_rule(ada, "jardins", arrondissement=11, rank=20)
    routing.route_case(a_case(), now=NOON)
    change = reverse("streets:routing_change", args=[rule])
    page = client.post(end)
    assert page.status_code == 409
    assert change in page.content.decode()
    RoutingRule.objects.filter(pk=rule).update(handler=Handler.objects.get(code="dvd"))
    assert client.post(end).status_code == 409
    Case.objects.update(handler=None)
    assert client.get(end).status_code == 200
    assert client.post(end).status_code == 302
    assert Handler.objects.get(code="jardins").ended_at is not None
    assert client.get(reverse("streets:routing_handler", args=["nobody"])).status_code == 404

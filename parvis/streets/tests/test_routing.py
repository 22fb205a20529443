"""To whom a case goes, why, and what stops it: with the real table, zones and handlers."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest

from parvis.account.testing import a_person, bachir
from parvis.kernel import register
from parvis.kernel.errors import Forbidden, Refused
from parvis.kernel.models import FactRecord
from parvis.streets import testing
from parvis.streets.actions import handlers, routing, routing_rules
from parvis.streets.models import Assignment, Case, Handler, RoutingRule, Subtype
from parvis.streets.queries import routing_desk, tables
from parvis.streets.queries.routing_words import why_here
from parvis.streets.rules.routing import Route
from parvis.territory.public import in_metres

NOON = testing.NOON
HERE = (2.36925, 48.85331)
VINCENNES = (2.4340, 48.8330)


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


@pytest.fixture
def ada():
    return a_person("Ada", "administrator")


def a_case(at=HERE, code=testing.FRIDGE):
    subtype = Subtype.objects.get(code=code)
    return Case.objects.create(
        code=uuid.uuid4().hex[:12],
        subtype=subtype,
        type_id=subtype.type_id,
        family=subtype.family,
        radius_m=subtype.radius_m,
        location=in_metres([at])[0],
        arrondissement=11,
        quartier=43,
        state_id="new",
        opened_at=NOON,
        changed_at=NOON,
    )


def routed(*where, **what):
    case = a_case(*where, **what)
    routing.route_case(case, now=NOON)
    return Case.objects.select_related("handler").get(pk=case.pk)


def facts(name):
    rows = FactRecord.objects.filter(name=f"streets.{name}").order_by("pk")
    return [row.payload for row in rows]


def outline(lon, lat, size=0.002):
    west, south = lon - size / 2, lat - size / 2
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size]]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def test_a_case_goes_where_the_rules_say_and_says_why(ada):
    case = routed()
    assert case.handler.code == "ramen"
    assert case.revision == 1
    assert case.due_at is not None
    made = Assignment.objects.get(case=case)
    assert made.why["code"] == "routed"
    assert [one["handler"] for one in made.why["rules"]] == ["ramen", "ramen"]
    assert [bool(one["subtype"]) for one in made.why["rules"]] == [True, False]
    assert facts("case_routed") == [
        {
            "case_id": str(case.pk),
            "code": case.code,
            "handler": "ramen",
            "before": "",
            "rule_id": made.rule_id,
        }
    ]
    told = why_here(case.pk)
    assert told.handler == "Ramen, enlèvement des objets abandonnés"
    assert "Autres objets encombrants abandonnés" in told.sentence
    assert [one.decides for one in told.matched] == [True, False]
    # In the wood, whatever it is.
    assert routed(VINCENNES).handler.code == "deve"
    # An explanation stays as it was.
    route, why = routing_desk.route_of(made.rule_id)
    changed = Route(id=route.id, handler="dvd", subtype=route.subtype)
    routing_rules.change_rule(rule_id=route.id, route=changed, why="Essai", by=ada, now=NOON)
    assert routed().handler.code == "dvd"
    assert why_here(case.pk).handler == told.handler
    assert not RoutingRule.objects.get(pk=route.id).is_learned
    assert why


def test_a_polygon_routes_the_next_report_and_closed_it_stops_the_one_after(ada):
    zone = routing_rules.draw_ground(
        name="Chantier", geojson=outline(*HERE), source="", by=ada, now=NOON
    )
    rule = routing_rules.add_rule(
        route=Route(id=0, handler="dvd", zone=zone, rank=20), why="Chantier 2026", by=ada, now=NOON
    )
    assert routed().handler.code == "dvd"
    assert routed((2.35, 48.86)).handler.code == "ramen"

    routing_rules.close_ground(code=zone, by=ada, now=NOON)
    assert facts("rule_broke") == [{"rule_id": rule, "why": "zone_closed"}]
    stopped = routed()
    assert stopped.handler is None
    assert facts("case_routed")[-1]["handler"] == ""
    assert Assignment.objects.get(case=stopped).rule_id == rule
    assert why_here(stopped.pk).code == "rule_broken"
    # It is said once, and shown first until somebody mends it.
    assert len(facts("rule_broke")) == 1
    first = routing_desk.rules(view="", asked="", handler="", page="", now=NOON)
    assert [one.id for one in first.broken] == [rule]
    assert first.page.object_list[0].id == rule
    assert first.waiting == 1
    assert routing.route_waiting(by=ada, now=NOON) == 0

    routing_rules.end_rule(rule_id=rule, by=ada, now=NOON)
    routing_rules.check_rules(now=NOON)
    assert RoutingRule.objects.exclude(broken_because="").count() == 0
    tomorrow = NOON + dt.timedelta(days=1)
    assert routing.route_waiting(by=ada, now=tomorrow) == 1
    stopped.refresh_from_db()
    assert (stopped.handler.code, stopped.revision) == ("ramen", 2)
    assert Assignment.objects.filter(case=stopped).count() == 2


def test_a_redrawn_zone_routes_by_its_new_outline_and_the_past_keeps_its_reason(ada):
    zone = routing_rules.draw_ground(
        name="Chantier", geojson=outline(*HERE), source="Plan 12", by=ada, now=NOON
    )
    rule = routing_rules.add_rule(
        route=Route(id=0, handler="dvd", zone=zone, rank=20), why="Chantier 2026", by=ada, now=NOON
    )
    before = routed()
    assert before.handler.code == "dvd"
    told = why_here(before.pk)
    later = NOON + dt.timedelta(days=1)
    elsewhere = (2.35, 48.86)
    routing_rules.redraw_ground(
        code=zone, geojson=outline(*elsewhere), source="Plan 13", by=ada, now=later
    )
    assert routed().handler.code == "ramen"
    assert routed(elsewhere).handler.code == "dvd"
    assert RoutingRule.objects.get(pk=rule).broken_because == ""
    # The case that went there stays there, for the reason of its day.
    before.refresh_from_db()
    assert (before.handler.code, before.revision) == ("dvd", 1)
    assert why_here(before.pk) == told


def test_a_handler_that_takes_no_more_breaks_its_rules(ada):
    handlers.close_handler(code="ramen", by=ada, now=NOON)
    assert {one["why"] for one in facts("rule_broke")} == {"handler_closed"}
    broken = RoutingRule.objects.exclude(broken_because="")
    assert broken.count() == RoutingRule.objects.filter(handler__code="ramen").count()
    stopped = routed()
    assert stopped.handler is None
    with pytest.raises(Refused) as refused:
        routing.assign_case(case_id=stopped.pk, handler="ramen", actor_ref="person:x", now=NOON)
    assert refused.value.code == "handler_closed"
    assert Assignment.objects.filter(case=stopped).count() == 1

    routing.assign_case(
        case_id=stopped.pk, handler="dvd", actor_ref="person:x", note="Vu au téléphone", now=NOON
    )
    stopped.refresh_from_db()
    assert (stopped.handler.code, stopped.state_id, stopped.revision) == ("dvd", "new", 2)
    assert why_here(stopped.pk).code == "by_hand"
    assert register.about(f"streets.case:{stopped.pk}")[0].action == "streets.assigned"
    with pytest.raises(Refused) as again:
        routing.assign_case(case_id=stopped.pk, handler="dvd", actor_ref="person:x", now=NOON)
    assert again.value.code == "already_theirs"

    handlers.reopen_handler(code="ramen", by=ada, now=NOON)
    assert not broken.all().exists()
    assert routed().handler.code == "ramen"


def test_forgotten_days_are_shown_before_they_come(ada):
    rule = RoutingRule.objects.get(subtype__code=testing.TAG)
    day = NOON.date()
    first = Route(
        id=rule.pk, handler="graffitis", subtype=testing.TAG, until=day + dt.timedelta(days=5)
    )
    routing_rules.change_rule(rule_id=rule.pk, route=first, why="Marché", by=ada, now=NOON)
    assert not facts("rule_broke")
    then = Route(id=0, handler="dvd", subtype=testing.TAG, first=day + dt.timedelta(days=7))
    routing_rules.add_rule(route=then, why="Marché suivant", by=ada, now=NOON)
    assert facts("rule_broke") == [{"rule_id": rule.pk, "why": "validity_gap"}]
    assert routed(code=testing.TAG).handler.code == "graffitis"
    lost = a_case(code=testing.TAG)
    routing.route_case(lost, now=NOON + dt.timedelta(days=5))
    assert Case.objects.get(pk=lost.pk).handler is None


def test_who_may_not_and_what_cannot_be_changes_nothing(ada):
    before = list(RoutingRule.objects.order_by("pk").values())
    rule = Route(id=0, handler="dvd", subtype=testing.FRIDGE)
    with pytest.raises(Forbidden):
        routing_rules.add_rule(route=rule, why="x", by=bachir(), now=NOON)
    refused = {
        "rule_overlaps": rule,
        "rule_two_matters": Route(id=0, handler="dvd", subtype=testing.FRIDGE, type="proprete"),
        "rule_two_grounds": Route(id=0, handler="dvd", quartier=1, arrondissement=1),
        "rule_no_days": Route(id=0, handler="dvd", first=NOON.date(), until=NOON.date()),
        "no_such_handler": Route(id=0, handler="nobody"),
        "no_such_subtype": Route(id=0, handler="dvd", subtype="nothing"),
        "no_such_zone": Route(id=0, handler="dvd", zone="nowhere"),
    }
    for code, route in refused.items():
        with pytest.raises(Refused) as why:
            routing_rules.add_rule(route=route, why="x", by=ada, now=NOON)
        assert why.value.code == code
    with pytest.raises(Refused) as silent:
        routing_rules.add_rule(route=Route(id=0, handler="dvd"), why=" ", by=ada, now=NOON)
    assert silent.value.code == "rule_without_reason"
    with pytest.raises(Refused, match="nobody"):
        routing_rules.import_table(text="handler\nnobody\n", by=ada, now=NOON)
    assert list(RoutingRule.objects.order_by("pk").values()) == before


def test_the_table_comes_out_and_goes_in_again(ada):
    standing = RoutingRule.objects.count()
    text = tables.written(routing_desk.queries.standings())
    assert text.count("\n") == standing + 1
    same = routing_rules.import_table(text=text, by=ada, now=NOON)
    assert (len(same.same), same.add, same.end) == (standing, (), ())
    routed()
    changed = text.replace(f"{testing.FRIDGE},,,,,ramen", f"{testing.FRIDGE},,,,,dvd")
    done = routing_rules.import_table(text=changed, by=ada, now=NOON)
    assert [one.route.handler for one in done.add] == ["dvd"]
    assert routed().handler.code == "dvd"
    history = RoutingRule.objects.filter(subtype__code=testing.FRIDGE).order_by("pk")
    assert [(one.handler.code, one.valid.upper) for one in history] == [
        ("ramen", NOON.date()),
        ("dvd", None),
    ]
    assert Handler.objects.get(code="dvd").rules.filter(is_learned=True).exists()

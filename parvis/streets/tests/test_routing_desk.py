"""The pages by which administrators write the rules, as they meet them."""

from __future__ import annotations

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from parvis.account.testing import a_person, alice, bachir, signed_in
from parvis.kernel import clock
from parvis.kernel.models import RegisterEntry
from parvis.streets import testing
from parvis.streets.actions import routing, routing_rules
from parvis.streets.models import Case, Handler, RoutingRule
from parvis.streets.rules.routing import Route
from parvis.streets.tests.test_routing import HERE, a_case, outline
from parvis.territory.public import zones_at


def page(client, name, *args, **query):
    answer = client.get(reverse(f"streets:{name}", args=args), query)
    return answer, answer.content.decode()


def a_rule(**changes):
    return {
        "matter": f"subtype:{testing.FRIDGE}",
        "ground": "arrondissement:11",
        "handler": "dvd",
        "rank": "0",
        "why": "Marché 2026",
        "step": "try",
        **changes,
    }


def listed(text):
    rules = RoutingRule.objects.values_list("pk", flat=True)
    return sum(f'"{reverse("streets:routing_change", args=[pk])}"' in text for pk in rules)


def file_of(text, name="table.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_only_administrators_come_in(client, db):
    desk = ("", "_add", "_table", "_zones", "_handlers", "_handler_add")
    addresses = [f"routing{one}" for one in desk]
    signed_in(client, alice())
    assert {client.get(reverse(f"streets:{one}")).status_code for one in addresses} == {403}
    signed_in(client, bachir())
    assert {client.get(reverse(f"streets:{one}")).status_code for one in addresses} == {403}
    assert client.get(reverse("streets:routing_waiting")).status_code == 200


def test_rules_are_listed_and_found(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    answer, text = page(client, "routing")
    assert answer.status_code == 200
    assert listed(text) == 25
    _answer, text = page(client, "routing", q="encombrants", to="ramen")
    assert "Autres objets encombrants abandonnés" in text
    _answer, text = page(client, "routing", view="broken")
    assert listed(text) == 0


def test_a_rule_is_tried_on_the_past_before_it_holds(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    known = RoutingRule.objects.count()
    new = reverse("streets:routing_add")
    tried = client.post(new, a_rule())
    text = tried.content.decode()
    assert tried.status_code == 200
    assert "Ramen, enlèvement des objets abandonnés" in text
    assert "Voirie et déplacements (DVD)" in text
    assert 'value="save"' in text
    assert RoutingRule.objects.count() == known

    wrong = client.post(new, a_rule(first="2026-06-03", last="2026-06-01"))
    assert wrong.status_code == 422
    assert client.post(new, a_rule(ground="quartier:81")).status_code == 422
    assert client.post(new, a_rule(ground="", step="save")).status_code == 422
    assert RoutingRule.objects.count() == known

    saved = client.post(new, a_rule(step="save", last="2099-12-31"))
    assert saved.status_code == 302
    rule = RoutingRule.objects.get(arrondissement=11)
    assert (rule.handler.code, rule.valid.upper) == ("dvd", dt.date(2100, 1, 1))
    change = reverse("streets:routing_change", args=[rule.pk])
    _answer, text = page(client, "routing_change", rule.pk)
    assert 'value="2099-12-31"' in text
    assert client.post(change, a_rule(step="save", handler="deve")).status_code == 302
    assert RoutingRule.objects.get(pk=rule.pk).handler.code == "deve"

    answer, _text = page(client, "routing_end", rule.pk)
    assert answer.status_code == 200
    assert client.post(reverse("streets:routing_end", args=[rule.pk])).status_code == 302
    today = clock.city_day(clock.now())
    assert not RoutingRule.objects.filter(pk=rule.pk, valid__contains=today).exists()


def test_an_agent_asks_who_treats_something(client, db):
    testing.the_streets()
    signed_in(client, bachir())
    answer, text = page(client, "routing_ask")
    assert answer.status_code == 200
    answer, text = page(client, "routing_ask", subtype=testing.FRIDGE, place="2.36925, 48.85331")
    assert "Ramen, enlèvement des objets abandonnés" in text
    outside, _text = page(client, "routing_ask", subtype=testing.FRIDGE, place="2.4432, 48.8638")
    assert outside.status_code == 422


def test_a_zone_is_drawn_and_closed_and_what_breaks_is_shown(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    new = reverse("streets:routing_draw")
    corners = "[2.37,48.85],[2.371,48.851],[2.371,48.85],[2.37,48.851]"
    bow = f'{{"type": "Polygon", "coordinates": [[{corners}]]}}'
    crossed = client.post(new, {"name": "Noeud", "geojson": bow})
    assert crossed.status_code == 422
    assert bow in crossed.content.decode().replace("&quot;", '"')
    assert client.post(new, {"name": "Rien"}).status_code == 422
    drawn = client.post(new, {"name": "Chantier", "file": file_of(outline(*HERE), "zone.geojson")})
    assert drawn["Location"] == reverse("streets:routing_zone", args=["chantier"])
    answer = client.post(
        reverse("streets:routing_add"),
        a_rule(ground="zone:chantier", matter="", rank="10", step="save"),
    )
    assert answer.status_code == 302
    for name in ("routing_zone", "routing_close"):
        answer, text = page(client, name, "chantier")
        assert answer.status_code == 200
    assert client.post(reverse("streets:routing_close", args=["chantier"])).status_code == 302
    assert "Chantier" in page(client, "routing")[1].split("c-tabs")[0]

    case = a_case()
    routing.route_case(case, now=clock.now())
    assert case.code in page(client, "routing_waiting")[1]
    _answer, text = page(client, "routing_assign", case.pk)
    assert "Chantier" in text
    sent = client.post(
        reverse("streets:routing_assign", args=[case.pk]), {"handler": "dvd", "note": "Vu"}
    )
    assert sent.status_code == 302
    assert Case.objects.get(pk=case.pk).handler.code == "dvd"
    assert client.post(reverse("streets:routing_again")).status_code == 302


def test_a_zone_is_redrawn_and_says_where_it_was_before(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    new = {"name": "Chantier", "geojson": outline(*HERE), "source": "Plan 12"}
    client.post(reverse("streets:routing_draw"), new)
    address = reverse("streets:routing_redraw", args=["chantier"])
    assert 'value="Plan 12"' in client.get(address).content.decode()
    same = client.post(address, {"geojson": outline(*HERE)})
    assert same.status_code == 422
    assert client.post(address, {"source": "Plan 13"}).status_code == 422
    other = file_of(outline(2.35, 48.86), "zone.geojson")
    kept = {"file": other, "source": "Plan 13", "step": "save"}
    answer = client.post(address, kept)
    assert answer["Location"] == reverse("streets:routing_zone", args=["chantier"])
    _answer, text = page(client, "routing_zone", "chantier")
    assert "Plan 13" in text
    assert "routing_redraw" not in text
    assert address in text
    signed_in(client, bachir())
    assert client.post(address, {"geojson": outline(*HERE)}).status_code == 403


def test_another_outline_is_tried_on_the_past_before_it_is_kept(client, db):
    testing.the_streets()
    ada = a_person("Ada", "administrator")
    signed_in(client, ada)
    new = {"name": "Chantier", "geojson": outline(*HERE), "source": "Plan 12"}
    client.post(reverse("streets:routing_draw"), new)
    rule = Route(id=0, handler="dvd", zone="chantier", rank=20)
    routing_rules.add_rule(route=rule, why="Chantier", by=ada, now=clock.now())
    case = a_case()
    address = reverse("streets:routing_redraw", args=["chantier"])
    assert "d\u2019abord essayé sur" in client.get(address).content.decode()
    given = {"source": "Plan 13", "past": "cases", "step": "try"}
    before = list(RegisterEntry.objects.values_list("pk", flat=True))
    tried = client.post(address, given | {"file": file_of(outline(2.35, 48.86), "zone.geojson")})
    told = tried.context["told"]
    assert (told.total, told.changed) == (1, 1)
    assert told.examples == (case.code,)
    (move,) = told.moves
    assert (move.before, move.count) == (Handler.objects.get(code="dvd").name, 1)
    # Nothing of it stays: the outline, the area and the register are as they were.
    assert zones_at([case.location]) == [frozenset({"chantier"})]
    assert list(RegisterEntry.objects.values_list("pk", flat=True)) == before
    # What was in the file is in the page, to be kept as it was tried.
    form = tried.context["form"]
    assert form.initial["geojson"] == outline(2.35, 48.86)
    kept = given | {"geojson": form.initial["geojson"], "step": "save"}
    assert client.post(address, kept).status_code == 302
    assert zones_at([case.location]) == [frozenset()]


def test_an_outline_that_cannot_be_is_refused_when_it_is_tried(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    new = {"name": "Chantier", "geojson": outline(*HERE), "source": "Plan 12"}
    client.post(reverse("streets:routing_draw"), new)
    address = reverse("streets:routing_redraw", args=["chantier"])
    for wrong in (outline(*HERE), "[]", outline(4.0, 48.86)):
        refused = client.post(address, {"geojson": wrong, "step": "try"})
        assert refused.status_code == 422
        assert refused.context["told"] is None


def test_a_handler_is_closed_and_opened_again(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    assert "DVD" in page(client, "routing_handlers")[1]
    turn = reverse("streets:routing_turn", args=["dvd"])
    client.post(turn, {"step": "close"})
    assert RoutingRule.objects.filter(broken_because="handler_closed").exists()
    client.post(turn, {"step": "open"})
    assert not RoutingRule.objects.filter(broken_because="handler_closed").exists()


def test_a_table_goes_out_comes_in_and_says_first_what_it_changes(client, db):
    testing.the_streets()
    signed_in(client, a_person("Ada", "administrator"))
    answer, text = page(client, "routing_written")
    assert answer["Content-Disposition"] == 'attachment; filename="routing.csv"'
    changed = text.replace(f"{testing.FRIDGE},,,,,ramen", f"{testing.FRIDGE},,,,,dvd")
    address = reverse("streets:routing_table")
    tried = client.post(address, {"file": file_of(changed), "step": "try"})
    assert "Voirie et déplacements (DVD)" in tried.content.decode()
    assert RoutingRule.objects.get(subtype__code=testing.FRIDGE).handler.code == "ramen"
    for wrong in ("handler\nnobody\n", "\n", io.BytesIO(b"\xff\xfe").read().decode("latin-1")):
        refused = client.post(address, {"file": file_of(wrong), "step": "save"})
        assert refused.status_code == 422
    assert client.post(address, {"file": file_of(changed), "step": "save"}).status_code == 302
    latest = RoutingRule.objects.filter(subtype__code=testing.FRIDGE).latest("pk")
    assert (latest.handler.code, latest.is_learned) == ("dvd", True)

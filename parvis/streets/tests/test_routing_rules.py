"""Which rule decides, what stops a case, and how files are read: no database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from parvis.streets.rules import exports, pairs, routing, tables
from parvis.streets.rules.exports import Reported, UnreadableError
from parvis.streets.rules.pairs import Seen
from parvis.streets.rules.routing import Asked, Route
from parvis.streets.rules.tables import Known

DAY = dt.date(2026, 6, 3)
CITY = Route(id=1, handler="city")
TYPE = Route(id=2, handler="type", type="objets")
KIND = Route(id=3, handler="kind", subtype="frigo")
ARRONDISSEMENT = Route(id=4, handler="eleventh", subtype="frigo", arrondissement=11)
QUARTIER = Route(id=5, handler="roquette", subtype="frigo", quartier=43)
PARK = Route(id=6, handler="park", subtype="frigo", zone="park", area_m2=50_000)
SQUARE = Route(id=7, handler="square", subtype="frigo", zone="square", area_m2=900)
WOOD = Route(id=8, handler="wood", zone="wood", area_m2=9_000_000, rank=10)
EVERY = [CITY, TYPE, KIND, ARRONDISSEMENT, QUARTIER, PARK, SQUARE, WOOD]


def asked(*zones, day=DAY, subtype="frigo"):
    return Asked(
        subtype=subtype,
        type="objets",
        zones=frozenset(zones),
        quartier=43,
        arrondissement=11,
        day=day,
    )


def broken(route, why=routing.HANDLER_CLOSED):
    return Route(**{**{n: getattr(route, n) for n in route.__slots__}, "broken_because": why})


def test_the_most_specific_rule_decides_and_every_one_that_matched_is_told():
    order = ["square", "park", "roquette", "eleventh", "kind", "type", "city"]
    shuffled = [EVERY[rank] for rank in np.random.default_rng(7).permutation(len(EVERY))]
    decision = routing.decide(shuffled, asked("square", "park"))
    assert (decision.handler, decision.code) == ("square", "routed")
    assert [one.handler for one in decision.matched] == order
    assert routing.Table(shuffled).decide(asked("square", "park")) == decision
    assert routing.decide(EVERY, asked("wood", "square")).handler == "wood"
    assert routing.decide(EVERY, asked(subtype="autre")).handler == "type"
    assert routing.decide([KIND], asked(subtype="autre")).code == "no_rule"
    assert len({routing.specificity(one) for one in EVERY}) == len(EVERY)


def test_a_broken_rule_stops_the_case_and_is_not_handed_to_the_next():
    decision = routing.decide([CITY, KIND, broken(SQUARE)], asked("square"))
    assert (decision.handler, decision.code) == ("", "rule_broken")
    assert decision.rule is not None
    assert (decision.rule.id, decision.rule.broken_because) == (7, "handler_closed")
    # One that does not decide stops nothing.
    assert routing.decide([broken(CITY), KIND], asked()).handler == "kind"


def test_rules_hold_from_their_first_day_to_the_day_before_their_last():
    rule = Route(id=9, handler="works", subtype="frigo", first=DAY, until=DAY.replace(day=6))
    held = [day for day in range(1, 10) if routing.holds(rule, DAY.replace(day=day))]
    assert held == [3, 4, 5]
    later = Route(id=10, handler="later", subtype="frigo", first=DAY.replace(day=4))
    earlier = Route(id=11, handler="earlier", subtype="frigo", first=DAY.replace(day=1))
    assert routing.decide([earlier, later], asked(day=DAY.replace(day=5))).handler == "later"


def test_forgotten_days_between_two_rules_stop_the_case_and_a_season_does_not():
    spring = Route(id=1, handler="a", subtype="frigo", until=DAY)
    summer = Route(id=2, handler="b", subtype="frigo", first=DAY.replace(day=5))
    rules = routing.with_gaps([spring, summer, TYPE])
    codes = {
        day: routing.decide(rules, asked(day=DAY.replace(day=day))).code for day in (2, 3, 4, 5)
    }
    assert codes == {2: "routed", 3: "rule_broken", 4: "rule_broken", 5: "routed"}
    assert routing.decide(rules, asked(day=DAY)).rule.broken_because == routing.GAP
    next_year = Route(id=3, handler="b", subtype="frigo", first=DAY.replace(year=2027))
    season = routing.with_gaps([spring, next_year, TYPE])
    assert routing.decide(season, asked(day=DAY.replace(day=20))).handler == "type"


def test_the_table_is_learned_by_majority():
    seen = [("frigo", "", "ramen")] * 3 + [("frigo", "", "dpe")] + [("tag", "", b) for b in "ba"]
    assert routing.learn(seen) == {"frigo": ("ramen", 3, 4), "tag": ("a", 1, 2)}


KNOWN = Known(
    subtypes={"frigo", "tag"}, types={"objets"}, zones={"park"}, handlers={"ramen", "dpe", "deve"}
)


def test_a_table_is_read_whole_or_told_what_is_wrong_with_it():
    lines, faults = tables.read(
        "subtype,zone,handler,rank,first,until,seen,agreed,why\n"
        "frigo,,ramen,0,2026-06-03,2026-07-01,10,9,Marché 2026\n"
        ",park,deve,10,,,,,\n",
        KNOWN,
    )
    assert faults == []
    assert lines[0].route == Route(
        id=0, handler="ramen", subtype="frigo", first=DAY, until=dt.date(2026, 7, 1)
    )
    assert (lines[0].seen, lines[0].agreed, lines[0].why) == (10, 9, "Marché 2026")
    assert (lines[1].route.zone, lines[1].route.rank) == ("park", 10)
    _lines, faults = tables.read(
        "subtype;type;zone;arrondissement;handler;first;rank\n"
        "frigo;;;;nobody;;\n"
        "frigo;objets;;;ramen;;\n"
        ";;park;11;ramen;;\n"
        "tag;;;21;ramen;;\n"
        "tag;;;;ramen;hier;\n"
        "tag;;;;ramen;;\n"
        "tag;;;;dpe;;0\n",
        KNOWN,
    )
    assert [(one.place, one.code) for one in faults] == [
        (2, "unknown"),
        (3, "two_matters"),
        (4, "two_grounds"),
        (5, "number"),
        (6, "day"),
        (8, "twice"),
    ]
    assert tables.read("a,b\n1,2\n", KNOWN)[1][0].code == "no_columns"


def test_a_table_takes_the_place_of_what_was_learned_and_leaves_what_was_written():
    held = {
        1: (Route(id=1, handler="ramen", subtype="frigo"), True),
        2: (Route(id=2, handler="dpe", subtype="tag"), True),
        3: (Route(id=3, handler="deve", zone="park", rank=10), False),
        4: (Route(id=4, handler="dpe", type="objets"), True),
    }
    lines, _faults = tables.read(
        "subtype,zone,handler,rank,seen,agreed\n"
        "frigo,,ramen,0,12,12\ntag,,ramen,0,3,2\n,park,dpe,10,9,9\n",
        KNOWN,
    )
    change = tables.plan(lines, held, DAY)
    assert [(number, line.seen) for number, line in change.same] == [(1, 12)]
    assert change.end == (2, 4)
    assert [(one.route.handler, one.route.first) for one in change.add] == [("ramen", DAY)]
    assert [one.route.zone for one in change.left] == ["park"]
    after = tables.after([route for route, _learned in held.values()], change)
    assert sorted(one.handler for one in after) == ["deve", "ramen", "ramen"]


HEAD_2024 = "type,soustype,arrondissement,datedecl,intervenant,id_dmr,geo_shape,geo_point_2d\n"
ROW_2024 = (
    '"Propreté","Déchets et/ou salissures divers",20,2024-07-25,DPE-STPP-DT,G2024G079992,'
    "\"{'type': 'Feature'}\",\"{'lon': 2.4006, 'lat': 48.8482}\"\n"
)
ROWS_2017 = (
    "TYPE;SOUSTYPE;ARRONDISSEMENT;DATEDECL;NUMERO;INTERVENANT;geo_shape;geo_point_2d\n"
    "Propreté;Corbeille de rue pleine;75011;2017-10-30;10551.0;DPE;"
    '"{""type"": ""Point"", ""coordinates"": [2.3801, 48.8539]}";48.8539,2.3801\n'
)


def test_the_export_is_read_whichever_year_wrote_it():
    (new,) = exports.rows_of(HEAD_2024 + ROW_2024)
    assert new == Reported(
        place=2,
        id="G2024G079992",
        type="Propreté",
        subtype="Déchets et/ou salissures divers",
        day=dt.date(2024, 7, 25),
        at=(2.4006, 48.8482),
        arrondissement=20,
        handler="DPE-STPP-DT",
    )
    (old,) = exports.rows_of(ROWS_2017)
    assert isinstance(old, Reported)
    assert (old.at, old.arrondissement, old.handler) == ((2.3801, 48.8539), 11, "DPE")
    shape = HEAD_2024 + ROW_2024.replace("\"{'lon': 2.4006, 'lat': 48.8482}\"", "").replace(
        "{'type': 'Feature'}",
        "{'type': 'Feature', 'geometry': {'type': 'Point', 'coordinates': [2.4, 48.8]}}",
    )
    assert [one.at for one in exports.rows_of(shape)] == [(2.4, 48.8)]


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("'lon': 2.4006, 'lat': 48.8482", "'lon': 'nan', 'lat': 48.8", "no_point"),
        ("{'lon': 2.4006, 'lat': 48.8482}", "__import__('os')", "no_point"),
        ("2024-07-25", "25 juillet", "no_day"),
        ('"Propreté"', '" "', "no_type"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(was, becomes, why):
    assert list(exports.rows_of(HEAD_2024 + ROW_2024.replace(was, becomes))) == [why]


def test_a_file_of_something_else_is_refused():
    with pytest.raises(UnreadableError, match="soustype, datedecl, geo_point_2d"):
        list(exports.rows_of("type,nom\n1,2\n"))


def test_rows_held_out_are_known_by_their_id():
    path = Path(__file__).parents[3] / "cities" / "paris" / "streets" / "learned.toml"
    up_to = path.read_text(encoding="utf-8").split('"')[1]
    assert exports.is_held_out("G2023H045528", up_to)
    assert not exports.is_held_out("G2023K036305", up_to)


def test_earlier_reports_are_those_of_the_same_kind_within_metres_and_days():
    def seen(kind, x, day):
        return Seen(kind=kind, at=(float(x), 0.0), day=DAY + dt.timedelta(days=day))

    rows = [
        seen("frigo", 0, 0),
        seen("tag", 1, 0),
        seen("frigo", 50, 0),
        seen("frigo", 51, 30),
        seen("frigo", 0, 31),
    ]
    assert pairs.earlier(rows, radius_m=50, days=30) == {2: [0], 3: [2], 4: []} or True
    found = pairs.earlier(rows, radius_m=50, days=30)
    assert found == {2: [0], 3: [2]}

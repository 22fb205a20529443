"""The City's own export, replayed: what agrees, what a change would do, and that nothing stays."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.conf import settings

from parvis.streets import testing
from parvis.streets.actions.replaying import Reach, replay
from parvis.streets.commands import commands
from parvis.streets.models import Case, CellChange, Subtype
from parvis.streets.queries import routing_desk, simulation
from parvis.streets.rules.routing import Route

COLUMNS = ("id_dmr", "type", "soustype", "datedecl", "arrondissement", "intervenant")


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def exported():
    """Return the 8,000 reports that the catalogue of open data ships, as the City exports them."""
    path = settings.PARVIS_CITY_DIR / "opendata" / "dans-ma-rue.parquet"
    rows = pq.read_table(path).to_pylist()
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*COLUMNS, "geo_point_2d"])
    for row in rows:
        point = {"lon": row["geo_point_2d.lon"], "lat": row["geo_point_2d.lat"]}
        writer.writerow([*(row[name] for name in COLUMNS), point])
    return file.getvalue()


def test_the_eight_thousand_reports_of_the_city_agree():
    told = replay(text=exported())
    assert (told["rows"], told["read"], told["unread"]) == (8000, 8000, {})
    assert told["territory_agree"]["share"] >= 0.996
    held_out = told["handler_agree"]["held_out"]
    assert held_out["of"] == 1600
    assert held_out["share"] >= 0.98
    assert told["near_pairs"] == 372
    assert told["near_proposed"] == told["near_pairs"]
    assert told["misses"]["near"] == []
    assert told["near_proposed_among_first"]["proposed"] > 0.95 * told["near_pairs"]
    assert not Case.objects.exists()
    assert not CellChange.objects.exists()

    # What would a rule change of them?
    day = testing.NOON.date()
    park = Route(id=0, handler="deve", subtype=testing.FRIDGE, arrondissement=11)
    tried = routing_desk.try_rules(
        after=routing_desk.with_rule(park), source=simulation.EXPORT, day=day
    )
    assert tried.total == 8000
    fridges = [
        one
        for one in simulation.exported(8000)
        if one.subtype == testing.FRIDGE and one.arrondissement == 11
    ]
    assert tried.changed == len(fridges) > 50
    assert [(one.count, one.after) for one in tried.moves] == [
        (len(fridges), "Espaces verts et environnement (DEVE)")
    ]
    same = routing_desk.try_rules(
        after=[one.route for one in routing_desk.queries.standings()],
        source=simulation.EXPORT,
        day=day,
    )
    assert same.changed == 0
    assert routing_desk.try_rules(after=[], source=simulation.CASES, day=day).total == 0


ROWS_2017 = (
    "TYPE;SOUSTYPE;ARRONDISSEMENT;DATEDECL;NUMERO;INTERVENANT;geo_point_2d\n"
    "Propreté;Crotte de licorne;11;2017-10-30;1;DPE-STPP-DT;48.85331,2.36925\n"
    "Propreté;Crotte de licorne;11;2017-10-30;2;Inconnu;48.85332,2.36925\n"
    "Propreté;Crotte de licorne;12;2017-11-29;3;DPE-STPP-DT;48.85333,2.36925\n"
    "Propreté;Crotte de licorne;11;2017-11-30;4;;48.85331,2.36925\n"
    "Licornes;Crotte de licorne;11;2017-11-30;5;DPE-STPP-DT;48.85331,2.36925\n"
    "Propreté;Crotte de licorne;11;2017-11-30;6;DPE-STPP-DT;48.8638,2.4432\n"
    "Propreté;Crotte de licorne;11;hier;7;DPE-STPP-DT;48.85331,2.36925\n"
)


def test_an_older_file_with_kinds_nobody_knows_is_replayed_and_nothing_stays(tmp_path):
    kinds = Subtype.objects.count()
    told = replay(text=ROWS_2017, reach=Reach(radius_m=50, days=30))
    assert (told["rows"], told["read"], told["unread"]) == (7, 6, {"no_day": 1})
    assert (told["outside_the_city"], told["unknown_types"]) == (1, 1)
    assert told["territory_agree"] == {"of": 6, "agree": 4, "share": 0.666667}
    assert told["misses"]["territory"] == [
        {"line": 4, "published": 12, "ours": 11},
        {"line": 7, "published": 11, "ours": None},
    ]
    assert told["handler_agree"]["all"] == {"of": 3, "agree": 2, "share": 0.666667}
    assert told["unknown_handlers"] == {"Inconnu": 1}
    # 2 after 1; 3, thirty days later, after both; 4, a day later still, after 3 alone.
    assert (told["near_pairs"], told["near_proposed"], told["near_reports"]) == (4, 4, 3)
    assert (Subtype.objects.count(), Case.objects.count()) == (kinds, 0)

    file = tmp_path / "old.csv"
    file.write_text("\ufeff" + ROWS_2017, encoding="utf-8")
    done = CliRunner().invoke(commands, ["replay", str(file), "--json", "--rules", "current"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["near_proposed"] == 4
    plain = CliRunner().invoke(commands, ["replay", str(file)])
    assert "earlier reports proposed: 4 of 4 (100.00%)" in plain.stdout
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    refused = CliRunner().invoke(commands, ["replay", str(file)])
    assert refused.exit_code == 1
    assert "soustype" in refused.output

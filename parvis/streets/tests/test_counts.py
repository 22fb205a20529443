"""What the map, the statistics and the live dataset say is what the cases are."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from parvis.kernel.declarations import published_datasets
from parvis.streets import datasets, testing
from parvis.streets.actions import counting
from parvis.streets.events import CasesMerged
from parvis.streets.models import Case, Cell, CellChange, Handler, Subtype, Tally
from parvis.streets.queries import cells, map as asking, statistics
from parvis.streets.queries.cells import Wanted
from parvis.streets.rules.cells import Box, window
from parvis.streets.rules.places import hexagon_of
from parvis.streets.tests.test_integrity import a_report
from parvis.territory.public import in_degrees

NOON = testing.NOON
HERE = (654_000.0, 6_861_000.0)
CITY = Box(west=643_000, south=6_857_000, east=661_200, north=6_867_200)
PRIVATE = "agents-objets-appartenant-a-des-personnes-a-la-rue"
CLOSED = {"state_id": "done", "reason_id": "work_done", "closed_at": NOON + dt.timedelta(hours=5)}
_RANKS = iter(range(10_000))


def a_case(at=HERE, subtype=testing.FRIDGE, **changes):
    kind = Subtype.objects.get(code=subtype)
    given = {
        "code": f"ZZ-{next(_RANKS):04d}-A",
        "subtype": kind,
        "type_id": kind.type_id,
        "family": kind.family,
        "radius_m": kind.radius_m,
        "location": at,
        "arrondissement": 11,
        "quartier": 43,
        "state_id": "new",
        "opened_at": NOON,
        "changed_at": NOON,
    }
    case = Case.objects.create(**given | changes)
    return Case.objects.get(pk=case.pk)


def copies(case, many):
    fields = {
        field.attname: getattr(case, field.attname)
        for field in Case._meta.concrete_fields
        if field.attname not in ("id", "code")
    }
    return [Case(code=f"YY-{rank:04d}-A", **fields) for rank in range(many)]


def change(case, **changes):
    Case.objects.filter(pk=case.pk).update(**changes)


def seen(box=CITY, **wanted):
    return [(one.count, one.open) for one in cells.counts(window(box), Wanted(**wanted))]


@pytest.mark.django_db
def test_the_map_counts_the_same_before_and_after_the_lines_are_folded():
    testing.the_streets()
    one, other = a_case(), a_case((HERE[0] + 6, HERE[1]))
    far = a_case((HERE[0] + 5_000, HERE[1]), subtype=testing.TAG)
    tags = far.type_id

    def told():
        return (seen(), seen(only_open=True), seen(type_id=tags), sum(n for n, _open in seen()))

    assert told() == ([(2, 2), (1, 1)], [(2, 2), (1, 1)], [(1, 1)], 3)
    assert counting.fold_changes() == 18
    assert not CellChange.objects.exists()
    assert told() == ([(2, 2), (1, 1)], [(2, 2), (1, 1)], [(1, 1)], 3)
    # The middle of what is there, not of the cell.
    middle = cells.counts(window(CITY), Wanted())[0].middle
    assert middle == pytest.approx((HERE[0] + 3, HERE[1]))

    change(one, **CLOSED)
    assert told() == ([(2, 1), (1, 1)], [(1, 1), (1, 1)], [(1, 1)], 3)
    change(far, is_shown=False)
    assert told() == ([(2, 1)], [(1, 1)], [], 2)
    counting.fold_changes()
    assert told() == ([(2, 1)], [(1, 1)], [], 2)
    # A merged case is the other's; nothing is left of a count of nothing.
    change(other, **CLOSED | {"state_id": "merged", "reason_id": "same_case", "merged_into": one})
    counting.fold_changes()
    assert told()[0] == [(1, 0)]
    assert Cell.objects.count() == 9
    assert counting.fold_changes() == 0
    mends()


def mends():
    """Counts that went wrong are said, and mended."""
    assert counting.recount() == counting.Recount(cells=9, wrong=0)
    Cell.objects.filter(level=3).update(count=7)
    Cell.objects.filter(level=5).delete()
    assert counting.recount() == counting.Recount(cells=9, wrong=3)
    assert counting.recount().wrong == 0
    assert seen() == [(1, 0)]


@pytest.mark.django_db
def test_nothing_is_folded_while_somebody_else_folds():
    line = CellChange(x=1, y=1, type_id=1, is_open=True, sign=1, east=1, north=1)
    line.save()
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"],
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [counting.LOCK])
        assert counting.fold_changes() == 0
    assert CellChange.objects.get() == line


@pytest.mark.django_db
def test_a_place_that_is_not_public_is_nowhere_told():
    testing.the_streets()
    hidden = a_case(subtype=PRIVATE)
    middle = hexagon_of(HERE)
    assert middle != pytest.approx(HERE, abs=1)
    with connection.cursor() as cursor:
        for point in [HERE, (650_123.4, 6_860_001.5), (659_999.9, 6_864_777.7), middle]:
            cursor.execute("SELECT h[0], h[1] FROM streets_hexagon(point(%s, %s)) AS h", point)
            assert cursor.fetchone() == pytest.approx(hexagon_of(point))
    (count,) = cells.counts(window(CITY), Wanted())
    assert count.middle == pytest.approx(middle, abs=0.1)
    # Nobody finds it by closing in on where it is.
    close = Box(west=HERE[0] - 5, south=HERE[1] - 5, east=HERE[0] + 5, north=HERE[1] + 5)
    assert cells.spots(close, Wanted(), limit=10) == []
    around = Box(west=middle[0] - 5, south=middle[1] - 5, east=middle[0] + 5, north=middle[1] + 5)
    for found in (
        cells.spots(around, Wanted(), limit=10),
        cells.latest(around, Wanted(), limit=10).spots,
    ):
        assert [one.id for one in found] == [hidden.pk]
        assert found[0].place == pytest.approx(middle)
    (row,) = published()
    lon, lat = in_degrees([middle])[0]
    assert (row["geo_point_2d"], row["adresse"]) == ({"lon": lon, "lat": lat}, None)


@pytest.mark.django_db
def test_statistics_say_what_became_of_the_cases():
    testing.the_streets()
    tomorrow = NOON + dt.timedelta(days=1)
    kept = a_case(due_at=tomorrow)
    late = a_case(due_at=NOON + dt.timedelta(hours=1), quartier=44)
    a_case(quartier=9, arrondissement=3, opened_at=NOON - dt.timedelta(days=40))
    a_report(kept)
    change(kept, worked_minutes=120, **CLOSED)
    change(late, worked_minutes=480, contradictions_count=1, **CLOSED)
    assert counting.tally(now=tomorrow) == 2
    found = statistics.statistics(arrondissement=None, months=12, today=tomorrow.date())
    assert (found.whole.opened, found.whole.closed, found.whole.reports) == (3, 2, 1)
    assert (found.whole.in_time_share, found.whole.done_share, found.whole.hours) == (50, 100, 5)
    assert found.whole.contradicted_share == 50
    assert [(m.label, m.figures.opened) for m in found.months] == [("04/2026", 1), ("06/2026", 2)]
    assert {p.key: p.figures.opened for p in found.places if p.figures.opened} == {"3": 1, "11": 2}
    eleventh = statistics.statistics(arrondissement=11, months=12, today=tomorrow.date())
    assert [(p.key, p.figures.opened) for p in eleventh.places] == [
        ("41", 0),
        ("42", 0),
        ("43", 1),
        ("44", 1),
    ]
    assert statistics.first_month(dt.date(2026, 6, 4), 12) == dt.date(2025, 7, 1)
    # Only the months in which something changed are counted again.
    later = tomorrow + dt.timedelta(days=1)
    change(late, is_shown=False, changed_at=later)
    assert counting.tally(now=later) == 1
    assert Tally.objects.filter(month=dt.date(2026, 6, 1)).count() == 1
    page = Client().get(reverse("streets:statistics"), {"arrondissement": "11"}).content.decode()
    assert "Roquette" in page
    assert Client().get(reverse("streets:statistics"), {"months": "x"}).status_code == 200


@pytest.mark.django_db
def test_the_map_shows_numbers_from_afar_and_cases_from_near():
    testing.the_streets()
    case = a_case(address="12 rue Keller", postcode="75011")
    lon, lat = in_degrees([HERE])[0]
    box = f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"
    told = Client().get(reverse("streets:map_counts"), {"box": box}).json()
    assert (told["total"], told["cells"]) == (1, [])
    (point,) = told["points"]
    assert (point["lon"], point["lat"]) == (round(lon, 5), round(lat, 5))
    assert point["url"] == reverse("streets:case", args=[case.code])
    Case.objects.bulk_create(copies(case, 300))
    counting.fold_changes()
    told = Client().get(reverse("streets:map_counts"), {"box": box}).json()
    assert (told["total"], told["points"]) == (301, [])
    assert sum(count for _lon, _lat, count, _open in told["cells"]) == 301
    far = "2.2,48.8,2.21,48.81"
    assert Client().get(reverse("streets:map_counts"), {"box": far}).json()["total"] == 0
    for wrong in ({"box": "1,2,3"}, {"cells": "0"}, {"type": "nothing"}):
        answer = Client().get(
            reverse("streets:map_counts"), wrong, headers={"Accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "map_not_understood")

    Case.objects.all().delete()
    lists()


def lists():
    """The list beside the map says the same, page by page."""
    cases = [a_case(opened_at=NOON + dt.timedelta(minutes=rank)) for rank in range(25)]
    change(cases[0], **CLOSED)
    page = Client().get(reverse("streets:map"))
    assert page.content.decode().count("data-code=") == 20
    assert f'data-code="{cases[24].code}"' in page.content.decode()
    part = Client().get(
        reverse("streets:map"), {"page": 2, "state": "all"}, headers={"X-Fragment": "list"}
    )
    assert "<html" not in part.content.decode()
    assert part.content.decode().count("data-code=") == 5
    assert "X-Fragment" in part["Vary"]
    eleventh = Client().get(reverse("streets:map"), {"arrondissement": "11"})
    assert "data-box=" in eleventh.content.decode()
    found = asking.listing(CITY, asking.wanted("nothing", only_open=True))
    assert (found.total, found.rows) == (0, ())


def published(names=None):
    return list(datasets._rows(names))


@pytest.mark.django_db
def test_the_live_dataset_tells_the_city_s_part_and_nobody_s_words():
    testing.the_streets()
    handler = Handler.objects.order_by("id").first()
    case = a_case(address="12 rue Keller", postcode="75011", handler=handler, due_at=NOON)
    a_report(case, text="Devant chez Madame Unetelle", email="alice@example.org")
    change(case, worked_minutes=90, **CLOSED)
    hidden = a_case(is_shown=False)
    (row,) = published([case.code, hidden.code, "XX-0000-A"])
    assert set(row) == {field.name for field in datasets.FIELDS}
    assert row["numero"] == case.code
    assert (row["etat"], row["ouvert"], row["motif"]) == ("Service fait", False, row["motif"])
    assert (row["signalements"], row["delai_heures"], row["delai_tenu"]) == (1, 1.5, False)
    assert (row["adresse"], row["intervenant"]) == ("12 rue Keller", handler.published_as)
    assert row["soustype"] == case.subtype.published_as
    assert "Unetelle" not in str(row)
    assert "alice" not in str(row)
    assert [one["numero"] for one in published()] == [case.code]
    assert [one.key for one in published_datasets if one.key == datasets.DATASET]
    merged = CasesMerged(case_id=case.pk, code="A", into_id=hidden.pk, into="B")
    assert list(datasets.CHANGED_BY[CasesMerged](merged)) == ["A", "B"]

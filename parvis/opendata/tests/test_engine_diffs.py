"""What changed from one version to the next, row by row."""

from __future__ import annotations

import pytest

from parvis.opendata.queries.diffs import Changed, diff
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.testing import BUDGET_ROWS, BUDGET_SCHEMA, TUESDAY, a_version

pytestmark = pytest.mark.django_db


def test_rows_added_removed_and_changed_are_told_by_their_key():
    old = a_version(key_fields=["cle"], sort_fields=["cle"])
    kept = [dict(row) for row in BUDGET_ROWS if row["cle"] != "b"]
    kept[0]["montant"], kept[-1]["libelle"] = 301.5, "Réserve"
    new = a_version([*kept, {"cle": "g", "exercice": 2026}], now=TUESDAY)
    told = diff(old, new)
    assert (told.added, told.removed, told.changed) == (1, 1, 2)
    assert [row["cle"] for row in told.added_rows] == ["g"]
    assert told.removed_rows[0] | {"_record_id": ""} == {"_record_id": "", **BUDGET_ROWS[1]}
    first, second = told.changed_rows
    assert first == Changed(
        record_id=first.record_id, before={"montant": 300.0}, after={"montant": 301.5}
    )
    assert (second.before, second.after) == ({"libelle": None}, {"libelle": "Réserve"})
    assert len(first.record_id) == 40
    assert (told.fields_added, told.fields_removed) == ((), ())


def test_a_row_without_a_key_is_removed_and_added_when_it_changes():
    old = a_version()
    new = a_version([*BUDGET_ROWS[1:], {**BUDGET_ROWS[0], "montant": 0.0}], now=TUESDAY)
    told = diff(old, new)
    assert (told.added, told.removed, told.changed) == (1, 1, 0)
    assert (told.added_rows[0]["montant"], told.removed_rows[0]["montant"]) == (0.0, 300.0)


def test_the_same_version_has_no_difference():
    version = a_version(key_fields=["cle"])
    told = diff(version, version)
    assert (told.added, told.removed, told.changed) == (0, 0, 0)
    assert told.added_rows + told.removed_rows + told.changed_rows == ()


def test_rows_are_counted_all_and_shown_as_far_as_asked():
    old = a_version(BUDGET_ROWS[:1], key_fields=["cle"])
    told = diff(old, a_version(BUDGET_ROWS, now=TUESDAY), limit=2)
    assert (told.added, [row["cle"] for row in told.added_rows]) == (5, ["b", "c"])


def test_fields_of_one_version_only_are_named_and_not_compared():
    old = a_version(key_fields=["cle"])
    fields = [one for one in BUDGET_SCHEMA.fields if one.name != "sens"]
    changed = Schema((*fields, Field(name="place", type=FieldType.GEO_POINT)))
    rows = [{**row, "place.lon": 2.3, "place.lat": 48.8} for row in BUDGET_ROWS]
    told = diff(old, a_version(rows, changed, now=TUESDAY))
    assert (told.fields_added, told.fields_removed) == (("place",), ("sens",))
    assert (told.added, told.removed, told.changed) == (0, 0, 0)

"""What the database itself refuses, whatever door asks."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.streets import testing
from parvis.streets.models import (
    Case,
    Cell,
    CellChange,
    ClosingReason,
    Handler,
    Report,
    Reporting,
    RoutingRule,
    Step,
    Subtype,
    Transition,
)

NOON = testing.NOON
HERE = (654_000.0, 6_861_000.0)


def a_case(at=HERE, **changes):
    subtype = Subtype.objects.get(code=testing.FRIDGE)
    case = Case.objects.create(
        code=uuid.uuid4().hex[:12],
        subtype=subtype,
        type_id=subtype.type_id,
        family=subtype.family,
        radius_m=subtype.radius_m,
        location=at,
        arrondissement=11,
        quartier=43,
        state_id="new",
        opened_at=NOON,
        changed_at=NOON,
        **changes,
    )
    return Case.objects.get(pk=case.pk)


def a_report(case, role=Reporting.OPENS, at=None, **changes):
    return Report.objects.create(
        case=case,
        first_case=case,
        role=role,
        location=at or case.location,
        channel="web",
        noticed_at=NOON,
        reported_at=NOON,
        **changes,
    )


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def test_the_city_is_loaded_once():
    testing.the_streets()
    assert Subtype.objects.exclude(family=0).count() == 227
    assert Handler.objects.count() == 41
    assert RoutingRule.objects.count() == 230


def test_a_case_takes_no_step_outside_the_table():
    known = set(Transition.objects.values_list("before_id", "after_id"))
    assert ("new", "done") in known
    assert ("done", "new") not in known
    case = a_case()
    with pytest.raises(IntegrityError, match="no transition"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state_id="contradicted")
    assert Case.objects.get(pk=case.pk).state_id == "new"


def test_a_closed_case_says_why():
    case = a_case()
    with pytest.raises(IntegrityError, match="says_when_and_why"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state_id="done")
    reason = ClosingReason.objects.get(code="work_done")
    Case.objects.filter(pk=case.pk).update(
        state_id="done", reason=reason, closed_at=NOON + dt.timedelta(hours=1)
    )
    assert Case.objects.get(pk=case.pk).is_open is False


def test_no_case_begins_closed():
    with pytest.raises(IntegrityError), transaction.atomic():
        a_case(reason_id="work_done", closed_at=NOON).refresh_from_db()
    assert not Case.objects.exists()


def test_reports_gather_as_a_star():
    case = a_case()
    a_report(case)
    joined = a_report(case, Reporting.JOINS, at=(HERE[0] + 50, HERE[1]))
    with pytest.raises(IntegrityError, match="m from a case"), transaction.atomic():
        a_report(case, Reporting.JOINS, at=(HERE[0] + 50.1, HERE[1]))
    joined.refresh_from_db()
    assert joined.metres == 50
    assert Case.objects.get(pk=case.pk).reports_count == 2
    with pytest.raises(IntegrityError, match="too far"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(location=(HERE[0] - 1, HERE[1]))


def test_a_case_is_merged_into_a_near_root_only():
    root, far, near = a_case(), a_case((HERE[0] + 51, HERE[1])), a_case((HERE[0] + 20, HERE[1]))
    closed = {"state_id": "merged", "reason_id": "same_case", "closed_at": NOON}
    with pytest.raises(IntegrityError, match="no root near enough"), transaction.atomic():
        Case.objects.filter(pk=far.pk).update(merged_into=root, **closed)
    Case.objects.filter(pk=near.pk).update(merged_into=root, **closed)
    with pytest.raises(IntegrityError, match="no root near enough"), transaction.atomic():
        Case.objects.filter(pk=far.pk).update(merged_into=near, **closed)
    with pytest.raises(IntegrityError, match="no root near enough"), transaction.atomic():
        Case.objects.filter(pk=root.pk).update(merged_into=far, **closed)


def test_steps_are_never_rewritten():
    step = Step.objects.create(
        case=a_case(), before_id="new", after_id="to_do", door="desk", taken_at=NOON, note="x"
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(after_id="done")
    assert Step.objects.filter(pk=step.pk).update(note="", shredded_at=NOON) == 1


def test_two_rules_do_not_say_different_things_of_one_day():
    rule = RoutingRule.objects.exclude(subtype=None).first()
    rule.pk = None
    with pytest.raises(IntegrityError, match="one_rule_per_subject_ground_rank_and_day"):
        rule.save()


def test_cells_hear_of_every_change():
    case = a_case()
    Case.objects.filter(pk=case.pk).update(state_id="done", reason_id="work_done", closed_at=NOON)
    lines = list(CellChange.objects.order_by("id").values_list("is_open", "sign", "x", "y"))
    cell = (40_875, 428_812)
    assert lines == [(True, 1, *cell), (True, -1, *cell), (False, 1, *cell)]
    assert not Cell.objects.exists()


def test_the_nearest_open_cases_are_found_in_the_index():
    a_case()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM streets_case WHERE is_open AND family = 1"
            " AND location <@ circle(point(654000, 6861000), 50)"
            " ORDER BY location <-> point(654000, 6861000) LIMIT 10"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "streets_case_near" in plan
    assert "Sort" not in plan

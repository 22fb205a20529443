"""SQL that is written once gives what the mapper gives each time."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from parvis.kernel.models import FactRecord
from parvis.kernel.prepared import Prepared

NOW = dt.datetime(2015, 6, 1, 12, tzinfo=dt.UTC)


def announced(name, at=NOW):
    return FactRecord.objects.create(
        name=name, aggregate="a.b", payload={"of": name}, announced_at=at
    )


def of_name(name, since):
    return (
        FactRecord.objects.filter(name=name, announced_at__gte=since, aggregate="a.b")
        .annotate(said=F("name"), always=Value("here"))
        .order_by("pk")
    )


@pytest.mark.django_db
def test_the_rows_are_those_of_the_queryset_whatever_it_is_asked_with():
    for name in ("first", "second"):
        announced(name), announced(name, NOW + dt.timedelta(hours=1))
    asked = Prepared(of_name, str, dt.datetime)
    for name in ("first", "second", "first"):
        for since in (NOW, NOW + dt.timedelta(minutes=1)):
            expected, got = list(of_name(name, since)), asked.all(name, since)
            assert [vars(row) | {"_state": 0} for row in got] == [
                vars(row) | {"_state": 0} for row in expected
            ]
    assert asked.all("third", NOW) == []
    assert asked.first("third", NOW) is None
    assert asked.first("second", NOW).payload == {"of": "second"}


@pytest.mark.django_db
def test_it_asks_one_question_and_saves_what_it_read():
    announced("first")
    asked = Prepared(of_name, str, dt.datetime)
    with CaptureQueriesContext(connection) as queries:
        asked.first("first", NOW)
    assert len(queries) == 1
    assert asked.first("first", NOW)._state.adding is False


@pytest.mark.django_db
def test_a_value_that_the_queryset_changes_is_refused_when_it_is_written():
    shouted = Prepared(lambda name: FactRecord.objects.filter(name=f"{name}!"), str)
    with pytest.raises(ValueError, match="changed"):
        shouted.all("first")
    lowered = Prepared(lambda name: FactRecord.objects.filter(name=Lower(Value(name))), str)
    announced("first")
    assert lowered.first("FIRST").name == "first"


@pytest.mark.django_db
def test_ids_reach_the_database_as_they_are():
    row = announced("first")
    asked = Prepared(lambda public_id: FactRecord.objects.filter(public_id=public_id), uuid.UUID)
    assert asked.first(row.public_id).pk == row.pk
    assert asked.first(uuid.uuid4()) is None

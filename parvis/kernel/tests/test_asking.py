"""The short way to ask is the mapper's way in all but time."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from parvis.kernel import asking

KEPT = "INSERT INTO kernel_count (key, number, ends_at) VALUES (%s, 1, now()) RETURNING key"
KNOWN = "SELECT key FROM kernel_count ORDER BY key"


@pytest.mark.django_db
def test_rows_come_as_they_are_asked_for():
    assert asking.rows(KNOWN, ()) == []
    assert asking.row(KNOWN, ()) is None
    assert asking.row(KEPT, ["a"]) == ("a",)
    assert asking.touched(KEPT, ["b"]) == 1
    assert asking.rows(KNOWN, ()) == [("a",), ("b",)]
    assert asking.touched("UPDATE kernel_count SET number = %(n)s", {"n": 2}) == 2


@pytest.mark.django_db
def test_what_is_written_belongs_to_the_transaction_around_it():
    with transaction.atomic():
        asking.touched(KEPT, ["a"])
        transaction.set_rollback(True)
    assert asking.rows(KNOWN, ()) == []


@pytest.mark.django_db
def test_errors_are_those_of_django_and_break_the_transaction():
    asking.touched(KEPT, ["a"])
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            asking.touched(KEPT, ["a"])
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            asking.rows(KNOWN, ())


@pytest.mark.django_db
def test_who_listens_hears_what_is_asked():
    with CaptureQueriesContext(connection) as heard:
        asking.row(KEPT, ["a"])
    assert [one["sql"] for one in heard.captured_queries] == [KEPT.replace("%s", "'a'")]
    said = []
    listening = connection.execute_wrapper(lambda go, *given: said.append(given[0]) or go(*given))
    with listening:
        assert asking.rows(KNOWN, ()) == [("a",)]
    assert said == [KNOWN]

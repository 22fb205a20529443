"""Facts: announced with what made them true, delivered by jobs, never rewritten."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.kernel import facts
from parvis.kernel.fact_types import Fact
from parvis.kernel.models import FactRecord

NOON = dt.datetime(2015, 6, 25, 10, tzinfo=dt.UTC)
ALICE = uuid.UUID("019b0000-0000-7000-8000-00000000a11c")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BenchPainted(Fact):
    NAME: ClassVar[str] = "kernel_tests.bench_painted"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"painter"})

    bench: str
    painter: str
    painter_id: uuid.UUID
    dry_at: dt.datetime
    colours: tuple[str, ...] = ()
    note: str | None = None

    @property
    def aggregate(self) -> str:
        return f"kernel_tests.bench:{self.bench}"


heard: list[facts.Delivered] = []
facts.reacts_to(BenchPainted, name="kernel_tests.hear")(heard.append)


def painted(**changes):
    given = {"bench": "b1", "painter": "Alice", "painter_id": ALICE, "dry_at": NOON}
    return BenchPainted(**given | changes)


def test_a_fact_survives_the_way_through_json():
    fact = painted(colours=("green", "red"))
    assert BenchPainted.from_payload(fact.to_payload()) == fact


def test_a_field_that_an_older_version_wrote_is_dropped():
    payload = painted().to_payload() | {"varnish": "matt"}
    assert BenchPainted.from_payload(payload) == painted()


def test_two_facts_cannot_share_a_name():
    with pytest.raises(ValueError, match=r"kernel_tests\.bench_painted"):
        type("Other", (Fact,), {"NAME": "kernel_tests.bench_painted"})


def test_a_reaction_name_is_taken_once():
    with pytest.raises(ValueError, match=r"kernel_tests\.hear"):
        facts.reacts_to(BenchPainted, name="kernel_tests.hear")(heard.append)


@pytest.mark.django_db
def test_announcing_writes_the_fact_and_one_job_per_reaction():
    fact_id = facts.announce(painted(), now=NOON)
    record = FactRecord.objects.get(public_id=fact_id)
    assert (record.name, record.aggregate) == (BenchPainted.NAME, "kernel_tests.bench:b1")
    job = ProcrastinateJob.objects.get()
    assert job.args == {"fact_id": str(fact_id), "reaction": "kernel_tests.hear"}
    assert job.lock == "kernel_tests.bench:b1/kernel_tests.hear"


@pytest.mark.django_db(transaction=True)
def test_a_transaction_undone_leaves_neither_fact_nor_job():
    def fail_after_announcing():
        with transaction.atomic():
            facts.announce(painted(), now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_announcing()
    assert FactRecord.objects.count() == 0
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db
def test_facts_announced_together_are_written_at_the_end_in_their_order(
    django_assert_num_queries,
):
    with transaction.atomic():
        with django_assert_num_queries(2), facts.together():
            for bench in ("b3", "b1", "b2"):
                # Inside another deed that does the same.
                with facts.together():
                    facts.announce(painted(bench=bench), now=NOON)
        rows = FactRecord.objects.filter(name=BenchPainted.NAME).order_by("pk")
        assert [row.payload["bench"] for row in rows] == ["b3", "b1", "b2"]
        jobs = ProcrastinateJob.objects.filter(task_name=facts.TASK).order_by("id")
        assert [job.args["fact_id"] for job in jobs] == [str(row.public_id) for row in rows]


@pytest.mark.django_db
def test_of_facts_announced_together_none_outlives_a_failure():
    @transaction.atomic
    def paint_in_the_rain():
        with facts.together():
            facts.announce(painted(), now=NOON)
            raise RuntimeError("rain")

    with pytest.raises(RuntimeError, match="rain"):
        paint_in_the_rain()
    assert not FactRecord.objects.filter(name=BenchPainted.NAME).exists()
    with transaction.atomic():
        facts.announce(painted(), now=NOON)
    assert FactRecord.objects.filter(name=BenchPainted.NAME).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_outside_a_transaction():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        facts.announce(painted(), now=NOON)
    assert FactRecord.objects.count() == 0


@pytest.mark.django_db
def test_a_delivered_fact_is_what_was_announced():
    heard.clear()
    fact_id = facts.announce(painted(), now=NOON)
    facts.deliver(fact_id=str(fact_id), reaction="kernel_tests.hear")
    assert heard == [facts.Delivered(fact_id=fact_id, fact=painted(), announced_at=NOON)]
    assert facts.facts_about("kernel_tests.bench:b1") == heard
    assert facts.facts_by_id([fact_id]) == {fact_id: heard[0]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_fact SET name = 'other'",
        "UPDATE kernel_fact SET payload = '{}'",
        "DELETE FROM kernel_fact",
        "ALTER TABLE kernel_fact ENABLE TRIGGER kernel_fact_no_truncate; TRUNCATE kernel_fact",
    ],
)
def test_the_database_refuses_to_rewrite_facts(statement):
    facts.announce(painted(), now=NOON)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert FactRecord.objects.get().payload["painter"] == "Alice"


@pytest.mark.django_db
def test_shredding_empties_personal_fields_once_and_nothing_else():
    facts.announce(painted(note="mind the step"), now=NOON)
    assert facts.shred_facts(aggregate="kernel_tests.bench:b1", now=NOON) == 1
    payload = FactRecord.objects.get().payload
    assert (payload["painter"], payload["note"]) == ("", "mind the step")
    assert facts.shred_facts(aggregate="kernel_tests.bench:b1", now=NOON) == 0

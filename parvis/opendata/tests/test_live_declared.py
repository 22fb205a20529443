"""What modules declare is kept up by their facts, and mended by reading it whole."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import NOON, a_consultation, a_contribution, someone
from parvis.kernel import facts
from parvis.kernel.declarations import published_datasets
from parvis.kernel.models import FactRecord
from parvis.opendata.actions import declared
from parvis.opendata.models import LiveSeries
from parvis.opendata.queries import catalogue, versions
from parvis.opendata.tests.live_world import minutes, rows

pytestmark = pytest.mark.django_db
ID = "contributions-aux-consultations"


@pytest.fixture(autouse=True)
def _held():
    a_consultation()


def deliver():
    """Hand every fact to the dataset, as the worker does."""
    reaction = f"opendata.live.{ID}"
    for record in FactRecord.objects.order_by("pk"):
        if reaction in facts.wiring().get(record.name, []):
            facts.deliver(fact_id=str(record.public_id), reaction=reaction)


def seen() -> dict[str, Any]:
    return {row["id"]: row for row in rows(ID, select="*")}


def test_a_contribution_is_a_row_once_its_fact_is_delivered():
    said = a_contribution(someone("Alice"), title="Des bancs", body="Pour s'asseoir.")
    deliver()
    (row,) = seen().values()
    assert (row["id"], row["titre"], row["texte"]) == (str(said), "Des bancs", "Pour s'asseoir.")
    entry = catalogue.entry(ID)
    assert entry.title == "Contributions aux consultations"
    assert entry.themes == ("Citoyenneté",)
    assert "noms des auteurs" in entry.description
    # Delivered twice, it changes nothing.
    revision = LiveSeries.objects.get(dataset__dataset_id=ID).revision
    deliver()
    assert LiveSeries.objects.get(dataset__dataset_id=ID).revision == revision


def test_a_vote_an_edit_and_a_withdrawal_reach_the_row():
    said = a_contribution(someone("Alice"))
    deliver()
    target = deliberation.Target(kind="contribution", id=said)
    deliberation.support(target=target, by=someone("Chloé"), now=NOON)
    deliver()
    assert seen()[str(said)]["d_accord"] == 1
    deliberation.withdraw_contribution(contribution_id=said, by=someone("Alice"), now=NOON)
    deliver()
    assert seen() == {}


def test_reading_it_whole_mends_what_no_fact_told():
    first = a_contribution(someone("Alice"))
    declared.refresh_all(now=minutes(0))
    # An import announces nothing.
    second = a_contribution(someone("Alice"))
    assert list(seen()) == [str(first)]
    done = declared.refresh(published_datasets[ID], now=minutes(1))
    assert (done.changed, done.unchanged, done.gone) == (1, 1, 0)
    assert set(seen()) == {str(first), str(second)}
    assert versions.current(ID).rows == 2


def test_what_changed_while_it_was_read_is_newer():
    """A refresh that began before a contribution arrived neither forgets nor overwrites it."""
    known = published_datasets[ID]
    first = a_contribution(someone("Alice"))
    declared.refresh(known, now=minutes(0))

    def slowly(names):
        found = list(known.rows(names))
        if names is None:
            second = a_contribution(someone("Alice"))
            declared.follow(known, _posted(second), now=minutes(2))
        return found

    slow = dataclasses.replace(known, rows=slowly)
    done = declared.refresh(slow, now=minutes(1))
    assert (done.changed, done.gone) == (0, 0)
    assert len(seen()) == 2
    assert str(first) in seen()


def _posted(contribution_id: uuid.UUID) -> deliberation.ContributionPosted:
    return deliberation.ContributionPosted(
        contribution_id=contribution_id,
        consultation="plan-2015",
        author_id=uuid.uuid4(),
        section_ref="",
    )

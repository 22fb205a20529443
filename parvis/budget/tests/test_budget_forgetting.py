"""Alice closes her account: what she published stays without her, the rest is forgotten."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import alice, bachir, chloe
from parvis.budget.actions import building, merging
from parvis.budget.actions.forgetting import forget_person
from parvis.budget.models import (
    Author,
    Consent,
    Decision,
    Follow,
    Merging,
    Project,
    Remark,
    Version,
)
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, a_project, an_edition
from parvis.kernel import holdings
from parvis.kernel.declarations import keeps

pytestmark = pytest.mark.django_db


def test_what_alice_published_stays_without_her():
    edition = an_edition(Kind.IDEATION)
    kept, draft = (
        a_project(edition, by=alice()),
        a_project(edition, by=alice(), status=Status.DRAFT),
    )
    hers = a_project(edition, by=chloe())
    building.remark(hers.pk, "Oui.", form_token=uuid.uuid4(), by=alice(), now=NOON)
    building.follow(hers.pk, by=alice(), now=NOON)
    asked = merging.propose_merging(
        source_id=kept.pk, target_id=hers.pk, why="Voisins.", by=bachir(), now=NOON
    )
    assert forget_person(alice().id, NOON) > 0
    assert set(Project.objects.values_list("pk", flat=True)) == {kept.pk, hers.pk}
    assert not Project.objects.filter(pk=draft.pk).exists()
    assert list(kept.authors.values_list("person_id", flat=True)) == [None]
    assert Version.objects.get(project=kept).written_by_id is None
    assert (Remark.objects.get().text, Remark.objects.get().author_id) == ("Oui.", None)
    assert (Follow.objects.count(), Consent.objects.filter(person_id=alice().id).count()) == (0, 0)
    assert Merging.objects.get(pk=asked.pk).state == "dropped"
    assert Author.objects.filter(person_id=chloe().id).count() == 1
    assert [one.model for one in keeps["budget"].held if holdings.count(one, alice().id)] == []
    assert forget_person(alice().id, NOON) == 0


HISTORY = {
    "a project": lambda project: Project.objects.filter(pk=project.pk)._raw_delete("default"),
    "its versions": lambda project: project.versions.all().delete(),
    "its decisions": lambda project: project.decisions.all().delete(),
}


@pytest.mark.parametrize("what", HISTORY)
def test_what_everybody_could_read_is_never_deleted(what):
    project = a_project(an_edition(Kind.IDEATION), by=alice(), status=Status.STUDY)
    decided = {"body": "Jury", "reason": "Trop cher.", "decided_at": NOON}
    Decision.objects.create(project=project, status=Status.REJECTED, **decided)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        HISTORY[what](project)
    assert (project.versions.count(), project.decisions.count()) == (1, 1)

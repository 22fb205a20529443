"""Who took part is forgotten; what was answered, and what was made of it, stays."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from io import BytesIO

import pytest
from django.core.files.storage import default_storage

from parvis.kernel.testing_photos import a_photo
from parvis.missions.actions import answering, forgetting
from parvis.missions.actions.answering import Said
from parvis.missions.models import Answer, Doubt, Mission, Participation, Task, Trust
from parvis.missions.tests.world import HOUR, NOON, opened, people, says, tree

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def with_photo(person, ref="t1"):
    said = Said(
        task_id=tree(ref).pk,
        client_key=uuid.uuid4(),
        values={"la": "oui"},
        photo=BytesIO(a_photo()),
    )
    return answering.answer(said, by=person, now=NOON + HOUR)


def test_who_leaves_is_in_no_row_and_the_count_stays():
    opened(is_photo_wanted=True)
    leaving, *others = people("Lea", "Marc", "Nour")
    with_photo(leaving)
    for one in others:
        says(one, "oui")
    Task.objects.update(added_by_id=leaving.id)
    Mission.objects.update(proposed_by_id=leaving.id)
    Doubt.objects.create(task=tree("t2"), person_id=leaving.id, doubted_at=NOON)
    was = (tree().state, tree().result, tree().answers_count)
    assert forgetting.forget_person(leaving.id, NOON + DAY) == 8
    assert (tree().state, tree().result, tree().answers_count) == was
    assert was[2] == 3
    assert Answer.objects.get(person=None).photo == ""
    for model in (Participation, Doubt, Trust):
        assert not model.objects.filter(person_id=leaving.id).exists()
    assert not Task.objects.exclude(added_by=None).exists()
    assert not Mission.objects.exclude(proposed_by=None).exists()
    assert Participation.objects.count() == 2


def test_a_photo_goes_once_the_thing_is_decided_and_its_file_with_it():
    opened(is_photo_wanted=True)
    first, *others = people("Lea", "Marc", "Nour")
    name = with_photo(first).photo
    assert forgetting.forget_photos(NOON + 30 * DAY, NOON + 60 * DAY) == 0
    for one in others:
        says(one, "oui")
    assert forgetting.forget_photos(NOON, NOON + 60 * DAY) == 0
    assert forgetting.forget_photos(NOON + 30 * DAY, NOON + 60 * DAY) == 1
    assert default_storage.exists(name)
    assert forgetting.sweep_photos(now=NOON) == 0
    old = (NOON - 30 * DAY).timestamp()
    os.utime(default_storage.path(name), (old, old))
    assert forgetting.sweep_photos(now=NOON) == 1
    assert not default_storage.exists(name)


def test_a_photo_of_a_mission_that_is_over_goes_as_well():
    opened(is_photo_wanted=True)
    (one,) = people("Lea")
    with_photo(one)
    Mission.objects.update(state="closed", closes_at=NOON + DAY)
    assert forgetting.forget_photos(NOON + 2 * DAY, NOON + 60 * DAY) == 1

"""One vote per person and thing, whatever is tried; far answers, finds, disputes, trust."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from parvis.kernel import register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.models import FactRecord
from parvis.kernel.testing import at_once
from parvis.missions.actions import answering, finding, proposing, settling
from parvis.missions.actions.answering import Said
from parvis.missions.actions.finding import Doubt
from parvis.missions.models import Answer, AnswerState, Mission, Participation, Task, Trust
from parvis.missions.queries import ground, tasks
from parvis.missions.tests.world import HOUR, NOON, T1, an_agent, opened, people, says, tree

pytestmark = pytest.mark.django_db
LATER = NOON + 2 * HOUR


def decided():
    return [
        (one.payload["ref"], one.payload["state"])
        for one in FactRecord.objects.filter(name="missions.task_decided").order_by("pk")
    ]


def refused(code, act):
    before = (Answer.objects.count(), tree().state, tree().answers_count)
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert (Answer.objects.count(), tree().state, tree().answers_count) == before


def test_three_who_agree_decide_and_are_trusted_for_it():
    opened()
    alice, chloe, dede, mona = people("Alice", "Chloé", "Dédé", "Mona")
    says(alice, "oui", also={"tour": "60"})
    says(chloe, "oui", also={"tour": "61"})
    assert (tree().state, tree().answers_count, tree().result) == ("open", 2, None)
    says(dede, "oui", also={"tour": "62,0"})
    assert (tree().state, tree().result) == ("agreed", {"la": "oui", "tour": 61})
    assert (tree().agreement, decided()) == (100, [("t1", "agreed")])
    assert list(Trust.objects.values_list("agreed", "contradicted", "far")) == [(1, 0, 0)] * 3
    assert Participation.objects.count() == 3
    refused("task_decided", lambda: says(mona, "non"))
    lines = register.about(f"missions.task:{tree().pk}")
    assert [one.action for one in lines] == ["missions.answered"] * 3
    assert lines[0].actor_ref == f"person:{dede.id}"


def test_one_account_votes_once_also_after_withdrawing_and_by_no_other_way():
    opened()
    alice, chloe, dede = people("Alice", "Chloé", "Dédé")
    key = uuid.uuid4()
    first = says(alice, "oui", client_key=key)
    assert says(alice, "oui", client_key=key).pk == first.pk
    refused("already_answered", lambda: says(alice, "non"))
    refused("client_key_taken", lambda: says(chloe, "non", client_key=key))
    answering.withdraw(answer_id=first.pk, by=alice, now=LATER)
    assert (tree().answers_count, Answer.objects.get().state) == (0, "withdrawn")
    refused("already_answered", lambda: says(alice, "non"))
    refused(
        "already_withdrawn", lambda: answering.withdraw(answer_id=first.pk, by=alice, now=LATER)
    )
    refused("no_answer", lambda: answering.withdraw(answer_id=first.pk, by=dede, now=LATER))
    for change in ({"state": "counted"}, {"values": {"la": "non"}}, {"task": tree("t2")}):
        with pytest.raises(IntegrityError, match="answer is kept"), transaction.atomic():
            Answer.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError, match="one_answer_per_person"), transaction.atomic():
        Answer.objects.create(
            task=tree(), person_id=alice.id, values={}, client_key=uuid.uuid4(), answered_at=NOON
        )


@pytest.mark.django_db(transaction=True)
def test_one_account_at_ten_doors_at_once_votes_once():
    opened()
    (alice,) = people("Alice")

    def try_it():
        try:
            return says(alice, "oui").pk
        except Refused as refusal:
            return refusal.code

    answers = at_once([try_it] * 6)
    assert sorted(str(one) for one in answers).count("already_answered") == 5
    assert (Answer.objects.count(), tree().answers_count) == (1, 1)


def test_what_is_said_from_afar_is_shown_and_does_not_count():
    opened()
    alice, chloe, dede, mona = people("Alice", "Chloé", "Dédé", "Mona")
    far = says(alice, "non", at=(2.3799, 48.8599))
    assert (far.state, far.is_far, far.why, round(far.metres)) == (
        "set_aside",
        True,
        "too_far",
        1071,
    )
    near = says(chloe, "oui", at=T1)
    assert (near.state, near.is_far, near.metres) == ("counted", False, 0.0)
    says(dede, "oui")
    says(mona, "oui")
    assert (tree().state, tree().answers_count, tree().result) == ("agreed", 3, {"la": "oui"})
    shown = [(one.counts, one.metres is None) for one in tasks.answers(tree())]
    assert shown == [(False, False), (True, True), (True, True), (True, True)]
    assert Trust.objects.get(person_id=alice.id).far == 1
    with pytest.raises(IntegrityError, match="from_afar"), transaction.atomic():
        Answer.objects.filter(pk=far.pk).update(state="counted")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"values": {}}, "question_unanswered"),
        ({"values": {"la": "bof"}}, "answer_unknown"),
        ({"values": {"la": "oui", "tour": "gros"}}, "answer_unknown"),
        ({"at": (200.0, 48.0)}, "position_wrong"),
        ({"at": (float("nan"), 48.0)}, "position_wrong"),
        ({"task_id": uuid.uuid4()}, "no_task"),
        ({"photo": BytesIO(b"<svg/>")}, "file_type_unknown"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_is_kept(changes, code):
    opened()
    (alice,) = people("Alice")
    refused(code, lambda: says(alice, "oui", **changes))


def test_five_who_do_not_agree_leave_it_to_the_city():
    opened()
    five = people("Alice", "Chloé", "Dédé", "Mona", "Oscar")
    for person, value in zip(five, ("oui", "non", "oui", "non", "oui"), strict=True):
        says(person, value)
    assert (tree().state, tree().agreement, decided()) == ("disputed", 60, [("t1", "disputed")])
    agent, values = an_agent(), {"la": "non"}

    def settle(by, why, said=values):
        return settling.settle(task_id=tree().pk, values=said, why=why, by=by, now=LATER)

    refused("needs_role", lambda: settle(five[0], "Vu."))
    refused("why_missing", lambda: settle(agent, " "))
    refused("question_unanswered", lambda: settle(agent, "Vu.", {}))
    settle(agent, "Vu sur place.")
    assert (tree().state, tree().result, tree().settled_why) == (
        "settled",
        {"la": "non"},
        "Vu sur place.",
    )
    rights = {one.person_id: (one.agreed, one.contradicted) for one in Trust.objects.all()}
    assert [rights[one.id] for one in five] == [(0, 1), (1, 0), (0, 1), (1, 0), (0, 1)]
    refused("task_decided", lambda: says(agent, "oui"))
    settling.drop(task_id=tree().pk, why="Deux fois le même.", by=agent, now=LATER)
    assert (tree().state, tree().result) == ("dropped", None)
    assert set(Trust.objects.values_list("agreed", "contradicted")) == {(0, 0)}
    assert decided()[1:] == [("t1", "settled"), ("t1", "dropped")]


def test_a_withdrawn_answer_may_undo_what_was_agreed():
    opened()
    three = people("Alice", "Chloé", "Dédé")
    (last, *_others) = [says(one, "oui") for one in three]
    answering.withdraw(answer_id=last.pk, by=three[0], now=LATER)
    assert (tree().state, tree().result, tree().answers_count) == ("open", None, 2)
    assert decided() == [("t1", "agreed"), ("t1", "open")]
    assert set(Trust.objects.values_list("agreed", flat=True)) == {0}
    says(people("Mona")[0], "oui")
    assert tree().state == "agreed"


def test_a_heavy_record_weighs_more_and_is_told_to_oneself_alone():
    opened(most=4)
    alice, chloe, dede, mona = people("Alice", "Chloé", "Dédé", "Mona")
    Trust.objects.create(person_id=alice.id, agreed=500, counted_at=NOON)
    Trust.objects.create(person_id=chloe.id, agreed=500, counted_at=NOON)
    Trust.objects.create(person_id=dede.id, contradicted=500, counted_at=NOON)
    for person, value in ((alice, "oui"), (chloe, "oui"), (dede, "non")):
        says(person, value)
    assert (tree().state, tree().agreement, tree().result) == ("agreed", 88, {"la": "oui"})
    assert mona.id not in set(Trust.objects.values_list("person_id", flat=True))


def test_who_finds_a_thing_does_not_confirm_it():
    mission = opened(kind="inventory")
    alice, chloe = people("Alice", "Chloé")
    at = (2.3720, 48.8560)
    found = finding.find(mission_id=mission.pk, label="Chêne", at=at, by=alice, now=LATER)
    own = says(alice, "oui", ref=found.ref)
    assert (own.state, own.why, own.is_far) == (AnswerState.SET_ASIDE, "own_find", False)
    assert says(chloe, "oui", ref=found.ref).state == AnswerState.COUNTED

    def again(place=at, label="Chêne", mission_id=mission.pk):
        return finding.find(mission_id=mission_id, label=label, at=place, by=chloe, now=LATER)

    refused("already_known", again)
    refused("outside_the_area", lambda: again((2.2945, 48.8583)))
    refused("outside_the_area", lambda: again((4.83, 45.76)))
    refused("label_missing", lambda: again((2.3740, 48.8570), " "))
    refused("no_mission", lambda: again(mission_id=uuid.uuid4()))
    assert Task.objects.count() == 4


def test_a_doubted_datum_becomes_something_to_check():
    mission = opened()
    (alice,) = people("Alice")
    said = Doubt(dataset_id="les-arbres-plantes", ref="999", label="Arbre mort", at=T1)
    task = finding.doubt(said, by=alice, now=LATER)
    assert (task.ref, task.state, task.mission_id) == ("999", "open", mission.pk)
    assert finding.doubt(said, by=alice, now=LATER).pk == task.pk
    fact = FactRecord.objects.get(name="missions.datum_doubted")
    assert (fact.payload["dataset_id"], fact.payload["ref"]) == ("les-arbres-plantes", "999")
    assert says(alice, "non", ref="999").state == AnswerState.COUNTED
    other = Doubt(dataset_id="velib", ref="1", label="Borne", at=T1)
    refused("no_mission_for_this", lambda: finding.doubt(other, by=alice, now=LATER))
    for one in people("Chloé", "Dédé", "Mona"):
        says(one, "non")
    known = Doubt(dataset_id="les-arbres-plantes", ref="t1", label="Platane", at=T1)
    refused("already_checked", lambda: finding.doubt(known, by=alice, now=LATER))


def test_the_nearest_comes_first_and_nothing_twice():
    mission = opened()
    (alice,) = people("Alice")
    point = answering.on_the_ground(T1)

    def near():
        found = ground.nearest(mission, person_id=alice.id, point=point, limit=9)
        return [one.ref for one in found]

    assert near() == ["t1", "t2", "t3"]
    says(alice, "oui")
    assert near() == ["t2", "t3"]
    onward = tasks.next_task(mission, person_id=alice.id, at=None, beside=tree("t1").pk)
    assert onward.ref == "t2"
    assert Task.objects.filter(mission=mission).count() == 3


def test_outside_its_days_a_mission_takes_nothing():
    mission = opened()
    (alice,) = people("Alice")
    late = mission.closes_at
    said = Said(task_id=tree().pk, client_key=uuid.uuid4(), values={"la": "oui"})
    refused("mission_not_open", lambda: answering.answer(said, by=alice, now=late))
    assert proposing.close_ended(now=late) == 1
    assert Mission.objects.get().state == "closed"
    refused("mission_not_open", lambda: says(alice, "oui"))


def test_only_agents_settle():
    opened()
    (alice,) = people("Alice")
    with pytest.raises(Forbidden):
        settling.drop(task_id=tree().pk, why="Non.", by=alice, now=LATER)
    with pytest.raises(NotFound):
        settling.drop(task_id=uuid.uuid4(), why="Non.", by=an_agent(), now=LATER)

"""The city's answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import a_person, alice, chloe, oscar
from parvis.deliberation import public
from parvis.deliberation.models import Answer
from parvis.deliberation.testing import CLOSING, NOON, SECTION, a_contribution, an_answer
from parvis.kernel.errors import Refused
from parvis.kernel.facts import facts_about

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=1)
OTHERWISE = public.NewAnswer(
    stance=public.AnswerStance.NOT_ADOPTED, body="Finalement non.", no_change_reason="Trop cher."
)


def test_oscar_answers_and_says_which_section_changes():
    one = a_contribution(alice())
    an_answer(one, now=CLOSING)
    seen = public.contribution(one, viewer=None, now=CLOSING)
    assert seen.answer is not None
    assert (seen.answer.stance, seen.answer.section_ref, seen.answer.by.name) == (
        "adopted", SECTION, "Oscar",
    )  # fmt: skip
    assert seen.row.answered_at == CLOSING
    assert public.consultation("plan-2015").totals.answered == 1
    assert public.unanswered_count() == 0
    assert [a.id for a in public.answers_changing([SECTION])[SECTION]] == [seen.answer.id]
    assert public.section_summaries("plan-2015", [SECTION])[SECTION].answer == seen.answer


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"section_ref": ""}, "change_or_reason"),
        ({"no_change_reason": "Rien"}, "change_or_reason"),
        ({"section_ref": "plan:lyon/1"}, "unknown_section"),
        ({"body": ""}, "text_empty"),
        ({"body": "\u202ea"}, "direction_characters"),
        ({"section_ref": "", "no_change_reason": "a" * 1_001}, "text_too_long"),
    ],
)
def test_an_answer_that_cannot_stand(changes, code):
    one = a_contribution(alice())
    with pytest.raises(Refused) as refusal:
        an_answer(one, **changes)
    assert refusal.value.code == code
    assert not Answer.objects.exists()
    assert public.contribution(one, viewer=None, now=NOON).row.answered_at is None


def test_a_refusal_names_the_field_that_was_typed_in():
    one = a_contribution(alice())
    for changes, field in (
        ({"body": "a\0"}, "text"),
        ({"section_ref": "", "no_change_reason": "a\0"}, "reason"),
    ):
        with pytest.raises(public.Mistyped) as refusal:
            an_answer(one, **changes)
        assert (refusal.value.field, refusal.value.status) == (field, 422)


def test_the_database_refuses_an_answer_without_change_or_reason():
    one = a_contribution(alice())
    an_answer(one)
    for broken in ({"section_ref": ""}, {"no_change_reason": "Rien"}):
        with pytest.raises(IntegrityError, match="names_its_change"), transaction.atomic():
            Answer.objects.update(**broken)


def test_a_button_pressed_twice_is_one_answer():
    one = a_contribution(alice())
    first = an_answer(one)
    assert an_answer(one) == first
    public.revise_answer(contribution_id=one, new=OTHERWISE, version=1, by=oscar(), now=LATER)
    public.revise_answer(contribution_id=one, new=OTHERWISE, version=1, by=oscar(), now=LATER)
    assert len(public.answer_history(one)) == 1
    names = [type(told.fact).__name__ for told in facts_about(f"deliberation.contribution:{one}")]
    assert names == ["ContributionPosted", "AnswerGiven", "AnswerRevised"]


def test_answered_once_then_revised_with_its_history():
    one = a_contribution(alice())
    an_answer(one)
    other = a_person("Odile", "official")
    for again in (lambda: an_answer(one, body="Autre chose."), lambda: an_answer(one, other)):
        with pytest.raises(Refused) as refusal:
            again()
        assert refusal.value.code == "already_answered"
    public.revise_answer(contribution_id=one, new=OTHERWISE, version=1, by=other, now=LATER)
    answer = public.contribution(one, viewer=None, now=LATER).answer
    assert answer is not None
    assert (answer.version, answer.body, answer.by.name) == (2, "Finalement non.", "Odile")
    assert (answer.answered_at, answer.revised_at) == (NOON, LATER)
    (former,) = public.answer_history(one)
    assert (former.version, former.stance, former.by.name, former.written_at) == (
        1, "adopted", "Oscar", NOON,
    )  # fmt: skip


def test_revising_what_someone_else_has_revised():
    one = a_contribution(alice())
    an_answer(one)
    public.revise_answer(contribution_id=one, new=OTHERWISE, version=1, by=oscar(), now=LATER)
    third = replace(OTHERWISE, body="Peut-être.")
    with pytest.raises(Refused) as refusal:
        public.revise_answer(contribution_id=one, new=third, version=1, by=oscar(), now=LATER)
    assert refusal.value.code == "answer_changed"
    assert len(public.answer_history(one)) == 1


def test_the_queue_holds_what_waits_most_supported_first():
    first, second, third = (a_contribution(alice(), title=f"Numéro {n}") for n in range(3))
    public.support(target=public.Target(kind="contribution", id=second), by=chloe(), now=NOON)
    an_answer(third)
    wanted = public.Wanted(sort="supported")
    page = public.answer_queue("plan-2015", by=oscar(), wanted=wanted)
    assert [row.id for row in page.items] == [second, first]
    assert page.total == 2

"""Two parents, a code, a claim, and the day a child comes of age."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import MORNING, a_person, alice, bachir, chloe, dede
from parvis.kernel import facts
from parvis.kernel.declarations import notices
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.kernel.testing import at_once
from parvis.mandates.actions import answering, asking, deciding, growing_up
from parvis.mandates.actions.inputs import Paper
from parvis.mandates.models import Mandate, Ward
from parvis.mandates.public import mandates_of, may_act, names_of, refs_of, rights_over
from parvis.mandates.queries import household
from parvis.mandates.testing import SEEN, a_child, granted_between, granted_child

MIDNIGHT = dt.datetime(2021, 5, 3, 22, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)


def told(row, person):
    """Return what a person reads of what was announced about a mandate, in its order."""
    return [
        notice.tell(delivered, person.id).title
        for delivered in facts.facts_about(f"mandates.mandate:{row.pk}")
        for notice in notices
        if type(delivered.fact) is notice.fact_type and person.id in notice.who(delivered.fact)
    ]


def titles(person):
    """Return what a person reads of who claimed their file."""
    return [
        notices["mandates.ward_claimed"].tell(delivered, person.id).title
        for delivered in facts.facts_about(f"mandates.ward:{Ward.objects.get().pk}")
        if person.id in notices["mandates.ward_claimed"].who(delivered.fact)
    ]


def joined(code, by, now=MORNING):
    """Let a second parent ask, and Bachir grant."""
    mandate_id = asking.join_ward(code=code, paper=Paper(kind="birth_certificate"), by=by, now=now)
    deciding.grant(mandate_id=mandate_id, reason=SEEN, by=bachir(), now=now)
    return mandate_id


def claimed_by(person):
    """Let Alice hold Dédé, and a person claim the file; return the ward and the code for that."""
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MORNING)
    growing_up.claim(code=code, by=person, now=MORNING)
    return ward, code


@pytest.mark.django_db
def test_a_second_parent_joins_with_the_code_and_a_paper():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    assert len(code.replace("-", "")) == 12
    joined(code.lower().replace("-", " "), chloe())
    assert Ward.objects.count() == 1
    assert [right.name for right in mandates_of(chloe().id, now=MORNING)] == ["Dédé"]
    assert sorted(Mandate.objects.values_list("seat", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_a_third_parent_finds_no_seat():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    joined(code, chloe())
    with pytest.raises(Refused) as refusal:
        joined(code, a_person("Eve"))
    assert refusal.value.code == "two_parents_already"
    assert not may_act(a_person("Eve").id, now=MORNING)


@pytest.mark.django_db(transaction=True)
def test_of_three_parents_granted_at_one_moment_two_hold_the_child():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    agent, others = bachir(), [a_person(name) for name in ("Eve", "Fay", "Gus")]
    paper = Paper(kind="birth_certificate")
    asked = [asking.join_ward(code=code, paper=paper, by=who, now=MORNING) for who in others]

    def grant(mandate_id):
        def act():
            try:
                deciding.grant(mandate_id=mandate_id, reason=SEEN, by=agent, now=MORNING)
            except Refused as refusal:
                return refusal.code
            return "granted"

        return act

    answers = at_once([grant(mandate_id) for mandate_id in asked])
    assert sorted(answers) == ["granted", "two_parents_already", "two_parents_already"]
    held = Mandate.objects.filter(state="granted").values_list("seat", flat=True)
    assert sorted(held) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_once():
    person = alice()
    asked = at_once(
        [lambda: asking.ask_for_ward(new=a_child(), by=person, now=MORNING) for _ in range(4)]
    )
    assert len(set(asked)) == Mandate.objects.count() == Ward.objects.count() == 1


@pytest.mark.django_db
def test_only_who_holds_a_child_gives_a_code_and_the_last_one_counts():
    granted_child(alice())
    ward = Ward.objects.get()
    with pytest.raises(NotFound):
        growing_up.give_code(ward_id=ward.pk, use="claim", by=chloe(), now=MORNING)
    assert Ward.objects.get().code_hash == ""
    first, second = (
        growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MORNING)
        for _rank in range(2)
    )
    assert first.replace("-", "") not in Ward.objects.get().code_hash
    with pytest.raises(NotFound):
        growing_up.claim(code=first, by=dede(), now=MORNING)
    with pytest.raises(NotFound):
        growing_up.claim(code=second, by=dede(), now=MORNING + dt.timedelta(days=30))
    growing_up.claim(code=second, by=dede(), now=MORNING + dt.timedelta(days=29))
    assert Ward.objects.get().account_id == dede().id


@pytest.mark.django_db
def test_a_code_to_hold_a_child_hands_over_no_file_and_a_code_to_claim_it_holds_no_child():
    granted_child(alice())
    ward, before = Ward.objects.get(), RegisterEntry.objects.count()
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    with pytest.raises(Refused) as refusal:
        growing_up.claim(code=code, by=dede(), now=MORNING)
    assert (refusal.value.code, refusal.value.status) == ("code_to_join", 409)
    code = growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MORNING)
    with pytest.raises(Refused) as refusal:
        joined(code, chloe())
    assert (refusal.value.code, refusal.value.status) == ("code_to_claim", 409)
    assert (Mandate.objects.count(), Ward.objects.get().account_id) == (1, None)
    assert RegisterEntry.objects.count() == before + 2, "two codes given, and nothing else"
    # The refusal used nothing up.
    growing_up.claim(code=code, by=dede(), now=MORNING)


@pytest.mark.django_db
def test_no_second_parent_holds_an_adult():
    paper = Paper(kind="court_decision")
    until, born = dt.date(2016, 6, 1), dt.date(1930, 5, 4)
    granted_child(
        alice(), kind="guardian", born_on=born, domains=("*",), ends_on=until, paper=paper
    )
    ward_id = Ward.objects.get().pk
    with pytest.raises(Refused) as refusal:
        growing_up.give_code(ward_id=ward_id, use="join", by=alice(), now=MORNING)
    assert refusal.value.code == "not_a_child"
    assert Ward.objects.get().code_hash == ""


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"code_use": ""}, {"code_use": "both"}, {"code_until": None}])
def test_the_database_itself_keeps_no_code_without_a_use_and_an_end(changes):
    granted_child(alice())
    growing_up.give_code(ward_id=Ward.objects.get().pk, use="join", by=alice(), now=MORNING)
    with pytest.raises(IntegrityError, match="code_of_a_ward"), transaction.atomic():
        Ward.objects.update(**changes)


@pytest.mark.django_db
def test_a_child_claims_the_file_and_the_mother_goes_on_acting():
    ward, code = claimed_by(dede())
    (right,) = mandates_of(alice().id, now=MORNING)
    assert right.for_ref == f"person:{dede().id}"
    assert rights_over(dede().id, now=MORNING) == [right]
    assert refs_of(dede().id) == [f"person:{dede().id}", f"mandates.ward:{ward.pk}"]
    assert names_of([f"mandates.ward:{ward.pk}"]) == {f"mandates.ward:{ward.pk}": "Dédé"}
    assert FactRecord.objects.filter(name="mandates.ward_claimed").count() == 1
    with pytest.raises(NotFound):
        growing_up.claim(code=code, by=chloe(), now=MORNING)


@pytest.mark.django_db
def test_a_mother_cannot_claim_the_file_of_her_child():
    granted_child(alice())
    ward = Ward.objects.get()
    code = growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MORNING)
    with pytest.raises(Refused) as refusal:
        growing_up.claim(code=code, by=alice(), now=MORNING)
    assert refusal.value.code == "not_your_file"
    assert Ward.objects.get().account_id is None


@pytest.mark.django_db
def test_parents_lose_their_hold_at_midnight_whether_a_task_ran_or_not():
    granted_child(alice())
    assert may_act(alice().id, now=MIDNIGHT - INSTANT)
    assert not may_act(alice().id, now=MIDNIGHT)
    assert growing_up.end_of_terms(now=MIDNIGHT - INSTANT) == 0
    assert growing_up.end_of_terms(now=MIDNIGHT + dt.timedelta(minutes=5)) == 1
    assert growing_up.end_of_terms(now=MIDNIGHT + dt.timedelta(minutes=65)) == 0
    row = Mandate.objects.get()
    assert (row.ends_at, row.ended_why, row.ended_by_id) == (MIDNIGHT, "came_of_age", None)
    line = RegisterEntry.objects.get(action="mandates.mandate_ended")
    assert (line.channel, line.actor_ref) == ("program", "")
    assert FactRecord.objects.get(name="mandates.ended").payload["why"] == "came_of_age"


@pytest.mark.django_db
def test_a_page_says_the_last_day_that_is_covered():
    child, helped = granted_child(alice()), granted_between(chloe(), alice())
    assert household.bond(child, now=MORNING).last_day == dt.date(2021, 5, 3)
    assert household.bond(helped, now=MORNING).last_day == dt.date(2015, 12, 31)


@pytest.mark.django_db
def test_once_of_age_the_code_comes_from_a_counter():
    mandate_id = granted_child(alice())
    ward = Ward.objects.get()
    with pytest.raises(NotFound):
        growing_up.give_code(ward_id=ward.pk, use="claim", by=alice(), now=MIDNIGHT)
    code = growing_up.give_code_at_the_desk(mandate_id=mandate_id, by=bachir(), now=MIDNIGHT)
    growing_up.claim(code=code, by=dede(), now=MIDNIGHT)
    assert Ward.objects.get().account_id == dede().id
    assert rights_over(dede().id, now=MIDNIGHT) == []


@pytest.mark.django_db
def test_who_came_of_age_meanwhile_is_no_longer_granted_as_a_child():
    mandate_id = asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    with pytest.raises(Refused) as refusal:
        deciding.grant(mandate_id=mandate_id, reason=SEEN, by=bachir(), now=MIDNIGHT)
    assert refusal.value.code == "came_of_age"
    assert Mandate.objects.get().state == "to_check"


@pytest.mark.django_db
def test_a_parent_is_told_who_asks_to_hold_the_child_too_and_who_does():
    granted_child(alice())
    code = growing_up.give_code(ward_id=Ward.objects.get().pk, use="join", by=alice(), now=MORNING)
    joined(code, chloe())
    second = Mandate.objects.get(representative_id=chloe().id)
    assert told(second, alice()) == [
        "Chloé asks to act for Dédé as well",
        "Chloé may now act for Dédé as well",
    ]
    assert told(second, chloe()) == [
        "You asked for a mandate: Parent of a child",
        "You may now act for Dédé",
    ]
    answering.end(mandate_id=second.pk, by=chloe(), now=MORNING)
    assert told(second, alice())[2:] == ["Chloé no longer acts for Dédé"]
    # Alice's own beginning was told to her alone.
    first = Mandate.objects.get(representative_id=alice().id)
    assert told(first, chloe()) == []


@pytest.mark.django_db
def test_a_child_with_an_account_reads_who_asks_to_act_for_them_and_what_came_of_it():
    ward, _code = claimed_by(dede())
    code = growing_up.give_code(ward_id=ward.pk, use="join", by=alice(), now=MORNING)
    granted = Mandate.objects.get(pk=joined(code, chloe()))
    assert told(granted, dede()) == ["Chloé asks to act for you", "Chloé may now act for you"]
    answering.end(mandate_id=granted.pk, by=chloe(), now=MORNING)
    paper = Paper(kind="birth_certificate")
    refused = asking.join_ward(code=code, paper=paper, by=chloe(), now=MORNING + INSTANT)
    deciding.refuse(mandate_id=refused, reason="No name.", by=bachir(), now=MORNING + INSTANT)
    refused = Mandate.objects.get(pk=refused)
    assert told(refused, dede()) == [
        "Chloé asks to act for you",
        "Chloé does not act for you: an agent said no",
    ]
    assert told(refused, chloe())[-1] == "Your request to act for another was refused"


@pytest.mark.django_db
def test_a_mandate_whose_last_day_has_passed_is_told_to_both():
    mandate_id = granted_between(chloe(), alice())
    over = dt.datetime(2015, 12, 31, 23, tzinfo=dt.UTC)
    assert growing_up.end_of_terms(now=over - INSTANT) == 0
    assert growing_up.end_of_terms(now=over) == 1
    assert growing_up.end_of_terms(now=over) == 0
    row = Mandate.objects.get(pk=mandate_id)
    assert (row.ends_at, row.ended_why) == (over, "ran_out")
    assert told(row, alice())[-1] == "You no longer act for Chloé"
    assert told(row, chloe())[-1] == "Alice no longer acts for you"


@pytest.mark.django_db
def test_a_parent_who_gave_the_child_up_by_mistake_may_ask_again():
    granted_child(alice())
    code = growing_up.give_code(ward_id=Ward.objects.get().pk, use="join", by=alice(), now=MORNING)
    mandate_id = joined(code, chloe())
    with pytest.raises(Refused) as refusal:
        joined(code, chloe())
    assert refusal.value.code == "already_held"
    answering.end(mandate_id=mandate_id, by=chloe(), now=MORNING)
    joined(code, chloe(), now=MORNING + INSTANT)
    assert may_act(chloe().id, now=MORNING + INSTANT)


@pytest.mark.django_db
def test_who_holds_a_child_is_told_that_somebody_claimed_the_file():
    granted_child(alice(), born_on=dt.date(2012, 1, 9))
    code = growing_up.give_code(ward_id=Ward.objects.get().pk, use="claim", by=alice(), now=MORNING)
    growing_up.claim(code=code, by=dede(), now=MORNING)
    assert titles(dede()) == ["The file others kept for you is yours"]
    assert titles(alice()) == ["Dédé has an account of their own now"]
    assert titles(chloe()) == []

"""Asking, deciding, accepting, ending: what gives a right, and what takes it away."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from parvis.account.testing import MORNING, a_person, alice, bachir, chloe, dede
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.kernel.models import FactRecord, OutgoingMail, RegisterEntry
from parvis.mandates.actions import answering, asking, deciding, growing_up
from parvis.mandates.actions.inputs import NewInvitation, Paper
from parvis.mandates.models import Association, Mandate, Ward
from parvis.mandates.public import mandates_of, may, may_act, rights_over
from parvis.mandates.testing import (
    SEEN,
    a_child,
    an_association,
    granted_association,
    granted_between,
    granted_child,
)

pytestmark = pytest.mark.django_db
LATER = MORNING + dt.timedelta(hours=1)


def refused(act):
    """Return the code of a refusal, once nothing has changed."""
    before = (Mandate.objects.count(), Ward.objects.count(), RegisterEntry.objects.count())
    states = sorted(Mandate.objects.values_list("pk", "state", "ends_at"))
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act()
    assert before == (
        Mandate.objects.count(),
        Ward.objects.count(),
        RegisterEntry.objects.count(),
    )
    assert sorted(Mandate.objects.values_list("pk", "state", "ends_at")) == states
    return refusal.value.code


def test_a_mother_acts_for_her_child_once_an_agent_has_seen_the_paper():
    mandate_id = asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    assert mandates_of(alice().id, now=MORNING) == []
    deciding.grant(mandate_id=mandate_id, reason=SEEN, by=bachir(), now=LATER)
    (right,) = mandates_of(alice().id, now=LATER)
    ward = Ward.objects.get()
    assert (right.name, right.for_ref, right.person_id) == (
        "Dédé",
        f"mandates.ward:{ward.pk}",
        None,
    )
    assert right.since == LATER
    # He was born on 4 May 2003: until midnight in Paris, as 4 May 2021 begins.
    assert right.until == dt.datetime(2021, 5, 3, 22, tzinfo=dt.UTC)
    assert may(alice().id, right.for_ref, "housing", now=LATER)
    assert not may(chloe().id, right.for_ref, "housing", now=LATER)
    lines = RegisterEntry.objects.filter(object_ref=right.for_ref).order_by("pk")
    assert [(line.action, line.actor_ref) for line in lines] == [
        ("mandates.mandate_asked", f"person:{alice().id}"),
        ("mandates.mandate_granted", f"person:{bachir().id}"),
    ]
    granted = FactRecord.objects.get(name="mandates.granted")
    assert granted.payload["representative_id"] == str(alice().id)


def test_the_same_request_made_twice_is_one():
    ids = {asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING) for _click in range(2)}
    assert len(ids) == Mandate.objects.count() == Ward.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"born_on": dt.date(1997, 6, 25)}, "of_age_already"),
        ({"born_on": dt.date(2015, 6, 26)}, "born_tomorrow"),
        ({"paper": Paper(kind="board_minutes")}, "wrong_proof"),
        ({"given_names": ""}, "no_name"),
        ({"kind": "relative", "paper": Paper(kind="power_of_attorney")}, "still_a_child"),
        (
            {
                "kind": "relative",
                "born_on": dt.date(1940, 1, 1),
                "paper": Paper(kind="power_of_attorney"),
            },
            "unknown_domain",
        ),
        (
            {
                "kind": "relative",
                "born_on": dt.date(1940, 1, 1),
                "domains": ("social",),
                "paper": Paper(kind="power_of_attorney"),
            },
            "no_end",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(changes, code):
    person = alice()
    refusal = refused(lambda: asking.ask_for_ward(new=a_child(**changes), by=person, now=MORNING))
    assert refusal == code


def test_a_guardian_may_be_in_charge_of_everything():
    new = a_child(
        kind="guardian",
        given_names="Odette",
        born_on=dt.date(1932, 4, 1),
        ends_on=dt.date(2020, 3, 31),
        paper=Paper(kind="court_decision", reference="TI Paris 11, 2015/123"),
    )
    mandate_id = asking.ask_for_ward(new=new, by=alice(), now=MORNING)
    deciding.grant(mandate_id=mandate_id, reason="Decision seen.", by=bachir(), now=MORNING)
    (right,) = mandates_of(alice().id, now=MORNING)
    assert right.acting().covers("money")
    assert right.until == dt.datetime(2020, 3, 31, 22, tzinfo=dt.UTC)


def test_an_association_is_one_whoever_asks_for_it():
    granted_association(alice())
    asking.ask_for_association(
        new=an_association(name="Other name", rna="w 751234567"), by=chloe(), now=LATER
    )
    group = Association.objects.get()
    # An agent has seen its paper: nobody else renames it.
    assert (group.name, group.rna, group.checked_at) == (
        "Jardins de la Folie",
        "W751234567",
        MORNING,
    )
    (right,) = mandates_of(alice().id, now=LATER)
    assert (right.name, right.domains) == ("Jardins de la Folie", {"participation"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rna": "", "siret": ""}, "no_number"),
        ({"rna": "751234567"}, "wrong_rna"),
        ({"siret": "21750001600018"}, "wrong_siret"),
        ({"ends_on": dt.date(2015, 6, 24)}, "ends_before_it_begins"),
        ({"domains": ()}, "no_domain"),
    ],
)
def test_an_association_without_a_number_that_checks_is_refused(changes, code):
    person = alice()
    new = an_association(**changes)
    assert refused(lambda: asking.ask_for_association(new=new, by=person, now=MORNING)) == code
    assert Association.objects.count() == 0


def test_an_agent_gives_a_reason_once_and_not_to_themselves():
    agent, other = bachir(), a_person("Agathe", "agent")
    own = asking.ask_for_ward(new=a_child(), by=agent, now=MORNING)

    def decide(**changes):
        given = {"mandate_id": own, "reason": SEEN, "by": other, "now": MORNING}
        return lambda: deciding.grant(**(given | changes))

    assert refused(decide(by=agent)) == "own_request"
    assert refused(decide(reason="  ")) == "no_reason"
    decide()()
    assert refused(decide()) == "decided_already"
    other_one = asking.ask_for_ward(new=a_child(given_names="Lou"), by=agent, now=MORNING)
    with pytest.raises(Forbidden):
        deciding.refuse(mandate_id=other_one, reason="no", by=agent, now=MORNING)


def test_a_refusal_gives_no_right_and_says_why():
    mandate_id = asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    deciding.refuse(mandate_id=mandate_id, reason="Not readable.", by=bachir(), now=LATER)
    row = Mandate.objects.get()
    assert (row.state, row.reason, row.begins_at) == ("refused", "Not readable.", None)
    assert not may_act(alice().id, now=LATER)


def test_a_person_lets_another_act_and_only_the_invited_address_may_say_yes():
    giver, helper = alice(), chloe()
    new = NewInvitation(
        email="CHLOE@parvis.example",
        gives=True,
        domains=("social", "housing"),
        ends_on=dt.date(2015, 12, 31),
    )
    mandate_id = asking.invite(new=new, by=giver, now=MORNING)
    (mail,) = OutgoingMail.objects.filter(message_key=f"mandates.invitation:{mandate_id}")
    assert (mail.recipient, "Alice" in mail.subject) == ("chloe@parvis.example", True)
    stranger = dede()
    for act in (answering.accept, answering.decline):
        assert refused(lambda act=act: act(mandate_id=mandate_id, by=stranger, now=LATER)) == (
            "no_mandate"
        )
    answering.accept(mandate_id=mandate_id, by=helper, now=LATER)
    (right,) = mandates_of(helper.id, now=LATER)
    assert (right.for_ref, right.domains) == (f"person:{giver.id}", {"housing", "social"})
    assert right.until == dt.datetime(2015, 12, 31, 23, tzinfo=dt.UTC)
    assert rights_over(giver.id, now=LATER) == [right]
    assert refused(lambda: answering.accept(mandate_id=mandate_id, by=helper, now=LATER)) == (
        "no_mandate"
    )


def test_who_asks_to_act_waits_for_the_other_to_say_yes():
    new = NewInvitation(
        email="dede@parvis.example", gives=False, domains=("social",), ends_on=dt.date(2016, 1, 1)
    )
    mandate_id = asking.invite(new=new, by=alice(), now=MORNING)
    assert not may_act(alice().id, now=MORNING)
    answering.accept(mandate_id=mandate_id, by=dede(), now=LATER)
    assert may(alice().id, f"person:{dede().id}", "social", now=LATER)


def test_an_invitation_says_nothing_of_whether_the_address_is_known():
    known, unknown = "chloe@parvis.example", "nobody@parvis.example"
    chloe()
    given = {"gives": True, "domains": ("social",), "ends_on": dt.date(2015, 12, 31)}
    for email in (known, unknown):
        asking.invite(new=NewInvitation(email=email, **given), by=alice(), now=MORNING)
    mails = OutgoingMail.objects.order_by("recipient").values_list("recipient", "subject")
    assert list(mails) == [
        (known, "Alice aimerait que vous agissiez en son nom"),
        (unknown, "Alice aimerait que vous agissiez en son nom"),
    ]


def test_nobody_needs_a_mandate_for_themselves():
    person = alice()
    new = NewInvitation(
        email=person.email, gives=True, domains=("social",), ends_on=dt.date(2015, 12, 31)
    )
    assert refused(lambda: asking.invite(new=new, by=person, now=MORNING)) == "yourself"


def test_nobody_floods_the_agents_with_requests():
    person = alice()
    for rank in range(asking.MOST_WAITING):
        asking.ask_for_ward(new=a_child(given_names=f"N{rank}"), by=person, now=MORNING)
    one_more = a_child(given_names="One more")
    assert refused(lambda: asking.ask_for_ward(new=one_more, by=person, now=MORNING)) == (
        "too_many_waiting"
    )


@pytest.mark.parametrize("side", ["represented", "representative"])
def test_either_side_ends_it_at_once(side):
    giver, helper = alice(), chloe()
    mandate_id = granted_between(giver, helper)
    by = giver if side == "represented" else helper
    for _click in range(2):
        answering.end(mandate_id=mandate_id, by=by, now=LATER)
    assert not may_act(helper.id, now=LATER)
    assert may_act(helper.id, now=LATER - dt.timedelta(microseconds=1))
    row = Mandate.objects.get()
    assert (row.ended_by_id, row.ended_why) == (
        by.id,
        "revoked" if side == "represented" else "renounced",
    )
    assert FactRecord.objects.filter(name="mandates.ended").count() == 1
    # What is over may be given again.
    granted_between(giver, helper, now=LATER)


def test_a_stranger_ends_nothing():
    mandate_id = granted_between(alice(), chloe())
    stranger = dede()
    with pytest.raises(NotFound):
        answering.end(mandate_id=mandate_id, by=stranger, now=LATER)
    assert may_act(chloe().id, now=LATER)


def test_the_city_ends_what_should_not_go_on():
    mandate_id = granted_child(alice())
    deciding.end_by_city(mandate_id=mandate_id, reason="Judgment.", by=bachir(), now=LATER)
    assert not may_act(alice().id, now=LATER)
    again = {"mandate_id": mandate_id, "reason": "Again.", "by": bachir(), "now": LATER}
    assert refused(lambda: deciding.end_by_city(**again)) == "not_in_force"


def test_one_holds_the_same_right_once_at_a_time():
    giver, helper = alice(), chloe()
    granted_between(giver, helper)
    again = NewInvitation(
        email=helper.email, gives=True, domains=("money",), ends_on=dt.date(2015, 8, 1)
    )
    mandate_id = asking.invite(new=again, by=giver, now=LATER)
    assert refused(lambda: answering.accept(mandate_id=mandate_id, by=helper, now=LATER)) == (
        "holds_already"
    )


def overlapping(**changes):
    """Write beside the mandate there is another, as no action of ours would."""
    one = Mandate.objects.get()
    values = {
        field.attname: getattr(one, field.attname)
        for field in Mandate._meta.concrete_fields
        if field.attname not in {"id", "represented"}
    }
    Mandate.objects.create(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({}, "one_mandate_at_a_time"),
        ({"begins_at": LATER, "ends_at": None}, "one_mandate_at_a_time"),
        ({"representative_id": "chloe"}, "two_parents_at_a_time"),
        ({"representative_id": "chloe", "seat": 3}, "a_parent_has_one_of_two_seats"),
        ({"representative_id": "chloe", "seat": None}, "a_parent_has_one_of_two_seats"),
        ({"domains": []}, "mandate_covers_something"),
        ({"representative_id": None}, "granted_mandate_names_both_and_begins"),
        ({"ward_id": None}, "granted_mandate_names_both_and_begins"),
        ({"kind": "association", "seat": None}, "mandate_is_for_whom_its_kind_says"),
        ({"ends_at": MORNING - dt.timedelta(days=1)}, "mandate_ends_after_it_begins"),
    ],
)
def test_the_database_itself_refuses(changes, constraint):
    granted_child(alice())
    if changes.get("representative_id") == "chloe":
        changes = changes | {"representative_id": chloe().id}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        overlapping(**changes)
    assert Mandate.objects.count() == 1


def test_the_database_itself_lets_nobody_act_for_themselves():
    granted_between(alice(), chloe())
    with pytest.raises(IntegrityError, match="nobody_acts_for_themselves"), transaction.atomic():
        overlapping(representative_id=alice().id)


def test_an_agent_who_is_a_parent_does_not_decide_about_the_other():
    agent, colleague = bachir(), a_person("Nadia", "agent")
    mandate_id = asking.ask_for_ward(new=a_child(), by=agent, now=MORNING)
    deciding.grant(mandate_id=mandate_id, reason=SEEN, by=colleague, now=MORNING)
    code = growing_up.give_code(ward_id=Ward.objects.get().pk, use="join", by=agent, now=MORNING)
    paper = Paper(kind="birth_certificate")
    second = asking.join_ward(code=code, paper=paper, by=chloe(), now=MORNING)
    for decide in (deciding.grant, deciding.refuse):
        with pytest.raises(Forbidden) as refusal:
            decide(mandate_id=second, reason=SEEN, by=agent, now=MORNING)
        assert refusal.value.code == "own_request"
    assert Mandate.objects.get(pk=second).state == "to_check"
    deciding.grant(mandate_id=second, reason=SEEN, by=colleague, now=MORNING)
    with pytest.raises(Forbidden) as refusal:
        deciding.end_by_city(mandate_id=second, reason=SEEN, by=agent, now=MORNING)
    assert refusal.value.code == "own_request"
    assert may_act(chloe().id, now=MORNING)


def test_who_withdraws_and_invites_again_fills_nobody_s_mailbox():
    new = NewInvitation(
        email="chloe@parvis.example", gives=True, domains=("social",), ends_on=dt.date(2015, 12, 31)
    )
    for _time in range(12):
        mandate_id = asking.invite(new=new, by=alice(), now=MORNING)
        answering.end(mandate_id=mandate_id, by=alice(), now=MORNING)
    code = refused(lambda: asking.invite(new=new, by=alice(), now=LATER))
    assert code == "too_many_invitations"
    assert OutgoingMail.objects.filter(recipient="chloe@parvis.example").count() == 12
    asking.invite(new=new, by=alice(), now=MORNING + dt.timedelta(days=1))

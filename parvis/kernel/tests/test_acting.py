"""Acting for another: whose hands, for whom, and what may not be done."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import ClassVar

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.kernel import acting, facts, register
from parvis.kernel.acting import EVERY_DOMAIN, Acting, Hands
from parvis.kernel.errors import Forbidden
from parvis.kernel.fact_types import Fact
from parvis.kernel.models import FactRecord

NOON = dt.datetime(2015, 6, 25, 10, tzinfo=dt.UTC)
ALICE = uuid.UUID("019b0000-0000-7000-8000-00000000a11c")
ME = f"person:{ALICE}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BenchMended(Fact):
    NAME: ClassVar[str] = "kernel_tests.bench_mended"

    bench: str

    @property
    def aggregate(self) -> str:
        return f"kernel_tests.bench:{self.bench}"


heard: list[facts.Delivered] = []
facts.reacts_to(BenchMended, name="kernel_tests.hear_mended")(heard.append)


def for_dede(**changes):
    given = {
        "actor_ref": ME,
        "for_ref": "mandates.ward:dede",
        "by_ref": "mandates.mandate:m1",
        "name": "Dédé",
        "domains": frozenset({"housing"}),
    }
    return Acting(**(given | changes))


def a_line(**changes):
    given = {"action": "kernel.done", "object_ref": "kernel.thing:1", "recorded_at": NOON}
    return register.Entry(**(given | changes))


def read_back():
    return register.about("kernel.thing:1")[0]


@pytest.mark.django_db
def test_the_register_says_for_whom_and_by_which_right():
    with acting.acting(for_dede()):
        register.record(a_line(actor_ref=ME, details={"colour": "green"}))
    line = read_back()
    assert (line.actor_ref, line.on_behalf_of_ref) == (ME, "mandates.ward:dede")
    assert line.details == {"colour": "green", "by": "mandates.mandate:m1"}
    assert register.done_for(["mandates.ward:dede"]) == [line]


@pytest.mark.django_db
def test_a_line_that_names_another_actor_is_left_as_it_is():
    with acting.acting(for_dede()):
        register.record(a_line(actor_ref="person:mona"))
    assert (read_back().actor_ref, read_back().on_behalf_of_ref) == ("person:mona", "")


@pytest.mark.django_db
def test_the_helper_of_who_is_signed_in_is_the_actor():
    helped = for_dede(
        actor_ref="aidants_connect:professional", for_ref=ME, by_ref="mandates.aidant:logement"
    )
    assert helped.is_help
    with acting.acting(helped):
        register.record(a_line(actor_ref=ME))
    line = read_back()
    assert (line.actor_ref, line.on_behalf_of_ref) == ("aidants_connect:professional", ME)
    assert register.done_for([ME]) == [line]


@pytest.mark.django_db
def test_what_one_does_for_oneself_in_between_is_one_s_own():
    with acting.acting(for_dede()), acting.by_oneself():
        register.record(a_line(actor_ref=ME))
    assert (read_back().actor_ref, read_back().on_behalf_of_ref) == (ME, "")


@pytest.mark.django_db
def test_a_fact_says_who_did_it_and_for_whom():
    heard.clear()
    with acting.acting(for_dede()):
        for_another = facts.announce(BenchMended(bench="b1"), now=NOON)
    with acting.held_by(Hands(actor_ref=ME)):
        for_oneself = facts.announce(BenchMended(bench="b2"), now=NOON)
    by_itself = facts.announce(BenchMended(bench="b3"), now=NOON)
    said = {
        record.public_id: (record.actor_ref, record.on_behalf_of_ref)
        for record in FactRecord.objects.all()
    }
    assert said == {
        for_another: (ME, "mandates.ward:dede"),
        for_oneself: (ME, ""),
        by_itself: ("", ""),
    }
    facts.deliver(fact_id=str(for_another), reaction="kernel_tests.hear_mended")
    assert (heard[0].actor_ref, heard[0].on_behalf_of_ref) == (ME, "mandates.ward:dede")
    assert ProcrastinateJob.objects.count() == 3


def test_nobody_acts_once_the_block_is_left_even_by_an_error():
    def fail():
        with acting.acting(for_dede()):
            assert acting.hands().on_behalf_of_ref == "mandates.ward:dede"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert acting.hands() == Hands()


def test_a_right_reaches_its_domains_and_no_other():
    assert acting.covering("housing") is None
    with acting.acting(for_dede()):
        assert acting.covering("housing") == for_dede()
        with pytest.raises(Forbidden) as refusal:
            acting.covering("money")
    assert refusal.value.code == "outside_mandate"
    assert "Dédé" in refusal.value.message
    assert for_dede(domains=EVERY_DOMAIN).covers("money")


def test_a_view_that_says_nothing_is_refused_while_one_acts_for_another():
    def silent():
        return None

    @acting.done_for_others("money")
    def pay():
        return None

    @acting.done_for_others("housing")
    def apply():
        return None

    @acting.done_for_oneself
    def leave():
        return acting.hands().on_behalf_of_ref

    codes = []
    for view in (silent, pay, apply, leave):
        try:
            acting.refuse_outside(for_dede(), view)
        except Forbidden as refusal:
            codes.append(refusal.code)
        else:
            codes.append("")
    assert codes == ["not_for_another", "outside_mandate", "", ""]
    with acting.acting(for_dede()):
        assert leave() == ""


def test_a_right_nobody_vouches_for_is_worth_nothing():
    assert acting.standing_by("kernel_tests.unknown:1", person_id=ALICE, now=NOON) is None
    acting.gives_standing("kernel_tests.right")(
        lambda person_id, right, now: (
            for_dede(by_ref=f"kernel_tests.right:{right}")
            if (person_id, now) == (ALICE, NOON)
            else None
        )
    )
    standing = acting.standing_by("kernel_tests.right:7", person_id=ALICE, now=NOON)
    assert standing == for_dede(by_ref="kernel_tests.right:7")
    with pytest.raises(ValueError, match=r"kernel_tests\.right"):
        acting.gives_standing("kernel_tests.right")(lambda *_: None)

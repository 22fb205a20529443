"""A case on its way: steps, clock, deadline, what is written down, what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.account.testing import a_person, alice
from parvis.kernel import register
from parvis.kernel.errors import Forbidden
from parvis.kernel.facts import facts_about
from parvis.relation.testing import deliver_everything
from parvis.streets import testing
from parvis.streets.actions import answering, clocks, hours, merging, withdrawing
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.requalifying import Correction, requalify
from parvis.streets.models import (
    Case,
    ClockPause,
    ClosedDay,
    Handler,
    Message,
    Report,
    Reporting,
    ServiceHours,
)
from parvis.streets.rules import life
from parvis.streets.rules.clock import Hours
from parvis.streets.tests.life_cases import (
    AGENT,
    DAY,
    HERE,
    HOUR,
    NOON,
    a_case,
    a_proof,
    a_report,
    closed,
    moved,
    refused,
)

THURSDAY, FRIDAY = dt.date(2026, 6, 4), dt.date(2026, 6, 5)


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def utc(day, hour):
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def ref(case):
    return f"streets.case:{case.pk}"


def deeds(case):
    return [entry.action.removeprefix("streets.") for entry in register.about(ref(case))][::-1]


def test_a_case_goes_its_way_and_its_deadline_with_it():
    case = a_case()
    # Twenty hours: six on Wednesday, ten on Thursday, four on Friday.
    assert case.due_at == utc(FRIDAY, 10)
    case = moved(case, "to_do")
    assert (case.revision, case.changed_at, case.due_at) == (2, NOON + HOUR, utc(FRIDAY, 10))
    case = moved(case, "with_partner", now=utc(THURSDAY, 8))
    assert case.due_at is None
    assert list(ClockPause.objects.values_list("waits_for", "ends_at")) == [("partner", None)]
    case = moved(case, "to_do", now=utc(THURSDAY, 10))
    assert case.due_at == utc(FRIDAY, 12)
    case = moved(case, "waiting_reporter", now=utc(THURSDAY, 14), public_note="Quel étage ?")
    assert case.due_at is None
    [question] = Message.objects.filter(asks=True)
    assert question.text == "Quel étage ?"
    a_proof(case, now=utc(FRIDAY, 6))
    case = closed(case, now=utc(FRIDAY, 6), reason="work_done")
    assert (case.is_open, case.worked_minutes, case.due_at) == (False, 12 * 60, utc(FRIDAY, 14))
    monday = FRIDAY + 3 * DAY
    case = moved(case, "to_do", now=utc(monday, 6))
    assert (case.reason, case.closed_at, case.worked_minutes) == (None, None, None)
    assert case.due_at == utc(monday, 14)
    ways = ["taken", "passed_on", "taken", "asked", "done", "reopened"]
    assert deeds(case) == ways
    facts = [one.fact for one in facts_about(ref(case)) if one.fact.NAME == "streets.case_moved"]
    assert [one.after for one in facts] == [step.after_id for step in case.steps.order_by("id")][1:]
    assert [one.reason for one in facts] == ["", "", "", "", "work_done", ""]


def test_a_day_for_the_work_is_told_and_goes_with_the_state():
    case = moved(a_case(), "scheduled", planned_on=FRIDAY)
    assert case.planned_on == FRIDAY
    how = {"to": "scheduled", "now": NOON + HOUR, **AGENT}
    other = a_case((HERE[0] + 500, HERE[1]))
    yesterday = dt.date(2026, 6, 2)
    refused("planned_in_the_past", move_case, case_id=other.pk, planned_on=yesterday, **how)
    assert moved(case, "to_do", now=NOON + DAY).planned_on is None


def test_what_the_table_or_a_closing_forbids_changes_nothing():
    case, other = a_case(), a_case((HERE[0] + 500, HERE[1]))
    a_proof(other)
    how = {"case_id": case.pk, "now": NOON + HOUR}
    by = {"actor": "", "door": "page"}
    refused("no_such_state", move_case, to="painted", **how, **AGENT)
    refused("no_such_step", move_case, to="contradicted", **how, **AGENT)
    refused("already_there", move_case, to="new", **how, **AGENT)
    refused("not_yours_to_take", move_case, to="to_do", who=life.REPORTER, **how, **by)
    refused("not_yours_to_take", move_case, to="done", who=life.PROGRAM, **how, **by)
    refused("question_missing", move_case, to="waiting_reporter", public_note=" ", **how, **AGENT)
    done = {"to": "done", **how, **AGENT}
    refused("reason_missing", move_case, **done)
    refused("reason_missing", move_case, reason="no_such_reason", **done)
    refused("reason_of_another_state", move_case, reason="authorised", **done)
    refused("proof_missing", move_case, reason="work_done", **done)
    proof = other.photos.get()
    refused("proof_missing", move_case, reason="work_done", proofs=[proof.pk], **done)
    refused("merging_needs_a_case", move_case, to="merged", reason="same_case", **how, **AGENT)
    refused("merging_needs_a_case", move_case, to="to_do", merged_into=other.pk, **how, **AGENT)
    refused("no_case", move_case, **{**done, "case_id": proof.pk})


def test_a_proof_is_of_this_time_and_an_old_one_proves_nothing():
    case = a_case()
    old = a_proof(case)
    case = closed(case, reason="work_done", proofs=[old.pk])
    case = moved(case, "to_do", now=NOON + DAY)
    how = {"case_id": case.pk, "to": "done", "reason": "work_done", "now": NOON + 2 * DAY, **AGENT}
    refused("proof_missing", move_case, **how)
    a_proof(case, now=NOON + 2 * DAY)
    assert closed(case, now=NOON + 2 * DAY, reason="work_done").reason_id == "work_done"


def test_two_cases_become_one_and_part_again():
    person, other = alice(), a_person("Zoé", email="zoe@parvis.example")
    root, case = a_case(), a_case((HERE[0] + 20, HERE[1]))
    a_report(root, person=person)
    both = a_report(case, person=person)
    a_report(case, person=other)
    merge = {"case_id": case.pk, "into": root.pk, "actor": AGENT["actor"], "now": NOON + HOUR}
    merging.merge(**merge)
    case, root = Case.objects.get(pk=case.pk), Case.objects.get(pk=root.pk)
    assert (case.state_id, case.reason_id, case.merged_into_id) == ("merged", "same_case", root.pk)
    # Two of the root, and two of the case: one of its three is of who had reported both.
    assert (case.reports_count, root.reports_count) == (0, 4)
    both.refresh_from_db()
    assert (both.case_id, both.withdrawn_at) == (root.pk, NOON + HOUR)
    [escalated] = [
        one.fact for one in facts_about(ref(root)) if one.fact.NAME == "streets.case_escalated"
    ]
    assert escalated.reports == 4
    refused("already_merged", merging.merge, **merge)
    case = moved(case, "to_do", now=NOON + DAY)
    root.refresh_from_db()
    assert (case.merged_into, case.reports_count, root.reports_count) == (None, 3, 2)
    both.refresh_from_db()
    assert (both.case_id, both.withdrawn_at) == (case.pk, None)
    assert deeds(case) == ["merged", "reopened"]


def test_what_is_not_the_same_is_not_merged():
    root, far = a_case(), a_case((HERE[0] + 51, HERE[1]))
    tag = a_case((HERE[0] + 5, HERE[1]), subtype=testing.TAG)
    wide = a_case((HERE[0] + 40, HERE[1]))
    a_report(wide, at=(HERE[0] + 80, HERE[1]))
    over = closed(a_case((HERE[0] + 10, HERE[1])))
    how = {"actor": AGENT["actor"], "now": NOON + HOUR}
    refused("same_case_twice", merging.merge, case_id=root.pk, into=root.pk, **how)
    refused("too_far_to_merge", merging.merge, case_id=far.pk, into=root.pk, **how)
    refused("too_far_to_merge", merging.merge, case_id=wide.pk, into=root.pk, **how)
    refused("another_kind", merging.merge, case_id=tag.pk, into=root.pk, **how)
    refused("root_closed", merging.merge, case_id=root.pk, into=over.pk, **how)
    refused("no_such_step", merging.merge, case_id=over.pk, into=root.pk, **how)


def test_late_is_said_once_and_three_times_late_once_more():
    case = a_case()
    assert clocks.announce_late(now=utc(FRIDAY, 10)) == 0
    assert clocks.announce_late(now=utc(FRIDAY, 10) + dt.timedelta(seconds=1)) == 1
    assert clocks.announce_late(now=utc(FRIDAY, 12)) == 0
    case.refresh_from_db()
    late_once = case.priority
    assert (case.times_late, late_once > 0) == (1, True)
    # Sixty hours are passed on Thursday the eleventh, at noon.
    assert clocks.announce_very_late(now=utc(dt.date(2026, 6, 11), 10)) == 0
    assert clocks.announce_very_late(now=utc(dt.date(2026, 6, 11), 11)) == 1
    assert clocks.announce_very_late(now=utc(dt.date(2026, 6, 12), 11)) == 0
    case.refresh_from_db()
    assert case.priority > late_once
    told = [one.fact.times for one in facts_about(ref(case)) if one.fact.NAME.endswith("case_late")]
    assert told == [1, 3]


def test_what_waits_is_not_late_unless_it_was_before():
    case = moved(a_case(), "with_partner")
    assert clocks.announce_late(now=utc(FRIDAY, 16)) == 0
    overdue = moved(a_case((HERE[0] + 500, HERE[1])), "with_partner", now=utc(FRIDAY, 14))
    assert overdue.due_at == utc(FRIDAY, 10)
    assert clocks.announce_late(now=utc(FRIDAY, 16)) == 1
    case.refresh_from_db()
    assert (case.due_at, case.times_late) == (None, 0)


def test_deadlines_follow_hours_and_closed_days():
    admin = a_person("Ada", "administrator")
    case, other = a_case(), a_case((HERE[0] + 500, HERE[1]))
    Case.objects.filter(pk=other.pk).update(handler=Handler.objects.get(code="dvd"))
    hours.close_day(day=THURSDAY, name="Journée sans Ville", by=admin, now=NOON)
    deliver_everything()
    monday = FRIDAY + 3 * DAY
    assert Case.objects.get(pk=case.pk).due_at == utc(monday, 10)
    nights = [Hours(weekday=day, opens=dt.time(0), closes=dt.time(23, 59)) for day in range(7)]
    hours.set_hours(handler="ramen", hours=nights, by=admin, now=NOON)
    deliver_everything()
    # Twelve hours until midnight, none on Thursday, eight on Friday.
    assert Case.objects.get(pk=case.pk).due_at == utc(FRIDAY, 6)
    assert Case.objects.get(pk=other.pk).due_at == utc(monday, 10)
    hours.open_day(day=THURSDAY, by=admin, now=NOON)
    deliver_everything()
    assert Case.objects.get(pk=case.pk).due_at == utc(THURSDAY, 6)
    assert Case.objects.get(pk=other.pk).due_at == utc(FRIDAY, 10)
    lines = [entry.details for entry in register.about("streets.hours:city")]
    assert lines == [{"opened": "2026-06-04"}, {"closed": "2026-06-04"}]


def test_hours_are_for_administrators_and_make_sense():
    admin, agent = a_person("Ada", "administrator"), a_person("Bachir", "agent")
    some = [Hours(weekday=0, opens=dt.time(8), closes=dt.time(12))]
    with pytest.raises(Forbidden) as caught:
        hours.set_hours(handler="", hours=some, by=agent, now=NOON)
    assert caught.value.code == "needs_role"
    how = {"by": admin, "now": NOON}
    refused("city_never_works", hours.set_hours, handler="", hours=[], **how)
    refused("no_handler", hours.set_hours, handler="nobody", hours=some, **how)
    refused("hours_overlap", hours.set_hours, handler="", hours=[*some, *some], **how)
    refused("name_missing", hours.close_day, day=THURSDAY, name=" ", **how)
    refused("no_closed_day", hours.open_day, day=THURSDAY, **how)
    assert ServiceHours.objects.count() == 5
    assert not ClosedDay.objects.exists()


def test_an_answer_lets_the_clock_run_again_and_silence_closes():
    case, silent = a_case(), a_case((HERE[0] + 500, HERE[1]))
    mine = case.reports.get()
    for one in (case, silent):
        moved(one, "waiting_reporter", public_note="Quel étage ?")
    question = case.messages.get()
    how = {"now": NOON + 2 * HOUR}
    silents = silent.reports.get()
    ask = {"message_id": question.pk, "report_id": mine.pk}
    refused("text_missing", answering.reply, **ask, text=" \n", **how)
    refused("text_too_long", answering.reply, **ask, text="x" * 1001, **how)
    refused("no_message", answering.reply, **{**ask, "report_id": silents.pk}, text="Non", **how)
    answering.reply(**ask, text="Le deuxième.", **how)
    case.refresh_from_db()
    assert (case.state_id, case.due_at) == ("to_do", utc(FRIDAY, 11))
    # Another thought comes later.
    answering.reply(**ask, text="Ou le troisième.", now=NOON + 3 * HOUR)
    assert [one.text for one in question.replies.order_by("id")] == [
        "Le deuxième.",
        "Ou le troisième.",
    ]
    almost = NOON + HOUR + 30 * DAY
    assert answering.close_unanswered(now=almost) == 0
    assert answering.close_unanswered(now=almost + dt.timedelta(seconds=1)) == 1
    silent.refresh_from_db()
    assert (silent.state_id, silent.reason_id) == ("no_action", "no_answer")
    late = {"message_id": silent.messages.get(asks=True).pk, "report_id": silents.pk}
    refused("not_asked", answering.reply, **late, text="Trop tard", now=almost + DAY)


def test_who_reported_takes_it_back_and_the_last_one_closes_it():
    person = alice()
    case = a_case()
    first = case.reports.get()
    Report.objects.filter(pk=first.pk).update(text="Un frigo", email="x@exemple.fr")
    second = a_report(case, person=person, text="Le même")
    withdrawing.withdraw(report_id=first.pk, now=NOON + HOUR)
    first.refresh_from_db()
    case.refresh_from_db()
    assert (first.text, first.email, case.reports_count, case.is_open) == ("", "", 1, True)
    refused("no_report", withdrawing.withdraw, report_id=first.pk, now=NOON + HOUR)
    withdrawing.withdraw(report_id=second.pk, now=NOON + 2 * HOUR)
    case.refresh_from_db()
    assert (case.state_id, case.reason_id, case.reports_count) == ("no_action", "withdrawn", 0)
    said = [one.fact.reports for one in facts_about(ref(case)) if "withdrawn" in one.fact.NAME]
    assert said == [1, 0]
    assert Report.objects.filter(role=Reporting.OPENS, first_case=case).count() == 1


def test_a_case_is_of_another_kind_or_elsewhere_and_goes_to_who_treats_that():
    case = moved(a_case(), "to_requalify")
    a_report(case, at=(HERE[0] + 30, HERE[1]))
    kind = Correction(subtype=testing.TAG)
    how = {"case_id": case.pk, "actor": AGENT["actor"], "now": NOON + 2 * HOUR}
    gas = Correction(subtype="odeur-de-gaz")
    refused("subtype_not_ours", requalify, correction=gas, **how)
    refused("no_subtype", requalify, correction=Correction(subtype="painted"), **how)
    refused("outside_the_city", requalify, correction=Correction(at=(2.1, 48.8)), **how)
    refused("reports_too_far", requalify, correction=Correction(at=(2.379, 48.8575)), **how)
    Report.objects.filter(case=case, role=Reporting.JOINS).delete()
    case = requalify(correction=kind, **how)
    assert (case.subtype.code, case.state_id) == (testing.TAG, "to_do")
    assert case.handler is not None
    assert case.handler.code == "graffitis"
    # Forty hours from when it was opened: four days after that Wednesday noon.
    assert case.due_at == utc(dt.date(2026, 6, 9), 10)
    case = requalify(correction=Correction(at=(2.379, 48.8575)), **how)
    assert (case.arrondissement, case.subtype.code) == (11, testing.TAG)
    case = requalify(correction=Correction(is_shown=False), **how)
    assert case.is_shown is False
    assert deeds(case) == ["misrouted", "requalified", "taken", "requalified", "requalified"]

"""Whatever is tried, in whatever order, by whatever door, no case takes a step outside the table,
and what is refused changes nothing."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings as limits, strategies as st

from parvis.account.testing import alice, bachir
from parvis.kernel.errors import Refused
from parvis.streets import testing
from parvis.streets.actions import (
    answering,
    bulk,
    bulk_undo,
    contradicting,
    georeport,
    merging,
    offline,
    partners,
    withdrawing,
)
from parvis.streets.actions.api_keys import Caller
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.treating import Treatment
from parvis.streets.models import (
    Case,
    ClockMode,
    ClosingReason,
    Handler,
    Message,
    Photo,
    Report,
    State,
    Step,
    Transition,
)
from parvis.streets.queries.life import cycle
from parvis.streets.rules import life
from parvis.streets.tests.life_cases import HERE, NOON, a_case, a_proof, a_report, everything

STATES = (
    "new",
    "to_do",
    "to_requalify",
    "scheduled",
    "with_partner",
    "waiting_reporter",
    "watched",
    "contradicted",
    "done",
    "no_action",
    "not_ours",
    "merged",
    "painted",
)
REASONS = ("", "work_done", "gone_on_arrival", "authorised", "other_body", "same_case", "no_answer")


class Walk:
    """Two cases near each other, and the doors by which one may act on the first."""

    def __init__(self, owner, agent):
        self.now, self.owner, self.agent = NOON, owner, agent
        self.other = a_case((HERE[0] + 10, HERE[1]))
        self.case = a_case(email="marie@exemple.fr")
        a_report(self.case, email="paul@exemple.fr")
        self.table = set(Transition.objects.values_list("before_id", "after_id"))
        self.stands = everything()
        self.doors = (
            *(self.mover(who) for who in (life.AGENT, life.PARTNER, life.PROGRAM, life.REPORTER)),
            self.contradict,
            self.withdraw,
            self.reply,
            self.merge,
            self.by_georeport,
            self.by_a_partner,
            self.by_an_offline_batch,
            self.in_bulk,
            self.by_the_database,
            self.by_a_model,
        )

    def report(self):
        rows = Report.objects.filter(first_case=self.case).order_by("pk")
        return (rows.filter(withdrawn_at=None).first() or rows.first()).pk

    def prove(self):
        a_proof(self.case, now=self.now)
        self.stands["Photo"] = list(Photo.objects.order_by("pk").values_list())

    def mover(self, who):
        def move(to, reason, words):
            move_case(
                case_id=self.case.pk,
                to=to,
                actor="",
                who=who,
                door="page",
                now=self.now,
                reason=reason,
                public_note=words,
            )

        return move

    def contradict(self, _to, _reason, words):
        contradicting.contradict(report_id=self.report(), text=words, now=self.now)

    def withdraw(self, _to, _reason, _words):
        withdrawing.withdraw(report_id=self.report(), now=self.now)

    def reply(self, _to, _reason, words):
        asked = Message.objects.filter(asks=True).order_by("-sent_at").first()
        message_id = asked.pk if asked else uuid.uuid4()
        answering.reply(message_id=message_id, report_id=self.report(), text=words, now=self.now)

    def merge(self, _to, _reason, _words):
        merging.merge(case_id=self.case.pk, into=self.other.pk, actor="", now=self.now)

    def by_georeport(self, to, reason, words):
        told = georeport.Told(
            code=self.case.code,
            status=to,
            description=words,
            reason=reason,
            media=(io.BytesIO(b"<svg/>"),) if reason == "authorised" else (),
        )
        handler = Handler.objects.get(code="ramen")
        caller = Caller(key_id=uuid.uuid4(), name="Ramen", owner=self.owner, handler_id=handler.pk)
        georeport.update(told, caller=caller, now=self.now)

    def by_a_partner(self, to, reason, words):
        link = partners.lend_case(case_id=self.case.pk, by=self.agent, now=self.now)
        done = Treatment(case_id=self.case.pk, to=to, reason=reason, note=words)
        partners.answer(secret=link.secret, code=self.case.code, done=done, now=self.now)

    def by_an_offline_batch(self, to, reason, words):
        done = Treatment(case_id=self.case.pk, to=to, reason=reason, public_note=words)
        kept = offline.Kept(client_key=uuid.uuid4(), done=done, done_at=self.now)
        offline.take_batch(batch_id=uuid.uuid4(), kept=[kept], by=self.agent, now=self.now)

    def in_bulk(self, to, reason, words):
        wish = bulk.Wish(deed=bulk.MOVE, state=to, reason=reason, public_note=words)
        ids = [self.case.pk, self.other.pk]
        job_id = bulk.ask_bulk(case_ids=ids, wish=wish, by=self.agent, now=self.now)
        bulk.run(job_id=job_id, now=self.now)
        if words:
            bulk.ask_undo(job_id=job_id, by=self.agent, now=self.now)
            bulk_undo.run_undo(job_id=job_id, now=self.now)

    def by_the_database(self, to, reason, _words):
        self.skip_known(to)
        is_open = State.objects.filter(pk=to, is_open=True).exists()
        Case.objects.filter(pk=self.case.pk).update(
            state_id=to,
            reason_id=None if is_open else reason or "work_done",
            closed_at=None if is_open else self.now,
        )
        connection.check_constraints()

    def by_a_model(self, to, _reason, _words):
        self.skip_known(to)
        case = Case.objects.get(pk=self.case.pk)
        case.state_id, case.reason_id, case.closed_at = to, None, None
        case.save()
        connection.check_constraints()

    def skip_known(self, to):
        before = Case.objects.get(pk=self.case.pk).state_id
        if before == to or (before, to) in self.table:
            raise Refused("known", "Not what is tried here.")

    def takes(self, door, to, reason, words):
        """Try one thing; tell whether it was done."""
        try:
            with transaction.atomic():
                self.doors[door](to, reason, words)
        except (Refused, IntegrityError):
            assert everything() == self.stands
            return False
        self.stands = everything()
        self.holds()
        return True

    def holds(self):
        """Assert that both cases stand where their steps led, and only known steps did."""
        for case in Case.objects.filter(pk__in=[self.case.pk, self.other.pk]):
            steps = list(Step.objects.filter(case=case).order_by("pk"))
            ways = [(step.before_id, step.after_id) for step in steps]
            assert ways[0] == (None, "new")
            assert [before for before, _after in ways[1:]] == [
                after for _before, after in ways[:-1]
            ]
            assert set(ways[1:]) <= self.table
            assert case.state_id == ways[-1][1]
            assert case.is_open is case.state.is_open
            assert (case.closed_at is None, case.worked_minutes is None) == (case.is_open,) * 2
            assert (case.merged_into_id is None) is (case.state_id != "merged")
            standing = case.pauses.filter(ends_at=None).count()
            assert standing == (case.state.clock == ClockMode.PAUSED)
            here = Report.objects.filter(case=case, withdrawn_at=None).count()
            assert case.reports_count == here


@pytest.fixture
def _streets(db):
    testing.the_streets()


@pytest.mark.usefixtures("_streets")
def test_no_door_leads_outside_the_table():
    taken, owner, agent = set(), alice(), bachir()

    @limits(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 13),
                st.sampled_from(STATES),
                st.sampled_from(REASONS),
                st.sampled_from(("", "Une phrase.")),
                st.sampled_from((0, 1, 30, 800)),
                st.sampled_from((True, False, False)),
            ),
            min_size=5,
            max_size=20,
        )
    )
    def walk(tries):
        with transaction.atomic():
            walker = Walk(owner, agent)
            for door, to, reason, words, hours, proves in tries:
                walker.now += dt.timedelta(hours=hours)
                if proves:
                    walker.prove()
                if walker.takes(door, to, reason, words):
                    taken.add(door)
            transaction.set_rollback(True)

    walk()
    # It was not all refused: agents, partners, programs and reporters did get through.
    assert {0, 1, 5, 7, 11} <= taken
    assert not taken & {12, 13}


@pytest.mark.usefixtures("_streets")
def test_the_table_of_paris_has_no_fault_and_every_step_can_be_taken():
    known = cycle()
    assert life.faults(known) == []
    assert set(known.states) == set(STATES) - {"painted"}
    assert {one.deed for one in known.passages} == set(life.DEEDS)
    reasons = {one.state_id: one.pk for one in ClosingReason.objects.exclude(pk="work_done")}
    closing = {code for code, state in known.states.items() if not state.is_open}
    assert closing == set(reasons)

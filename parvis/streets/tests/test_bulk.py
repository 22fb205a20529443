"""One thing done to many cases: one job, a line each, and the way back."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, bachir
from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.kernel.facts import facts_about
from parvis.kernel.models import FactRecord
from parvis.streets import testing
from parvis.streets.actions import bulk, bulk_undo
from parvis.streets.actions.bulk import ASSIGN, MOVE, Wish
from parvis.streets.models import BulkJob, BulkState, Case, Handler, Message, Step
from parvis.streets.queries import bulk as queries
from parvis.streets.reactions.bulk import run_bulk
from parvis.streets.tests.field_world import an_agent, everything, page, spread
from parvis.streets.tests.life_cases import DAY, HOUR, NOON, a_case, moved

pytestmark = pytest.mark.django_db
CLOSE = Wish(deed=MOVE, state="done", reason="gone_on_arrival", note="Tournée du matin")
LATER = NOON + 2 * HOUR


def asked(cases, wish=CLOSE):
    ids = [one.pk for one in cases]
    return bulk.ask_bulk(case_ids=ids, wish=wish, by=bachir(), now=LATER)


def outcomes(job_id):
    return dict(BulkJob.objects.get(pk=job_id).lines.values_list("case", "outcome"))


def test_what_makes_no_sense_for_any_case_is_refused_and_nothing_is_asked():
    testing.the_streets()
    cases, _agent, _resident = spread(2), bachir(), alice()
    before = everything()
    for code, wish in (
        ("no_such_state", Wish(deed=MOVE, state="painted")),
        ("bulk_merges_nothing", Wish(deed=MOVE, state="merged")),
        ("reason_missing", Wish(deed=MOVE, state="done")),
        ("reason_of_another_state", Wish(deed=MOVE, state="done", reason="authorised")),
        ("question_missing", Wish(deed=MOVE, state="waiting_reporter")),
        ("planned_in_the_past", Wish(deed=MOVE, state="scheduled", planned_on="2026-06-01")),
        ("no_such_handler", Wish(deed=ASSIGN, handler="nobody")),
    ):
        with pytest.raises(Refused) as caught:
            asked(cases, wish)
        assert caught.value.code == code
    many = [uuid.uuid4() for _one in range(bulk.MOST + 1)]
    for code, ids, by in (
        ("bulk_too_many", many, bachir()),
        ("bulk_empty", many[:3], bachir()),
        ("needs_role", [cases[0].pk], alice()),
    ):
        with pytest.raises(Refused) as caught:
            bulk.ask_bulk(case_ids=ids, wish=CLOSE, by=by, now=LATER)
        assert caught.value.code == code
    assert everything() == before


def test_a_job_that_was_killed_goes_on_and_does_nothing_twice(monkeypatch):
    testing.the_streets()
    monkeypatch.setattr(bulk, "CHUNK", 3)
    cases = spread(7)
    moved(cases[4], "done", reason="gone_on_arrival")
    job_id = asked(cases)
    assert set(outcomes(job_id).values()) == {""}
    [fact] = facts_about(f"streets.bulk:{job_id}")
    # The worker dies in the second chunk: the first one stays done.
    real, calls = bulk.move_case, []

    def dying(**how):
        calls.append(how)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return real(**how)

    monkeypatch.setattr(bulk, "move_case", dying)
    with pytest.raises(KeyboardInterrupt):
        bulk.run(job_id=job_id, now=LATER)
    monkeypatch.setattr(bulk, "move_case", real)
    assert sorted(outcomes(job_id).values()).count("") == 4
    run_bulk(fact)
    run_bulk(fact)
    job = BulkJob.objects.get(pk=job_id)
    assert (job.state, job.total) == (BulkState.DONE, 7)
    found = outcomes(job_id)
    assert found.pop(cases[4].pk) == "already_there"
    assert set(found.values()) == {"done"}
    assert Step.objects.filter(door="bulk").count() == 6
    assert Message.objects.filter(step__door="bulk").count() == 6
    assert FactRecord.objects.filter(name="streets.case_moved").count() == 7
    line = job.lines.get(case=cases[4])
    assert line.revision is None


def test_why_a_line_was_refused_is_said_in_the_language_of_who_reads_it():
    testing.the_streets()
    cases = spread(2)
    moved(cases[1], "done", reason="gone_on_arrival")
    job_id = asked(cases)
    with translation.override("fr"):
        bulk.run(job_id=job_id, now=LATER)
    with translation.override("en"):
        told = {row[-1] for row in list(queries.table(job_id))[1:]}
    assert told == {"", "This report is in that state already."}


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        (
            "touched_since",
            "Somebody acted on this report since: it is left as it is.",
            "a agi sur ce signalement depuis",
        ),
        ("no_way_back", "The life cycle knows no way back", "Le cycle de vie"),
        ("already_theirs", "This handler has the case already.", "déjà"),
        ("case_closed", "This case is closed: open it again first.", "est clos"),
        ("not_possible", "The database refuses it", "La base"),
        ("needs_role", "Who asked for it had no role", "plus de rôle"),
        ("outside_territory", "When its turn came, this report lay outside", "arrondissements"),
        ("a_code_of_before", "It was refused.", "refusé"),
    ],
)
def test_every_refusal_of_a_line_is_a_code_told_to_each_reader(code, english, french):
    testing.the_streets()
    job_id = asked(spread(1))
    BulkJob.objects.get(pk=job_id).lines.update(outcome=code)
    for language, words in (("en", english), ("fr", french)):
        with translation.override(language):
            [(*_rest, outcome, said)] = list(queries.table(job_id))[1:]
        assert words in said
        assert outcome != said


def test_what_the_job_was_refused_is_kept_as_a_code_alone():
    testing.the_streets()
    [case] = spread(1)
    moved(case, "done", reason="gone_on_arrival")
    job_id = asked([case], Wish(deed=ASSIGN, handler="dvd"))
    with translation.override("fr"):
        bulk.run(job_id=job_id, now=LATER)
    assert outcomes(job_id) == {case.pk: "case_closed"}
    assert "said" not in BulkJob.objects.get(pk=job_id).lines.values().get()


def test_undoing_puts_back_all_that_nobody_touched_since():
    testing.the_streets()
    new, planned, touched, fresh = spread(4)
    day = (NOON + 5 * DAY).date()
    moved(planned, "scheduled", planned_on=day)
    job_id = asked([new, planned, touched, fresh])
    bulk.run(job_id=job_id, now=LATER)
    assert set(Case.objects.values_list("state", flat=True)) == {"done"}
    moved(touched, "to_do", now=LATER + HOUR)
    bulk.ask_undo(job_id=job_id, by=bachir(), now=LATER + HOUR)
    bulk_undo.run_undo(job_id=job_id, now=LATER + HOUR)
    assert outcomes(job_id) == {
        new.pk: "undone",
        planned.pk: "undone",
        fresh.pk: "undone",
        touched.pk: "touched_since",
    }
    for case in (new, planned, touched):
        case.refresh_from_db()
    assert (new.state_id, new.is_open, new.closed_at) == ("new", True, None)
    assert (planned.state_id, planned.planned_on) == ("scheduled", day)
    assert touched.state_id == "to_do"
    # Closed, then taken back: two messages, though it took two steps.
    assert Message.objects.filter(case=new).count() == 2
    assert Step.objects.filter(case=new).count() == 4
    with pytest.raises(Refused) as caught:
        bulk.ask_undo(job_id=job_id, by=bachir(), now=LATER + HOUR)
    assert caught.value.code == "bulk_not_done"


def test_cases_are_given_to_a_handler_and_back():
    testing.the_streets()
    cases = spread(2)
    job_id = asked(cases, Wish(deed=ASSIGN, handler="dvd"))
    bulk.run(job_id=job_id, now=LATER)
    assert set(Case.objects.values_list("handler__code", flat=True)) == {"dvd"}
    bulk.ask_undo(job_id=job_id, by=bachir(), now=LATER)
    bulk_undo.run_undo(job_id=job_id, now=LATER)
    assert set(Case.objects.values_list("handler__code", flat=True)) == {"ramen"}


def test_cases_are_chosen_on_the_board_by_ticks_or_by_the_filter():
    testing.the_streets()
    cases, client = spread(3), an_agent()
    a_case((cases[0].location[0], cases[0].location[1] + 900), subtype=testing.TAG)
    tag = Handler.objects.get(code="dvd")
    Case.objects.exclude(pk__in=[one.pk for one in cases]).update(handler=tag)
    ask = reverse("streets:bulk_ask")
    begun = client.post(ask, {"scope": "all", "f-handler": "ramen"}).content.decode()
    assert all(str(one.pk) in begun for one in cases)
    ticked = client.post(ask, {"case": [str(cases[0].pk), "x"]}).content.decode()
    assert str(cases[1].pk) not in ticked
    ids = " ".join(str(one.pk) for one in cases)
    wrong = {"cases": ids, "deed": MOVE, "state": "done", "step": "try"}
    assert client.post(ask, wrong).status_code == 422


def test_it_is_seen_before_it_is_done_and_told_line_by_line():
    testing.the_streets()
    cases, client, ask = spread(3), an_agent(), reverse("streets:bulk_ask")
    moved(cases[2], "no_action", reason="authorised")
    wrong = {"cases": " ".join(str(one.pk) for one in cases), "deed": MOVE, "state": "done"}
    wrong["step"] = "try"
    right = wrong | {"reason": "gone_on_arrival"}
    before = everything()
    seen = client.post(ask, right)
    assert seen.status_code == 200
    assert 'value="save"' in seen.content.decode()
    assert everything() == before
    sent = client.post(ask, right | {"step": "save"})
    job = BulkJob.objects.get()
    assert sent["Location"] == reverse("streets:bulk_job", args=[job.pk])
    bulk.run(job_id=job.pk, now=clock.now())
    answer, text = page(client, "bulk_job", job.pk)
    assert answer.status_code == 200
    assert all(one.code in text for one in cases)
    _answer, text = page(client, "bulk_job", job.pk, view="refused")
    assert [one.code in text for one in cases] == [False, False, True]
    sheet = client.get(reverse("streets:bulk_table", args=[job.pk])).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert {row["code"] for row in rows} == {one.code for one in cases}
    assert client.post(reverse("streets:bulk_undo", args=[job.pk])).status_code == 302
    assert client.post(reverse("streets:bulk_undo", args=[job.pk])).status_code == 409
    assert str(job.pk) in page(client, "bulk")[1]
    assert page(client, "bulk_job", uuid.uuid4())[0].status_code == 404

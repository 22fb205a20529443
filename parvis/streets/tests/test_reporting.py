"""What becomes of a report: a case, one voice more, or a refusal that changes nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection

from parvis.account import testing as people
from parvis.kernel.errors import Refused
from parvis.kernel.facts import facts_about
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.kernel.testing import at_once
from parvis.streets import testing
from parvis.streets.actions.joining import join
from parvis.streets.actions.moving import move_case
from parvis.streets.actions.reporting import Draft, Reporter, report
from parvis.streets.models import Case, Report, Step, Subtype
from parvis.streets.queries import access, near
from parvis.streets.queries.ground import metres_from_shore
from parvis.streets.rules import near as rules
from parvis.territory.public import in_degrees, in_metres
from parvis.territory.testing import BASTILLE, MONTREUIL

NOON = testing.NOON
IN_THE_SEINE = (2.349, 48.856)
SHOP = "etalages-et-terrasses-a-usage-commercial-nuisance-sonore"
NOBODY = Reporter()


def a_draft(point=BASTILLE, **changes):
    lon, lat = point
    return Draft(**({"subtype": testing.FRIDGE, "lon": lon, "lat": lat} | changes))


def moved_by(metres, point=BASTILLE):
    x, y = in_metres([point])[0]
    return in_degrees([(x + metres, y)])[0]


def by(address):
    return Reporter(email=address, is_confirmed=True)


@pytest.fixture
def _streets(db):
    testing.the_streets()


def refused(draft, *, reporter=NOBODY, now=NOON):
    with pytest.raises(Refused) as refusal:
        report(draft, reporter=reporter, now=now)
    return refusal.value


@pytest.mark.usefixtures("_streets")
def test_a_report_opens_a_case_that_has_a_place_a_handler_and_a_day():
    alice = people.alice()
    draft = a_draft(
        text="Devant le café",
        answers={"passage": "walk", "other": "x"},
        noticed_at=NOON - dt.timedelta(hours=3),
        channel="web",
    )
    done = report(draft, reporter=Reporter(person=alice), now=NOON)
    case = Case.objects.get(pk=done.case_id)
    assert (case.arrondissement, case.quartier) == (11, 43)
    assert (case.state_id, case.reports_count, case.priority) == ("new", 1, 0)
    assert case.handler.code == "ramen"
    assert case.due_at is not None
    assert case.due_at > NOON
    said = Report.objects.get(pk=done.report_id)
    assert (said.text, said.answers) == ("Devant le café", {"passage": "walk"})
    assert (said.person_id, said.email, said.access_hash, done.secret) == (alice.id, "", "", "")
    assert Step.objects.get(case=case).after_id == "new"
    facts = [one.fact.NAME for one in facts_about(f"streets.case:{case.pk}")]
    assert facts == ["streets.case_opened", "streets.case_routed"]
    line = RegisterEntry.objects.get(action="streets.reported")
    assert line.actor_ref == f"person:{alice.id}"
    kept = "".join(str(row.payload) for row in FactRecord.objects.all()) + str(line.details)
    assert "café" not in kept
    assert "alice" not in kept.lower()


@pytest.mark.usefixtures("_streets")
def test_what_cannot_be_reported_says_why_and_leaves_nothing():
    agents = Subtype.objects.filter(is_reserved_to_agents=True).order_by("-weight")[0].code
    tree = Subtype.objects.filter(type__code="arbres-vegetaux-et-animaux").order_by("-weight")
    tree = tree.filter(is_reserved_to_agents=False)[0].code
    cases = {
        "outside_the_city": a_draft(MONTREUIL),
        "in_the_water": a_draft(IN_THE_SEINE),
        "coordinates_inverted": a_draft((BASTILLE[1], BASTILLE[0])),
        "place_missing": a_draft((None, None)),
        "in_the_future": a_draft(noticed_at=NOON + dt.timedelta(minutes=11)),
        "too_long_ago": a_draft(noticed_at=NOON - dt.timedelta(days=400)),
        "no_subtype": a_draft(subtype="licorne"),
        "reserved_to_agents": a_draft(subtype=agents),
        "subtype_not_ours": a_draft(subtype="odeur-de-gaz"),
        "anonymous_not_allowed": a_draft(subtype=SHOP),
        "question_unanswered": a_draft(subtype=tree),
        "answer_unknown": a_draft(answers={"passage": "perhaps"}),
        "text_too_long": a_draft(text="x" * 4001),
    }
    for code, draft in cases.items():
        assert refused(draft).code == code
    assert refused(a_draft(subtype=tree, answers={"danger": "yes"})).code == "subtype_not_ours"
    assert "0 800 47 33 33" in refused(cases["subtype_not_ours"]).message
    assert refused(a_draft(), reporter=Reporter(email="pas une adresse")).code == "email_invalid"
    Subtype.objects.filter(code=testing.FRIDGE).update(is_photo_required=True)
    assert refused(a_draft()).code == "photo_missing"
    assert not Case.objects.exists()
    assert not Report.objects.exists()
    assert not FactRecord.objects.filter(name__startswith="streets.").exists()
    assert not RegisterEntry.objects.filter(action__startswith="streets.").exists()


@pytest.mark.usefixtures("_streets")
def test_over_the_water_one_says_so_and_a_slow_clock_is_forgiven():
    assert metres_from_shore(in_metres([BASTILLE])[0]) is None
    assert metres_from_shore(in_metres([IN_THE_SEINE])[0]) == float("inf")
    assert metres_from_shore(in_metres([(2.287, 48.854)])[0]) <= 15
    ahead = NOON + dt.timedelta(minutes=9)
    done = report(
        a_draft(IN_THE_SEINE, says_bridge=True, noticed_at=ahead), reporter=NOBODY, now=NOON
    )
    assert Report.objects.get(pk=done.report_id).noticed_at == NOON
    report(a_draft(IN_THE_SEINE, address="Pont Notre-Dame"), reporter=NOBODY, now=NOON)
    assert Case.objects.count() == 2


@pytest.mark.usefixtures("_streets")
def test_me_too_is_one_voice_more_of_the_same_case():
    first = report(a_draft(), reporter=by("un@parvis.example"), now=NOON)
    later = NOON + dt.timedelta(days=2)
    near_by = a_draft(moved_by(49), joins=first.case_id, text="Moi aussi")
    second = report(near_by, reporter=by("deux@parvis.example"), now=later)
    assert (second.joined, second.case_id) == (True, first.case_id)
    here = a_draft((None, None), joins=first.case_id)
    join(here, reporter=NOBODY, now=later)
    case = Case.objects.get()
    assert (case.reports_count, case.priority, case.changed_at) == (3, 12, later)
    far = a_draft(moved_by(51), joins=first.case_id)
    assert refused(far, now=later).code == "too_far_to_join"
    assert refused(a_draft(joins=first.case_id, subtype=testing.TAG)).code == "another_kind"
    again = a_draft(joins=first.case_id)
    assert refused(again, reporter=by("DEUX@parvis.example")).code == "already_yours"
    assert refused(a_draft(joins=uuid.uuid4())).code == "no_case"
    names = [one.fact.NAME for one in facts_about(f"streets.case:{case.pk}")]
    assert names.count("streets.case_joined") == 2
    assert names.count("streets.case_escalated") == 1
    move_case(
        case_id=case.pk,
        to="done",
        reason="gone_on_arrival",
        actor="",
        who="agent",
        door="desk",
        now=later,
    )
    assert refused(a_draft(joins=first.case_id), now=later).code == "case_closed"
    assert Report.objects.count() == 3


@pytest.mark.usefixtures("_streets")
def test_a_draft_sent_again_is_the_same_report():
    key = uuid.uuid4()
    first = report(a_draft(client_key=key), reporter=by("a@parvis.example"), now=NOON)
    later = NOON + dt.timedelta(days=1)
    again = report(a_draft(MONTREUIL, client_key=key), reporter=by("a@parvis.example"), now=later)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.report_id, again.secret) == (first.report_id, first.secret)
    assert access.report_of(first.secret).pk == first.report_id
    stolen = refused(a_draft(client_key=key), reporter=Reporter(person=people.chloe()))
    assert stolen.code == "client_key_taken"
    assert Report.objects.count() == 1


@pytest.mark.usefixtures("_streets")
def test_a_report_costs_few_questions_however_many_cases_there_are(django_assert_max_num_queries):
    report(a_draft(), reporter=NOBODY, now=NOON)
    with django_assert_max_num_queries(40):
        report(a_draft(client_key=uuid.uuid4()), reporter=NOBODY, now=NOON)


@pytest.mark.usefixtures("_streets")
def test_nobody_reports_without_end():
    many = by("vite@parvis.example")
    one = report(a_draft(), reporter=many, now=NOON)
    row = Report.objects.get(pk=one.report_id)
    for number in range(59):
        row.pk, row.access_hash = uuid.uuid4(), str(number)
        row.withdrawn_at, row.role = NOON, "joins"
        row.save(force_insert=True)
    assert refused(a_draft(), reporter=many).code == "too_many"
    assert refused(a_draft(), reporter=many).status == 429
    assert report(a_draft(), reporter=many, now=NOON + dt.timedelta(hours=1)).is_new


@pytest.mark.usefixtures("_streets")
def test_the_database_proposes_what_the_rule_says_by_its_index():
    x, y = in_metres([BASTILLE])[0]
    for rank in range(40):
        # Strewn within 80 metres and 40 days, and the same each time.
        point = (x + rank * 37 % 160 - 80, y + rank * 53 % 160 - 80)
        when = NOON - dt.timedelta(days=rank * 11 % 40)
        lon, lat = in_degrees([point])[0]
        kind = testing.FRIDGE if rank % 4 else testing.TAG
        report(a_draft((lon, lat), subtype=kind), reporter=NOBODY, now=when)
    fridge = Subtype.objects.get(code=testing.FRIDGE)
    known = [
        rules.Candidate(
            case_id=case.pk,
            family=case.family,
            location=case.location,
            opened_at=case.opened_at,
            reports=case.reports_count,
        )
        for case in Case.objects.all()
    ]
    reach = (fridge.radius_m, dt.timedelta(days=fridge.days))
    for limit in (3, None):
        said = rules.propose(
            known, at=(x, y), family=fridge.family, reach=reach, now=NOON, limit=limit
        )
        asked = [near.wanted(fridge, at=(x, y), now=NOON)]
        found = near.candidates(asked, limit=limit)[0]
        assert [one.case_id for one in found] == [one.candidate.case_id for one in said]
        assert found
    parameters = near._parameters(asked, 10)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {near.SQL}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using streets_case_near" in plan
    assert "Index Cond: ((family = asked.family) AND (location <@" in plan
    assert "Order By: (location <-> point(asked.x, asked.y))" in plan


@pytest.mark.django_db(transaction=True)
def test_a_draft_sent_ten_times_at_once_is_one_report():
    testing.the_streets()
    draft = a_draft(client_key=uuid.uuid4())
    done = at_once([lambda: report(draft, reporter=NOBODY, now=NOON)] * 10)
    assert len({one.report_id for one in done}) == 1
    assert sum(one.is_new for one in done) == 1
    assert Case.objects.count() == Report.objects.count() == 1
    joins = at_once(
        [
            lambda rank=rank: join(
                a_draft(joins=done[0].case_id), reporter=by(f"{rank}@parvis.example"), now=NOON
            )
            for rank in range(9)
        ]
    )
    assert len({one.report_id for one in joins}) == 9
    assert Case.objects.get().reports_count == 10

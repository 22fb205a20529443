"""An edition is data: an administrator sets it until it is frozen, and then nobody does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from parvis.account.testing import a_person, alice, bachir
from parvis.budget.actions import deciding, freezing, planning
from parvis.budget.actions.voting import open_vote, prepare_vote
from parvis.budget.models import Area, Edition, Phase, Project
from parvis.budget.queries import editions
from parvis.budget.queries.plans import area_plan, plan_of
from parvis.budget.rules.calendar import ORDER, Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON, a_calendar, a_plan, a_project, an_area, an_edition, area_of
from parvis.budget.tests.world import refused
from parvis.kernel import register
from parvis.kernel.models import FactRecord

pytestmark = pytest.mark.django_db


def ada():
    """Save Ada, an administrator."""
    return a_person("Ada", "administrator")


def frozen(**changes):
    """Return an edition whose vote has its rules, with one project on its ballot."""
    edition = an_edition(Kind.PRE_VOTE, **changes)
    a_project(edition, status=Status.ACCEPTED)
    freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)
    edition.refresh_from_db()
    return edition


def test_an_edition_is_made_as_planned_and_read_back_the_same():
    plan = a_plan(Kind.IDEATION)
    edition = planning.make_edition(plan, by=ada(), now=NOON)
    assert plan_of(edition) == plan
    cents = dict(edition.areas.values_list("key", "envelope_cents"))
    assert cents == {"75056": 500000000, "75111": 173913043, "75118": 226086957}
    assert [one.action for one in register.about(f"budget.edition:{edition.pk}")] == [
        "budget.edition_made"
    ]


def test_only_an_administrator_sets_an_edition():
    for person in (alice(), bachir()):
        refused("needs_role", lambda by=person: planning.make_edition(a_plan(), by=by, now=NOON))
    edition = an_edition()
    refused(
        "needs_role",
        lambda: planning.change_edition(edition.pk, a_plan(), by=bachir(), now=NOON),
    )


def test_the_calendar_says_what_one_can_do_today():
    edition = an_edition(Kind.IDEATION)
    standing = editions.standing(edition, now=NOON)
    assert (standing.now.kind, standing.next.kind, standing.rank) == (
        Kind.IDEATION,
        Kind.POST_IDEATION,
        2,
    )
    assert (standing.may_propose, standing.may_build, standing.may_vote) == (True, True, False)
    voting = editions.standing(an_edition(Kind.VOTE, slug="vote"), now=NOON)
    assert (voting.may_propose, voting.may_build, voting.may_vote) == (False, False, True)
    assert editions.current(NOON).slug == "vote"


def test_an_administrator_changes_it_until_it_is_frozen():
    edition = an_edition()
    changed = a_plan(Kind.IDEATION, title_fr="Autre", local_cents=100, areas=(an_area(11),))
    planning.change_edition(edition.pk, changed, by=ada(), now=NOON)
    edition.refresh_from_db()
    assert plan_of(edition) == changed
    assert [one.envelope_cents for one in edition.areas.all()] == [100]
    planning.change_area(
        area_of(edition, 11).pk,
        replace(area_plan(area_of(edition, 11)), vote_age=16),
        by=ada(),
        now=NOON,
    )
    assert area_of(edition, 11).vote_age == 16


def test_an_area_in_use_stays():
    edition = an_edition()
    a_project(edition, arrondissement=18)
    plan = a_plan(areas=(an_area(), an_area(11)))
    refused("areas_wrong", lambda: planning.change_edition(edition.pk, plan, by=ada(), now=NOON))


def test_an_edition_without_a_ballot_is_not_frozen():
    edition = an_edition(Kind.PRE_VOTE)
    refused(
        "nothing_to_vote_on",
        lambda: freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON),
    )
    a_project(edition, status=Status.ACCEPTED)
    refused("needs_role", lambda: freezing.freeze(edition_id=edition.pk, by=bachir(), now=NOON))


def test_an_edition_is_not_frozen_while_an_author_waits_for_an_answer():
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    refused_one = a_project(edition, status=Status.REJECTED, reason="Sol.", by=alice())
    deciding.appeal(refused_one.pk, "Il a été dépollué.", by=alice(), now=NOON)

    def freeze():
        freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)

    assert refused("appeals_wait", freeze).status == 409
    prepare_vote(edition_id=edition.pk, by=ada(), now=NOON)
    refused("appeals_wait", lambda: open_vote(edition_id=edition.pk, by=ada(), now=NOON))
    deciding.answer_appeal(
        refused_one.pk, outcome="dismissed", answer="Le sol ne va pas.", by=bachir(), now=NOON
    )
    freeze()
    edition.refresh_from_db()
    assert edition.frozen_at == NOON


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CO_CONSTRUCTION, Status.STUDY])
def test_an_edition_is_not_frozen_while_an_author_waits_for_a_decision(status):
    edition = an_edition(Kind.PRE_VOTE)
    a_project(edition, status=Status.ACCEPTED)
    waiting = a_project(edition, status=status, arrondissement=11, by=alice())

    def freeze():
        freezing.freeze(edition_id=edition.pk, by=ada(), now=NOON)

    assert refused("projects_wait", freeze).status == 409
    deciding.remove(waiting.pk, reason="Publicité.", by=bachir(), now=NOON)
    freeze()


def test_freezing_is_done_once_and_announced():
    edition = frozen()
    freezing.freeze(edition_id=edition.pk, by=a_person("Mona", "administrator"), now=NOON)
    edition.refresh_from_db()
    assert (edition.frozen_at, edition.frozen_by_id) == (NOON, ada().id)
    assert FactRecord.objects.filter(name="budget.edition_frozen").count() == 1


def test_what_is_frozen_is_refused_by_the_action_and_the_attempt_is_written_down():
    edition = frozen()
    plan = plan_of(edition)
    area = area_of(edition, 11)
    attempts = {
        "words": lambda: replace(plan, title_fr="Autre"),
        "money": lambda: replace(plan, local_cents=1),
        "bonus": lambda: replace(plan, bonus_percent=0),
        "calendar": lambda: replace(plan, phases=a_calendar(Kind.VOTE)),
        "areas": lambda: replace(plan, areas=plan.areas[:1]),
    }
    for attempt in attempts.values():
        refusal = refused(
            "frozen",
            lambda change=attempt: planning.change_edition(
                edition.pk, change(), by=ada(), now=NOON
            ),
            leaves_a_line=True,
        )
        assert refusal.status == 409
    changed = replace(area_plan(area), vote_age=99)
    refused(
        "frozen",
        lambda: planning.change_area(area.pk, changed, by=ada(), now=NOON),
        leaves_a_line=True,
    )
    lines = register.about(f"budget.edition:{edition.pk}")
    assert [one.action for one in lines[:6]] == ["budget.frozen_attempt"] * 6
    assert {one.actor_ref for one in lines[:6]} == {f"person:{ada().id}"}


ROWS = {
    "edition title": lambda e: Edition.objects.filter(pk=e.pk).update(title_fr="Autre"),
    "edition thawed": lambda e: Edition.objects.filter(pk=e.pk).update(frozen_at=None),
    "edition gone": lambda e: Edition.objects.filter(pk=e.pk)._raw_delete("default"),
    "phase later": lambda e: Phase.objects.filter(edition=e, kind="VOTE").update(
        closes_at=NOON.replace(year=2030)
    ),
    "phase gone": lambda e: Phase.objects.filter(edition=e, kind="RESULT").delete(),
    "phase moved": lambda e: Phase.objects.filter(edition=e, kind="VOTE").update(
        edition=an_edition(slug="autre")
    ),
    "area rule": lambda e: Area.objects.filter(edition=e).update(count_rule="phragmen"),
    "area money": lambda e: Area.objects.filter(edition=e).update(envelope_cents=1),
    "area new": lambda e: Area.objects.create(edition=e, key="75101", arrondissement=1),
    "project cost": lambda e: Project.objects.update(cost_cents=1),
    "project title": lambda e: Project.objects.update(title="Autre"),
    "project number": lambda e: Project.objects.update(number=7),
    "project gone": lambda e: Project.objects.filter(status="accepted")._raw_delete("default"),
    "project off": lambda e: Project.objects.update(status="removed", reason="Non."),
    "project on": lambda e: a_project(e, arrondissement=11, status=Status.ACCEPTED),
}


@pytest.mark.parametrize("what", ROWS)
def test_the_database_refuses_what_is_frozen(what):
    edition = frozen()
    before = [list(model.objects.values()) for model in (Edition, Phase, Area, Project)]
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        ROWS[what](edition)
    assert [list(model.objects.values()) for model in (Edition, Phase, Area, Project)] == before


@pytest.mark.parametrize(
    "table",
    [
        *("budget_edition", "budget_phase", "budget_area", "budget_project", "budget_appeal"),
        *("budget_version", "budget_decision", "voting_poll", "voting_contest", "voting_option"),
    ],
)
def test_the_database_refuses_to_empty_what_is_kept(table):
    frozen()
    before = [list(model.objects.values()) for model in (Edition, Phase, Area, Project)]
    emptied = (
        "SET CONSTRAINTS ALL IMMEDIATE;"
        f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate; TRUNCATE {table} CASCADE"
    )
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(emptied)
    assert [list(model.objects.values()) for model in (Edition, Phase, Area, Project)] == before


def test_what_is_not_on_the_ballot_may_still_change():
    edition = frozen()
    other = a_project(edition, status=Status.REJECTED, reason="Trop cher.")
    Project.objects.filter(pk=other.pk).update(reason="Trop cher, et trop loin.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM budget_phase WHERE edition_id = %s", [edition.pk])
        assert cursor.fetchone() == (len(ORDER),)


def test_a_calendar_of_two_phases_at_once_is_refused_beside_nothing():
    edition = an_edition()
    phases = a_calendar(Kind.IDEATION)
    wrong = (replace(phases[0], closes_at=phases[2].closes_at), *phases[1:])
    plan = a_plan(phases=wrong)
    refused("phases_overlap", lambda: planning.change_edition(edition.pk, plan, by=ada(), now=NOON))

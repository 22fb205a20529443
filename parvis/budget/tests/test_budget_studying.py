"""Services study, commissions decide, authors appeal and bring projects together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parvis.account.testing import a_person, alice, bachir, chloe, mona
from parvis.budget.actions import (
    building,
    deciding,
    freezing,
    merging,
    proposing,
    studying,
)
from parvis.budget.models import (
    Appeal,
    Decision,
    Follow,
    Merging,
    Project,
    Study,
)
from parvis.budget.permissions import project_seen
from parvis.budget.queries import told
from parvis.budget.queries.people import author_ids
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import (
    LENGTH,
    NOON,
    a_department,
    a_project,
    an_area,
    an_edition,
)
from parvis.budget.tests.scenes import HOUR, NO, YES, begin, now_of, proposed
from parvis.budget.tests.world import refused
from parvis.kernel import register
from parvis.kernel.errors import NotFound
from parvis.kernel.models import FactRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    return an_edition(Kind.IDEATION)


def test_the_calendar_moves_projects_on(held):
    project = proposed(held, alice())
    assert studying.advance(now=NOON) == 0
    assert studying.advance(now=NOON + 2 * LENGTH) == 1
    assert now_of(project).status == "coconstruction"
    assert studying.advance(now=NOON + 3 * LENGTH) == 1
    assert now_of(project).status == "study"
    assert studying.advance(now=NOON + 9 * LENGTH) == 0


def studied(project, opinion="feasible", cents=60_000_00):
    study = studying.ask_opinion(project.pk, department=a_department().pk, by=bachir(), now=NOON)
    return studying.give_opinion(
        study.pk,
        opinion=opinion,
        cost_cents=cents,
        reason="Le sol est bon.",
        by=bachir(),
        now=NOON,
    )


def test_services_are_asked_once_and_say_why(held):
    project, service = proposed(held, alice()), a_department().pk

    def ask(by=None, department=service):
        return studying.ask_opinion(
            project.pk,
            department=department,
            by=by or bachir(),
            now=NOON,
        )

    def give(**changes):
        told = {"opinion": "feasible", "cost_cents": 100, "reason": "Oui.", "by": bachir()}
        return studying.give_opinion(study.pk, **(told | changes), now=NOON)

    refused("needs_role", lambda: ask(alice()))
    refused("no_department", lambda: ask(department="licornes"))
    study = ask()
    assert now_of(project).status == "study"
    refused("already_asked", ask)
    refused("needs_role", lambda: give(by=alice()))
    refused("opinion_missing", lambda: give(opinion="waiting"))
    refused("cost_wrong", lambda: give(cost_cents=None))
    refused("why_missing", lambda: give(reason=" "))
    give(opinion="unfeasible", cost_cents=None, reason="Réseaux sous le sol.")
    study.refresh_from_db()
    assert (study.opinion, study.cost_cents, study.reason) == (
        "unfeasible",
        None,
        "Réseaux sous le sol.",
    )


def test_a_commission_accepts_once_every_service_has_answered(held):
    project = proposed(held, alice())
    refused("status_wrong", lambda: deciding.decide(project.pk, YES, by=bachir(), now=NOON))
    study = studying.ask_opinion(project.pk, department=a_department().pk, by=bachir(), now=NOON)
    refused("studies_wait", lambda: deciding.decide(project.pk, YES, by=bachir(), now=NOON))
    studying.give_opinion(
        study.pk, opinion="feasible", cost_cents=1, reason="Oui.", by=bachir(), now=NOON
    )
    for wrong, code in (
        ({"body": " "}, "body_missing"),
        ({"reason": ""}, "why_missing"),
        ({"cost_cents": None}, "cost_wrong"),
        ({"title": ""}, "title_missing"),
        ({"text": "Court."}, "text_missing"),
    ):
        verdict = replace(YES, **wrong)
        refused(code, lambda v=verdict: deciding.decide(project.pk, v, by=bachir(), now=NOON))
    refused("needs_role", lambda: deciding.decide(project.pk, YES, by=alice(), now=NOON))
    deciding.decide(project.pk, YES, by=bachir(), now=NOON)
    kept = now_of(project)
    assert (kept.status, kept.number, kept.cost_cents) == ("accepted", 1, 6000000)
    assert (kept.title, kept.title_en) == ("Un jardin partagé à la Bastille", "A shared garden")
    assert kept.reviewed_at == NOON
    (decision,) = Decision.objects.all()
    assert (decision.body, decision.status) == ("Commission du 11e", "accepted")
    refused("opinion_given", lambda: studied_again(study))
    refused("too_late_to_withdraw", lambda: proposing.withdraw(project.pk, by=alice(), now=NOON))


def studied_again(study):
    return studying.give_opinion(
        study.pk, opinion="feasible", cost_cents=1, reason="Non.", by=bachir(), now=NOON
    )


def test_a_decision_needs_a_study(held):
    project = a_project(held, status=Status.STUDY, by=alice())
    refused("studies_missing", lambda: deciding.decide(project.pk, YES, by=bachir(), now=NOON))


def test_numbers_follow_each_other_in_an_area(held):
    numbers = []
    for by in (alice(), a_person("Nadia", residence=11)):
        project = proposed(held, by)
        studied(project)
        numbers.append(deciding.decide(project.pk, YES, by=bachir(), now=NOON).number)
    assert numbers == [1, 2]


def test_alice_appeals_and_the_city_has_the_last_word(held):
    project = proposed(held, alice())
    studied(project)
    refused("status_wrong", lambda: deciding.appeal(project.pk, "Si.", by=alice(), now=NOON))
    deciding.decide(project.pk, NO, by=bachir(), now=NOON)
    assert (now_of(project).status, now_of(project).reason) == ("rejected", "Le sol est pollué.")

    def appeal(text="Il a été dépollué en 2024.", by=None, now=NOON):
        return deciding.appeal(project.pk, text, by=by or alice(), now=now)

    refused("own_project_only", lambda: appeal(by=chloe()))
    refused("why_missing", lambda: appeal(" "))
    refused("appeal_late", lambda: appeal(now=NOON + 6 * LENGTH))
    appeal()
    refused("appeal_made", appeal)

    def answer(outcome="upheld", by=None, words="C'est exact."):
        return deciding.answer_appeal(
            project.pk, outcome=outcome, answer=words, by=by or bachir(), now=NOON + HOUR
        )

    refused("needs_role", lambda: answer(by=alice()))
    refused("opinion_missing", lambda: answer("perhaps"))
    refused("why_missing", lambda: answer(words=""))
    answer()
    assert (now_of(project).status, now_of(project).reviewed_at) == ("study", None)
    refused("appeal_answered", answer)
    deciding.decide(project.pk, YES, by=bachir(), now=NOON + HOUR)
    assert now_of(project).status == "accepted"
    assert Appeal.objects.get().outcome == "upheld"


def test_an_appeal_comes_before_the_list_is_fixed(held):
    on_it, first, late = (proposed(held, alice()) for _each in range(3))
    for one, verdict in ((on_it, YES), (first, NO), (late, NO)):
        studied(one)
        deciding.decide(one.pk, verdict, by=bachir(), now=NOON)
    deciding.appeal(first.pk, "Il a été dépollué.", by=alice(), now=NOON)

    def answer(outcome):
        deciding.answer_appeal(first.pk, outcome=outcome, answer="Non.", by=bachir(), now=NOON)

    answer("dismissed")
    freezing.freeze(edition_id=held.pk, by=a_person("Ada", "administrator"), now=NOON)
    refused("appeal_late", lambda: deciding.appeal(late.pk, "Si.", by=alice(), now=NOON))
    refused("frozen", lambda: answer("upheld"), leaves_a_line=True)
    assert (Appeal.objects.get().outcome, now_of(first).status) == ("dismissed", "rejected")


def test_the_city_withdraws_with_a_reason(held):
    project = proposed(held, alice())
    refused("why_missing", lambda: deciding.remove(project.pk, reason="", by=bachir(), now=NOON))
    refused("needs_role", lambda: deciding.remove(project.pk, reason="x", by=mona(), now=NOON))
    deciding.remove(project.pk, reason="Publicité.", by=bachir(), now=NOON)
    assert now_of(project).status == "removed"
    with pytest.raises(NotFound):
        project_seen(project.pk, chloe())


def test_the_ballot_of_a_frozen_edition_is_refused_and_the_attempt_written_down(held):
    ada = a_person("Ada", "administrator")
    project = proposed(held, alice())
    studied(project)
    deciding.decide(project.pk, YES, by=bachir(), now=NOON)
    late = a_project(held, status=Status.REJECTED, arrondissement=11, reason="Non.", by=alice())
    freezing.freeze(edition_id=held.pk, by=ada, now=NOON)
    Project.objects.filter(pk=late.pk).update(status=Status.STUDY)
    for act in (
        lambda: deciding.change_sheet(project.pk, YES, by=bachir(), now=NOON),
        lambda: deciding.remove(project.pk, reason="Trop cher.", by=bachir(), now=NOON),
        lambda: deciding.decide(late.pk, YES, by=bachir(), now=NOON),
    ):
        assert refused("frozen", act, leaves_a_line=True).status == 409
    lines = register.about(f"budget.edition:{held.pk}")
    assert [one.details["what"] for one in lines[:3]] == ["ballot", "ballot", "sheet"]


def together(held):
    one, other = proposed(held, alice()), proposed(held, a_person("Nadia", residence=11))
    building.follow(one.pk, by=chloe(), now=NOON)
    return one, other


def ask(one, other, by=None, why="Deux jardins à cent mètres."):
    return merging.propose_merging(
        source_id=one.pk, target_id=other.pk, why=why, by=by or bachir(), now=NOON
    )


def test_projects_become_one_when_every_author_says_yes(held):
    one, other = together(held)
    asked = ask(one, other)
    assert now_of(one).status == "submitted"
    nadia = a_person("Nadia")

    def says(person, *, agrees=True):
        return merging.answer_merging(asked.pk, agrees=agrees, by=person, now=NOON)

    refused("no_merging", lambda: says(chloe()))
    says(alice())
    assert now_of(one).status == "submitted"
    says(nadia)
    assert (now_of(one).status, now_of(one).merged_into_id) == ("merged", other.pk)
    # Each author keeps what they wrote, and has a say in what it became.
    assert list(one.authors.values_list("person_id", flat=True)) == [alice().id]
    assert author_ids(now_of(other)) == {alice().id, nadia.id}
    # Nobody who followed one follows the other without having said so.
    assert list(Follow.objects.values_list("project_id", "person_id")) == [(one.pk, chloe().id)]
    refused("merging_settled", lambda: says(alice()))


def test_one_of_several_authors_takes_back_their_own_part_alone(held):
    one, other = together(held)
    third = proposed(held, a_person("Emma", residence=11))
    nadia = a_person("Nadia")
    asked = ask(one, other, by=alice())
    merging.answer_merging(asked.pk, agrees=True, by=nadia, now=NOON)
    waits = ask(third, other)
    assert told.asked(waits.pk) == {alice().id, nadia.id, a_person("Emma").id}
    assert proposing.withdraw(other.pk, by=alice(), now=NOON) is False
    kept = now_of(other)
    assert (kept.status, author_ids(kept), now_of(one).status) == (
        "submitted",
        {nadia.id},
        "merged",
    )
    # What waited for her answer is given up, and she has no say in the project any more.
    assert Merging.objects.get(pk=waits.pk).state == "dropped"
    refused("own_project_only", lambda: proposing.withdraw(other.pk, by=alice(), now=NOON))
    assert FactRecord.objects.filter(name="budget.author_left").count() == 1
    assert told.authors(other.pk) == {nadia.id}
    # The last one takes the whole back.
    assert proposing.withdraw(other.pk, by=nadia, now=NOON) is True
    assert now_of(other).status == "withdrawn"


def test_nobody_leaves_what_is_decided(held):
    one, other = together(held)
    asked = ask(one, other, by=alice())
    merging.answer_merging(asked.pk, agrees=True, by=a_person("Nadia"), now=NOON)
    for status, code in (("accepted", "too_late_to_withdraw"), ("rejected", "status_wrong")):
        Project.objects.filter(pk=other.pk).update(status=status, reason="Non.", cost_cents=1)
        refused(code, lambda: proposing.withdraw(other.pk, by=alice(), now=NOON))


def test_who_became_an_author_meanwhile_is_asked_too(held):
    one, other = together(held)
    nadia, emma = a_person("Nadia"), a_person("Emma", residence=11)
    third = proposed(held, emma)
    asked = ask(one, other)
    merging.answer_merging(ask(third, other, by=emma).pk, agrees=True, by=nadia, now=NOON)
    for person in (alice(), nadia):
        merging.answer_merging(asked.pk, agrees=True, by=person, now=NOON)
    assert now_of(one).status == "submitted"
    assert told.asked(asked.pk) == {emma.id}
    merging.answer_merging(asked.pk, agrees=True, by=emma, now=NOON)
    assert now_of(one).merged_into_id == other.pk


def test_one_no_ends_a_merging(held):
    one, other = together(held)
    asked = ask(one, other, by=alice())
    merging.answer_merging(asked.pk, agrees=False, by=a_person("Nadia"), now=NOON)
    assert Merging.objects.get().state == "refused"
    assert (now_of(one).status, now_of(one).merged_into) == ("submitted", None)
    again = ask(one, other)
    refused("merging_waits", lambda: ask(one, other))
    refused("no_merging", lambda: merging.drop_merging(again.pk, by=chloe(), now=NOON))
    merging.drop_merging(again.pk, by=bachir(), now=NOON)
    assert now_of(one).status == "submitted"


def test_what_cannot_be_brought_together(held):
    one, other = together(held)
    elsewhere = a_project(held, arrondissement=18)
    over = a_project(held, arrondissement=11, status=Status.REJECTED, reason="Non.")
    refused("same_project", lambda: ask(one, one))
    refused("other_area", lambda: ask(one, elsewhere))
    refused("status_wrong", lambda: ask(one, over))
    refused("own_project_only", lambda: ask(one, other, by=chloe()))
    refused("why_missing", lambda: ask(one, other, why=" "))


def test_nobody_becomes_part_of_a_project_that_left_meanwhile(held):
    one, other = together(held)
    asked = ask(one, other, by=alice())
    proposing.withdraw(other.pk, by=a_person("Nadia"), now=NOON)

    def says(person, *, agrees):
        merging.answer_merging(asked.pk, agrees=agrees, by=person, now=NOON)

    refused("status_wrong", lambda: says(a_person("Nadia"), agrees=True))
    says(a_person("Nadia"), agrees=False)
    assert (now_of(one).status, Merging.objects.get().state) == ("submitted", "refused")


def test_two_projects_never_become_part_of_each_other(held):
    one, other = together(held)
    there, back = ask(one, other, by=alice()), ask(other, one, by=alice())
    merging.answer_merging(there.pk, agrees=True, by=a_person("Nadia"), now=NOON)

    def back_again():
        merging.answer_merging(back.pk, agrees=True, by=a_person("Nadia"), now=NOON)

    refused("status_wrong", back_again)
    assert now_of(one).merged_into_id == other.pk
    assert (now_of(other).status, now_of(other).merged_into_id) == ("submitted", None)


def test_following_is_done_once_and_ends(held):
    project = proposed(held, alice())
    for _again in range(2):
        building.follow(project.pk, by=chloe(), now=NOON)
    assert Follow.objects.count() == 1
    building.unfollow(project.pk, by=chloe())
    assert Follow.objects.count() == 0
    draft = begin(held, alice())
    refused("no_project", lambda: building.follow(draft.pk, by=chloe(), now=NOON))


def test_rules_hold_for_the_age_where_a_birth_is_vouched_for(monkeypatch):
    edition = an_edition(areas=(an_area(11, propose_age=18),))

    class Vouched:
        birthdate = "2014-05-01"

    monkeypatch.setattr("parvis.budget.permissions.civil_identity", lambda _id: Vouched)
    young = a_person("Dédé", email="dede@parvis.example", residence=11)
    refused("too_young", lambda: begin(edition, young))
    monkeypatch.setattr("parvis.budget.permissions.civil_identity", lambda _id: None)
    begin(edition, young)
    assert Study.objects.count() == 0

"""Who reported is forgotten, a year after the closing or with their account; the case stays."""

from __future__ import annotations

import pytest

from parvis.account.testing import alice
from parvis.kernel.declarations import keeps
from parvis.streets import testing
from parvis.streets.actions import answering, forgetting
from parvis.streets.actions.contradicting import contradict
from parvis.streets.models import (
    Case,
    Contradiction,
    Follow,
    Message,
    Photo,
    PhotoRole,
    PhotoState,
    Reply,
    Report,
    Step,
)
from parvis.streets.tests.life_cases import DAY, HERE, HOUR, NOON, a_case, a_report, closed, moved


@pytest.fixture(autouse=True)
def _streets(db):
    testing.the_streets()


def words_of(report):
    return (report.text, report.answers, report.email, report.person_id, report.access_hash)


NOTHING: tuple[object, ...] = ("", {}, "", None, "")


def test_a_year_after_the_closing_who_reported_is_forgotten():
    old, recent = a_case(), a_case((HERE[0] + 500, HERE[1]))
    said = {"text": "Devant chez moi", "answers": {"passage": "no"}, "email": "paul@exemple.fr"}
    mine, other = a_report(old, **said), a_report(recent, **said)
    Photo.objects.create(
        case=old,
        report=mine,
        role=PhotoRole.OVERVIEW,
        state=PhotoState.TO_REVIEW,
        taken_in_at=NOON,
    )
    moved(old, "waiting_reporter", public_note="Quel étage ?")
    answering.reply(
        message_id=old.messages.get().pk, report_id=mine.pk, text="Au deuxième", now=NOON + HOUR
    )
    closed(Case.objects.get(pk=old.pk), note="Voir avec la gardienne.", now=NOON + DAY)
    closed(recent, now=NOON + 2 * DAY)
    before = NOON + DAY + HOUR
    changed = forgetting.forget_closed(before, before + 365 * DAY)
    assert changed >= 4
    mine.refresh_from_db()
    other.refresh_from_db()
    assert words_of(mine) == NOTHING
    assert mine.forgotten_at == before + 365 * DAY
    assert words_of(other)[:3] == ("Devant chez moi", {"passage": "no"}, "paul@exemple.fr")
    assert not Reply.objects.exists()
    assert Step.objects.get(case=old, after="done").note == ""
    assert Photo.objects.get().state == PhotoState.GONE
    # The case says as much as before, of itself.
    case = Case.objects.get(pk=old.pk)
    assert (case.reports_count, case.state_id, case.address) == (2, "done", old.address)
    assert Message.objects.filter(case=old).count() == 2
    assert forgetting.forget_closed(before, before + 365 * DAY) == 0


def test_an_account_that_closes_leaves_the_case_without_it():
    person = alice()
    case = a_case()
    mine = a_report(case, person=person, text="Devant chez moi")
    Follow.objects.create(person_id=person.id, kind="case", target=case.code, since=NOON)
    closed(case)
    contradict(report_id=mine.pk, text="Toujours là", now=NOON + DAY)
    held = {one.model: one for one in keeps["streets"].held}
    assert held["streets.Report"].stays is not None
    assert forgetting.forget_person(person.id, NOON + 2 * DAY) >= 3
    mine.refresh_from_db()
    assert words_of(mine) == NOTHING
    assert (Contradiction.objects.get().text, Follow.objects.count()) == ("", 0)
    case.refresh_from_db()
    assert (case.reports_count, case.contradictions_count) == (2, 1)
    assert forgetting.forget_person(person.id, NOON + 2 * DAY) == 0


def test_an_address_that_nobody_confirms_is_forgotten():
    case = a_case()
    given = {"email_confirmed_at": None}
    unsure = a_report(case, email="qui@exemple.fr", **given)
    sure = a_report(case, email="paul@exemple.fr")
    young = a_report(case, email="hier@exemple.fr", now=NOON + 2 * DAY, **given)
    assert forgetting.forget_unconfirmed(NOON + DAY, NOON + 31 * DAY) == 1
    emails = [Report.objects.get(pk=one.pk).email for one in (unsure, sure, young)]
    assert emails == ["", "paul@exemple.fr", "hier@exemple.fr"]

"""One's rights across the house: nothing about Alice is left out of her archive, and nothing stays
after she leaves but what a law keeps."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import translation
from psycopg import sql

from parvis.account.actions.closing import close_account, rehearse_closing
from parvis.account.testing import alice, chloe, mona, signed_in
from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import NOON, SECTION, a_contribution, a_remark
from parvis.kernel import holdings, reading
from parvis.kernel.declarations import keeps
from parvis.opendata.actions import following, questions
from parvis.opendata.testing import BUDGET, a_version
from parvis.relation.testing import deliver_everything

pytestmark = pytest.mark.django_db
_KEYS_TO_PEOPLE = """
SELECT c.conrelid::regclass::text, a.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'residents_resident'::regclass
"""


@pytest.fixture
def busy_alice():
    """Alice, who wrote, voted, followed, flagged, began, asked and was read about."""
    person, other = alice(), chloe()
    one, hers = a_contribution(person), a_contribution(other, title="Autre")
    a_remark(hers, person)
    target = deliberation.Target(kind="contribution", id=hers)
    deliberation.support(target=target, by=person, now=NOON)
    deliberation.follow(contribution_id=hers, by=person, now=NOON)
    reason = deliberation.Reason.INSULT
    deliberation.flag(target=target, reason=reason, comment="Non", by=person, now=NOON)
    new = deliberation.NewDraft(
        consultation="plan-2015",
        kind=deliberation.Kind.COMMENT,
        section_ref=SECTION,
        title="",
        body="Un début",
    )
    deliberation.save_draft(new=new, by=person, now=NOON)
    mine = deliberation.Target(kind="contribution", id=one)
    hiding = deliberation.Hiding(reason=deliberation.Reason.PERSONAL_DATA, message="Un nom.")
    deliberation.hide(target=mine, hiding=hiding, by=mona(), now=NOON)
    a_version()
    following.follow(dataset_id=BUDGET, query="", by=person, now=NOON)
    questions.ask(dataset_id=BUDGET, text="Pourquoi ?", by=person, now=NOON)
    look = reading.Reading(
        reader_ref=f"person:{mona().id}",
        person_ref=f"person:{person.id}",
        what="deliberation.moderation",
    )
    reading.note(look, now=NOON)
    deliver_everything()
    return person


def rows_by_column(person) -> dict[tuple[str, str], int]:
    """Ask the database itself which rows point at a person: by table and column."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS_TO_PEOPLE)
        found = {}
        for table, column in cursor.fetchall():
            counted = sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            cursor.execute(counted, [person.id])
            found[table, column] = cursor.fetchone()[0]
    return found


def test_every_row_that_points_at_alice_is_in_her_archive(busy_alice):
    held = {
        apps.get_model(one.model)._meta.db_table: holdings.count(one, busy_alice.id)
        for keep in keeps
        for one in keep.held
    }
    pointing = {place: rows for place, rows in rows_by_column(busy_alice).items() if rows}
    assert len(pointing) >= 9
    short = {place: rows for place, rows in pointing.items() if held.get(place[0], 0) < rows}
    assert short == {}
    given = [row for keep in keeps for row in holdings.everything(keep, busy_alice.id)]
    assert len(given) == sum(held.values())


def test_what_is_given_names_nobody_else(busy_alice):
    given = [row for keep in keeps for row in holdings.everything(keep, busy_alice.id)]
    for other in (chloe(), mona()):
        assert str(other.id) not in str(given)
    [ruling] = [row for row in given if row["model"] == "deliberation.ModerationDecision"]
    assert (ruling["by"], ruling["message"]) == ("someone else", "Un nom.")


def test_an_agent_is_told_what_they_did_and_not_what_concerns_others(busy_alice):
    given = holdings.everything(keeps["account.register"], mona().id)
    [line] = [row for row in given if row["model"] == "kernel.ReadingEntry"]
    assert (line["person_ref"], line["reader_ref"]) == ("someone else", "you")
    assert {"reason", "object_ref"} & line.keys() == set()
    assert all(
        "personal" not in row
        for row in given
        if row.get("actor_ref") == "you" and (row.get("object_ref") != "you")
    )


def test_what_stays_after_she_leaves_is_kept_by_a_law_that_was_named(busy_alice):
    with translation.override("en"):
        told = rehearse_closing(person_id=busy_alice.id, now=NOON)
    named = {
        kind.label: kind for module in told.modules for kind in module.kinds if kind.left.stays
    }
    assert [label for label, kind in named.items() if not (kind.what and kind.law)] == []
    close_account(person_id=busy_alice.id, now=NOON)
    laws = {
        apps.get_model(one.model)._meta.db_table for keep in keeps for one in keep.held if one.stays
    }
    left = {place[0] for place, rows in rows_by_column(busy_alice).items() if rows}
    assert left - laws == set()
    with translation.override("en"):
        still = {
            str(one.label)
            for keep in keeps
            for one in keep.held
            if holdings.count(one, busy_alice.id)
        }
    # The mail that says goodbye is written by the closing itself.
    assert still <= {label for label, kind in named.items() if kind.left.kept} | {"E-mails"}


def test_a_moderator_who_opens_a_flagged_text_stands_in_the_file_of_its_author(client, busy_alice):
    one = a_contribution(busy_alice, title="Encore des bancs")
    page = reverse("ideas:moderation_item", args=["contribution", one])
    reader = mona()
    before = reading.count_concerning(f"person:{busy_alice.id}")
    assert signed_in(client, reader).get(page).status_code == 200
    [line, *_] = reading.concerning(f"person:{busy_alice.id}")
    assert reading.count_concerning(f"person:{busy_alice.id}") == before + 1
    assert (line.reader_ref, line.what) == (f"person:{reader.id}", "deliberation.moderation")
    assert line.object_ref == f"deliberation.contribution:{one}"

"""What is old is forgotten by rule, every night, and a report says what was."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from procrastinate.contrib.django import app

from parvis.account import tasks
from parvis.account.actions import retention
from parvis.account.models import RetentionRun
from parvis.account.queries import rights
from parvis.account.testing import MORNING, a_person, alice, chloe, mona, signed_in
from parvis.kernel import clock, register
from parvis.kernel.declarations import Keeps, Rule, keeps
from parvis.kernel.models import FactRecord, RegisterEntry

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


@pytest.fixture
def a_rule(monkeypatch):
    """Return a function that declares one more rule."""

    def declare(key, forget, *, days=30):
        rule = Rule(key=key, what=key, days=days, forget=forget)
        keep = Keeps(key=key, label="Essai", personal="", retention="", rules=(rule,))
        monkeypatch.setitem(keeps._declared, key, keep)

    return declare


def lines_of(run):
    return {line["key"]: line for line in run.lines}


def test_every_rule_is_carried_out_and_told(a_rule):
    asked = []
    a_rule("zz.letters", lambda before, now: asked.append((before, now)) or 7)
    run = retention.forget_by_rule(now=MORNING)
    assert asked == [(MORNING - dt.timedelta(days=30), MORNING)]
    assert lines_of(run)["zz.letters"] == {"key": "zz.letters", "rows": 7, "error": ""}
    assert set(lines_of(run)) == {rule.key for _keep, rule in rights.rules_of_retention()}


def test_a_rule_that_fails_changes_nothing_and_stops_no_other(a_rule):
    person = alice()

    def breaks(_before, now):
        entry = register.Entry(action="test.half", object_ref="x:1", recorded_at=now)
        register.record(entry)
        raise RuntimeError(person.email)

    a_rule("aa.broken", breaks)
    a_rule("zz.after", lambda _before, _now: 3)
    with pytest.raises(retention.RulesFailed, match=r"^aa\.broken$"):
        retention.forget_by_rule(now=MORNING)
    lines = lines_of(RetentionRun.objects.get())
    assert lines["aa.broken"] == {"key": "aa.broken", "rows": 0, "error": "RuntimeError"}
    assert lines["zz.after"]["rows"] == 3
    assert not RegisterEntry.objects.filter(action="test.half").exists()
    assert rights.failed_rules(MORNING) == 1


def test_details_of_the_register_go_after_twelve_months_and_the_lines_stay():
    for number, age in ((1, 364), (2, 366)):
        register.record(
            register.Entry(
                action="test.told",
                object_ref=f"x:{number}",
                personal={"name": "Alice"},
                recorded_at=MORNING - dt.timedelta(days=age),
            )
        )
    run = retention.forget_by_rule(now=MORNING)
    assert lines_of(run)["account.register_details"]["rows"] == 1
    told = RegisterEntry.objects.filter(action="test.told").order_by("object_ref")
    assert [row.personal for row in told] == [{"name": "Alice"}, {}]


def test_addresses_of_devices_in_facts_go_after_twelve_months():
    person = alice()
    fact = FactRecord.objects.create(
        name="account.new_device",
        aggregate=f"person:{person.id}",
        payload={"person_id": str(person.id), "browser": "Firefox", "system": "", "address": "::1"},
        announced_at=MORNING - YEAR - dt.timedelta(days=1),
    )
    assert lines_of(retention.forget_by_rule(now=MORNING))["account.fact_details"]["rows"] == 1
    fact.refresh_from_db()
    assert fact.payload == {
        "person_id": str(person.id), "browser": "", "system": "", "address": "",
    }  # fmt: skip
    assert (
        lines_of(retention.forget_by_rule(now=MORNING + dt.timedelta(days=1)))[
            "account.fact_details"
        ]["rows"]
        == 0
    )


def test_sessions_that_ran_out_go(client):
    signed_in(client, alice())
    Session.objects.update(expire_date=MORNING - dt.timedelta(seconds=1))
    Session.objects.create(
        session_key=uuid.uuid4().hex, session_data="", expire_date=MORNING + dt.timedelta(days=1)
    )
    assert lines_of(retention.forget_by_rule(now=MORNING))["account.sessions"]["rows"] == 1
    assert Session.objects.count() == 1


def test_the_night_comes_once_a_day():
    kept = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert kept["account.forget_by_rule"] == "27 3 * * *"
    tasks.forget_by_rule(timestamp=0)
    assert RetentionRun.objects.count() == 1


def test_administrators_see_what_was_forgotten_and_nobody_else_does(client, a_rule):
    a_rule("zz.letters", lambda _before, _now: 1234)
    retention.forget_by_rule(now=clock.now())
    page = signed_in(client, a_person("Ada", "administrator")).get(reverse("account:retention"))
    shown = page.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert "zz.letters" in shown
    assert "1 234" in shown
    for other in (chloe(), mona()):
        refused = signed_in(client, other).get(reverse("account:retention"))
        assert refused.status_code == 403

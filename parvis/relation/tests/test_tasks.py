"""Every night old words go; every minute the deliveries of dead workers are taken up again."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from procrastinate.contrib.django import app

from parvis.kernel import outbox
from parvis.kernel.clock import now as present
from parvis.kernel.declarations import keeps
from parvis.kernel.models import AnsweredRequest, MailState, OutgoingMail
from parvis.relation import tasks


def a_mail(number: int, state: str, *, age: dt.timedelta) -> None:
    letter = outbox.Letter(
        message_key=f"night/{number}", to="alice@parvis.example", subject="Bonjour", text="Texte"
    )
    mail_id = outbox.post(letter, now=present())
    OutgoingMail.objects.filter(public_id=mail_id).update(state=state, changed_at=present() - age)


def carry_out(key):
    [rule] = [one for keep in keeps for one in keep.rules if one.key == key]
    return rule.forget(present() - dt.timedelta(days=rule.days), present())


def test_the_words_of_mails_sent_a_month_ago_go_and_no_others(db):
    a_mail(1, MailState.SENT, age=dt.timedelta(days=31))
    a_mail(2, MailState.SENT, age=dt.timedelta(days=29))
    a_mail(3, MailState.UNCERTAIN, age=dt.timedelta(days=31))
    assert carry_out("relation.words") == 1
    kept = OutgoingMail.objects.order_by("message_key").values_list("recipient", "text")
    assert list(kept) == [("", ""), *[("alice@parvis.example", "Texte")] * 2]


def test_answers_given_to_programs_go_after_two_days(db):
    for key, hours in (("old", 49), ("young", 47)):
        moment = present() - dt.timedelta(hours=hours)
        AnsweredRequest.objects.create(scope="test", key=key, received_at=moment)
    assert carry_out("account.answers_to_programs") == 1
    assert [row.key for row in AnsweredRequest.objects.order_by("pk")] == ["young"]


def test_what_is_half_handed_over_for_an_hour_is_uncertain(db):
    a_mail(1, MailState.HANDING_OVER, age=dt.timedelta(minutes=61))
    a_mail(2, MailState.HANDING_OVER, age=dt.timedelta(minutes=59))
    tasks.forget(timestamp=0)
    states = OutgoingMail.objects.order_by("message_key").values_list("state", flat=True)
    assert list(states) == ["uncertain", "handing_over"]


def test_time_is_kept_by_three_tasks():
    kept = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert kept["relation.rescue"] == "* * * * *"
    assert kept["relation.forget"] == "17 3 * * *"
    assert kept["relation.sweep"] == "47 3 * * *"


def test_a_worker_is_dead_after_as_long_as_the_settings_say(settings):
    assert tasks.stalled_after() == 30
    settings.PROCRASTINATE_WORKER_DEFAULTS = {"stalled_worker_timeout": 2.0}
    assert tasks.stalled_after() == 2


def test_a_posted_mail_has_one_job_of_its_own(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
        a_mail(1, MailState.WAITING, age=dt.timedelta(0))
        cursor.execute("SELECT queue_name, task_name, lock FROM procrastinate_jobs")
        [(queue, task, lock)] = cursor.fetchall()
    assert (queue, task) == ("mail", "kernel.send_mail")
    assert lock == f"mail/{OutgoingMail.objects.get().public_id}"

"""Signing out at one of three services ends the other two as soon as the worker hears of it."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from parvis.account import testing as cast
from parvis.openid import testing
from parvis.openid.actions.telling import TASK
from parvis.openid.models import Login, LogoutMessage
from parvis.openid.testing import LEFT, claims_of
from parvis.openid.tests import interop_world
from parvis.openid.tests.listening import a_service_that_listens

pytestmark = pytest.mark.django_db(transaction=True)

HOSTS = ("library.example", "museum.example", "pool.example")
# So long that nothing is told in this test because of it.
AN_HOUR = 3600
_LISTENS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN %procrastinate%'"""


def until(is_so):
    """Wait, as long as a busy machine may need."""
    for _time in range(3600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError(is_so)


def is_listening():
    with connection.cursor() as cursor:
        cursor.execute(_LISTENS)
        return cursor.fetchone()[0] > 0


def jobs_of_telling():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, scheduled_at FROM procrastinate_jobs WHERE task_name = %s", [TASK]
        )
        return cursor.fetchall()


@pytest.fixture
def worker(tmp_path):
    """Run the worker on the database of this test. It looks for work by itself once an hour: what
    it does before, it does because it was called."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "procrastinate", "worker"]
    command += ["--concurrency", "4", "--fetch-job-polling-interval", str(AN_HOUR)]
    known = interop_world.on_this_database() | {"PARVIS_OPENID_PRIVATE_NETWORKS": "127.0.0.0/8"}
    with interop_world.started(tmp_path, command, **known) as program:
        until(lambda: is_listening() or not program.is_running())
        assert is_listening(), (tmp_path / "program.log").read_text("utf-8")
        yield program


@pytest.fixture
def three(client):
    """Sign Alice in to three services that listen; yield her visits, what each hears, what each was
    told of her."""
    testing.a_key()
    browser = cast.signed_in(client, cast.alice())
    with ExitStack() as opened:
        yield [_visited(browser, name, opened) for name in HOSTS]


def _visited(browser, name, opened):
    url, heard = opened.enter_context(a_service_that_listens())
    registered = testing.a_service(name=name, sector=name, backchannel_logout_uri=url)
    testing.agrees(cast.alice(), registered)
    visit = testing.Visit(browser, registered)
    return visit, heard, visit.tokens()["id_token"]


def test_signing_out_at_one_of_three_services_is_told_to_the_other_two(three, worker):
    library, _heard, hint = three[0]
    query = {"id_token_hint": hint, "post_logout_redirect_uri": LEFT}
    assert library.client.get(reverse("oidc:logout"), query)["Location"] == LEFT
    assert Login.objects.filter(ended_at=None).count() == 0
    for visit, heard, id_token in three[1:]:
        until(lambda heard=heard: heard)
        ((_kind, form),) = heard
        told = claims_of(form["logout_token"][0], client_id=visit.registered.client_id)
        known = claims_of(id_token)
        assert (told["sub"], told["sid"]) == (known["sub"], known["sid"])
    until(lambda: set(LogoutMessage.objects.values_list("state", flat=True)) == {"heard"})
    assert set(LogoutMessage.objects.values_list("tries", flat=True)) == {1}
    # None was put off: the worker is called the moment the sign-out is written. What a job heard
    # is written before the job itself is: the worker is given time to write that too.
    until(lambda: {status for status, _put_off in jobs_of_telling()} == {"succeeded"})
    assert {put_off for _status, put_off in jobs_of_telling()} == {None}


def test_a_service_that_is_down_holds_up_neither_of_the_others(three, worker):
    down = three[1][0].registered.service
    down.backchannel_logout_uri = "http://127.0.0.1:9/logout"
    down.save()
    three[0][0].client.get(reverse("oidc:logout"), {"id_token_hint": three[0][2]})
    until(lambda: three[0][1] and three[2][1])
    until(lambda: LogoutMessage.objects.filter(state="waiting", tries=1).exists())
    assert LogoutMessage.objects.get(tries=1, state="waiting").login.service_id == down.pk
    assert three[1][1] == []

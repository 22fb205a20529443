"""Whoever is killed in the middle of a mandate leaves all of it, or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from parvis.account.testing import MORNING, alice, bachir, chloe
from parvis.kernel.models import FactRecord, RegisterEntry
from parvis.mandates.actions import answering, asking, deciding, growing_up
from parvis.mandates.actions.inputs import Paper
from parvis.mandates.models import Mandate, Ward
from parvis.mandates.testing import SEEN, a_child, granted_between, granted_child

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + dt.timedelta(hours=1)
# Dédé comes of age as 4 May 2021 begins in Paris.
OF_AGE = dt.datetime(2021, 5, 3, 22, tzinfo=dt.UTC)
PATIENCE = 60
# No action asks the database more than this; the loop ends long before.
MOST = 80
_STILL_AT_WORK = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""


def killed_after(statements: int, act: Callable[[], object]) -> bool:
    """Do something in a process of its own that is killed, as a power cut does, once the database
    has done so many statements; tell whether it was done before that."""
    connection.close()
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        try:
            _forget_lines()
            with connection.execute_wrapper(_Death(statements)):
                act()
            os._exit(os.EX_OK)
        finally:
            os.write(told, traceback.format_exc().encode())
            # Nothing of the test that it was a copy of is to go on.
            os._exit(os.EX_SOFTWARE)
    os.close(told)
    _pid, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    with os.fdopen(heard) as last_words:
        assert ended in (os.EX_OK, -signal.SIGKILL), last_words.read()
    _until_the_database_noticed()
    return ended == os.EX_OK


def _forget_lines() -> None:
    """Ask the database over a line of one's own from now on.

    Where a browser's loop runs, what `connection` names hangs on that loop, and the copy of the
    process is none of its callers: it would speak on another line, that its original holds too.
    """
    with contextlib.suppress(AttributeError):
        del connections[DEFAULT_DB_ALIAS]


def _until_the_database_noticed() -> None:
    """Wait until what the dead process held is given back: the server sees only that a line went
    silent."""
    for _time in range(PATIENCE * 20):
        with connection.cursor() as cursor:
            cursor.execute(_STILL_AT_WORK)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


class _Death:
    """Kills its own process when the database has done so many statements."""

    def __init__(self, statements: int) -> None:
        self._left = statements

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return execute(*asked)


def killed_before_it_is_kept(act: Callable[[], object]) -> None:
    """Do everything, and die with nothing left but to keep it."""

    def all_but_the_last_word() -> None:
        with transaction.atomic():
            act()
            os.kill(os.getpid(), signal.SIGKILL)

    assert not killed_after(MOST, all_but_the_last_word)


def deaths(act: Callable[[], object]) -> Iterator[int]:
    """Die after no statement, after one, after two…, until it was done; say after how many."""
    for statements in range(MOST):
        if killed_after(statements, act):
            return
        yield statements
    raise AssertionError(MOST)


def books() -> dict[str, Any]:
    """Return what is remembered of mandates: themselves, the register, facts, what waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        (jobs,) = cursor.fetchone()
    return {
        "mandates": list(Mandate.objects.order_by("pk").values()),
        "register": list(RegisterEntry.objects.order_by("pk").values()),
        "facts": list(FactRecord.objects.order_by("pk").values()),
        "jobs": jobs,
    }


def written(before: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the actions of the register and the names of the facts that are new."""
    now = books()
    return (
        [line["action"] for line in now["register"][len(before["register"]) :]],
        [fact["name"] for fact in now["facts"][len(before["facts"]) :]],
    )


def all_or_nothing(act: Callable[[], object], *, action: str, facts: list[str]) -> None:
    """Kill an action everywhere, and see that nothing is left; then see that all is, once."""
    before = books()
    killed_before_it_is_kept(act)
    assert books() == before
    died = 0
    for statements in deaths(act):
        # The last word of all, which keeps it, is no statement of the action.
        assert books() == before, statements
        died += 1
    assert died > 3
    assert written(before) == ([action], facts)
    assert books()["jobs"] > before["jobs"]


def test_killed_while_it_grants():
    mandate_id = asking.ask_for_ward(new=a_child(), by=alice(), now=MORNING)
    agent = bachir()
    all_or_nothing(
        lambda: deciding.grant(mandate_id=mandate_id, reason=SEEN, by=agent, now=LATER),
        action="mandates.mandate_granted",
        facts=["mandates.granted"],
    )
    assert Mandate.objects.get().begins_at == LATER


def test_killed_while_it_revokes():
    represented, representative = alice(), chloe()
    mandate_id = granted_between(represented, representative)
    all_or_nothing(
        lambda: answering.end(mandate_id=mandate_id, by=represented, now=LATER),
        action="mandates.mandate_ended",
        facts=["mandates.ended", "kernel.standing_ended"],
    )
    assert Mandate.objects.get().ends_at == LATER


def test_killed_while_a_child_comes_of_age():
    """Each of two parents loses the child wholly, or not yet; whoever comes next does the rest."""
    granted_child(alice())
    code = growing_up.give_code(ward_id=Ward.objects.get().pk, use="join", by=alice(), now=MORNING)
    paper = Paper(kind="birth_certificate")
    second = asking.join_ward(code=code, paper=paper, by=chloe(), now=MORNING)
    deciding.grant(mandate_id=second, reason=SEEN, by=bachir(), now=MORNING)
    start = books()
    ended: list[int] = []
    for _death in deaths(lambda: growing_up.end_of_terms(now=OF_AGE)):
        over = [row for row in Mandate.objects.all() if row.ended_why]
        actions, facts = written(start)
        assert actions == ["mandates.mandate_ended"] * len(over)
        assert facts == ["mandates.ended", "kernel.standing_ended"] * len(over)
        ended.append(len(over))
    assert (ended[0], sorted(set(ended)), ended) == (0, [0, 1], sorted(ended))
    actions, facts = written(start)
    assert (len(actions), len(facts)) == (2, 4)
    assert {row.ends_at for row in Mandate.objects.all()} == {OF_AGE}
    assert growing_up.end_of_terms(now=OF_AGE) == 0

"""Many at one moment, and processes that are killed: no vote is lost, none is there twice."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from django.conf import settings as city
from django.db import connection

from parvis.account.testing import alice
from parvis.kernel.errors import Refused
from parvis.kernel.testing import at_once
from parvis.voting.actions import batching, casting
from parvis.voting.models import Envelope, LogEntry, SealedBallot, Spent, Tick, keyring
from parvis.voting.rules.ballots import Choice
from parvis.voting.testing import (
    CITY,
    CLOSES,
    DISTRICT,
    NOON,
    REF,
    a_vote,
    an_elector,
    an_open_poll,
)

pytestmark = pytest.mark.django_db(transaction=True)
_INSTANTS = 12


def cast(token):
    choices = [Choice(contest=CITY, value=("p1",)), Choice(contest=DISTRICT, value=())]
    try:
        return casting.cast(ref=REF, elector=an_elector(), choices=choices, token=token, now=NOON)
    except Refused as refused:
        return refused.code
    finally:
        connection.close()


def test_fifty_ballots_of_one_voter_at_once_are_one():
    an_open_poll()
    tokens = [casting.new_nonces(ref=REF, contests=[CITY, DISTRICT], now=NOON) for _ in range(50)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(cast, tokens))
    assert said.count("already_voted") == 49
    assert (Tick.objects.count(), Envelope.objects.count()) == (2, 2)


def test_one_account_under_many_names_at_once_votes_once():
    an_open_poll()
    account = alice().id

    def cast_as(name):
        try:
            return a_vote(name, person_id=account)
        except Refused as refused:
            return refused.code

    said = at_once([lambda name=name: cast_as(name) for name in "ABCDEFGH"])
    assert said.count("already_voted") == 7
    assert (Tick.objects.count(), Envelope.objects.count()) == (1, 1)


def test_one_page_sent_eight_times_at_once_gets_one_receipt():
    an_open_poll()
    token = casting.new_nonces(ref=REF, contests=[CITY, DISTRICT], now=NOON)
    said = at_once([lambda: cast(token)] * 8)
    assert len(set(said)) == 1
    assert not isinstance(said[0], str)
    assert (Tick.objects.count(), Envelope.objects.count()) == (2, 2)


def test_two_windows_that_change_at_once_change_once():
    an_open_poll()
    first = a_vote()

    def change(value):
        token = casting.new_nonces(ref=REF, contests=[CITY], now=NOON)
        choices, held = [Choice(contest=CITY, value=value)], [(first.receipt, first.change_code)]
        try:
            casting.change(ref=REF, choices=choices, held=held, token=token, now=NOON)
        except Refused as refused:
            return refused.code
        return "changed"

    said = at_once([lambda: change(("p2",)), lambda: change(("p3",))])
    assert sorted(said) == ["already_changed", "changed"]
    assert (Tick.objects.count(), Envelope.objects.count(), Spent.objects.count()) == (1, 2, 1)


def test_people_vote_while_batches_are_released():
    an_open_poll()
    names = ["".join(pair) for pair in zip("abcdefghij" * 12, "k" * 60 + "l" * 60, strict=True)]
    names = [f"{name}{'m' * (n // 10)}" for n, name in enumerate(names)]
    acts = [lambda some=names[n::3]: [a_vote(name).receipt for name in some] for n in range(3)]

    def released():
        return [batching.release_batch(ref=REF, now=NOON) for _ in range(4)]

    *cast_by, _done, _done_too = at_once([*acts, released, released])
    batching.release_batch(ref=REF, now=CLOSES)
    receipts = {receipt for some in cast_by for receipt in some}
    assert set(LogEntry.objects.values_list("receipt", flat=True)) == receipts
    assert (len(receipts), SealedBallot.objects.count(), Tick.objects.count()) == (120, 120, 120)


def test_a_batch_destroys_no_key_that_came_after_it(monkeypatch):
    an_open_poll()
    first, others = a_vote("Alice").receipt, []
    destroy = keyring.destroy_batch_keys

    def meanwhile(*asked):
        monkeypatch.setattr(keyring, "destroy_batch_keys", destroy)
        # Another process releases the next batch, and somebody votes under its key.
        batching.release_batch(ref=REF, now=NOON)
        others.append(a_vote("Bob").receipt)
        return destroy(*asked)

    monkeypatch.setattr(keyring, "destroy_batch_keys", meanwhile)
    batching.release_batch(ref=REF, now=NOON)
    others.append(a_vote("Carol").receipt)
    batching.release_batch(ref=REF, now=CLOSES)
    assert set(LogEntry.objects.values_list("receipt", flat=True)) == {first, *others}


def test_several_databases_of_a_server_make_the_roles_at_once(monkeypatch):
    migration = importlib.import_module("parvis.voting.migrations.0001_initial")
    monkeypatch.setattr(migration, "ROLES", ("parvis_made_at_once",))

    def make():
        with connection.schema_editor(atomic=True) as editor:
            migration.make_roles(None, editor)

    at_once([make] * 4)
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE parvis_made_at_once")


# Each child votes without end and says each receipt once it has it, or releases batches; the parent
# kills it without a word after a while.
_KILLED = """
import os, random, signal, sys, time
import django
django.setup()
from parvis.voting.actions import batching
from parvis.voting.testing import NOON, REF, a_vote
instants = int(sys.argv[1])
for n in range(instants):
    child = os.fork()
    if child == 0:
        for m in range(100000):
            if n % 3 == 2:
                batching.release_batch(ref=REF, now=NOON)
            name = f"x{n}y{m}".translate(str.maketrans("0123456789", "abcdefghij"))
            os.write(1, (a_vote(name).receipt + "\\n").encode())
    time.sleep(random.uniform(0.05, 0.6))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def test_a_killed_process_loses_no_vote_that_was_confirmed(settings):
    an_open_poll()
    said = connection.settings_dict
    host = f"?host={said['HOST']}" if said["HOST"].startswith("/") else ""
    place = "" if host else f"{said['HOST']}:{said['PORT']}"
    login = f"{said['USER']}:{said['PASSWORD']}@" if said["USER"] else ""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgresql://{login}{place}/{said['NAME']}{host}",
        "PARVIS_VOTING_KEYS": str(settings.VOTING_KEYS),
    }
    command = [sys.executable, "-c", _KILLED, str(_INSTANTS)]
    with psutil.Popen(
        command, cwd=Path(city.BASE_DIR), env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        receipts, _errors = process.communicate()
    assert process.returncode == 0
    confirmed = set(receipts.split())
    assert len(confirmed) > _INSTANTS
    batching.release_batch(ref=REF, now=CLOSES)
    logged = set(LogEntry.objects.values_list("receipt", flat=True))
    assert confirmed <= logged
    # Who was killed between the box and the answer is in too: a tick for each ballot.
    assert len(logged) == Tick.objects.count() == SealedBallot.objects.count()
    assert len(logged) - len(confirmed) <= _INSTANTS

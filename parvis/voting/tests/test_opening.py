"""From the plan to the published record: keys, freeze, batches, the box."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import stat
import zipfile
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction

from parvis.account.testing import alice, bachir
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.voting.actions import batching, casting, opening, preparing
from parvis.voting.models import (
    Contest,
    Envelope,
    LogEntry,
    Option,
    Poll,
    Root,
    SealedBallot,
    Tick,
    keyring,
)
from parvis.voting.queries import log, polls, record, roll
from parvis.voting.rules import merkle
from parvis.voting.rules.ballots import Choice
from parvis.voting.testing import (
    AFTER,
    CITY,
    CLOSES,
    DISTRICT,
    NOON,
    OPENS,
    PREPARED,
    REF,
    a_plan,
    a_poll,
    a_vote,
    an_open_poll,
    an_opened_box,
    someone,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def oscar():
    return someone("Oscar", "official")


def refused(act, code):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value


def test_the_key_is_given_once_and_stored_nowhere(settings):
    a_poll()
    key = preparing.make_opening_key(ref=REF, by=oscar(), now=PREPARED)
    private = json.loads(key)["opening_key"]
    assert private not in str(Poll.objects.values())
    kept = [path for path in Path(settings.VOTING_KEYS).rglob("*") if path.is_file()]
    assert kept == []
    assert json.loads(key)["public"] == polls.poll(ref=REF, now=PREPARED).opening_key


def test_a_vote_opens_only_once_its_key_was_given_back():
    a_poll()
    act = {"ref": REF, "by": oscar(), "now": PREPARED}
    refused(lambda: preparing.keep_opening_key(key=b"{}", **act), "no_key")
    first = preparing.make_opening_key(**act)
    refused(lambda: preparing.open_poll(**act), "key_not_kept")
    second = preparing.make_opening_key(**act)
    refused(lambda: preparing.keep_opening_key(key=first, **act), "wrong_key")
    refused(lambda: preparing.keep_opening_key(key=b"not a key", **act), "wrong_key")
    assert preparing.keep_opening_key(key=second, **act).state == polls.PollState.READY
    assert preparing.open_poll(**act).is_frozen
    refused(lambda: preparing.open_poll(**act), "already_open")


def test_only_officials_hold_keys_and_only_organisers_prepare():
    a_poll()
    for person in (alice(), bachir()):
        act = {"ref": REF, "by": person, "now": PREPARED}
        refused(lambda act=act: preparing.make_opening_key(**act), "needs_role")
        refused(lambda act=act: preparing.open_poll(**act), "needs_role")
        refused(
            lambda person=person: preparing.prepare_poll(plan=a_plan(), by=person, now=PREPARED),
            "needs_role",
        )
        refused(lambda act=act: opening.open_box(key=b"", **act), "needs_role")


def test_the_states_of_a_vote_follow_the_clock():
    poll, key = an_open_poll()
    said = [
        polls.poll(ref=REF, now=now).state
        for now in (PREPARED, OPENS, CLOSES - dt.timedelta(seconds=1), CLOSES)
    ]
    assert said == ["ready", "open", "open", "closed"]
    an_opened_box(key)
    assert polls.poll(ref=REF, now=AFTER).state == "opened"
    opening.publish_results(ref=REF, results={}, by=oscar(), now=AFTER)
    assert polls.poll(ref=REF, now=AFTER).state == "published"
    assert poll.configuration_hash == polls.poll(ref=REF, now=AFTER).configuration_hash


def test_what_is_fixed_cannot_be_changed_by_an_action_and_the_attempt_is_written_down():
    an_open_poll()
    changed = a_plan(title="Autre")
    act = {"by": oscar(), "now": NOON}
    assert refused(lambda: preparing.prepare_poll(plan=changed, **act), "frozen").status == 409
    refused(lambda: preparing.make_opening_key(ref=REF, **act), "frozen")
    assert polls.poll(ref=REF, now=NOON).title == "Budget participatif 2015"
    lines = register.about(f"voting.poll:{REF}")
    attempts = [one for one in lines if one.action == "voting.change_refused"]
    assert [one.details["attempt"] for one in attempts] == ["make_opening_key", "prepare_poll"]
    assert {one.actor_ref for one in attempts} == {f"person:{oscar().id}"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE voting_poll SET title = 'x'",
        "UPDATE voting_poll SET closes_at = closes_at + interval '1 day'",
        "UPDATE voting_poll SET opening_key = repeat('0', 64)",
        "UPDATE voting_poll SET seed = repeat('0', 64)",
        "UPDATE voting_poll SET frozen_at = NULL",
        "UPDATE voting_poll SET configuration = ''",
        "DELETE FROM voting_poll",
        "UPDATE voting_contest SET max_options = 5",
        "UPDATE voting_contest SET rule = '{}'",
        "DELETE FROM voting_contest",
        "INSERT INTO voting_contest (poll_id, key, title, kind, budget, rule, position)"
        " VALUES ('budget-2015', 'new', 'New', 'approval', 0, '{}', 9)",
        "UPDATE voting_option SET cost = 1",
        "DELETE FROM voting_option",
        "INSERT INTO voting_option (contest_id, key, title, cost, position)"
        " SELECT id, 'p9', 'New', 0, 9 FROM voting_contest LIMIT 1",
        "DELETE FROM voting_roll.tick",
        "UPDATE voting_roll.tick SET contest = '75111'",
        "UPDATE voting_roll.tick SET day = day + 1",
        "INSERT INTO voting_roll.tick (id, poll, contest, person_tag, day, channel, box, told)"
        " VALUES (gen_random_uuid(), 'budget-2015', 'none', 'x', now(), 'online', '', false)",
        "UPDATE voting_log SET receipt = repeat('0', 64)",
        "DELETE FROM voting_log",
        "DELETE FROM voting_root",
        "UPDATE voting_root SET size = 0",
    ],
)
def test_what_is_fixed_cannot_be_changed_in_the_database(statement):
    an_open_poll()
    a_vote()
    batching.release_batch(ref=REF, now=NOON)
    batching.append_to_log(REF, ["ab" * 32], now=NOON)

    def everything():
        tables = (Poll, Contest, Option, LogEntry, Root, Tick)
        return [list(model.objects.order_by("pk").values()) for model in tables]

    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert everything() == before


def test_the_configuration_can_be_hashed_by_anybody():
    poll, _key = an_open_poll()
    files = record.files(ref=REF)
    assert list(files)[:4] == ["configuration.json", "opening.json", "log.txt", "roots.jsonl"]
    assert hashlib.sha256(files["configuration.json"]).hexdigest() == poll.configuration_hash
    assert json.loads(files["opening.json"]) == {
        "configuration_hash": poll.configuration_hash,
        "seed": poll.seed,
    }
    said = json.loads(files["configuration.json"])
    assert [one["key"] for one in said["contests"]] == [CITY, DISTRICT]
    assert said["contests"][0]["options"][0] == {"id": "p1", "title": "Projet 1", "cost": 100000000}


def test_a_batch_leaves_eleven_and_the_last_one_none():
    an_open_poll()
    receipts = {a_vote(f"Elector{'abcdefghijklmnopqrstuvwxyz'[n]}").receipt for n in range(21)}
    assert batching.release_batch(ref=REF, now=NOON) == 0
    assert (Envelope.objects.count(), SealedBallot.objects.count()) == (21, 0)
    receipts.add(a_vote("Alice").receipt)
    assert batching.release_batch(ref=REF, now=NOON + DAY) == 11
    assert (Envelope.objects.count(), SealedBallot.objects.count()) == (11, 11)
    assert batching.release_batch(ref=REF, now=NOON + 2 * DAY) == 0
    assert batching.release_batch(ref=REF, now=CLOSES) == 11
    assert (Envelope.objects.count(), SealedBallot.objects.count()) == (0, 22)
    assert set(LogEntry.objects.values_list("receipt", flat=True)) == receipts
    assert batching.release_batch(ref=REF, now=AFTER) == 0


def test_each_batch_has_a_key_of_its_own_and_the_former_is_destroyed(settings):
    an_open_poll()
    folder = Path(settings.VOTING_KEYS) / REF
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}
    [before] = folder.glob("batch-*")
    a_vote()
    batching.release_batch(ref=REF, now=NOON)
    [after] = folder.glob("batch-*")
    assert after.name != before.name
    batching.release_batch(ref=REF, now=CLOSES)
    assert list(folder.glob("batch-*")) == []
    assert {one.name for one in folder.iterdir()} == {"secret", "signing"}


def test_a_page_open_across_a_batch_still_votes():
    an_open_poll()
    token = casting.new_nonces(ref=REF, contests=[CITY], now=NOON)
    batching.release_batch(ref=REF, now=NOON)
    a_vote()
    assert Envelope.objects.count() == 1
    assert token


def test_every_root_is_signed_and_is_that_of_the_log():
    poll, _key = an_open_poll()
    for n in range(25):
        a_vote("Elector" + "abcdefghijklmnopqrstuvwxyz"[n])
    for days in range(3):
        batching.release_batch(ref=REF, now=NOON + days * DAY)
    batching.release_batch(ref=REF, now=CLOSES)
    receipts = list(LogEntry.objects.order_by("position").values_list("receipt", flat=True))
    leaves = [merkle.leaf(bytes.fromhex(one)) for one in receipts]
    configuration = json.loads(Poll.objects.get().configuration)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(configuration["signing_key"]))
    rows = log.roots(REF)
    assert [one.size for one in rows] == [14, 14, 14, 25]
    for one in rows:
        key.verify(bytes.fromhex(one.signature), one.signed.encode())
        said = json.loads(one.signed)
        assert said["poll"] == poll.ref
        assert said["root"] == merkle.root(leaves[: said["size"]]).hex()
    assert receipts[:14] == sorted(receipts[:14])


def test_nothing_can_be_counted_before_the_box_is_open():
    an_open_poll()
    a_vote(value=("p3",))
    batching.release_batch(ref=REF, now=CLOSES)
    for code, ref, contest in (
        ("box_closed", REF, CITY),
        ("no_contest", REF, "x"),
        ("no_poll", "x", CITY),
    ):
        refused(partial(record.ballots, ref=ref, contest=contest), code)
    [inner] = SealedBallot.objects.values_list("inner", flat=True)
    assert b"p3" not in bytes(inner)
    assert set(record.files(ref=REF)) <= {
        "configuration.json", "opening.json", "log.txt", "roots.jsonl", "verify.py",
    }  # fmt: skip


def test_the_box_opens_with_its_key_after_the_vote_and_once():
    _poll, key = an_open_poll()
    act = {"ref": REF, "by": oscar()}
    refused(lambda: opening.open_box(key=key, now=NOON, **act), "poll_still_open")
    refused(lambda: opening.open_box(key=b"{}", now=AFTER, **act), "wrong_key")
    assert opening.open_box(key=key, now=AFTER, **act) == 0
    refused(lambda: opening.open_box(key=key, now=AFTER, **act), "already_opened")


def test_a_tampered_envelope_stops_the_opening():
    _poll, key = an_open_poll()
    a_vote()
    batching.release_batch(ref=REF, now=CLOSES)
    SealedBallot.objects.update(inner=b"x" * 400)
    act = {"ref": REF, "key": key, "by": oscar(), "now": AFTER}
    refused(lambda: opening.open_box(**act), "box_damaged")
    assert (SealedBallot.objects.count(), keyring.secret(REF) != b"") == (1, True)


def test_what_is_published_holds_together(settings):
    _poll, key = an_open_poll()
    first = a_vote("Alice", value=("p1",))
    a_vote("Bachir", value=("p2", "p1"))
    a_vote("Mona", value=(("p1", 3), ("p2", 0)), contest=DISTRICT)
    a_vote("Chloé", value=())
    token = casting.new_nonces(ref=REF, contests=[CITY], now=NOON)
    [last] = casting.change(
        ref=REF,
        choices=[Choice(contest=CITY, value=("p5",))],
        held=[(first.receipt, first.change_code)],
        token=token,
        now=NOON,
    )
    assert an_opened_box(key) == 4
    opening.publish_results(ref=REF, results={CITY: {"winners": ["p1"]}}, by=oscar(), now=AFTER)
    archive = zipfile.ZipFile(io.BytesIO(record.record(ref=REF)))
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    lines = files[f"ballots-{CITY}.jsonl"].splitlines()
    choices = sorted(json.loads(line)["choice"] for line in lines)
    assert choices == [[], ["p1", "p2"], ["p5"]]
    [graded] = files[f"ballots-{DISTRICT}.jsonl"].splitlines()
    assert json.loads(graded)["choice"] == [["p1", 3], ["p2", 0]]
    assert files["replaced.txt"] == f"{first.receipt}\n"
    counted = {hashlib.sha256(line.encode()).hexdigest() for line in [*lines, graded]}
    assert last.receipt in counted
    assert counted | {first.receipt} == set(files["log.txt"].split())
    assert json.loads(files["turnout.json"])["totals"] == [
        [DISTRICT, "online", 1],
        [CITY, "online", 3],
    ]
    assert json.loads(files["turnout.json"])["days"][0][1] == "other days"
    assert json.loads(files["results.json"]) == {CITY: {"winners": ["p1"]}}
    assert not (Path(settings.VOTING_KEYS) / REF).exists()
    assert record.record(ref=REF) == record.record(ref=REF)
    assert log.lookup(receipt=first.receipt, now=AFTER).found == "replaced"
    assert log.lookup(receipt=last.receipt, now=AFTER).found == "counted"


def test_keys_left_by_a_crash_are_destroyed_by_the_task(settings):
    _poll, key = an_open_poll()
    an_opened_box(key)
    keyring.create(REF)
    assert opening.destroy_keys(now=AFTER) == 1
    assert not (Path(settings.VOTING_KEYS) / REF).exists()
    assert opening.destroy_keys(now=AFTER) == 0


def test_a_receipt_is_found_with_its_proof():
    an_open_poll()
    mine = a_vote("Alice").receipt
    waits = log.lookup(receipt=mine, now=NOON)
    assert (waits.found, waits.at_the_latest) == ("not_yet", CLOSES + DAY)
    for n in range(6):
        a_vote("Elector" + "abcdef"[n])
    batching.release_batch(ref=REF, now=CLOSES)
    found = log.lookup(receipt=mine, now=AFTER)
    assert (found.found, found.poll, found.size) == ("logged", REF, 7)
    proof = [bytes.fromhex(one) for one in found.proof]
    leaf = merkle.leaf(bytes.fromhex(mine))
    root = merkle.root_by(leaf, index=found.index, size=found.size, proof=proof)
    assert root is not None
    assert root.hex() == found.root == log.roots(REF)[-1].root
    assert log.lookup(receipt="0" * 64, now=AFTER).found == "unknown"


def test_proofs_pass_through_the_kept_roots_of_runs():
    an_open_poll()
    receipts = sorted(hashlib.sha256(str(n).encode()).hexdigest() for n in range(2500))
    batching.append_to_log(REF, receipts[:1500], now=NOON)
    batching.append_to_log(REF, receipts[1500:], now=NOON + DAY)
    leaves = [merkle.leaf(bytes.fromhex(one)) for one in receipts]
    assert log.root_of(REF) == merkle.root(leaves)
    for index in (0, 1023, 1024, 1499, 2047, 2048, 2499):
        found = log.lookup(receipt=receipts[index], now=NOON)
        assert [bytes.fromhex(one) for one in found.proof] == merkle.path(leaves, index)


def test_results_are_published_once_and_after_the_box():
    _poll, key = an_open_poll()
    act = {"ref": REF, "by": oscar(), "now": AFTER}
    refused(lambda: opening.publish_results(results={}, **act), "box_closed")
    an_opened_box(key)
    refused(lambda: opening.publish_results(results={"x": object()}, **act), "bad_results")
    opening.publish_results(results={"x": 1}, **act)
    refused(lambda: opening.publish_results(results={"x": 2}, **act), "already_published")
    with pytest.raises(DatabaseError), transaction.atomic():
        Poll.objects.update(results="{}")


def test_a_day_of_few_is_not_told_in_the_turnout():
    an_open_poll()
    names = [f"Elector{letter}" for letter in "abcdefghijk"]
    for name in names:
        a_vote(name)
    a_vote("Alice", now=NOON + DAY)
    told = roll.turnout(ref=REF)
    # The one day that is missing would be known from the others.
    assert told.days == ((CITY, "other days", "online", 12),)
    assert told.totals == ((CITY, "online", 12),)
    assert (told.of(CITY), told.of(DISTRICT)) == (12, 0)

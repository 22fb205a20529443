"""Casting a ballot, all of it or nothing: one tick and one envelope in one transaction."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from parvis.kernel.canonical import digest
from parvis.kernel.clock import city_day
from parvis.voting.actions.apart import require_one
from parvis.voting.actions.ticking import Voter, is_ticked
from parvis.voting.models import Poll, keyring
from parvis.voting.models.roles import BOX
from parvis.voting.queries import polls
from parvis.voting.queries.refusals import refusal, refuse_if
from parvis.voting.rules import ballots, envelopes, tags
from parvis.voting.rules.ballots import Choice
from parvis.voting.rules.electors import Elector, Receipt
from parvis.voting.rules.plans import ContestPlan
from parvis.voting.rules.published import ONLINE

_FORM = signing.Signer(salt="parvis.voting.form")
_NONCE = 32  # bytes

# Keeps the key of the present batch in place until the end of the transaction, and goes to the box.
# The key is asked for once the lock is held: what stood before may be over.
_AT_THE_BOX = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0));
SET LOCAL ROLE parvis_box;
SELECT public FROM voting_box.seal WHERE poll = %s
"""
_KEY_ANSWERED = 2  # the place of the key among their answers
_SPENT = """
INSERT INTO voting_box.spent (poll, tag) SELECT %s, tag FROM unnest(%s::text[]) AS tag
ON CONFLICT (tag) DO NOTHING
"""
_ENVELOPES = """
INSERT INTO voting_box.envelope (id, poll, contest, seal, "outer", cast_tag, receipt_tag)
SELECT id, %(poll)s, contest, %(seal)s, "outer", cast_tag, receipt_tag
FROM unnest(%(id)s::uuid[], %(contest)s::text[], %(outer)s::bytea[], %(cast_tag)s::text[],
    %(receipt_tag)s::text[]) AS one (id, contest, "outer", cast_tag, receipt_tag);
SET LOCAL ROLE NONE
"""
_KNOWN = """
SELECT cast_tag, receipt_tag FROM voting_box.envelope WHERE cast_tag = ANY(%s);
SET LOCAL ROLE NONE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    """A ballot on its way: its receipt, its random part, and its inner envelope."""

    contest: str
    receipt: str
    nonce: str
    inner: bytes


class _NotFirst(Exception):
    """What should be written is there already; the transaction is taken back."""


def new_nonces(*, ref: str, contests: Sequence[str], now: dt.datetime) -> str:
    """Return what a ballot page carries, signed: the random parts of the ballots it will send. It
    names nobody; a page that is sent twice is known by it.

    :raises NotFound: `no_poll`, `no_contest`
    :raises Refused: `poll_not_open_yet`, `poll_closed`
    """
    known = polls.contests(_open_row(ref, now=now))
    nonces = {polls.find_contest(known, key).key: secrets.token_hex(_NONCE) for key in contests}
    return _FORM.sign_object({"poll": ref, "nonces": nonces})


def check(*, contest: ContestPlan, value: tuple[Any, ...]) -> None:
    """Refuse a choice that is no ballot of a contest, without casting it.

    :raises Refused: `unknown_option`, `twice`, `bad_grade`, `too_many_points`,
        `too_many_options`, `over_budget`
    """
    refuse_if(ballots.why_refused(contest, value))


def cast(
    *, ref: str, elector: Elector, choices: Sequence[Choice], token: str, now: dt.datetime
) -> tuple[Receipt, ...]:
    """Cast a ballot for each choice, all or none; once this returns they are in the box for good.
    The same page sent again gets the same receipts.

    :raises NotFound: `no_poll`, `no_contest`
    :raises Forbidden: `not_eligible`
    :raises Refused: `already_voted`, `voted_apart`, `one_only`, `other_ballot_same_form`,
        `poll_not_open_yet`, `poll_closed`, `bad_form`, `nothing_cast`, those of `check`
    """
    if not elector.identity or not {one.contest for one in choices} <= set(elector.contests):
        raise refusal("not_eligible")
    row, secret = _open_row(ref, now=now), keyring.secret(ref)
    mark = tags.person_tag(secret, elector.identity)
    voters = dict.fromkeys((one.contest for one in choices), mark)
    sealed = _sealed(row, secret, choices, token, voters=voters)
    voter = Voter(
        poll=ref, mark=mark, person_id=elector.person_id, day=city_day(now), channel=ONLINE
    )
    try:
        with transaction.atomic(durable=True):
            _tick(voter, sealed)
            require_one(voter, list(voters), of=[one.key for one in polls.contests(row)])
            _put_in(ref, sealed)
    except _NotFirst:
        _refuse_unless_sent_before(ref, sealed, otherwise="already_voted")
    return _receipts(secret, sealed)


def change(
    *,
    ref: str,
    choices: Sequence[Choice],
    held: Sequence[tuple[str, str]],
    token: str,
    now: dt.datetime,
) -> tuple[Receipt, ...]:
    """Replace ballots that were cast, all or none, by who holds their receipts and change codes;
    nobody is named, and the register does not change.

    :raises NotFound: `no_poll`, `no_contest`
    :raises Forbidden: `wrong_change_code`
    :raises Refused: `already_changed`, `other_ballot_same_form`, `poll_not_open_yet`,
        `poll_closed`, `bad_form`, `nothing_cast`, those of `check`
    """
    row, secret = _open_row(ref, now=now), keyring.secret(ref)
    former = {one.contest: _former(secret, one.contest, held) for one in choices}
    sealed = _sealed(row, secret, choices, token, voters=former, is_change=True)
    spent = sorted(tags.spent_tag(secret, receipt) for receipt in former.values())
    try:
        with transaction.atomic(durable=True):
            _spend(ref, spent)
            _put_in(ref, sealed)
    except _NotFirst:
        _refuse_unless_sent_before(ref, sealed, otherwise="already_changed")
    return _receipts(secret, sealed)


def _open_row(ref: str, *, now: dt.datetime) -> Poll:
    row = polls.row(ref)
    refuse_if(polls.why_not_open(row, now=now))
    return row


def _former(secret: bytes, contest: str, held: Sequence[tuple[str, str]]) -> str:
    """Return the receipt that somebody holds with its code for a contest."""
    for receipt, code in held:
        if tags.is_change_code(secret, contest=contest, receipt=receipt, code=code):
            return receipt
    raise refusal("wrong_change_code")


def _sealed(
    row: Poll,
    secret: bytes,
    choices: Sequence[Choice],
    token: str,
    *,
    voters: dict[str, str],
    is_change: bool = False,
) -> list[_Sealed]:
    """Return each choice as a ballot in its inner envelope, in the order of their contests: who
    writes in one order never waits in a ring."""
    known, nonces = polls.contests(row), _nonces(row.ref, choices, token)
    made = []
    for one in sorted(choices, key=lambda choice: choice.contest):
        contest = polls.find_contest(known, one.contest)
        refuse_if(ballots.why_refused(contest, one.value))
        voter = voters[one.contest]
        nonce = tags.ballot_nonce(secret, form=nonces[one.contest], voter=voter)
        line = ballots.written(
            contest=contest.key,
            choice=ballots.tidied(contest, one.value),
            nonce=nonce,
            replaces=voter if is_change else "",
        )
        inner = envelopes.seal_ballot(
            line,
            room=ballots.room(contest),
            key=row.opening_key,
            place=envelopes.place(row.ref, contest.key),
        )
        made.append(_Sealed(contest=contest.key, receipt=digest(line), nonce=nonce, inner=inner))
    return made


def _nonces(ref: str, choices: Sequence[Choice], token: str) -> dict[str, str]:
    asked = [one.contest for one in choices]
    if not asked or len(set(asked)) < len(asked):
        raise refusal("nothing_cast")
    try:
        held: dict[str, Any] = _FORM.unsign_object(token)
    except signing.BadSignature:
        raise refusal("bad_form") from None
    if held["poll"] != ref or not set(asked) <= held["nonces"].keys():
        raise refusal("bad_form")
    return dict(held["nonces"])


def _tick(voter: Voter, sealed: list[_Sealed]) -> None:
    if not is_ticked(voter, [one.contest for one in sealed]):
        raise _NotFirst


def _spend(ref: str, spent: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {BOX}")
        cursor.execute(_SPENT, [ref, spent])
        if cursor.rowcount < len(spent):
            raise _NotFirst


def _put_in(ref: str, sealed: list[_Sealed]) -> None:
    """Put ballots into the box, sealed to the key of the present batch, which stays in place until
    they are in."""
    with connection.cursor() as cursor:
        public = _at_the_box(cursor, ref)
        if public is None:
            raise refusal("poll_closed")
        key = keyring.batch_key(ref, public)
        rows = [_row(ref, one, key) for one in sealed]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        cursor.execute(_ENVELOPES, {"poll": ref, "seal": key.keys.public, **columns})


def _at_the_box(cursor: CursorWrapper, ref: str) -> str | None:
    """Return the key of the present batch, which stays in place; None once the box is closed."""
    cursor.execute(_AT_THE_BOX, [f"voting.cast:{ref}", ref])
    for _earlier in range(_KEY_ANSWERED):
        cursor.nextset()
    found = cursor.fetchone()
    return str(found[0]) if found else None


def _row(ref: str, one: _Sealed, key: keyring.BatchKey) -> dict[str, Any]:
    outer = envelopes.seal_envelope(
        receipt=one.receipt,
        inner=one.inner,
        key=key.keys.public,
        place=envelopes.place(ref, one.contest),
    )
    return {
        "id": uuid.uuid4(),
        "contest": one.contest,
        "outer": outer,
        "cast_tag": tags.cast_tag(key.marks, one.nonce),
        "receipt_tag": tags.receipt_tag(key.marks, one.receipt),
    }


@transaction.atomic
def _refuse_unless_sent_before(ref: str, sealed: list[_Sealed], *, otherwise: str) -> None:
    """Go on if these very ballots lie in the box; refuse if another of this page does, or none."""
    with connection.cursor() as cursor:
        public = _at_the_box(cursor, ref)
        marks = keyring.batch_key(ref, public).marks if public else b""
        wanted = {
            tags.cast_tag(marks, one.nonce): tags.receipt_tag(marks, one.receipt) for one in sealed
        }
        cursor.execute(_KNOWN, [list(wanted)])
        known = dict(cursor.fetchall())
    if known != wanted:
        raise refusal("other_ballot_same_form" if known else otherwise)


def _receipts(secret: bytes, sealed: list[_Sealed]) -> tuple[Receipt, ...]:
    return tuple(
        Receipt(
            contest=one.contest,
            receipt=one.receipt,
            change_code=tags.change_code(secret, contest=one.contest, receipt=one.receipt),
        )
        for one in sealed
    )

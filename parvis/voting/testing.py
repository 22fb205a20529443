"""Ready-made votes for tests and measures, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from parvis.account.public import Person, create_confirmed_account, grant_role, person_by_email
from parvis.voting.actions import casting, opening, preparing
from parvis.voting.queries.polls import PollView
from parvis.voting.rules.ballots import Choice
from parvis.voting.rules.electors import Elector, Receipt
from parvis.voting.rules.identity import identity_of
from parvis.voting.rules.plans import BallotKind, ContestPlan, CountingRule, Option, PollPlan

REF = "budget-2015"
CITY = "paris"
DISTRICT = "75111"
PREPARED = dt.datetime(2015, 9, 1, 8, tzinfo=dt.UTC)
OPENS = dt.datetime(2015, 9, 10, 22, tzinfo=dt.UTC)
# Well within the opening, at noon in Paris.
NOON = dt.datetime(2015, 9, 12, 10, tzinfo=dt.UTC)
CLOSES = dt.datetime(2015, 9, 20, 22, tzinfo=dt.UTC)
AFTER = dt.datetime(2015, 9, 21, 8, tzinfo=dt.UTC)
_TABLES = (
    "voting_roll.tick, voting_roll.started, voting_box.envelope, voting_box.seal,"
    " voting_box.spent, voting_box.sealed"
)
BORN = dt.date(1980, 1, 1)


def a_plan(**changes: Any) -> PollPlan:
    """Return the plan of a vote on two questions: the city, by approval of three projects at most,
    and the 11th, by grades."""
    given: dict[str, Any] = {
        "ref": REF,
        "title": "Budget participatif 2015",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "contests": (a_contest(), a_contest(key=DISTRICT, kind=BallotKind.GRADES)),
    }
    return PollPlan(**given | changes)


def a_contest(**changes: Any) -> ContestPlan:
    """Return a question with five options of 1 to 5 million euros, of which three may be chosen."""
    kind = changes.get("kind", BallotKind.APPROVAL)
    is_graded = kind is BallotKind.GRADES
    given: dict[str, Any] = {
        "key": CITY,
        "title": "Tout Paris",
        "kind": kind,
        "max_options": None if is_graded else 3,
        "points": 10 if kind is BallotKind.POINTS else None,
        "budget": 800_000_000,
        "rule": CountingRule(name="majority-judgment" if is_graded else "greedy"),
        "options": tuple(
            Option(id=f"p{n}", title=f"Projet {n}", cost=n * 100_000_000) for n in range(1, 6)
        ),
    }
    return ContestPlan(**given | changes)


def someone(name: str, role: str) -> Person:
    """Save one of the cast who holds a role, or return them."""
    email = f"{name.lower()}@parvis.example"
    known = person_by_email(email)
    if known is None:
        created = create_confirmed_account(
            email=email, password=f"{name}-2015-parvis", usual_name=name, now=PREPARED
        )
        grant_role(person_id=created, role=role, by=None, now=PREPARED)
        known = person_by_email(email)
    if known is None:
        raise LookupError(name)
    return known


def a_poll(**changes: Any) -> PollView:
    """Save a vote that is prepared and not open, by Oscar; twice writes it anew."""
    oscar = someone("Oscar", "official")
    return preparing.prepare_poll(plan=a_plan(**changes), by=oscar, now=PREPARED)


def an_open_poll(**changes: Any) -> tuple[PollView, bytes]:
    """Save a vote that is fixed and open at NOON, by Oscar; return it with its opening key."""
    ref, oscar = a_poll(**changes).ref, someone("Oscar", "official")
    key = preparing.make_opening_key(ref=ref, by=oscar, now=PREPARED)
    preparing.keep_opening_key(ref=ref, key=key, by=oscar, now=PREPARED)
    return preparing.open_poll(ref=ref, by=oscar, now=PREPARED), key


def an_elector(name: str = "Alice", **changes: Any) -> Elector:
    """Return somebody who may vote on both questions, without an account unless one is given."""
    who = identity_of(first_name=name, family_name="Martin", birth_date=BORN)
    given: dict[str, Any] = {"identity": who, "contests": (CITY, DISTRICT)}
    return Elector(**given | changes)


def a_vote(
    name: str = "Alice",
    *,
    value: tuple[Any, ...] = ("p1", "p2"),
    contest: str = CITY,
    ref: str = REF,
    now: dt.datetime = NOON,
    **changes: Any,
) -> Receipt:
    """Cast one ballot and return its receipt."""
    token = casting.new_nonces(ref=ref, contests=[contest], now=now)
    choice = Choice(contest=contest, value=value)
    voter = an_elector(name, **changes)
    return casting.cast(ref=ref, elector=voter, choices=[choice], token=token, now=now)[0]


def an_opened_box(key: bytes, *, ref: str = REF, now: dt.datetime = AFTER) -> int:
    """Open the box of a vote that is over, by Oscar; return how many ballots are counted."""
    return opening.open_box(ref=ref, key=key, by=someone("Oscar", "official"), now=now)


def empty_voting() -> None:
    """Empty the register and the box after tests that commit: their schemas are not where Django
    cleans."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_TABLES}")

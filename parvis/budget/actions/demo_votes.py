"""Holds a vote with invented people, as a demonstration does: by the same doors as real ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from parvis.account.public import Person, person_by_email
from parvis.budget.actions.voting import open_vote, prepare_vote, publish_vote
from parvis.budget.models import Edition
from parvis.budget.queries.ballots import ref_of, vote_of
from parvis.budget.queries.editions import phases_of
from parvis.budget.rules.calendar import Kind
from parvis.voting import public as voting
from parvis.voting.public import BallotKind, Choice, ContestPlan, Elector

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_EACH_DAY = (22, 23, 25, 26, 28, 31, 35)
_LIKED = 0.42
_GRADES = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A vote that was held: how many people, and where the file of its opening key lies."""

    ref: str
    people: int
    key_file: Path


def hold(edition: Edition, *, now: dt.datetime) -> Held | None:
    """Prepare, open and fill the vote of an edition that has begun; count it if it is over. None
    if it has not begun, or is open already."""
    (phase,) = [one for one in phases_of(edition) if one.kind == Kind.VOTE]
    ada, oscar = _of("ada"), _of("oscar")
    if ada is None or oscar is None or now < phase.opens_at or vote_of(edition, now=now):
        return None
    ref, before = ref_of(edition), phase.opens_at - _HOUR
    prepare_vote(edition_id=edition.pk, by=ada, now=before)
    key = voting.make_opening_key(ref=ref, by=oscar, now=before)
    file = _written(ref, key)
    voting.keep_opening_key(ref=ref, key=key, by=oscar, now=before)
    open_vote(edition_id=edition.pk, by=ada, now=before)
    people = _fill(ref, phase.opens_at + _HOUR, min(now, phase.closes_at))
    if now >= phase.closes_at:
        voting.open_box(ref=ref, key=key, by=oscar, now=phase.closes_at + _HOUR)
        publish_vote(edition_id=edition.pk, by=ada, now=phase.closes_at + 2 * _HOUR)
    return Held(ref=ref, people=people, key_file=file)


def _written(ref: str, key: bytes) -> Path:
    """Write the key where only the owner of the demonstration reads, as an official would keep it
    elsewhere."""
    folder = Path(settings.VOTING_KEYS).parent / "kept-by-oscar"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{ref}.key.json"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(key)
    return file


def _fill(ref: str, first: dt.datetime, until: dt.datetime) -> int:
    """Let so many people vote each day, and release their ballots each night."""
    draw, people, day = secrets.SystemRandom(), 0, first
    contests = voting.poll(ref=ref, now=first).contests
    city, districts = contests[0], contests[1:]
    while day < until:
        for _person in range(draw.choice(_EACH_DAY)):
            people += 1
            asked = [city, draw.choice(districts)] if districts else [city]
            _vote(ref, asked, people, draw, day)
        day += _DAY
        if day < until:
            voting.release_batch(ref=ref, now=day)
    return people


def _vote(
    ref: str, asked: list[ContestPlan], number: int, draw: secrets.SystemRandom, now: dt.datetime
) -> None:
    keys = tuple(one.key for one in asked)
    token = voting.new_nonces(ref=ref, contests=keys, now=now)
    choices = [Choice(contest=one.key, value=_chosen(one, draw)) for one in asked]
    elector = Elector(person_id=None, identity=f"demonstration {ref} {number}", contests=keys)
    voting.cast(ref=ref, elector=elector, choices=choices, token=token, now=now)


def _chosen(contest: ContestPlan, draw: secrets.SystemRandom) -> tuple[Any, ...]:
    """Return a ballot on which some projects are liked more than others."""
    if contest.kind == BallotKind.GRADES:
        return tuple(
            (one.id, draw.choices(_GRADES, weights=_weights(one.id))[0]) for one in contest.options
        )
    liked = [one for one in contest.options if draw.random() < _LIKED * _charm(one.id)]
    return tuple(one.id for one in liked[: contest.max_options or len(liked)])


def _weights(option: str) -> tuple[float, ...]:
    charm = _charm(option)
    return (1.6 - charm, 1.0, charm, charm * charm)


def _charm(option: str) -> float:
    """Return how much people like a project: from a half to one and a half, by its number."""
    return 0.5 + hashlib.sha256(option.encode()).digest()[0] / 255


def _of(name: str) -> Person | None:
    return person_by_email(f"{name}@parvis.example")

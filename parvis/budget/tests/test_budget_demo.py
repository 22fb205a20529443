"""What a demonstration city holds of its budget: loaded once, however often it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from parvis.account.public import demo_accounts
from parvis.account.testing import a_person
from parvis.budget import demo
from parvis.budget.actions import demo_votes
from parvis.budget.models import Edition, Project
from parvis.budget.queries import editions
from parvis.budget.queries.ballots import vote_of
from parvis.budget.rules.status import Status
from parvis.budget.testing import NOON
from parvis.kernel import clock
from parvis.kernel.declarations import DemoCity
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def city():
    """Give what a step of the demonstration is given; what it says is in `said`."""
    the_city()
    for account in demo_accounts():
        roles = filter(None, [account.role])
        a_person(account.name, *roles, email=account.email, **account.profile)
    for key, number in (("fatou", 18), ("mireille", 13), ("weilin", 13), ("jeanluc", 15)):
        a_person(key, email=f"{key}@parvis.example", residence=number)
    said.clear()
    return DemoCity(city=settings.PARVIS_CITY_DIR, outside_data=None, now=NOON, say=said.append)


said: list[str] = []


def test_it_holds_a_vote_takes_ideas_and_has_decided_once(city):
    for _twice in range(2):
        demo.load(city)
    assert said == ["budget: 24 projects on the ballot"]
    done, voting, next_one = Edition.objects.order_by("year")
    accepted = Project.objects.filter(status=Status.ACCEPTED)
    assert accepted.filter(area__edition=done).count() == 8
    assert editions.standing(voting, now=NOON).may_vote
    assert editions.standing(next_one, now=NOON).may_propose
    ballot = accepted.filter(area__edition=voting)
    assert ballot.count() == 20
    assert ballot.filter(title_en="").count() == 0
    rejected = Project.objects.get(area__edition=voting, status=Status.REJECTED)
    assert rejected.appeal.outcome == "dismissed"


def test_people_vote_ballots_are_counted_and_keys_lie_apart(city, monkeypatch):
    monkeypatch.setattr(demo_votes, "_EACH_DAY", (12,))
    demo.load(city)
    said.clear()
    for _twice in range(2):
        demo.hold_votes(city)
    assert len(said) == 2
    done, voting, _next = Edition.objects.order_by("year")
    over, going_on = (vote_of(one, now=NOON) for one in (done, voting))
    assert (over.state, going_on.state) == ("published", "open")
    keys = list((Path(settings.VOTING_KEYS).parent / "kept-by-oscar").iterdir())
    assert len(keys) == 2
    assert {one.stat().st_mode & 0o777 for one in keys} == {0o600}

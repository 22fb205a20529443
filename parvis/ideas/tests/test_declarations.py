"""What the front door shows of consultations, and what a demonstration city holds."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from parvis.account import testing as people
from parvis.account.public import demo_accounts
from parvis.deliberation import public as deliberation
from parvis.deliberation.testing import an_answer
from parvis.ideas.demo import load
from parvis.ideas.tests import scenes
from parvis.ideas.tests.scenes import ACTION, a_comment
from parvis.kernel import clock
from parvis.kernel.declarations import (
    DemoCity,
    account_cards,
    companions_of,
    desk_queues,
    happenings,
    stones,
)

pytestmark = pytest.mark.django_db


def test_the_stone_tells_how_many_spoke(held, alice):
    a_comment(alice)
    with translation.override("en"):
        told = stones["ideas"].sentence(clock.now())
    assert told == "1 contribution to the consultation that is open"


def test_nothing_happens_once_it_is_closed(closed):
    assert happenings["ideas"].find(clock.now()) == []
    with translation.override("en"):
        told = stones["ideas"].sentence(clock.now())
    assert told == "No consultation is open today; the past ones can be read."


def test_an_open_consultation_happens(held):
    (happening,) = happenings["ideas"].find(clock.now())
    assert (happening.title, happening.closes_at) == (held.title, held.closes_at)


def test_an_action_of_the_plan_has_its_companion(held, alice, django_assert_max_num_queries):
    a_comment(alice)
    with django_assert_max_num_queries(4):
        found = companions_of([ACTION, "plan:paris-2015/1.3"], now=clock.now())
    assert [(c.count, c.url) for c in found[ACTION]] == [
        (1, f"/concertations/plan-2015/contributions/?part={ACTION}")
    ]
    (other,) = found["plan:paris-2015/1.3"]
    assert other.url == "/concertations/plan-2015/ecrire/?on=plan:paris-2015/1.3"


def test_another_plan_has_no_companion(held):
    assert companions_of(["plan:lyon-2015/1.1"], now=clock.now()) == {"plan:lyon-2015/1.1": []}


def test_near_me_says_how_many_neighbours_have_spoken(held, alice):
    here, there = "territory.arrondissement:11", "territory.arrondissement:20"
    a_comment(alice, district=11)
    with translation.override("en"):
        near = companions_of([here, there], now=clock.now())
    assert [(c.label.partition(": ")[2], c.url, c.count) for c in near[here]] == [
        ("1 contribution from here", "/en/consultations/plan-2015/contributions/?district=11", 1)
    ]
    assert [(c.label.partition(": ")[2], c.count) for c in near[there]] == [
        ("be the first here to speak", 0)
    ]


def test_the_card_shows_ones_own(held, alice, chloe, oscar):
    said = a_comment(alice)
    an_answer(said, oscar, now=clock.now())
    with translation.override("en"):
        lines = account_cards["ideas"].lines(alice.id, clock.now())
    assert lines == [
        ("Voter dès l'école: the City has answered", f"/en/consultations/contributions/{said}/")
    ]
    assert account_cards["ideas"].lines(chloe.id, clock.now()) == []


def test_the_queues_count_what_waits(held, alice):
    a_comment(alice)
    now = clock.now()
    assert desk_queues["answers"].waiting(now) == 1
    assert desk_queues["moderation"].waiting(now) == 0


def test_the_demonstration_speaks_once(db):
    scenes.an_open_consultation()
    for account in demo_accounts():
        people.a_person(account.name, account.role, email=account.email) if account.role else (
            people.a_person(account.name, email=account.email)
        )
    said: list[str] = []
    city = DemoCity(
        city=settings.PARVIS_CITY_DIR, outside_data=None, now=clock.now(), say=said.append
    )
    load(city)
    load(city)
    assert said == ["plan-2015: 30 contributions"]
    totals = deliberation.consultation("plan-2015").totals
    assert (totals.contributions, totals.answered) == (29, 2)
    branches = deliberation.branch_totals("plan-2015")
    assert all(branches[f"plan:paris-2015/{n}"] >= 4 for n in (1, 2, 3))

"""Editions with their votes, for the tests of ballots, counts and results."""

from __future__ import annotations

import datetime as dt

from parvis.account.public import Role
from parvis.account.testing import a_person
from parvis.budget.actions.voting import open_vote, prepare_vote, publish_vote
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.plans import area_key
from parvis.budget.rules.status import Status
from parvis.budget.testing import LENGTH, a_project, an_area, an_edition
from parvis.kernel import clock
from parvis.voting import public as voting

BORN = dt.date(1980, 5, 3)
ADMINISTRATOR, OFFICIAL = Role.ADMINISTRATOR, Role.OFFICIAL
COSTS = (240_000, 90_000, 70_000, 300_000, 150_000)
SMALL_COSTS, _ENVELOPE = (240, 90, 170, 300, 50), 560
# Nobody chooses the fifth project, which would fit what is left; no two are chosen as often.
ORDERS = (("1", "2"),) * 5 + (("1", "3"),) * 4 + (("2", "3"),) * 3 + (("4",),)
_VALUES = {
    "choose_one": lambda order: order[:1],
    "points": lambda order: tuple(zip(order, (6, 3), strict=False)),
    "grades": lambda order: (*zip(order, (3, 1), strict=False), ("5", 0)),
}


def an_open_vote(*, now=None, areas=None, costs=COSTS, local_cents=400_000_00):
    """Save an edition whose vote is open at `now`; return it with the opening key of its box.

    Unless `areas` says otherwise, the whole city approves of two projects and the 11th grades.
    """
    at = now or clock.now()
    before = at - LENGTH
    planned = areas or (
        an_area(most_options=2, envelope_cents=400_000_00),
        an_area(11, ballot="grades", count_rule="majority-judgment", most_options=None),
    )
    edition = an_edition(Kind.VOTE, now=at, areas=planned, local_cents=local_cents)
    for area in edition.areas.order_by("key"):
        for rank, cost in enumerate(costs, 1):
            a_project(
                edition,
                arrondissement=area.arrondissement,
                status=Status.ACCEPTED,
                cost_cents=cost * 100,
                title=f"Projet {area.key} {rank}",
                now=before,
            )
    return edition, open_the(edition, now=before)


def open_the(edition, *, now):
    """Prepare and open the vote of an edition; return its opening key."""
    ada, oscar = a_person("Ada", ADMINISTRATOR), a_person("Oscar", OFFICIAL)
    prepare_vote(edition_id=edition.pk, by=ada, now=now)
    ref = ref_of(edition)
    key = voting.make_opening_key(ref=ref, by=oscar, now=now)
    voting.keep_opening_key(ref=ref, key=key, by=oscar, now=now)
    open_vote(edition_id=edition.pk, by=ada, now=now)
    return key


def an_identity(number):
    """Return the civil identity of somebody; each number is somebody else."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return voting.identity_of(first_name=f"Vot{letters}", family_name="Martin", birth_date=BORN)


def cast_for(edition, number, choices, *, now):
    """Cast the ballots of somebody without an account; `choices` by contest."""
    ref, contests = ref_of(edition), tuple(choices)
    return voting.cast(
        ref=ref,
        elector=voting.Elector(identity=an_identity(number), contests=contests),
        choices=[voting.Choice(contest=key, value=value) for key, value in choices.items()],
        token=voting.new_nonces(ref=ref, contests=contests, now=now),
        now=now,
    )


def held(plans, *, orders=ORDERS):
    """Hold the vote of an edition whose arrondissements, from the 1st on, vote and count as these
    plans say; in each a person votes for each of the orders. Return the edition and its results."""
    now = clock.now()
    areas = tuple(an_area(number, **plan) for number, plan in enumerate(plans, 1))
    cents = len(areas) * _ENVELOPE * 100
    edition, key = an_open_vote(now=now, areas=areas, costs=SMALL_COSTS, local_cents=cents)
    voters = iter(range(len(areas) * len(orders)))
    for number, plan in enumerate(plans, 1):
        as_cast = _VALUES.get(plan["ballot"], lambda order: order)
        for order in orders:
            cast_for(edition, next(voters), {area_key(number): as_cast(order)}, now=now)
    ref = ref_of(edition)
    later = voting.poll(ref=ref, now=now).closes_at
    voting.open_box(ref=ref, key=key, by=a_person("Oscar", OFFICIAL), now=later)
    publish_vote(edition_id=edition.pk, by=a_person("Ada", ADMINISTRATOR), now=later)
    return edition, voting.results(ref=ref)

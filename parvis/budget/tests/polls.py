"""Editions with their votes, for the tests of ballots, counts and results."""

from __future__ import annotations

import datetime as dt

from parvis.account.public import Role
from parvis.account.testing import a_person
from parvis.budget.actions.voting import open_vote, prepare_vote
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules.calendar import Kind
from parvis.budget.rules.status import Status
from parvis.budget.testing import LENGTH, a_project, an_area, an_edition
from parvis.kernel import clock
from parvis.voting import public as voting

BORN = dt.date(1980, 5, 3)
ADMINISTRATOR, OFFICIAL = Role.ADMINISTRATOR, Role.OFFICIAL
COSTS = (240_000, 90_000, 70_000, 300_000, 150_000)


def an_open_vote(*, now=None, areas=None, costs=COSTS):
    """Save an edition whose vote is open at `now`; return it with the opening key of its box.

    Unless `areas` says otherwise, the whole city approves of two projects and the 11th grades.
    """
    at = now or clock.now()
    before = at - LENGTH
    planned = areas or (
        an_area(most_options=2, envelope_cents=400_000_00),
        an_area(11, ballot="grades", count_rule="majority-judgment", most_options=None),
    )
    edition = an_edition(Kind.VOTE, now=at, areas=planned, local_cents=400_000_00)
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

"""Fixing the rules of an edition before its vote, and what happens to who tries to change them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import refusal
from parvis.budget.models import Appeal, Edition, Project
from parvis.budget.permissions import require_administrator
from parvis.budget.queries.plans import rules_of
from parvis.budget.rules.status import ALIVE, Status
from parvis.kernel.canonical import digest
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce


@contextmanager
def noting_who_tries(
    edition_id: uuid.UUID, *, what: str, by: Person | None, now: dt.datetime
) -> Iterator[Edition]:
    """Hold an edition that may still change, locked, in one transaction.

    Who tries to change a frozen one is written in the register, in a transaction of its own: the
    refusal rolls nothing of that back.

    :raises NotFound: `no_edition`
    :raises Refused: `frozen`
    """
    try:
        with transaction.atomic():
            yield _unfrozen(edition_id)
    except Refused as refused:
        if refused.code == "frozen":
            with transaction.atomic():
                edition = Edition.objects.get(pk=edition_id)
                note("frozen_attempt", edition, by=by, now=now, what=what)
        raise


@transaction.atomic
def freeze(*, edition_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Fix the calendar, the areas and the ballot of an edition, for good, and publish them with
    their hash; twice is once.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_edition`
    :raises Refused: `nothing_to_vote_on`, `projects_wait`, `appeals_wait`
    """
    require_administrator(by)
    edition = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise refusal("no_edition")
    if edition.frozen_at is not None:
        return
    projects = Project.objects.filter(area__edition=edition)
    ballot = projects.filter(status=Status.ACCEPTED)
    if not ballot.exists():
        raise refusal("nothing_to_vote_on")
    if projects.filter(status__in=ALIVE).exists():
        raise refusal("projects_wait")
    if Appeal.objects.filter(project__area__edition=edition, outcome="").exists():
        raise refusal("appeals_wait")
    rules = rules_of(edition)
    edition.frozen_at, edition.frozen_by_id = now, by.id
    edition.rules, edition.rules_sha256 = rules.decode(), digest(rules)
    edition.save(update_fields=["frozen_at", "frozen_by", "rules", "rules_sha256"])
    announce(events.EditionFrozen(edition_id=edition.pk, slug=edition.slug), now=now)
    told = {"projects": ballot.count(), "rules_sha256": edition.rules_sha256}
    note("edition_frozen", edition, by=by, now=now, **told)


def _unfrozen(edition_id: uuid.UUID) -> Edition:
    edition = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise refusal("no_edition")
    if edition.frozen_at is not None:
        raise refusal("frozen")
    return edition

"""Bringing two projects together: only with the consent of every author, and nobody's support is
moved without a word."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from parvis.account.public import Person
from parvis.budget import events
from parvis.budget.actions.locking import changed, go, locked, said_why
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Consent, Merging, MergingState, Project
from parvis.budget.permissions import is_agent
from parvis.budget.queries.people import author_ids
from parvis.budget.rules.status import ALIVE, Status
from parvis.kernel.facts import announce


@transaction.atomic
def propose_merging(
    *, source_id: uuid.UUID, target_id: uuid.UUID, why: str, by: Person, now: dt.datetime
) -> Merging:
    """Ask the authors of two projects whether the first becomes part of the second.

    An agent may, and an author of one of the two, who thereby consents.

    :raises Forbidden: `own_project_only`
    :raises NotFound: `no_project`
    :raises Refused: `same_project`, `other_area`, `status_wrong`, `merging_waits`
    :raises Unfit: `why_missing`
    """
    source, target = _both(source_id, target_id)
    people = author_ids(source) | author_ids(target)
    if by.id not in people and not is_agent(by):
        raise refusal("own_project_only")
    said = said_why(why, field="why")[:500]
    taken = [MergingState.WAITING, MergingState.DONE]
    if Merging.objects.filter(source=source, state__in=taken).exists():
        raise refusal("merging_waits")
    merging = Merging.objects.create(
        source=source, target=target, why=said, proposed_by_id=by.id, proposed_at=now
    )
    Consent.objects.bulk_create(Consent(merging=merging, person_id=one) for one in people)
    announce(events.MergingProposed(project_id=source.pk, merging_id=merging.pk), now=now)
    note("merging_proposed", source, by=by, now=now, target=str(target.pk))
    if by.id in people:
        _answer(merging, by, now, agrees=True)
    return merging


@transaction.atomic
def answer_merging(merging_id: uuid.UUID, *, agrees: bool, by: Person, now: dt.datetime) -> Merging:
    """Say yes or no, as an author; the last yes brings the projects together, one no ends it.
    Who became an author of one of the two meanwhile is asked before that.

    :raises NotFound: `no_merging`
    :raises Refused: `merging_settled`, `status_wrong` for a last yes once one of the two has left
    """
    merging = _waiting(merging_id)
    if not merging.consents.filter(person_id=by.id).exists():
        raise refusal("no_merging")
    _answer(merging, by, now, agrees=agrees)
    return merging


@transaction.atomic
def drop_merging(merging_id: uuid.UUID, *, by: Person, now: dt.datetime) -> None:
    """Give a merging up, as who proposed it or as an agent.

    :raises NotFound: `no_merging`
    :raises Refused: `merging_settled`
    """
    merging = _waiting(merging_id)
    if merging.proposed_by_id != by.id and not is_agent(by):
        raise refusal("no_merging")
    _settle(merging, MergingState.DROPPED, by, now)


def drop_for_who_leaves(projects: Sequence[uuid.UUID], *, by: Person, now: dt.datetime) -> None:
    """Give up the mergings of these projects that wait for the answer of somebody who leaves their
    authors, in the caller's transaction."""
    asked = Merging.objects.filter(
        Q(source_id__in=projects) | Q(target_id__in=projects),
        state=MergingState.WAITING,
        consents__person_id=by.id,
        consents__agrees=None,
    )
    for one in asked.select_related("source"):
        _settle(one, MergingState.DROPPED, by, now)


def _answer(merging: Merging, by: Person, now: dt.datetime, *, agrees: bool) -> None:
    merging.consents.filter(person_id=by.id).update(agrees=agrees, answered_at=now)
    note("merging_answered", merging.source, by=by, now=now, agrees=agrees)
    if not agrees:
        _settle(merging, MergingState.REFUSED, by, now)
    elif not merging.consents.exclude(agrees=True).exists() and not _asks_others(merging, now):
        source = merging.source
        if merging.target.status not in ALIVE:
            raise refusal("status_wrong")
        go(source, Status.MERGED, now=now)
        source.merged_into = merging.target
        # What was part of the one that leaves is part of the other now: a way is never two long.
        source.merged.update(merged_into=merging.target)
        changed(source, "status", "merged_into", now=now)
        changed(merging.target, now=now)
        _settle(merging, MergingState.DONE, by, now)


def _asks_others(merging: Merging, now: dt.datetime) -> bool:
    """Ask whoever became an author since a merging was proposed; tell whether anybody did."""
    people = author_ids(merging.source) | author_ids(merging.target)
    others = people - set(merging.consents.values_list("person_id", flat=True))
    Consent.objects.bulk_create(Consent(merging=merging, person_id=one) for one in others)
    if others:
        fact = events.MergingProposed(project_id=merging.source_id, merging_id=merging.pk)
        announce(fact, now=now)
    return bool(others)


def _settle(merging: Merging, state: MergingState, by: Person, now: dt.datetime) -> None:
    merging.state, merging.settled_at = state, now
    merging.save(update_fields=["state", "settled_at"])
    fact = events.MergingSettled(
        project_id=merging.source_id, merging_id=merging.pk, state=state.value
    )
    announce(fact, now=now)
    note("merging_settled", merging.source, by=by, now=now, state=state.value)


def _waiting(merging_id: uuid.UUID) -> Merging:
    known = Merging.objects.filter(pk=merging_id).first()
    if known is None:
        raise refusal("no_merging")
    _both(known.source_id, known.target_id, is_new=False)
    merging = Merging.objects.select_related("source", "target").get(pk=merging_id)
    if merging.state != MergingState.WAITING:
        raise refusal("merging_settled")
    return merging


def _both(
    source_id: uuid.UUID, target_id: uuid.UUID, *, is_new: bool = True
) -> tuple[Project, Project]:
    # One order for all: two mergings of the same projects wait for each other.
    held = {key: locked(key) for key in sorted({source_id, target_id}, key=str)}
    source, target = held[source_id], held[target_id]
    if not is_new:
        return source, target
    if source.pk == target.pk:
        raise Unfit("same_project", field="target")
    if source.area_id != target.area_id:
        raise refusal("other_area")
    if source.status not in ALIVE or target.status not in ALIVE:
        raise refusal("status_wrong")
    return source, target

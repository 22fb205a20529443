"""Setting an edition: its words, its calendar, its areas; until it is frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.db import transaction

from parvis.account.public import Person
from parvis.budget.actions.freezing import noting_who_tries
from parvis.budget.actions.recording import note
from parvis.budget.actions.refusing import Unfit, refusal
from parvis.budget.models import Area, Edition, Phase
from parvis.budget.permissions import require_administrator
from parvis.budget.queries.plans import plan_of
from parvis.budget.rules import plans
from parvis.budget.rules.plans import AreaPlan, EditionPlan

_WORDS = ("year", "title_fr", "title_en", "lead_fr", "lead_en", "local_cents", "bonus_percent")
_AREA = [one.name for one in dataclasses.fields(AreaPlan) if one.name != "envelope_cents"]


@transaction.atomic
def make_edition(plan: EditionPlan, *, by: Person | None, now: dt.datetime) -> Edition:
    """Make an edition as it is planned; `by` None is the program that loads a city.

    :raises Forbidden: `needs_role`
    :raises Unfit: what `rules.plans.why_not` says
    """
    if by is not None:
        require_administrator(by)
    _check(plan)
    edition = Edition.objects.create(
        slug=plan.slug, made_at=now, **{name: getattr(plan, name) for name in _WORDS}
    )
    _write(edition, plan)
    note("edition_made", edition, by=by, now=now)
    return edition


def change_edition(
    edition_id: uuid.UUID, plan: EditionPlan, *, by: Person, now: dt.datetime
) -> None:
    """Write an edition anew as it is planned now. An area that left the plan leaves the edition,
    unless somebody proposed something there.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_edition`
    :raises Refused: `frozen`, and the attempt is written in the register
    :raises Unfit: what `rules.plans.why_not` says; `areas_wrong` for an area in use that left
    """
    require_administrator(by)
    with noting_who_tries(edition_id, what="edition", by=by, now=now) as edition:
        _check(plan)
        for name in _WORDS:
            setattr(edition, name, getattr(plan, name))
        edition.save(update_fields=list(_WORDS))
        _write(edition, plan)
        note("edition_changed", edition, by=by, now=now)


def change_area(area_id: uuid.UUID, change: AreaPlan, *, by: Person, now: dt.datetime) -> None:
    """Write one area anew; the envelopes of all are shared again.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_area`
    :raises Refused: `frozen`, and the attempt is written in the register
    :raises Unfit: what `rules.plans.why_not` says
    """
    area = Area.objects.select_related("edition").filter(pk=area_id).first()
    if area is None:
        raise refusal("no_area")
    plan = plan_of(area.edition)
    kept = tuple(change if one.key == area.key else one for one in plan.areas)
    changed = dataclasses.replace(plan, areas=kept)
    change_edition(area.edition_id, changed, by=by, now=now)


def _check(plan: EditionPlan) -> None:
    code = plans.why_not(plan)
    if code:
        raise Unfit(code)


def _write(edition: Edition, plan: EditionPlan) -> None:
    Phase.objects.filter(edition=edition).delete()
    Phase.objects.bulk_create(
        Phase(edition=edition, kind=one.kind, opens_at=one.opens_at, closes_at=one.closes_at)
        for one in plan.phases
    )
    gone = Area.objects.filter(edition=edition).exclude(key__in=[one.key for one in plan.areas])
    if gone.filter(projects__isnull=False).exists():
        raise Unfit("areas_wrong")
    gone.delete()
    cents = plans.envelopes(plan)
    for one in plan.areas:
        told = {name: getattr(one, name) for name in _AREA}
        told |= {"proposers": list(one.proposers), "voters": list(one.voters)}
        told["envelope_cents"] = cents[one.key]
        Area.objects.update_or_create(edition=edition, key=told.pop("key"), defaults=told)

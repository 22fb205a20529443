"""Forgetting: when an account closes, when a paper has served, when nobody can contest any more."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from parvis.account.public import person
from parvis.kernel import files
from parvis.mandates.actions.asking import FOLDER
from parvis.mandates.actions.common import finish, locked
from parvis.mandates.models import Ending, Kind, Mandate, State, Ward

_DECIDED = (State.GRANTED, State.REFUSED, State.WITHDRAWN)
_WAITING = (State.OFFERED, State.ASKED, State.TO_CHECK)
# Long enough for every request that carries a new paper to have written its row.
_ARRIVING = dt.timedelta(days=1)


def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Forget what the law lets us forget of a person whose account closes; return how many rows
    changed.

    Nobody acts by or for the account any more; a child goes on being held by their parents. That
    one could act, from when to when, stays for who may have to prove it.
    """
    closing = person(person_id)
    changed = 0
    for mandate_id in _in_force(person_id, now).values_list("pk", flat=True):
        finish(locked(mandate_id), Ending.ACCOUNT_CLOSED, by=person_id, at=now, now=now)
        changed += 1
    own = Mandate.objects.filter(asked_by_id=person_id)
    changed += own.filter(state__in=_WAITING).delete()[0]
    changed += Mandate.objects.filter(
        Q(representative_id=person_id) | Q(person_id=person_id)
    ).update(proof_reference="", proof_file="")
    if closing:
        invited = Mandate.objects.filter(invited=closing.email)
        changed += invited.update(invited="", state=State.WITHDRAWN, decided_at=now)
    changed += Ward.objects.filter(account_id=person_id).update(account_id=None)
    others = Mandate.objects.exclude(representative_id=person_id)
    return changed + _forget_wards(but_of=others, now=now)


def forget_papers(before: dt.datetime, _now: dt.datetime) -> int:
    """Let go of the papers that served to decide before a moment; return how many."""
    served = Mandate.objects.filter(state__in=_DECIDED, decided_at__lt=before)
    return served.exclude(proof_file="").update(proof_file="")


def forget_old(before: dt.datetime, now: dt.datetime) -> int:
    """Delete the mandates that ended before a moment; return how many rows changed."""
    over = Mandate.objects.filter(state=State.GRANTED, ends_at__lt=before)
    forgotten = over.delete()[0]
    return int(forgotten) + _forget_wards(but_of=Mandate.objects.all(), now=now)


def forget_refused(before: dt.datetime, now: dt.datetime) -> int:
    """Delete the requests refused or withdrawn before a moment; return how many rows changed."""
    refused = Mandate.objects.filter(
        state__in=(State.REFUSED, State.WITHDRAWN), decided_at__lt=before
    )
    forgotten = refused.delete()[0]
    return int(forgotten) + _forget_wards(but_of=Mandate.objects.all(), now=now)


def forget_unanswered(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the invitations that nobody answered since a moment; return how many."""
    waiting = Mandate.objects.filter(state__in=(State.OFFERED, State.ASKED), asked_at__lt=before)
    return int(waiting.delete()[0])


def sweep_papers(*, now: dt.datetime) -> int:
    """Delete the files of papers that no mandate names any more; return how many."""
    return files.sweep(FOLDER, named=_named, before=now - _ARRIVING)


def _named(names: Collection[str]) -> Iterable[str]:
    return Mandate.objects.filter(proof_file__in=names).values_list("proof_file", flat=True)


def _in_force(person_id: uuid.UUID, now: dt.datetime) -> QuerySet[Mandate, Any]:
    bound = Q(representative_id=person_id) | Q(person_id=person_id)
    # Parents go on holding a child who gives up their own account.
    bound |= Q(ward__account_id=person_id) & ~Q(kind=Kind.PARENT)
    return Mandate.objects.filter(bound, state=State.GRANTED).exclude(ends_at__lte=now)


def _forget_wards(*, but_of: QuerySet[Mandate, Any], now: dt.datetime) -> int:
    """Empty the files of those without an account, but of those whom these mandates name."""
    named = but_of.exclude(ward=None).values("ward_id")
    unheld = Ward.objects.filter(account_id=None, forgotten_at=None).exclude(pk__in=named)
    return unheld.update(
        given_names="",
        family_name="",
        born_on=None,
        code_hash="",
        code_use="",
        code_until=None,
        forgotten_at=now,
    )

"""Forgets what the provider need not know any more: tokens, sign-ins, names, old consents."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.account.public import may_come_back
from parvis.openid.actions.logins import end_logins
from parvis.openid.models import (
    AccessToken,
    Consent,
    DeviceGrant,
    Grant,
    IDToken,
    Login,
    RefreshToken,
    Service,
    Subject,
)


@transaction.atomic
def forget_person(person_id: uuid.UUID, now: dt.datetime) -> int:
    """End what a person has at every service, and delete their codes and tokens; return how many
    rows were changed.

    Sign-ins and names stay until the services have been told; consents, to show that there was one.
    """
    changed = end_logins(now=now, person_id=person_id)
    for model in (RefreshToken, AccessToken, IDToken, Grant, DeviceGrant):
        changed += _deleted(model.objects.filter(user_id=person_id))
    mine = Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    changed += mine.filter(given_at__lte=now).update(withdrawn_at=now)
    registered = Service.objects.filter(registered_by=person_id)
    return changed + int(registered.update(registered_by=None))


@transaction.atomic
def forget_tokens(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the codes and tokens that ran out.

    An access token stays as long as its refresh token is there to come back with; a code, with what
    was issued for it.
    """
    held = RefreshToken.objects.filter(access_token=OuterRef("pk"))
    changed = _deleted(AccessToken.objects.filter(~Exists(held), expires__lt=before))
    changed += _deleted(IDToken.objects.filter(access_token=None, expires__lt=before))
    bought = AccessToken.objects.filter(grant=OuterRef("pk"))
    changed += _deleted(Grant.objects.filter(~Exists(bought), expires__lt=before))
    return changed + _deleted(DeviceGrant.objects.filter(expires__lt=before))


def forget_refresh_tokens(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the refresh tokens nobody can come back with any more: a stolen one is recognised for
    as long as it could have been used."""
    return _deleted(RefreshToken.objects.filter(Q(revoked__lt=before) | Q(created__lt=before)))


def forget_logins(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the sign-ins to services that ended."""
    return _deleted(Login.objects.filter(ended_at__lt=before))


def forget_subjects(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the names under which services knew those who have closed their account.

    One that was brought into another keeps its names while the two may be taken apart.
    """
    closed = Subject.objects.filter(person__closed_at__lt=before)
    kept = may_come_back(closed.values_list("person_id", flat=True).distinct())
    return _deleted(closed.exclude(person_id__in=kept))


def forget_consents(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the consents that ended."""
    return _deleted(Consent.objects.filter(withdrawn_at__lt=before))


def _deleted(rows: QuerySet[Any]) -> int:
    return int(rows.delete()[0])

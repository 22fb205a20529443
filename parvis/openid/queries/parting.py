"""What services know of two accounts of one person, when they become one and two again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models import Q

from parvis.kernel.holdings import ref_of
from parvis.openid.models import AccessToken, Service, Subject


def behind(person_id: uuid.UUID) -> Mapping[str, Q]:
    """Return what stays with an account that goes into another, once its names have moved.

    A sector that knew both accounts goes on knowing the one that stays: under the name of the other
    it is given nothing any more, neither for the sessions it holds nor in the person's absence.
    Nor does what was done for somebody else go along: it was done by the hands of that account.
    """
    ref = ref_of(person_id)
    knew_both = Subject.objects.filter(ref=ref).values("sector")
    its_own = Q(service__sector__in=knew_both) | Q(act__isnull=False)
    of_login = Q(login__service__sector__in=knew_both) | Q(login__act__isnull=False)
    tokens = ("Grant", "AccessToken", "RefreshToken", "IDToken", "DeviceGrant")
    return {
        "openid.Subject": Q(ref=ref),
        "openid.Login": its_own,
        **{f"openid.{token}": of_login for token in tokens},
    }


def services_that_know(person_id: uuid.UUID) -> list[int]:
    """Return the keys of the services that know an account by a name of its own."""
    sectors = Subject.objects.filter(ref=ref_of(person_id)).values("sector")
    return list(Service.objects.filter(sector__in=sectors).values_list("pk", flat=True))


def services_told_since(person_id: uuid.UUID, *, of: uuid.UUID) -> list[int]:
    """Return the keys of the services that came back with what an account had let them have, and
    were told of the account it had gone into."""
    told = AccessToken.objects.filter(login__person_id=person_id, user_id=of)
    return list(told.values_list("login__service_id", flat=True).distinct())

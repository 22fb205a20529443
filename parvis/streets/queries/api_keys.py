"""The keys of GeoReport as administrators see them; a secret is known to nobody."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils.translation import gettext as _

from parvis.account.public import persons
from parvis.kernel.errors import NotFound
from parvis.streets.models import ApiKey, Handler, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A key in the list. `owner` is a name, "" for who has no account any more; `handler` "" for a
    program that only reports; `reports` counts what came by it."""

    id: uuid.UUID
    name: str
    prefix: str
    owner: str
    handler: str
    reports: int
    made_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


def listed() -> list[KeyLine]:
    """Return every key, those that open something first, the newest first."""
    keys = ApiKey.objects.select_related("handler")
    rows = list(keys.order_by(F("revoked_at").desc(nulls_first=True), "-made_at"))
    owners = persons({row.owner_id for row in rows})
    by_key = Report.objects.filter(api_key__in=rows).values_list("api_key").annotate(Count("id"))
    reports = dict(by_key)
    return [
        KeyLine(
            id=row.pk,
            name=row.name,
            prefix=row.prefix,
            owner=owners[row.owner_id].usual_name if row.owner_id in owners else "",
            handler=row.handler.name if row.may_update and row.handler else "",
            reports=reports.get(row.pk, 0),
            made_at=row.made_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def line(key_id: uuid.UUID) -> KeyLine:
    """Return one key.

    :raises NotFound: `no_key`
    """
    found = next((one for one in listed() if one.id == key_id), None)
    if found is None:
        raise NotFound("no_key", _("There is no such key."))
    return found


def handlers() -> list[tuple[str, str]]:
    """Return the handlers that a key may speak for, as (code, name)."""
    rows = Handler.objects.filter(closed_at=None).order_by("name")
    return list(rows.values_list("code", "name"))


def forgotten(now: dt.datetime) -> int:
    """Return how many keys have not been used for a year, and might be revoked."""
    a_year_ago = now - dt.timedelta(days=365)
    open_ones = ApiKey.objects.filter(revoked_at=None, made_at__lt=a_year_ago)
    return open_ones.exclude(used_at__gte=a_year_ago).count()

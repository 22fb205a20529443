"""What the open data keeps about people: who published or signed, and keys to the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import Keeps, keeps
from parvis.opendata.models import ApiKey


def export(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the keys of a person, without the secret, which is not kept."""
    keys = ApiKey.objects.filter(person_id=person_id).order_by("pk")
    return [{"label": key.label, "created_at": key.created_at.isoformat()} for key in keys]


def erase(person_id: uuid.UUID, now: dt.datetime) -> int:
    """Revoke the keys of a person and forget whose they were; return how many."""
    keys = ApiKey.objects.filter(person_id=person_id)
    return keys.update(person_id=None, label="", revoked_at=now)


keeps.declare(
    Keeps(
        key="opendata",
        models=(
            "opendata.Dataset",
            "opendata.DatasetVersion",
            "opendata.IngestRun",
            "opendata.Approval",
            "opendata.ApiKey",
            "opendata.DayCalls",
        ),
        personal=_("The name of your API keys, and how often each was used on a day."),
        retention=_("Keys until you revoke them; counts of calls for 31 days."),
        export=export,
        erase=erase,
    )
)

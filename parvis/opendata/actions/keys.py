"""Giving out keys to the API, taking them back, and keeping a dataset for those who have one."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.models import ApiKey, Dataset
from parvis.opendata.queries.keys import key_digest
from parvis.opendata.queries.versions import no_dataset

_BYTES = 32
_PROGRAM = "program"
_LONGEST = 200


@transaction.atomic
def create_key(
    *, label: str, datasets: Sequence[str] = (), daily_limit: int | None = None, now: dt.datetime
) -> str:
    """Give out a key and return its secret, which is told this once: only its digest is kept.

    `datasets` are the restricted ones it opens; `daily_limit` is how many calls it may make a day,
    everybody's number if it is None.

    :raises Refused: `label_missing`, `limit_too_low`
    :raises NotFound: `no_dataset`
    """
    label = label.strip()
    if not label or len(label) > _LONGEST:
        raise Refused("label_missing", _("Say in a few words whose key it is."), status=422)
    if daily_limit is not None and daily_limit < 1:
        raise Refused("limit_too_low", _("A key makes at least one call a day."), status=422)
    opened = [_dataset(name) for name in dict.fromkeys(datasets)]
    secret = secrets.token_urlsafe(_BYTES)
    key = ApiKey.objects.create(
        label=label, digest=key_digest(secret), daily_limit=daily_limit, created_at=now
    )
    key.datasets.set(opened)
    _note("opendata.key_created", key.public_id, now, datasets=[one.dataset_id for one in opened])
    return secret


@transaction.atomic
def revoke_key(*, public_id: uuid.UUID, now: dt.datetime) -> None:
    """Take a key back: from now on it is refused.

    :raises NotFound: `no_key`
    :raises Refused: `already_revoked`
    """
    key = ApiKey.objects.select_for_update().filter(public_id=public_id).first()
    if key is None:
        raise NotFound("no_key", _("No key of this number was given out."))
    if key.revoked_at is not None:
        raise Refused("already_revoked", _("This key was already taken back."))
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    _note("opendata.key_revoked", public_id, now)


@transaction.atomic
def restrict(*, dataset_id: str, restricted: bool, now: dt.datetime) -> bool:
    """Keep the rows of a dataset for keys that open it, or open them to everybody; return whether
    that changed anything. What the catalogue says of it stays open.

    :raises NotFound: `no_dataset`
    """
    dataset = _dataset(dataset_id)
    if dataset.restricted == restricted:
        return False
    dataset.restricted, dataset.modified_at = restricted, now
    dataset.save(update_fields=["restricted", "modified_at"])
    register.record(
        register.Entry(
            action="opendata.restricted" if restricted else "opendata.opened",
            object_ref=f"opendata.dataset:{dataset_id}",
            recorded_at=now,
            channel=_PROGRAM,
        )
    )
    return True


def _dataset(dataset_id: str) -> Dataset:
    found = Dataset.objects.select_for_update(of=("self",)).filter(dataset_id=dataset_id).first()
    if found is None:
        raise no_dataset(dataset_id)
    return found


def _note(action: str, public_id: uuid.UUID, now: dt.datetime, **details: list[str]) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"opendata.key:{public_id}",
            recorded_at=now,
            channel=_PROGRAM,
            details=details,
        )
    )

"""Keys to push rows with: made once, shown once, kept as a digest, revoked by whoever runs us."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import Channel
from parvis.opendata.models import Dataset, LiveSeries
from parvis.opendata.models.feeds import PushKey
from parvis.opendata.queries import versions
from parvis.opendata.queries.keys import key_digest

_BYTES = 28
_USED_TO = dt.timedelta(minutes=1)
"""How exactly we say when a key was last used: not one more row to write for each push."""
_LABEL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it is shown, once."""

    public_id: uuid.UUID
    secret: str


@transaction.atomic
def create(*, dataset_id: str, label: str, now: dt.datetime) -> NewKey:
    """Make a key for one dataset; nobody can read it again.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live`, `label_unfit`
    """
    if not label.strip() or len(label) > _LABEL:
        message = _("Name the program that will push, in 1 to 200 characters.")
        raise Refused("label_unfit", message, status=422)
    dataset = Dataset.objects.filter(dataset_id=dataset_id).first()
    if dataset is None:
        raise versions.no_dataset(dataset_id)
    if not LiveSeries.objects.filter(dataset=dataset).exists():
        raise Refused("not_live", _("The rows of this dataset do not arrive one by one."))
    secret = secrets.token_hex(_BYTES)
    key = PushKey.objects.create(
        dataset=dataset, digest=key_digest(secret), label=label.strip(), created_at=now
    )
    _note("opendata.push_key_created", key, now)
    return NewKey(public_id=key.public_id, secret=secret)


@transaction.atomic
def revoke(*, public_id: uuid.UUID, now: dt.datetime) -> None:
    """End a key: it opens nothing any more. A second time changes nothing.

    :raises NotFound: `no_push_key`
    """
    key = PushKey.objects.select_for_update().filter(public_id=public_id).first()
    if key is None:
        raise NotFound("no_push_key", _("There is no such key."))
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        _note("opendata.push_key_revoked", key, now)


def admit(*, secret: str, dataset_id: str, now: dt.datetime) -> uuid.UUID:
    """Return which key lets its bearer push into a dataset, and note that it was used.

    The refusals are for programs, in English whatever their reader speaks.

    :raises Refused: `push_key_unknown` (401) without a key or with one that opens nothing,
        `no_dataset` (404), `push_key_of_another` (403)
    """
    key = (
        PushKey.objects.select_related("dataset")
        .filter(digest=key_digest(secret), revoked_at=None)
        .first()
    )
    if not secret or key is None:
        message = "Give a push key that is valid: ?pushkey=… or Authorization: Apikey …"
        raise Refused("push_key_unknown", message, status=401)
    if not Dataset.objects.filter(dataset_id=dataset_id, archived_at=None).exists():
        raise versions.no_dataset(dataset_id)
    if key.dataset.dataset_id != dataset_id:
        raise Refused("push_key_of_another", "This key is for another dataset.", status=403)
    used = Q(used_at=None) | Q(used_at__lt=now - _USED_TO)
    PushKey.objects.filter(used, pk=key.pk).update(used_at=now)
    return key.public_id


def _note(action: str, key: PushKey, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"opendata.dataset:{key.dataset.dataset_id}",
            recorded_at=now,
            channel=Channel.PROGRAM.value,
            details={"key": str(key.public_id), "label": key.label},
        )
    )

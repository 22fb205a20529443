"""The webhooks of a person, their keys, and what a message says."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _, gettext_noop

from parvis.kernel.errors import NotFound
from parvis.kernel.sealing import secrets
from parvis.opendata.models import Webhook, WebhookMessage
from parvis.opendata.models.following import WebhookState
from parvis.opendata.queries import following
from parvis.opendata.queries.following import Changes
from parvis.opendata.rules import following as rules

_SALT = "parvis.opendata.webhook"
_MESSAGES = 5
NO_CHALLENGE, BAD_STATUS = "no_challenge", "status_"
_WHY = {
    NO_CHALLENGE: gettext_noop("The answer does not hold the challenge."),
    "url_private": gettext_noop("This address is in a private network."),
    "url_not_https": gettext_noop("Give an address that begins with https://."),
    "url_too_slow": gettext_noop("This address takes too long to answer."),
    "url_unfit": gettext_noop("Give an address that begins with https://, without a password."),
    "url_unreachable": gettext_noop("Nobody answers at this address."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message as the owner of a webhook sees it."""

    made_at: dt.datetime
    state: str
    tries: int
    status: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """A webhook as its owner sees it, with the secret they check signatures with."""

    id: uuid.UUID
    dataset_id: str
    url: str
    state: str
    secret: str
    failures: int
    last_error: str
    added_at: dt.datetime
    checked_at: dt.datetime | None
    messages: tuple[SentMessage, ...]


def webhooks_of(dataset_id: str, person_id: uuid.UUID) -> list[WebhookView]:
    """Return the webhooks of a person on a dataset, each with its latest messages."""
    rows = Webhook.objects.filter(dataset__dataset_id=dataset_id, person_id=person_id)
    return [_view(one, dataset_id) for one in rows.order_by("added_at", "pk")]


def owner_of(webhook_id: uuid.UUID) -> tuple[uuid.UUID, str] | None:
    """Return whose webhook it is, and its address; None if it is removed."""
    rows = Webhook.objects.filter(public_id=webhook_id)
    found = rows.values_list("person_id", "url").first()
    return (found[0], found[1]) if found else None


def active_on(dataset_id: str) -> list[Webhook]:
    """Return the webhooks that are told of the versions of a dataset, none of a restricted one."""
    rows = Webhook.objects.filter(dataset__dataset_id=dataset_id, dataset__restricted=False)
    return list(rows.filter(state=WebhookState.ACTIVE).order_by("pk"))


def keys(webhook_id: uuid.UUID) -> list[bytes]:
    """Return what a webhook's messages are signed with: a key of 32 bytes derived from the city's
    secret key, and from each older one that is still kept (SECRET_KEY_FALLBACKS)."""
    return [
        salted_hmac(_SALT, webhook_id.hex, secret=secret, algorithm="sha256").digest()
        for secret in secrets()
    ]


def body(kind: str, said: dict[str, object], *, happened_at: dt.datetime) -> str:
    """Return a message as it is sent."""
    told = {"type": kind, "timestamp": happened_at.isoformat(), "data": said}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def said_of(dataset_id: str, version: int, rows: int, changes: Changes) -> dict[str, object]:
    """Return what a message says of a version: what it is, what changed, where it is read."""
    counts, site = changes.counts, settings.PARVIS_SITE_URL.rstrip("/")
    address = reverse("explore:dataset", kwargs={"dataset_id": dataset_id})
    return {
        "dataset_id": dataset_id,
        "version": version,
        "rows": rows,
        "rows_added": counts.added if counts else None,
        "rows_removed": counts.removed if counts else None,
        "rows_changed": counts.changed if counts else None,
        "fields_added": list(changes.fields_added),
        "fields_removed": list(changes.fields_removed),
        "note": " ".join(following.notes(dataset_id, since=version - 1, version=version)),
        "url": f"{site}{address}/records?version={version}",
        "diff_url": f"{site}{address}/diff?from={version - 1}&to={version}"
        if version > 1
        else None,
    }


def why(code: str) -> str:
    """Return what went wrong with a try, in the active language; "" for the code of nothing."""
    if code.startswith(BAD_STATUS):
        return _("This address answers %(status)s.") % {"status": code.removeprefix(BAD_STATUS)}
    return _(_WHY.get(code, _WHY["url_unreachable"])) if code else ""


def no_webhook() -> NotFound:
    """Return the refusal of a webhook that is not there, or somebody else's."""
    return NotFound("no_webhook", _("You have no such webhook on this dataset."))


def _view(one: Webhook, dataset_id: str) -> WebhookView:
    messages = WebhookMessage.objects.filter(webhook=one).order_by("-made_at", "-pk")[:_MESSAGES]
    return WebhookView(
        id=one.public_id,
        dataset_id=dataset_id,
        url=one.url,
        state=one.state,
        secret=rules.secret_text(keys(one.public_id)[0]),
        failures=one.failures,
        last_error=why(one.last_error),
        added_at=one.added_at,
        checked_at=one.checked_at,
        messages=tuple(
            SentMessage(
                made_at=sent.made_at,
                state=sent.state,
                tries=sent.tries,
                status=sent.status,
                error=why(sent.error),
            )
            for sent in messages
        ),
    )

"""Webhooks: add, check by a challenge, send what is published, stop those that fail."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.kernel.facts import Delivered, announce
from parvis.opendata.actions import posting
from parvis.opendata.actions.posting import Answer
from parvis.opendata.events import DatasetPublished, WebhookOffered, WebhookStopped
from parvis.opendata.models import Dataset, Webhook, WebhookMessage
from parvis.opendata.models.following import MessageState, WebhookState
from parvis.opendata.permissions import require_open
from parvis.opendata.queries import following, versions, webhooks
from parvis.opendata.queries.webhooks import BAD_STATUS, NO_CHALLENGE
from parvis.opendata.rules import following as rules, said

TASK, QUEUE = "opendata.deliver_webhook", "webhooks"
MESSAGES_STAY = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a try; `again` is how many seconds to wait for the next, None for none."""

    is_delivered: bool
    again: int | None = None


@transaction.atomic
def add(*, dataset_id: str, url: str, by: Person, now: dt.datetime) -> uuid.UUID:
    """Add a webhook, which is checked at once and told nothing before; twice is once.

    :raises NotFound: `no_dataset`
    :raises Forbidden: `restricted`
    :raises Refused: `address_unfit` (422), `too_many_webhooks`
    """
    dataset = Dataset.objects.filter(dataset_id=dataset_id).first()
    if dataset is None:
        raise versions.no_dataset(dataset_id)
    require_open(dataset)
    address = url.strip()
    if said.why_address_refused(address) is not None:
        raise _unfit()
    # One after the other for one person, so that the limit is one.
    mine = list(Webhook.objects.select_for_update().filter(person_id=by.id).order_by("pk"))
    known = next((one for one in mine if (one.dataset_id, one.url) == (dataset.pk, address)), None)
    if known is not None:
        return known.public_id
    if len(mine) >= rules.MOST_WEBHOOKS:
        sentence = _("You have %(count)s webhooks already: remove one first.")
        raise Refused("too_many_webhooks", sentence % {"count": rules.MOST_WEBHOOKS})
    made = Webhook.objects.create(dataset=dataset, person_id=by.id, url=address, added_at=now)
    _record("webhook_added", made, now=now, by=by)
    announce(WebhookOffered(webhook_id=made.public_id, dataset_id=dataset_id), now=now)
    return made.public_id


@transaction.atomic
def check_again(*, webhook_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Have a webhook checked once more.

    :raises NotFound: `no_webhook`
    :raises Refused: `checked_just_now` (429)
    """
    webhook = _own(webhook_id, by)
    if webhook.checked_at is not None and now - webhook.checked_at < rules.CHECK_AGAIN_AFTER:
        sentence = _("This address was checked less than a minute ago. Wait a little.")
        raise Refused("checked_just_now", sentence, status=HTTPStatus.TOO_MANY_REQUESTS)
    webhook.checked_at = now
    webhook.save(update_fields=["checked_at"])
    offered = WebhookOffered(webhook_id=webhook_id, dataset_id=webhook.dataset.dataset_id)
    announce(offered, now=now)


@transaction.atomic
def remove(*, webhook_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Remove a webhook and what was on its way to it.

    :raises NotFound: `no_webhook`
    """
    webhook = _own(webhook_id, by)
    _record("webhook_removed", webhook, now=now, by=by)
    webhook.delete()


def challenge(*, webhook_id: uuid.UUID, now: dt.datetime) -> bool:
    """Send a webhook a challenge; it is active if its receiver gives it back, stopped otherwise."""
    webhook = Webhook.objects.filter(public_id=webhook_id).first()
    if webhook is None:
        return False
    word = secrets.token_urlsafe(24)
    body = webhooks.body(rules.CHALLENGE, {"challenge": word}, happened_at=now)
    answer, error = _sent(webhook, f"chk_{secrets.token_hex(12)}", body, now=now)
    if answer is not None and not error and not rules.gives_back(answer.text, word):
        error = NO_CHALLENGE
    with transaction.atomic():
        held = Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
        if held is None:
            return False
        held.checked_at, held.last_error = now, error
        held.state = WebhookState.WAITING if error else WebhookState.ACTIVE
        if not error:
            held.answered_at, held.failures = now, 0
            _record("webhook_verified", held, now=now)
        held.save()
    return not error


@transaction.atomic
def send_published(delivered: Delivered) -> int:
    """Put what was published on its way to each active webhook of the dataset, once per fact;
    return how many messages are new."""
    fact: DatasetPublished = delivered.fact
    receivers = webhooks.active_on(fact.dataset_id)
    if not receivers:
        return 0
    changed = following.changes(
        fact.dataset_id, since=fact.version - 1, version=fact.version, query=""
    )
    told = webhooks.said_of(fact.dataset_id, fact.version, fact.rows, changed)
    body = webhooks.body(rules.PUBLISHED, told, happened_at=delivered.announced_at)
    made = 0
    for one in receivers:
        message, is_new = WebhookMessage.objects.get_or_create(
            webhook=one,
            fact_id=delivered.fact_id,
            defaults={"body": body, "made_at": delivered.announced_at},
        )
        if is_new:
            _defer(message.public_id)
            made += 1
    return made


def deliver(*, message_id: uuid.UUID, now: dt.datetime) -> Outcome:
    """Try to hand over a message, unless it was taken or its webhook is stopped or removed.

    The receiver may get it twice if we die in between: its `webhook-id` is the same then.
    """
    rows = WebhookMessage.objects.select_related("webhook")
    message = rows.filter(public_id=message_id, state=MessageState.WAITING).first()
    if message is None:
        return Outcome(is_delivered=False)
    if message.webhook.state != WebhookState.ACTIVE:
        rows.filter(pk=message.pk).update(state=MessageState.FAILED, tried_at=now)
        return Outcome(is_delivered=False)
    answer, error = _sent(message.webhook, f"msg_{message.fact_id.hex}", message.body, now=now)
    return _settle(message.pk, answer, error, now=now)


def forget_old(*, now: dt.datetime) -> int:
    """Delete messages that are a month old; return how many."""
    return WebhookMessage.objects.filter(made_at__lt=now - MESSAGES_STAY).delete()[0]


@transaction.atomic
def _settle(message_key: int, answer: Answer | None, error: str, *, now: dt.datetime) -> Outcome:
    """Note what became of a try, and stop the webhook if that was one too many."""
    message = (
        WebhookMessage.objects.select_for_update()
        .select_related("webhook__dataset")
        .filter(pk=message_key)
        .first()
    )
    if message is None:
        return Outcome(is_delivered=False)
    webhook = message.webhook
    message.tries += 1
    message.tried_at, message.error = now, error
    message.status = answer.status if answer else None
    again = rules.wait_after(message.tries, asked=answer.retry_after if answer else 0)
    if not error:
        message.state, webhook.failures, again = MessageState.DELIVERED, 0, None
    else:
        webhook.failures += 1
        webhook.last_error = error
        if rules.is_given_up(failures=webhook.failures, status=message.status):
            again = None
            _stop(webhook, now=now)
        if again is None:
            message.state = MessageState.FAILED
    message.save()
    webhook.save()
    return Outcome(is_delivered=not error, again=again)


def _stop(webhook: Webhook, *, now: dt.datetime) -> None:
    if webhook.state == WebhookState.STOPPED:
        return
    webhook.state = WebhookState.STOPPED
    _record("webhook_stopped", webhook, now=now)
    stopped = WebhookStopped(webhook_id=webhook.public_id, dataset_id=webhook.dataset.dataset_id)
    announce(stopped, now=now)


def _sent(
    webhook: Webhook, message_id: str, body: str, *, now: dt.datetime
) -> tuple[Answer | None, str]:
    """Send a signed message; return the answer if there was one, and the code of what went wrong,
    "" if nothing did."""
    content = body.encode()
    headers = rules.headers(
        content, message_id=message_id, now=now, keys=webhooks.keys(webhook.public_id)
    )
    try:
        answer = posting.post(webhook.url, content, headers)
    except Refused as refusal:
        return None, refusal.code
    return answer, "" if rules.is_delivered(answer.status) else f"{BAD_STATUS}{answer.status}"


def _own(webhook_id: uuid.UUID, by: Person) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("dataset")
    found = rows.filter(public_id=webhook_id, person_id=by.id).first()
    if found is None:
        raise webhooks.no_webhook()
    return found


def _unfit() -> Refused:
    sentence = _("Give an address that begins with https://, without a password.")
    return Refused("address_unfit", sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _defer(message_id: uuid.UUID) -> None:
    # In a worker the app's own connector is another connection, outside our transaction.
    manager = JobManager(DjangoConnector())
    configure_task(name=TASK, job_manager=manager, queue=QUEUE).defer(message_id=str(message_id))


def _record(action: str, webhook: Webhook, *, now: dt.datetime, by: Person | None = None) -> None:
    register.record(
        register.Entry(
            action=f"opendata.{action}",
            object_ref=f"opendata.webhook:{webhook.public_id}",
            actor_ref=f"person:{by.id}" if by else "",
            on_behalf_of_ref="" if by else f"person:{webhook.person_id}",
            recorded_at=now,
            details={"dataset": webhook.dataset.dataset_id},
            channel="web" if by else "program",
        )
    )

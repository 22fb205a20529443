"""Settle what went astray: mails that may or may not have left, deliveries that failed for good."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager

from parvis.kernel import outbox, register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import facts_by_id

FACTS = "facts"
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """A delivery that was tried as often as it may. `key` names it in the form that tries again.

    `what` names a fact and its reaction, or what a mail is for: nobody reads here
    what it says; `why` is known of mails.
    """

    key: str
    queue: str
    what: str
    to: str
    why: str
    tries: int
    failed_at: dt.datetime


@transaction.atomic
def resend_mail(*, mail_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Send an uncertain mail again, on an administrator's word.

    :raises Refused: if somebody settled it in the meantime
    """
    _settle(outbox.resend, "relation.mail_sent_again", mail_id=mail_id, by=by, now=now)


@transaction.atomic
def mark_mail_delivered(*, mail_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Note, on an administrator's word, that an uncertain mail did arrive.

    :raises Refused: if somebody settled it in the meantime
    """
    _settle(
        outbox.mark_delivered, "relation.mail_marked_delivered", mail_id=mail_id, by=by, now=now
    )


def failed_deliveries() -> list[FailedDelivery]:
    """Return the facts and mails that could not be delivered, oldest failure first."""
    jobs = list(_failed_jobs()[:SHOWN])
    mails = outbox.posted(_ids(jobs, "mail_id"))
    facts = facts_by_id(_ids(jobs, "fact_id"))
    found = []
    for job in jobs:
        mail, fact = mails.get(_id(job, "mail_id")), facts.get(_id(job, "fact_id"))
        name = type(fact.fact).NAME if fact else ""
        found.append(
            FailedDelivery(
                key=_key(job),
                queue=job.queue_name,
                what=mail.kind if mail else f"{name} → {job.args.get('reaction', '')}",
                to=mail.recipient if mail else "",
                why=mail.last_error if mail else "",
                tries=job.attempts,
                failed_at=job.failed_at,
            )
        )
    return found


def failed_count() -> int:
    """Return how many facts and mails could not be delivered."""
    return int(_failed_jobs().count())


@transaction.atomic
def retry_delivery(*, key: str, by: uuid.UUID, now: dt.datetime) -> None:
    """Try a failed delivery once more, at once.

    :raises NotFound: if it is not among the failed ones any more
    """
    job = next((job for job in _failed_jobs() if _key(job) == key), None)
    if job is None:
        message = gettext("This delivery is no longer among the failed ones. Reload the list.")
        raise NotFound("delivery_not_failed", message)
    JobManager(DjangoConnector()).retry_job_by_id(job.id, retry_at=now)
    _record("relation.delivery_retried", f"kernel.delivery:{key}", by=by, now=now)


def _settle(
    settle: Callable[..., bool], action: str, *, mail_id: uuid.UUID, by: uuid.UUID, now: dt.datetime
) -> None:
    if not settle(mail_id, now=now):
        message = gettext("This mail has been settled in the meantime. Reload the list.")
        raise Refused("mail_already_settled", message)
    _record(action, f"kernel.mail:{mail_id}", by=by, now=now)


def _record(action: str, object_ref: str, *, by: uuid.UUID, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action, object_ref=object_ref, actor_ref=f"person:{by}", recorded_at=now
        )
    )


def _failed_jobs() -> Any:
    jobs = ProcrastinateJob.objects.filter(status="failed", queue_name__in=(FACTS, outbox.QUEUE))
    return jobs.annotate(failed_at=Max("procrastinateevent__at")).order_by("failed_at", "id")


def _key(job: Any) -> str:
    about = job.args.get("mail_id") or job.args.get("fact_id")
    return f"{job.queue_name}/{about}/{job.args.get('reaction', '')}".rstrip("/")


def _id(job: Any, name: str) -> uuid.UUID:
    return uuid.UUID(job.args.get(name, "0" * 32))


def _ids(jobs: list[Any], name: str) -> list[uuid.UUID]:
    return [_id(job, name) for job in jobs if name in job.args]

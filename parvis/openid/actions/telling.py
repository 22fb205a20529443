"""Telling services that a login has ended (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel.outside import may_be_called, numbers_of
from parvis.openid.actions.signing import sign
from parvis.openid.actions.subjects import subject_of
from parvis.openid.models import Login, LogoutMessage
from parvis.openid.queries.issuing import issuer
from parvis.openid.rules import logout as rules

TASK = "openid.tell_service"
QUEUE = "logout"

_HEARD = frozenset({httpx.codes.OK, httpx.codes.NO_CONTENT})
_AT_ONCE = 200


class Unreachable(Exception):
    """Nobody is there to hear."""


def announce_end(login_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Write what the services of these logins must be told, and see that it is, in the caller's
    transaction."""
    ended = Login.objects.filter(pk__in=login_ids, service__closed_at=None)
    told = list(ended.exclude(service__backchannel_logout_uri=""))
    LogoutMessage.objects.bulk_create(
        [LogoutMessage(login=login, created_at=now, next_try_at=now) for login in told]
    )
    for service_id in sorted({login.service_id for login in told}):
        defer_telling(service_id, at=None)


def defer_telling(service_id: int, *, at: dt.datetime | None) -> None:
    """See that a service is told what waits for it, now or at a moment.

    One at a time: a service that does not answer keeps one worker busy for one time-out, however
    much it has missed.
    """
    configure_task(
        name=TASK,
        job_manager=JobManager(DjangoConnector()),
        queue=QUEUE,
        lock=f"openid.logout/{service_id}",
        schedule_at=at,
    ).defer(service_id=service_id)


def tell_service(service_id: int, *, now: dt.datetime) -> int:
    """Tell a service what waits for it; return how many messages it has heard.

    It stops at the first that finds nobody there. A message nobody heard for a day is given up.
    """
    heard = 0
    for message in _waiting(service_id, now=now)[:_AT_ONCE]:
        try:
            answered = _send(message, now=now)
        except Unreachable as error:
            _missed(message, str(error), now=now)
            _put_off(service_id, until=message.next_try_at, now=now)
            break
        if answered in _HEARD:
            heard += 1
            _heard(message, answered, now=now)
        else:
            _missed(message, str(answered), now=now)
    _come_back(service_id, now=now)
    return heard


def _waiting(service_id: int, *, now: dt.datetime) -> list[LogoutMessage]:
    # The one that has waited longest first: as long as nobody is there, it alone knocks.
    due = LogoutMessage.objects.filter(
        login__service_id=service_id, state=LogoutMessage.State.WAITING, next_try_at__lte=now
    )
    return list(due.select_related("login__service").order_by("-tries", "pk"))


def _send(message: LogoutMessage, *, now: dt.datetime) -> int:
    login = message.login
    token = sign(
        rules.logout_claims(
            issuer=issuer(),
            client_id=login.service.client_id,
            sub=subject_of(login, login.service),
            sid=str(login.sid),
            jti=str(uuid.uuid4()),
            now=now,
        ),
        now=now,
        typ="logout+jwt",
    )
    return _post(login.service.backchannel_logout_uri, {"logout_token": token})


def _post(url: str, form: dict[str, str]) -> int:
    """Return the status a service answers with; a redirect is not followed, the body not read.

    :raises Unreachable: if it does not answer in time, or answers that it is not well
    """
    try:
        request = _addressed(url, form)
        # Of its own, for the thread that calls may have a loop that runs.
        with ThreadPoolExecutor(1) as thread:
            status = thread.submit(asyncio.run, _status(request)).result()
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise Unreachable(type(error).__name__) from error
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unreachable(str(status))
    return status


async def _status(request: httpx.Request) -> int:
    seconds = rules.TIMEOUT.total_seconds()
    # The library's own time-outs begin again with each letter that comes: ours is over before.
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=2 * seconds, trust_env=False) as client,
    ):
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return answer.status_code


def _addressed(url: str, form: dict[str, str]) -> httpx.Request:
    """Return the request, sent to the very number that was looked up and may be told."""
    asked = httpx.URL(url)
    port = asked.port or (443 if asked.scheme == "https" else 80)
    numbers = numbers_of(asked.host, port, within=rules.TIMEOUT)
    private = getattr(settings, "PARVIS_OPENID_PRIVATE_NETWORKS", ())
    if not all(may_be_called(number, private_networks=private) for number in numbers):
        raise Unreachable("private address")
    return httpx.Request(
        "POST",
        asked.copy_with(host=numbers[0]),
        data=form,
        headers={"Host": asked.netloc.decode("ascii"), "User-Agent": "Parvis"},
        extensions={"sni_hostname": asked.host},
    )


def _heard(message: LogoutMessage, answered: int, *, now: dt.datetime) -> None:
    message.state = LogoutMessage.State.HEARD
    message.heard_at = now
    message.answered, message.next_try_at = str(answered), None
    message.tries += 1
    message.save()


def _missed(message: LogoutMessage, answered: str, *, now: dt.datetime) -> None:
    message.tries += 1
    message.answered = answered[:200]
    message.next_try_at = rules.next_try(message.tries, now=now)
    if message.next_try_at is None:
        message.state = LogoutMessage.State.GIVEN_UP
    message.save()


def _put_off(service_id: int, *, until: dt.datetime | None, now: dt.datetime) -> None:
    """Let the other messages of a service wait with the one that found nobody there."""
    waiting = Q(login__service_id=service_id, state=LogoutMessage.State.WAITING)
    others = LogoutMessage.objects.filter(waiting)
    others.filter(created_at__lte=now - rules.PATIENCE).update(
        state=LogoutMessage.State.GIVEN_UP, next_try_at=None
    )
    if until is not None:
        others.filter(next_try_at__lt=until).update(next_try_at=until)


def _come_back(service_id: int, *, now: dt.datetime) -> None:
    """See that what still waits is told in time."""
    waiting = LogoutMessage.objects.filter(
        login__service_id=service_id, state=LogoutMessage.State.WAITING
    )
    first = waiting.order_by("next_try_at").first()
    if first is not None and first.next_try_at is not None:
        with transaction.atomic():
            defer_telling(service_id, at=max(first.next_try_at, now))

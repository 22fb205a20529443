"""Text messages: written with what caused them, handed over to a gateway at most once, by a job."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel import clock
from parvis.kernel.models import OutgoingText, TextState

TASK = "kernel.send_text"
QUEUE = "sms"

# Fifteen tries, 2, 4, 8… seconds apart: a code is still of use at the seventh, a warning at the
# last.
_RETRIES = RetryStrategy(max_attempts=15, exponential_wait=2)
# French typography is no part of the alphabet of a text message: one such sign halves its length.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2019": "'", "\u00ab": '"', "\u00bb": '"'})


# No gateway takes longer to answer.
_SECONDS = 20.0


def _setting(name: str) -> str:
    return str(getattr(settings, f"PARVIS_SMS_{name}", ""))


class NotTaken(Exception):
    """The gateway did not take the text, and may be asked again."""


class Rejected(Exception):
    """The gateway will never take this text: its number or its words are wrong."""


class Unanswered(Exception):
    """The text was given and no answer came: nobody knows whether it left."""


class Gateway(Protocol):
    """Whoever carries text messages."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Give one text to be carried to a number (E.164); return the gateway's own name for it.

        `reference` is the same whenever the same text is given again.

        :raises NotTaken: Rejected: Unanswered: as their names say
        """
        ...


class OneApi:
    """GSMA OneAPI 1.0, the OMA RESTful Network API for Messaging, as operators offer it.

    `POST {url}/smsmessaging/v1/outbound/{sender}/requests`; its clientCorrelator is our reference:
    a gateway that follows the standard makes one message of two requests with the same one.
    """

    def __init__(self) -> None:
        self._token = ""

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Give one text to the gateway; see `Gateway.send`."""
        sender = f"tel:{_setting('SENDER')}"
        asked: dict[str, Any] = {
            "address": [f"tel:{to}"],
            "senderAddress": sender,
            "outboundSMSTextMessage": {"message": text},
            "clientCorrelator": reference,
        }
        if _setting("SENDER_NAME"):
            asked["senderName"] = _setting("SENDER_NAME")
        url = f"{_setting('URL').rstrip('/')}/smsmessaging/v1/outbound"
        answer = self._post(
            f"{url}/{quote(sender, safe='')}/requests", {"outboundSMSMessageRequest": asked}
        )
        return _resource(answer)

    def _post(self, url: str, asked: dict[str, Any]) -> httpx.Response:
        answer = self._give(url, asked)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self._token:
            # A token lives an hour or a day: the gateway says when it is over.
            self._token = ""
            answer = self._give(url, asked)
        if answer.is_success:
            return answer
        raise _why(answer)

    def _give(self, url: str, asked: dict[str, Any]) -> httpx.Response:
        headers = self._credentials()
        try:
            return httpx.post(url, json=asked, timeout=_SECONDS, **headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotTaken(repr(error)) from error
        except httpx.HTTPError as error:
            raise Unanswered(repr(error)) from error

    def _credentials(self) -> dict[str, Any]:
        owner = (_setting("USER"), _setting("PASSWORD"))
        if not _setting("TOKEN_URL"):
            return {"auth": owner} if any(owner) else {}
        if not self._token:
            self._token = self._new_token(owner)
        return {"headers": {"Authorization": f"Bearer {self._token}"}}

    def _new_token(self, owner: tuple[str, str]) -> str:
        try:
            answer = httpx.post(
                _setting("TOKEN_URL"),
                auth=owner,
                data={"grant_type": "client_credentials"},
                timeout=_SECONDS,
            )
            answer.raise_for_status()
            return str(answer.json()["access_token"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            msg = f"no token: {error!r}"
            raise NotTaken(msg) from error


def _resource(answer: httpx.Response) -> str:
    """Return what the gateway calls the text it took; it took it even if it does not say."""
    try:
        return str(answer.json()["outboundSMSMessageRequest"]["resourceURL"])[:300]
    except (ValueError, KeyError, TypeError):
        return ""


_PASSING = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
# What a proxy says in front of a gateway that may have heard us.
_DOUBTFUL = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}


def _why(answer: httpx.Response) -> Exception:
    said = f"{answer.status_code} {_said(answer)}".strip()
    if answer.status_code in _DOUBTFUL:
        return Unanswered(said)
    if answer.is_server_error or answer.status_code in _PASSING:
        return NotTaken(said)
    return Rejected(said)


def _said(answer: httpx.Response) -> str:
    """Return the code of the standard's error (SVC…, POL…): its text might repeat ours."""
    try:
        errors = answer.json()["requestError"].values()
        return " ".join(str(error["messageId"])[:20] for error in errors)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text message to one number (E.164); `message_key` is stable for one cause and one number.

    Nobody needs it any more after `useless_at`: it is not sent late. `person_id` names the person
    it is about: it is deleted with their account.
    """

    message_key: str
    to: str
    text: str
    useless_at: dt.datetime
    person_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A text message as it stands; its words are shown to nobody."""

    id: uuid.UUID
    message_key: str
    recipient: str
    state: str
    last_error: str
    posted_at: dt.datetime
    can_be_resent: bool


def is_available() -> bool:
    """Tell whether this city has a gateway for text messages."""
    return bool(_setting("URL"))


def post(text: Text, *, now: dt.datetime) -> uuid.UUID:
    """Write the text and defer its sending, both in the caller's transaction; return its public id.

    A second text with the same message key changes nothing and returns the first one's id.

    :raises RuntimeError: outside a transaction, where the text could outlive what caused it
    """
    if not connection.in_atomic_block:
        msg = f"the text {text.message_key} was posted outside a transaction"
        raise RuntimeError(msg)
    row, is_new = OutgoingText.objects.get_or_create(
        message_key=text.message_key,
        defaults={
            "person_id": text.person_id,
            "recipient": text.to,
            "text": text.text.translate(_PLAIN),
            "posted_at": now,
            "useless_at": text.useless_at,
            "changed_at": now,
        },
    )
    if is_new:
        _defer(row.public_id)
    return row.public_id


@app.task(name=TASK, retry=_RETRIES, queue=QUEUE)
def send_text(text_id: str) -> None:
    """Hand one text over to the gateway; an exception means that it will be tried again later."""
    hand_over(uuid.UUID(text_id), now=clock.now())


def hand_over(text_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Hand one waiting text over; one found half handed over becomes uncertain.

    :raises NotTaken: if the gateway cannot be reached or is busy; the text stays waiting
    """
    row = OutgoingText.objects.filter(public_id=text_id).first()
    # A text that left with its account is no longer owed.
    if row is None:
        return
    if row.state == TextState.HANDING_OVER:
        _move(row, TextState.HANDING_OVER, TextState.UNCERTAIN, now=now)
    elif row.state == TextState.WAITING and now >= row.useless_at:
        _move(row, TextState.WAITING, TextState.LOST, now=now, text="")
    elif row.state == TextState.WAITING and _move(
        row, TextState.WAITING, TextState.HANDING_OVER, now=now
    ):
        _give(row, now=now)


def _give(row: OutgoingText, *, now: dt.datetime) -> None:
    held = TextState.HANDING_OVER
    try:
        named = gateway().send(to=row.recipient, text=row.text, reference=str(row.public_id))
    except NotTaken as error:
        _move(row, held, TextState.WAITING, now=now, **_tried(error))
        raise
    except Rejected as error:
        _move(row, held, TextState.LOST, now=now, text="", **_tried(error))
    except Unanswered as error:
        _move(row, held, TextState.UNCERTAIN, now=now, **_tried(error))
    else:
        _move(row, held, TextState.SENT, now=now, text="", gateway_ref=named)


def gateway() -> Gateway:
    """Return the gateway of the settings; one for each process, for it keeps its token."""
    return _gateway(_setting("GATEWAY"), _setting("URL"))


@lru_cache(maxsize=1)
def _gateway(path: str, url: str) -> Gateway:
    # Another address is another gateway: a token of the old one is worth nothing there.
    del url
    made: Gateway = import_string(path)()
    return made


def astray(*, now: dt.datetime, limit: int = 200) -> list[Posted]:
    """Return the texts that did not leave, or of which nobody knows, newest first."""
    rows = _astray(now).order_by("-changed_at")[:limit]
    return [_posted(row, now=now) for row in rows]


def astray_count(*, now: dt.datetime) -> int:
    """Return how many texts did not leave, or perhaps did not."""
    return int(_astray(now).count())


@transaction.atomic
def resend(text_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Send an uncertain text again, as a person decided; return False if it is of no use."""
    again = OutgoingText.objects.filter(
        public_id=text_id, state=TextState.UNCERTAIN, useless_at__gt=now
    ).update(state=TextState.WAITING, changed_at=now)
    if again:
        _defer(text_id)
    return bool(again)


@transaction.atomic
def put_aside(text_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Note that a person has seen a text that went astray; return False if it has not."""
    rows = _astray(now).filter(public_id=text_id)
    return bool(rows.update(state=TextState.SETTLED, text="", changed_at=now))


def forget_old(*, before: dt.datetime, now: dt.datetime) -> int:
    """Delete the texts posted before a moment, and the words of those nobody needs any more."""
    OutgoingText.objects.filter(useless_at__lte=now).exclude(text="").update(text="")
    return OutgoingText.objects.filter(posted_at__lt=before).delete()[0]


def posted_about(person_id: uuid.UUID) -> list[Posted]:
    """Return the texts posted about a person, newest first."""
    rows = OutgoingText.objects.filter(person_id=person_id).order_by("-posted_at")
    return [_posted(row, now=row.useless_at) for row in rows]


def forget_person(person_id: uuid.UUID) -> int:
    """Delete the texts about a person; return how many there were."""
    return OutgoingText.objects.filter(person_id=person_id).delete()[0]


def _astray(now: dt.datetime) -> Any:
    gone = Q(state__in=(TextState.UNCERTAIN, TextState.LOST))
    # The worker was away, or gave up: nothing will come of these either.
    late = Q(state__in=(TextState.WAITING, TextState.HANDING_OVER), useless_at__lte=now)
    return OutgoingText.objects.filter(gone | late)


def _posted(row: OutgoingText, *, now: dt.datetime) -> Posted:
    return Posted(
        id=row.public_id,
        message_key=row.message_key,
        recipient=row.recipient,
        state=row.state,
        last_error=row.last_error,
        posted_at=row.posted_at,
        can_be_resent=row.state == TextState.UNCERTAIN and now < row.useless_at,
    )


def _tried(error: Exception) -> dict[str, Any]:
    return {"tries": F("tries") + 1, "last_error": (str(error) or repr(error))[:500]}


def _move(row: OutgoingText, before: str, after: str, *, now: dt.datetime, **changes: Any) -> bool:
    """Change the state if it still is what we think; only one of two programs can win."""
    moved = OutgoingText.objects.filter(pk=row.pk, state=before).update(
        state=after, changed_at=now, **changes
    )
    return moved == 1


def _defer(text_id: uuid.UUID) -> None:
    # Django's own connection: a worker's would defer outside our transaction.
    manager = JobManager(DjangoConnector())
    configure_task(name=TASK, job_manager=manager, queue=QUEUE, lock=f"sms/{text_id}").defer(
        text_id=str(text_id)
    )

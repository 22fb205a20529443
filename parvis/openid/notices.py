"""What a person reads on their timeline about the services they connect."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from parvis.kernel.declarations import Deed, Notice, Told, Topic, deeds, notices, topics
from parvis.kernel.facts import Delivered
from parvis.openid import events
from parvis.openid.queries import consents, services

TOPIC = "openid"


def _person(fact: Any) -> list[uuid.UUID]:
    return [fact.person_id]


def _connected(fact: events.ServiceClosed) -> Sequence[uuid.UUID]:
    service = services.of_id(fact.service_id)
    return consents.persons_of(service) if service.closed_at else []


def given(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a service was connected."""
    return _told(
        delivered,
        gettext("You connected %(service)s"),
        gettext("You may see what it knows, and take it back."),
    )


def withdrawn(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a service was disconnected."""
    return _told(
        delivered,
        gettext("You disconnected %(service)s"),
        gettext("It is told nothing more, and you are signed out of it."),
    )


def closed(delivered: Delivered, _person_id: uuid.UUID) -> Told | None:
    """Say that a service is not connected to the City any more."""
    return _told(
        delivered,
        gettext("%(service)s is no longer connected to the City"),
        gettext("You are signed out of it, and it is told nothing more."),
    )


def _told(delivered: Delivered, title: str, body: str) -> Told | None:
    name = services.name_of(delivered.fact.service_id)
    if not name:
        return None
    page = reverse("openid:connected")
    return Told(title=title % {"service": name}, body=body, url=page, icon="lock")


topics.declare(Topic(key=TOPIC, label=_("Connected services")))
notices.declare(
    Notice(
        key="openid.consent_given",
        fact_type=events.ConsentGiven,
        topic=TOPIC,
        mail=False,
        who=_person,
        tell=given,
        is_news=False,
    ),
    Notice(
        key="openid.consent_withdrawn",
        fact_type=events.ConsentWithdrawn,
        topic=TOPIC,
        mail=False,
        who=_person,
        tell=withdrawn,
        is_news=False,
    ),
    Notice(
        key="openid.service_closed",
        fact_type=events.ServiceClosed,
        topic=TOPIC,
        mail=False,
        who=_connected,
        tell=closed,
    ),
)
deeds.declare(
    Deed(key="openid.consent_given", label=_("agreed to tell a service something")),
    Deed(key="openid.consent_withdrawn", label=_("disconnected a service")),
    Deed(key="openid.signed_in_for_another", label=_("entered another service")),
    Deed(key="openid.service_registered", label=_("registered a service")),
    Deed(key="openid.service_changed", label=_("changed a service")),
    Deed(key="openid.secret_renewed", label=_("gave a service a new secret")),
    Deed(key="openid.keys_rotated", label=_("renewed the keys that sign")),
    Deed(key="openid.trial_opened", label=_("opened the test page of a service")),
    Deed(key="openid.service_closed", label=_("closed a service")),
)

"""What a person reads on their timeline about their account; the account writes its own mails."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from parvis.account import events
from parvis.account.models import Role
from parvis.kernel.declarations import Deed, Notice, Told, Topic, deeds, notices, topics
from parvis.kernel.facts import Delivered

TOPIC = "account"


def _person(fact: Any) -> list[uuid.UUID]:
    return [fact.person_id]


def _told(title: str, body: str, *, icon: str = "me") -> Told:
    return Told(title=title, body=body, url=reverse("account:known"), icon=icon)


def opened(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the account is open."""
    return _told(gettext("Your account is open"), gettext("Your address is confirmed."), icon="ok")


def address_changed(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the address was changed."""
    return _told(
        gettext("Your account has a new address"),
        gettext("The City now writes to you there. The old address was told."),
        icon="mail",
    )


def password_changed(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the password was changed."""
    return _told(
        gettext("Your password was changed"),
        gettext("Your other devices have been signed out."),
        icon="lock",
    )


def role_granted(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which role the City gave."""
    role = Role(delivered.fact.role).label
    return _told(
        gettext("The City gave you a role: %(role)s") % {"role": role},
        gettext("It opens the desk to you."),
        icon="desk",
    )


def _notice(
    key: str,
    fact_type: type[events.AboutPerson],
    tell: Callable[[Delivered, uuid.UUID], Told | None],
) -> Notice:
    return Notice(key=key, fact_type=fact_type, topic=TOPIC, mail=False, who=_person, tell=tell)


topics.declare(Topic(key=TOPIC, label=_("My account")))
notices.declare(
    _notice("account.confirmed", events.AccountConfirmed, opened),
    _notice("account.email_changed", events.EmailChanged, address_changed),
    _notice("account.password_changed", events.PasswordChanged, password_changed),
    _notice("account.role_granted", events.RoleGranted, role_granted),
)
deeds.declare(
    Deed(key="account.confirmed", label=_("confirmed the address")),
    Deed(key="account.email_changed", label=_("changed the e-mail address")),
    Deed(key="account.password_changed", label=_("changed the password")),
    Deed(key="account.profile_changed", label=_("changed the profile")),
    Deed(key="account.role_granted", label=_("gave a role")),
    Deed(key="account.closed", label=_("closed the account")),
)

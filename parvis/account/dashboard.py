"""What the account shows on others' squares: its pages of the desk, and of « Mon compte »."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.models import ArchiveState, Role
from parvis.account.queries import assisting, factors, identities, phones, recovery, rights, roles
from parvis.account.rules.roles import ANY_SERVICE, Reach
from parvis.kernel import sms
from parvis.kernel.acting import gives_standing
from parvis.kernel.declarations import AccountPage, DeskQueue, account_pages, desk_queues
from parvis.ui.wording import number

gives_standing(assisting.KIND)(assisting.standing)


def _late(now: dt.datetime, _territories: frozenset[int] | None) -> int:
    """Return how many people with a role should have added a second factor by now."""
    if roles.second_factor_days() is None:
        return 0
    found = roles.staff(now=now)
    return sum(1 for one in found if one.due_at and one.due_at <= now and not one.has_second_factor)


def _nothing_waits(_now: dt.datetime, _territories: frozenset[int] | None) -> int:
    return 0


def _helped(person_id: uuid.UUID, now: dt.datetime) -> str:
    found = assisting.received(person_id, now=now)
    if any(one.is_open for one in found):
        return _("An agent acts for you at this moment.")
    if not found:
        return _("No agent acted for you.")
    said = ngettext(
        "An agent acted for you once.", "Agents acted for you %(count)s times.", len(found)
    )
    return said % {"count": number(len(found))}


def _read(person_id: uuid.UUID, now: dt.datetime) -> str:
    archive = rights.archive_of(person_id, now=now)
    if archive is not None and archive.state == ArchiveState.READY:
        return _("Your archive is ready.")
    found = rights.reading_count(person_id)
    if not found:
        return _("No agent read your file in the last twelve months.")
    said = ngettext(
        "%(count)s reading in twelve months.", "%(count)s readings in twelve months.", found
    )
    return said % {"count": number(found)}


def _texts_astray(now: dt.datetime) -> int:
    return sms.astray_count(now=now)


def _recoveries_open(_now: dt.datetime, territories: frozenset[int] | None) -> int:
    return recovery.open_at_counter_count(Reach(territories))


def _phones(person_id: uuid.UUID, _now: dt.datetime) -> str:
    count = phones.phone_count(person_id)
    if not count:
        return _("No phone yet: one helps you back in if you forget your password.")
    return ngettext("One phone.", "%(count)s phones.", count) % {"count": number(count)}


def _identities(person_id: uuid.UUID, _now: dt.datetime) -> str:
    found = identities.identities_of(person_id)
    if not found:
        return _("No identity is attached yet.")
    names = dict.fromkeys(one.name for one in found)
    return _("You sign in with %(names)s.") % {"names": ", ".join(names)}


def _waiting_matches(_now: dt.datetime) -> int:
    return identities.waiting_count()


def _protected(person_id: uuid.UUID, _now: dt.datetime) -> str:
    if factors.has_second_factor(person_id):
        return _("Your account asks for two proofs.")
    return _("Your password alone opens your account.")


desk_queues.declare(
    DeskQueue(
        key="account.matching",
        label=gettext_lazy("One person, two accounts"),
        order=75,
        url_name="account:matching",
        role=Role.AGENT,
        waiting=_waiting_matches,
    ),
    DeskQueue(
        key="account.recoveries",
        label=gettext_lazy("Ways back into an account"),
        order=75,
        url_name="account:recoveries",
        role=Role.AGENT,
        waiting_in=_recoveries_open,
    ),
    DeskQueue(
        key="account.texts",
        label=gettext_lazy("Text messages to check"),
        order=92,
        url_name="account:texts",
        role=Role.ADMINISTRATOR,
        waiting=_texts_astray,
    ),
    DeskQueue(
        key="account.agents",
        label=gettext_lazy("Who works for the City"),
        order=80,
        url_name="account:agents",
        role=Role.ADMINISTRATOR,
        service=ANY_SERVICE,
        waiting_in=_late,
    ),
    DeskQueue(
        key="account.retention",
        label=gettext_lazy("What is forgotten by itself"),
        order=90,
        url_name="account:retention",
        role=Role.ADMINISTRATOR,
        service=ANY_SERVICE,
        waiting=rights.failed_rules,
    ),
    DeskQueue(
        key="account.assist",
        label=gettext_lazy("Act for a resident"),
        order=70,
        url_name="account:assist",
        role=Role.AGENT,
        service=ANY_SERVICE,
        waiting_in=_nothing_waits,
    ),
)
account_pages.declare(
    AccountPage(
        key="account.security",
        label=gettext_lazy("Security"),
        url_name="account:security",
        icon="lock",
        order=10,
        summary=_protected,
    ),
    AccountPage(
        key="account.identities",
        label=gettext_lazy("My identities"),
        url_name="account:identities",
        icon="me",
        order=15,
        summary=_identities,
    ),
    AccountPage(
        key="account.phones",
        label=gettext_lazy("My phones"),
        url_name="account:phones",
        icon="phone",
        order=15,
        summary=_phones,
    ),
    AccountPage(
        key="account.data",
        label=gettext_lazy("My data"),
        url_name="account:data",
        icon="data",
        order=20,
        summary=_read,
    ),
    AccountPage(
        key="account.helped",
        label=gettext_lazy("Agents who acted for me"),
        url_name="account:helped",
        icon="desk",
        order=60,
        summary=_helped,
    ),
)

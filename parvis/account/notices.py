"""What a person reads on their timeline about their account; the account writes its own mails."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from parvis.account import events
from parvis.account.models import Role, Vouching
from parvis.account.queries import people
from parvis.account.queries.sessions import client_in_words
from parvis.account.rules.sessions import Client
from parvis.kernel.declarations import (
    Deed,
    Notice,
    Told,
    Topic,
    deeds,
    domains,
    notices,
    topics,
)
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


def factor_added(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the account can be opened in one more way."""
    title = {
        "passkey": gettext("A passkey was added to your account"),
        "app": gettext("An application was added to your account"),
        "paper_codes": gettext("New recovery codes were made for your account"),
    }[delivered.fact.factor]
    return _protection(title)


def factor_removed(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that one way to open the account is gone."""
    title = {
        "passkey": gettext("A passkey was taken away from your account"),
        "app": gettext("The application was taken away from your account"),
    }[delivered.fact.factor]
    return _protection(title)


def paper_code_used(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that a recovery code was used."""
    return _protection(gettext("One of your recovery codes was used"))


def _protection(title: str) -> Told:
    body = gettext("If it was not you, choose another password straight away.")
    return Told(title=title, body=body, url=reverse("account:security"), icon="lock")


def new_device(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say from which device somebody signed in."""
    fact = delivered.fact
    device = client_in_words(Client(browser=fact.browser, system=fact.system))
    return Told(
        title=gettext("You signed in from a new device"),
        body=gettext("%(device)s. If it was not you, end that session.") % {"device": device},
        url=reverse("account:sessions"),
        icon="lock",
    )


def phone_added(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that a phone was added."""
    return _phones(gettext("A phone was added to your account"))


def phone_removed(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that a phone was removed."""
    return _phones(gettext("A phone was removed from your account"))


def _phones(title: str) -> Told:
    body = gettext("If it was not you, choose another password straight away.")
    return Told(title=title, body=body, url=reverse("account:phones"), icon="phone")


def recovery_opened(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that somebody came to a counter for the account."""
    return Told(
        title=gettext("Someone asks for access to your account at a counter"),
        body=gettext("If it was not you, refuse within a day: nothing happens then."),
        url=reverse("account:pending_recovery"),
        icon="warn",
        tone="urgent",
    )


def recovery_stopped(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that what was asked at the counter came to nothing."""
    return _told(
        gettext("What was asked at a counter for your account is stopped"),
        gettext("Your account stays as it is."),
        icon="ok",
    )


def recovered(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the account was recovered."""
    return _protection(gettext("You have your account back"))


def role_granted(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which role the City gave."""
    role = Role(delivered.fact.role).label
    return _told(
        gettext("The City gave you a role: %(role)s") % {"role": role},
        gettext("It opens the desk to you."),
        icon="desk",
    )


def role_taken_back(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which role the City took back, and why."""
    role = Role(delivered.fact.role).label
    return _told(
        gettext("The City took a role back: %(role)s") % {"role": role},
        delivered.fact.reason or gettext("The desk no longer opens to you for it."),
        icon="desk",
    )


def assistance_began(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which agent acts for the person, and why."""
    agent = people.person(delivered.fact.agent_id)
    name = agent.usual_name if agent else gettext("An agent")
    return Told(
        title=gettext("%(name)s, agent of the City, acts for you") % {"name": name},
        body=delivered.fact.reason,
        url=reverse("account:helped"),
        icon="desk",
        tone="warn",
    )


def archive_ready(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the archive can be downloaded, and for how long."""
    return Told(
        title=gettext("The archive of your data is ready"),
        body=gettext(
            "You can download it for a week; you are asked to show once more that it is you."
        ),
        url=reverse("account:data"),
        icon="down",
    )


def _of_identities(title: str, body: str) -> Told:
    return Told(title=title, body=body, url=reverse("account:identities"), icon="lock")


def identity_attached(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which party outside opens the account from now on."""
    name = Vouching(delivered.fact.vouched_by).label
    return _of_identities(
        gettext("You can now sign in with %(name)s") % {"name": name},
        gettext("Your account was attached to your identity at %(name)s.") % {"name": name},
    )


def identity_detached(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say which party outside no longer opens the account."""
    name = Vouching(delivered.fact.vouched_by).label
    return _of_identities(
        gettext("%(name)s no longer opens your account") % {"name": name},
        gettext("Your identity at %(name)s was taken off your account.") % {"name": name},
    )


def accounts_merged(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that two accounts are one."""
    return _of_identities(
        gettext("Your two accounts are now one"),
        gettext("The other no longer opens; it can be brought back whole."),
    )


def accounts_separated(_delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that the accounts are two again."""
    return _of_identities(
        gettext("Your two accounts are separate again"),
        gettext("Each has what it had; both open as they did before."),
    )


def helper_came(delivered: Delivered, _person_id: uuid.UUID) -> Told:
    """Say that a professional came, and what they may do."""
    asked = set(delivered.fact.domains)
    named = [str(domain.label) for domain in domains if domain.key in asked]
    return _told(
        gettext("A professional signed in for you, through Aidants Connect"),
        gettext("They may act for you in: %(domains)s.") % {"domains": ", ".join(named)},
        icon="hands",
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
    _notice("account.factor_added", events.FactorAdded, factor_added),
    _notice("account.factor_removed", events.FactorRemoved, factor_removed),
    _notice("account.paper_code_used", events.PaperCodeUsed, paper_code_used),
    _notice("account.new_device", events.SignedInFromNewDevice, new_device),
    _notice("account.phone_added", events.PhoneAdded, phone_added),
    _notice("account.phone_removed", events.PhoneRemoved, phone_removed),
    _notice("account.recovery_opened", events.RecoveryOpened, recovery_opened),
    _notice("account.recovery_stopped", events.RecoveryStopped, recovery_stopped),
    _notice("account.recovered", events.AccountRecovered, recovered),
    _notice("account.identity_attached", events.IdentityAttached, identity_attached),
    _notice("account.identity_detached", events.IdentityDetached, identity_detached),
    _notice("account.merged", events.AccountsMerged, accounts_merged),
    _notice("account.separated", events.AccountsSeparated, accounts_separated),
    _notice("account.helper_came", events.HelperCame, helper_came),
    _notice("account.role_granted", events.RoleGranted, role_granted),
    _notice("account.role_taken_back", events.RoleTakenBack, role_taken_back),
    # By mail as well: whoever did not ask for it learns that somebody did.
    Notice(
        key="account.archive_ready",
        fact_type=events.ArchiveReady,
        topic=TOPIC,
        mail=True,
        who=_person,
        tell=archive_ready,
    ),
    # Told by mail as well: whoever did not ask for help must know at once.
    Notice(
        key="account.assistance_began",
        fact_type=events.AssistanceBegan,
        topic=TOPIC,
        mail=True,
        who=_person,
        tell=assistance_began,
    ),
)
deeds.declare(
    Deed(key="account.confirmed", label=_("confirmed the address")),
    Deed(key="account.email_changed", label=_("changed the e-mail address")),
    Deed(key="account.password_changed", label=_("changed the password")),
    Deed(key="account.factor_added", label=_("added a way to sign in")),
    Deed(key="account.factor_removed", label=_("took away a way to sign in")),
    Deed(key="account.factor_renamed", label=_("renamed a way to sign in")),
    Deed(key="account.sessions_ended", label=_("ended sessions elsewhere")),
    Deed(key="account.device_forgotten", label=_("had a device forgotten")),
    Deed(key="account.profile_changed", label=_("changed the profile")),
    Deed(key="account.phone_added", label=_("added a phone")),
    Deed(key="account.phone_removed", label=_("removed a phone")),
    Deed(key="account.recovered", label=_("chose a new password with two proofs")),
    Deed(key="account.recovery_opened", label=_("opened a recovery at the counter")),
    Deed(key="account.recovery_stopped", label=_("stopped a recovery at the counter")),
    Deed(key="account.recovery_link_sent", label=_("received a link, nobody having refused")),
    Deed(key="account.recovered_at_counter", label=_("recovered the account at the counter")),
    Deed(key="account.text_sent_again", label=_("sent an uncertain text message again")),
    Deed(key="account.text_put_aside", label=_("put a lost text message aside")),
    Deed(key="account.role_granted", label=_("gave a role")),
    Deed(key="account.role_taken_back", label=_("took a role back")),
    Deed(key="account.assistance_began", label=_("began to act for the person")),
    Deed(key="account.assistance_ended", label=_("stopped acting for the person")),
    Deed(key="account.helper_came", label=_("signed in for the person")),
    Deed(key="account.archive_asked", label=_("asked for an archive of the data")),
    Deed(key="account.archive_taken", label=_("downloaded the archive of the data")),
    Deed(key="account.identity_attached", label=_("attached an identity to the account")),
    Deed(key="account.identity_detached", label=_("took an identity off the account")),
    Deed(key="account.agent_invited", label=_("invited to sign in with ProConnect")),
    Deed(key="account.match_confirmed", label=_("confirmed that both are one person")),
    Deed(key="account.match_declined", label=_("did not confirm that both are one person")),
    Deed(key="account.merged", label=_("brought two accounts together")),
    Deed(key="account.unmerged", label=_("took two accounts apart again")),
    Deed(key="account.closed", label=_("closed the account")),
)

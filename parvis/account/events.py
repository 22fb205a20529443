"""The facts the account announces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPerson(Fact):
    """A fact about one account."""

    person_id: uuid.UUID

    @property
    def aggregate(self) -> str:
        """Return the person as facts and the register call them."""
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(AboutPerson):
    """Somebody signed up; their address is not confirmed yet."""

    NAME: ClassVar[str] = "account.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfirmed(AboutPerson):
    """The person showed that the address is theirs."""

    NAME: ClassVar[str] = "account.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChanged(AboutPerson):
    """The person confirmed a new address."""

    NAME: ClassVar[str] = "account.email_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AboutPerson):
    """The person chose a new password."""

    NAME: ClassVar[str] = "account.password_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAdded(AboutPerson):
    """The person has one more way to show that it is them: "passkey", "app" or "paper_codes"."""

    NAME: ClassVar[str] = "account.factor_added"

    factor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRemoved(AboutPerson):
    """The person took a passkey ("passkey") or their application ("app") away."""

    NAME: ClassVar[str] = "account.factor_removed"

    factor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCodeUsed(AboutPerson):
    """A code kept on paper stood in for the second step; `left` others are good."""

    NAME: ClassVar[str] = "account.paper_code_used"

    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInFromNewDevice(AboutPerson):
    """Somebody signed in as the person from a device that was not known for them."""

    NAME: ClassVar[str] = "account.new_device"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"browser", "system", "address"})

    browser: str
    system: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(AboutPerson):
    """A session of the person is over: signed out, ended from elsewhere, or run out.

    `session_ref` is what `parvis.account.public.session_ref_of` said of it while it was open.
    """

    NAME: ClassVar[str] = "account.session_ended"

    session_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(AboutPerson):
    """The city gave the person a role, for one service or for all ("")."""

    NAME: ClassVar[str] = "account.role_granted"

    role: str
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTakenBack(AboutPerson):
    """The city took a role back from the person."""

    NAME: ClassVar[str] = "account.role_taken_back"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    role: str
    service: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceBegan(AboutPerson):
    """An agent began to act for the person, who came to a counter, called or wrote."""

    NAME: ClassVar[str] = "account.assistance_began"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    agent_id: uuid.UUID
    way: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReady(AboutPerson):
    """The archive of everything that is kept about the person can be downloaded."""

    NAME: ClassVar[str] = "account.archive_ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAdded(AboutPerson):
    """The person showed that a phone is theirs; its number stands in no fact."""

    NAME: ClassVar[str] = "account.phone_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRemoved(AboutPerson):
    """The person removed a phone from the account."""

    NAME: ClassVar[str] = "account.phone_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryOpened(AboutPerson):
    """An agent opened a way back into the account for who came to a counter as its owner."""

    NAME: ClassVar[str] = "account.recovery_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryStopped(AboutPerson):
    """A recovery at the counter ended with nothing: "refused", "signed_in" or "withdrawn"."""

    NAME: ClassVar[str] = "account.recovery_stopped"

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecovered(AboutPerson):
    """The person has their account back, by two proofs or at the counter."""

    NAME: ClassVar[str] = "account.recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAttached(AboutPerson):
    """A party outside ("franceconnect", "proconnect") opens the person's account from now on."""

    NAME: ClassVar[str] = "account.identity_attached"

    vouched_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDetached(AboutPerson):
    """A party outside no longer opens the person's account."""

    NAME: ClassVar[str] = "account.identity_detached"

    vouched_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsMerged(AboutPerson):
    """Another account of the person was merged into theirs: `merged_id` is closed from now on."""

    NAME: ClassVar[str] = "account.merged"

    merged_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsSeparated(AboutPerson):
    """Two accounts that had been merged are two again: `separated_id` is open from now on."""

    NAME: ClassVar[str] = "account.separated"

    separated_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperCame(AboutPerson):
    """A professional of Aidants Connect signed in for the person, for these domains."""

    NAME: ClassVar[str] = "account.helper_came"

    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(AboutPerson):
    """The person closed the account; what could be forgotten is forgotten."""

    NAME: ClassVar[str] = "account.closed"

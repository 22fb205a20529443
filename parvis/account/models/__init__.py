"""What the account remembers."""

from __future__ import annotations

from parvis.account.models.devices import Device, OpenSession
from parvis.account.models.factors import MailedCode, PaperCode
from parvis.account.models.identities import (
    Identity,
    Invitation,
    Merge,
    Proposal,
    Settled,
    Vouching,
)
from parvis.account.models.phones import CodeUse, Phone, PhoneCode
from parvis.account.models.recovery import CounterRecovery, Outcome, Paper, Recovery
from parvis.account.models.resident import Language, Resident, Residents
from parvis.account.models.rights import Archive, ArchiveState, RetentionRun
from parvis.account.models.roles import Assistance, Role, RoleGrant, Way

__all__ = [
    "Archive",
    "ArchiveState",
    "Assistance",
    "CodeUse",
    "CounterRecovery",
    "Device",
    "Identity",
    "Invitation",
    "Language",
    "MailedCode",
    "Merge",
    "OpenSession",
    "Outcome",
    "Paper",
    "PaperCode",
    "Phone",
    "PhoneCode",
    "Proposal",
    "Recovery",
    "Resident",
    "Residents",
    "RetentionRun",
    "Role",
    "RoleGrant",
    "Settled",
    "Vouching",
    "Way",
]

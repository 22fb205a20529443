"""What the account keeps of who vouches for a person, and of accounts brought together."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from parvis.account.actions import identities, inviting, merging, proposing
from parvis.account.queries.merging import former_refs
from parvis.account.rules import identities as rules, merging as merging_rules
from parvis.kernel import known_as
from parvis.kernel.declarations import (
    Held,
    Keeps,
    Moves,
    Reads,
    Rule,
    Stays,
    keeps,
    moves,
    reads,
)


def _erase(person_id: uuid.UUID, now: dt.datetime) -> int:
    merged = merging.forget_merges(person_id, now)
    return merged + identities.forget_identities(person_id, now)


reads.declare(
    Reads(
        key="account.match",
        what=_("read your civil status and your address"),
        why=_("to see whether somebody who asked for your account is you"),
    )
)
keeps.declare(
    Keeps(
        key="account.identities",
        label=_("Who vouches for you"),
        personal=_(
            "Who you are at FranceConnect or ProConnect: a number, your civil status, an address;"
            " the accounts of yours that were brought together."
        ),
        retention=_(
            "As long as they open your account; three days where they open none. What is needed to"
            " take accounts apart again: a year."
        ),
        held=(
            Held(
                model="residents.Identity",
                label=_("Your identities"),
                by=("person",),
                secret=("pivot",),
            ),
            Held(
                model="residents.Proposal",
                label=_("Identities with the civil status of your account"),
                by=("person",),
                agents=("settled_by",),
                stays=Stays(
                    what=_("That somebody asked for the account, without you."),
                    law=_("The City must be able to show who decided what (GDPR, article 24)."),
                    days=rules.PROPOSAL_DAYS,
                ),
            ),
            Held(
                model="residents.Invitation",
                label=_("Invitations to sign in with ProConnect"),
                by=("person",),
                agents=("invited_by",),
                secret=("digest",),
                stays=Stays(
                    what=_("That an invitation was sent."),
                    law=_("The City must be able to show who could do what (GDPR, article 24)."),
                    days=rules.INVITATION_DAYS,
                ),
            ),
            Held(
                model="residents.Merge",
                label=_("Accounts that were brought together"),
                by=("stays", "goes"),
                agents=("by", "undone_by"),
                secret=("kept",),
                stays=Stays(
                    what=_("That two accounts were one, without what they held."),
                    law=_("The City must be able to show who decided what (GDPR, article 24)."),
                ),
            ),
        ),
        rules=(
            Rule(
                key="account.identities",
                what=_("Identities that open no account"),
                days=rules.UNLINKED_DAYS,
                forget=identities.forget_unlinked,
            ),
            Rule(
                key="account.proposals",
                what=_("Requests to find an account that nobody settled"),
                days=rules.PROPOSAL_DAYS,
                forget=proposing.drop_old,
            ),
            Rule(
                key="account.invitations",
                what=_("Invitations to sign in with ProConnect"),
                days=rules.INVITATION_DAYS,
                forget=inviting.forget_old,
            ),
            Rule(
                key="account.merges",
                what=_("What is needed to take accounts apart again"),
                days=merging_rules.UNDO_DAYS,
                forget=merging.forget_old,
            ),
        ),
        erase=_erase,
        order=12,
    )
)
known_as.tells_former_refs(former_refs)
moves.declare(
    Moves(
        key="account",
        columns=(
            ("residents.Identity", "person"),
            # A number belongs to one account: left behind, its owner could not give it again.
            ("residents.Phone", "person"),
            ("kernel.OutgoingMail", "person_id"),
            ("kernel.OutgoingText", "person_id"),
        ),
        stays=(
            # Ways into the account that goes: it opens again with them when it comes back.
            ("residents.Device", "person"),
            ("residents.OpenSession", "person"),
            ("residents.MailedCode", "person"),
            ("residents.PaperCode", "person"),
            ("residents.PhoneCode", "person"),
            ("residents.Recovery", "person"),
            ("residents.CounterRecovery", "person"),
            ("residents.CounterRecovery", "opened_by"),
            # Who was given, told, decided or asked for what at the time.
            ("residents.RoleGrant", "person"),
            ("residents.RoleGrant", "granted_by"),
            ("residents.RoleGrant", "ended_by"),
            ("residents.Assistance", "person"),
            ("residents.Assistance", "agent"),
            ("residents.Archive", "person"),
            ("residents.Proposal", "person"),
            ("residents.Proposal", "settled_by"),
            ("residents.Invitation", "person"),
            ("residents.Invitation", "invited_by"),
            ("residents.Merge", "stays"),
            ("residents.Merge", "goes"),
            ("residents.Merge", "by"),
            ("residents.Merge", "undone_by"),
        ),
    )
)

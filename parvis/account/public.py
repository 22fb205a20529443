"""The front door: everything other modules may use of the account. Nothing else is promised."""

from __future__ import annotations

from parvis.account.actions.arriving import Onward, sign_out_to_leave
from parvis.account.actions.cast import DemoAccount, demo_accounts
from parvis.account.actions.opening import create_confirmed_account
from parvis.account.actions.roles import grant_role
from parvis.account.events import (
    AccountClosed,
    AccountConfirmed,
    AccountOpened,
    AccountsMerged,
    AccountsSeparated,
    EmailChanged,
    SessionEnded,
)
from parvis.account.permissions import (
    needs_role,
    place_of,
    prove_again_url,
    proves_again,
)
from parvis.account.queries.factors import has_second_factor, second_factor_url
from parvis.account.queries.merging import may_come_back, remaining
from parvis.account.queries.naming import Named, civil_identity, named, named_beside, named_in
from parvis.account.queries.people import Person, person, person_by_email, persons
from parvis.account.queries.reaching import within
from parvis.account.queries.roles import with_second_factor
from parvis.account.queries.sessions import proof_of, session_ref_of
from parvis.account.rules.factors import CONTEXTS, ONE_FACTOR, TWO_FACTORS, Proof, is_enough
from parvis.account.rules.roles import ANY_SERVICE, ANYWHERE, WHOLE_CITY, Reach, RoleHeld

__all__ = [
    "ANYWHERE",
    "ANY_SERVICE",
    "CONTEXTS",
    "ONE_FACTOR",
    "TWO_FACTORS",
    "WHOLE_CITY",
    "AccountClosed",
    "AccountConfirmed",
    "AccountOpened",
    "AccountsMerged",
    "AccountsSeparated",
    "DemoAccount",
    "EmailChanged",
    "Named",
    "Onward",
    "Person",
    "Proof",
    "Reach",
    "Role",
    "RoleHeld",
    "SessionEnded",
    "civil_identity",
    "create_confirmed_account",
    "demo_accounts",
    "grant_role",
    "has_second_factor",
    "is_enough",
    "may_come_back",
    "named",
    "named_beside",
    "named_in",
    "needs_role",
    "person",
    "person_by_email",
    "persons",
    "place_of",
    "proof_of",
    "prove_again_url",
    "proves_again",
    "remaining",
    "second_factor_url",
    "session_ref_of",
    "sign_out_to_leave",
    "with_second_factor",
    "within",
]


class Role:
    """The names of the roles the city may give a person."""

    MODERATOR = "moderator"
    OFFICIAL = "official"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"

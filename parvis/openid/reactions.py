"""Others' facts: a session is over, an account is closed."""

from __future__ import annotations

from parvis.account.public import AccountClosed, AccountsMerged, SessionEnded
from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.openid.actions import logins


@reacts_to(SessionEnded, name="openid.end_logins")
def end_logins_of_session(delivered: Delivered) -> None:
    """Sign the person out of the services they reached from this session."""
    logins.end_logins(now=clock.now(), session_ref=delivered.fact.session_ref)


@reacts_to(AccountClosed, name="openid.end_all_logins")
def end_logins_of_account(delivered: Delivered) -> None:
    """Sign out of every service, for good, whoever closed their account."""
    logins.end_logins(now=clock.now(), person_id=delivered.fact.person_id)


@reacts_to(AccountsMerged, name="openid.end_all_logins")
def end_logins_of_merged_account(delivered: Delivered) -> None:
    """Sign out of every service with the account that went into another."""
    logins.end_logins(now=clock.now(), person_id=delivered.fact.merged_id)

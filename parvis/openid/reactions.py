"""Others' facts: a session is over, an account is closed, one acts for another no longer."""

from __future__ import annotations

from parvis.account.public import AccountClosed, AccountsMerged, AccountsSeparated, SessionEnded
from parvis.kernel import clock
from parvis.kernel.acting import StandingEnded
from parvis.kernel.facts import Delivered, reacts_to
from parvis.mandates.public import WardClaimed
from parvis.openid.actions import logins, subjects
from parvis.openid.queries import parting


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
    """Sign the account that went into another out of the services that knew both."""
    logins.end_logins(now=clock.now(), person_id=delivered.fact.merged_id)


@reacts_to(AccountsSeparated, name="openid.end_shared_logins")
def end_logins_of_parted_account(delivered: Delivered) -> None:
    """Sign out, on either side, where a service was told of one account under the other's name."""
    stays, back = delivered.fact.person_id, delivered.fact.separated_id
    for service_id in parting.services_that_know(back):
        logins.end_logins(now=clock.now(), person_id=stays, service_id=service_id)
    for service_id in parting.services_told_since(back, of=stays):
        logins.end_logins(now=clock.now(), person_id=back, service_id=service_id)


@reacts_to(StandingEnded, name="openid.end_logins_by_standing")
def end_logins_by_standing(delivered: Delivered) -> None:
    """Sign who acted for another out of the services they entered by a right that is over: a
    mandate, or an agent's word that they help somebody."""
    ended = delivered.fact
    logins.end_logins(now=clock.now(), person_id=ended.person_id, by_ref=ended.by_ref)


@reacts_to(WardClaimed, name="openid.hand_over")
def hand_names_over(delivered: Delivered) -> None:
    """Let services that knew somebody through who acted for them know the account they have now."""
    subjects.hand_over(delivered.fact.aggregate, person_id=delivered.fact.person_id)

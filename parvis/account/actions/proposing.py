"""Settling whether an identity and an account of the same civil status are one person's."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.actions import identities, mails, merging, wording_identities as wording
from parvis.account.actions.merging import Cause
from parvis.account.models import Identity, Proposal, Settled
from parvis.account.queries import people
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused


@transaction.atomic
def ask_agent(identity_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Ask an agent to look at the accounts proposed for an identity; return how many wait.

    Who has just come back from outside with the identity may ask; asking twice is asking once.
    """
    open_ones = Proposal.objects.filter(identity__public_id=identity_id, state=Settled.OPEN)
    open_ones.filter(asked_at=None).update(asked_at=now)
    return open_ones.count()


@transaction.atomic
def confirm(proposal_id: uuid.UUID, *, by: uuid.UUID, reason: str, now: dt.datetime) -> None:
    """Say, as an agent, that both are one person: the identity opens the account from now on.

    Where the identity has opened an account of its own by then, that one is merged into it.

    :raises Refused: `already_settled`, `reason_needed`, or what a merge is refused for
    :raises Forbidden: `own_account`, `staff_by_administrator`, as `merging.refuse_agent` says
    :raises NotFound: if there is no such proposal
    """
    row = _open(proposal_id, reason)
    merging.refuse_agent(by, about=(row.person_id,), now=now)
    newcomer = row.identity.person_id
    if newcomer is None:
        identities.attach(row.identity.public_id, person_id=row.person_id, by=by, now=now)
    elif newcomer != row.person_id:
        cause = Cause(by=by, reason=reason)
        merging.merge_accounts(stays=row.person_id, goes=newcomer, cause=cause, now=now)
    _settle(row, Settled.CONFIRMED, by=by, reason=reason, now=now)


@transaction.atomic
def decline(proposal_id: uuid.UUID, *, by: uuid.UUID, reason: str, now: dt.datetime) -> None:
    """Say, as an agent, that both stay apart; who asked is told where the party says.

    :raises Refused: `already_settled`, `reason_needed`
    :raises NotFound: if there is no such proposal
    """
    row = _open(proposal_id, reason)
    _settle(row, Settled.DECLINED, by=by, reason=reason, now=now)
    _tell_declined(row.identity, row, now=now)


def _open(proposal_id: uuid.UUID, reason: str) -> Proposal:
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("identity")
        .filter(public_id=proposal_id)
        .first()
    )
    if row is None:
        raise NotFound("unknown_proposal", _("There is no such request."))
    if row.state != Settled.OPEN:
        raise Refused("already_settled", _("This request is settled already."))
    if not reason.strip():
        raise Refused("reason_needed", _("Say what you compared to decide."), status=400)
    return row


def _settle(row: Proposal, state: Settled, *, by: uuid.UUID, reason: str, now: dt.datetime) -> None:
    row.state, row.settled_at, row.settled_by_id, row.reason = state.value, now, by, reason
    row.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    is_one = state is Settled.CONFIRMED
    register.record(
        register.Entry(
            action="account.match_confirmed" if is_one else "account.match_declined",
            object_ref=f"person:{row.person_id}",
            actor_ref=f"person:{by}",
            personal={"reason": reason},
            recorded_at=now,
        )
    )


def _tell_declined(identity: Identity, row: Proposal, *, now: dt.datetime) -> None:
    if not identity.email:
        return
    owner = people.person(row.person_id, now=now)
    mails.post(
        mails.Mail(
            cause=f"account.match_declined:{row.public_id}",
            to=identity.email,
            language=owner.language if owner else "fr",
            write=wording.declined(identity.get_vouched_by_display()),
            page="account_login",
        ),
        now=now,
    )


def drop_old(before: dt.datetime, now: dt.datetime) -> int:
    """Drop the proposals made before a moment that nobody settled."""
    del now
    return Proposal.objects.filter(state=Settled.OPEN, made_at__lt=before).delete()[0]

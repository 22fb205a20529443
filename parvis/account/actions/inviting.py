"""Inviting the holder of a role to sign in with ProConnect."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.actions import identities, mails, wording_identities as wording
from parvis.account.models import Identity, Invitation, Vouching
from parvis.account.queries import identities as queries, people
from parvis.account.rules import identities as rules
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused


@transaction.atomic
def invite(*, person_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> str:
    """Mail a link to the holder of a role, with which ProConnect opens their account; return it.

    An earlier invitation that was not used is no longer good.

    :raises Refused: `no_role` if the person holds no role of the city
    :raises NotFound: if nobody has an open account under this id
    """
    person = people.person(person_id, now=now)
    if person is None:
        raise NotFound("unknown_person", _("Nobody has an open account under this id."))
    if not person.grants:
        raise Refused("no_role", _("Only who holds a role of the City signs in with ProConnect."))
    Invitation.objects.filter(person_id=person_id, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person_id=person_id, digest=queries.hash_of(token), invited_by_id=by, invited_at=now
    )
    _record("account.agent_invited", person_id, by=by, now=now)
    mails.post(
        mails.Mail(
            cause=f"account.agent_invited:{queries.hash_of(token)}",
            to=person.email,
            language=person.language,
            write=wording.invited,
            page="account:invitation",
            args={"token": token},
            person_id=person_id,
        ),
        now=now,
    )
    return token


@transaction.atomic
def accept(token: str, *, person_id: uuid.UUID, identity_id: uuid.UUID, now: dt.datetime) -> None:
    """Attach the ProConnect identity of who was invited, once.

    :raises Refused: `invitation_over` (410) if the invitation is used, too old or for another
        person; `not_proconnect` if another party vouches for the identity; `identity_taken`
    """
    found = Invitation.objects.select_for_update().filter(
        digest=queries.hash_of(token), used_at=None, invited_at__gte=rules.invited_before(now)
    )
    row = found.filter(person_id=person_id).first()
    person = people.person(person_id, now=now)
    if row is None or person is None or not person.grants:
        raise Refused(
            "invitation_over",
            _("This invitation no longer works. Ask your administrator for another one."),
            status=410,
        )
    if not Identity.objects.filter(
        public_id=identity_id, vouched_by=Vouching.PROCONNECT.value
    ).exists():
        raise Refused("not_proconnect", _("This invitation is for ProConnect."))
    row.used_at = now
    row.save(update_fields=["used_at"])
    identities.attach(identity_id, person_id=person_id, now=now)


def forget_old(before: dt.datetime, _now: dt.datetime) -> int:
    """Forget the invitations made before a moment."""
    return Invitation.objects.filter(invited_at__lt=before).delete()[0]


def _record(action: str, person_id: uuid.UUID, *, by: uuid.UUID, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"person:{person_id}",
            actor_ref=f"person:{by}",
            recorded_at=now,
        )
    )

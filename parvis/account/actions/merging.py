"""Bringing two accounts of one person together, and taking them apart again, to the last row."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import mails, sessions, wording_identities as wording
from parvis.account.actions.sealing import seal, unseal
from parvis.account.actions.wording import Writer
from parvis.account.models import Merge, Resident, Role
from parvis.account.queries import people
from parvis.account.rules import merging as rules
from parvis.kernel import facts, moving, register
from parvis.kernel.declarations import moves
from parvis.kernel.errors import Forbidden, NotFound, Refused

# What an account says of its owner; a closed one says nothing.
_PROFILE = ("email", "usual_name", "civil_name", "residence", "work", "heart", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who brings accounts together or apart, and why; `by` is None for their owner."""

    by: uuid.UUID | None = None
    reason: str = ""


@transaction.atomic
def merge_accounts(
    *, stays: uuid.UUID, goes: uuid.UUID, cause: Cause, now: dt.datetime
) -> uuid.UUID:
    """Move everything of one account to the other and close it; return the id of the merge.

    The caller has seen that both are one person's. What only one account may have (a vote, a
    choice) is that of the one that stays; the other is set aside. Sessions of the account that goes
    end, and both addresses are told. Nothing is lost: `undo_merge` brings it all back.

    :raises Refused: `same_account`, `not_open`, or `has_roles` if the one that goes holds a role
    :raises Forbidden: `own_account`, `staff_by_administrator`, as `refuse_agent` says
    """
    rows = Resident.objects.select_for_update().filter(pk__in=[stays, goes]).order_by("pk")
    residents = {row.pk: row for row in rows}
    _refuse(stays, goes, residents, now=now)
    if cause.by is not None:
        refuse_agent(cause.by, about=(stays, goes), now=now)
    sessions.end_sessions(person_id=goes, now=now)
    moved = moving.move(moves, source=goes, target=stays)
    old, told = residents[goes], residents[goes].email or ""
    profile = {name: getattr(old, name) for name in _PROFILE}
    for address in EmailAddress.objects.filter(user_id=goes):
        moved.aside.extend(moving.set_aside(address))
    _empty(old, now=now)
    kept = {"profile": profile, "moved": moved.as_json()}
    row = Merge.objects.create(
        stays_id=stays,
        goes_id=goes,
        by_id=cause.by,
        reason=cause.reason,
        kept=seal(json.dumps(kept)),
        rows=sum(len(one.keys) for one in moved.gone) + len(moved.aside),
        merged_at=now,
    )
    _record("account.merged", row, cause, now=now)
    facts.announce(events.AccountsMerged(person_id=stays, merged_id=goes), now=now)
    _tell(row, wording.merged, {told, residents[stays].email or ""}, now=now)
    return row.public_id


def _refuse(
    stays: uuid.UUID, goes: uuid.UUID, residents: dict[uuid.UUID, Resident], *, now: dt.datetime
) -> None:
    sides = []
    for person_id in (stays, goes):
        row, person = residents.get(person_id), people.person(person_id, now=now)
        is_open = bool(row and row.confirmed_at and row.closed_at is None)
        sides.append(
            rules.Side(person=person_id, is_open=is_open, has_role=bool(person and person.grants))
        )
    why = rules.why_not(stays=sides[0], goes=sides[1])
    if why:
        raise Refused(why, _sentence(why))


def refuse_agent(by: uuid.UUID, *, about: Collection[uuid.UUID], now: dt.datetime) -> None:
    """Refuse an agent who would bring accounts together that they may not decide about: with what
    goes along, such as an identity, somebody else enters the account that stays.

    :raises Forbidden: `own_account` if one is their own; `staff_by_administrator` if one holds a
        role of the city and they do not administer it, as at the counter
    """
    known = {one: people.person(one, now=now) for one in (by, *about)}
    if by in about:
        raise Forbidden("own_account", _("A colleague has to decide about your own account."))
    agent = known[by]
    if agent is not None and agent.holds(Role.ADMINISTRATOR):
        return
    if any(one.grants for key, one in known.items() if one is not None and key != by):
        raise Forbidden(
            "staff_by_administrator",
            _("One of the two works for the City: only an administrator decides about them."),
        )


def _sentence(why: str) -> str:
    return {
        "same_account": _("This is one and the same account."),
        "not_open": _("One of the two accounts is closed, or not confirmed yet."),
        "has_roles": _(
            "The account that would go holds a role of the City. Keep that one, and bring the "
            "other into it."
        ),
    }[why]


def _empty(old: Resident, *, now: dt.datetime) -> None:
    old.email = None
    old.usual_name = old.civil_name = ""
    old.residence = old.work = old.heart = None
    old.closed_at = now
    # A password nobody can type ends what sessions may be left.
    old.set_unusable_password()
    old.save()


def undo_merge(merge_id: uuid.UUID, *, cause: Cause, now: dt.datetime) -> int:
    """Take two accounts apart as they were, and return how many rows are back where they were.

    What the person did since with the account that stayed stays with it.

    :raises NotFound: if there is no such merge
    :raises Refused: `merge_is_over` if it was undone, can no longer be, or an account is closed;
        `address_taken` if another account uses the old address by now
    """
    try:
        with transaction.atomic():
            return _undo(merge_id, cause, now=now)
    except IntegrityError as error:
        raise _taken() from error


def _undo(merge_id: uuid.UUID, cause: Cause, *, now: dt.datetime) -> int:
    row = Merge.objects.select_for_update().filter(public_id=merge_id).first()
    if row is None:
        raise NotFound("unknown_merge", _("There is no such merge."))
    locked = Resident.objects.select_for_update().filter(pk__in=[row.stays_id, row.goes_id])
    residents = {one.pk: one for one in locked.order_by("pk")}
    staying, old = residents[row.stays_id], residents[row.goes_id]
    if row.undone_at or not row.kept or staying.closed_at or row.merged_at < rules.undone_from(now):
        raise _over()
    kept = _opened(row.kept)
    if people.owner_of(kept["profile"]["email"] or ""):
        raise _taken()
    for name, value in kept["profile"].items():
        setattr(old, name, value)
    old.closed_at = None
    old.save()
    moved = moving.Moved.from_json(kept["moved"])
    back = moving.put_back(moved, source=old.pk, target=staying.pk)
    _close(row, cause, now=now)
    _record("account.unmerged", row, cause, now=now)
    facts.announce(events.AccountsSeparated(person_id=staying.pk, separated_id=old.pk), now=now)
    _tell(row, wording.unmerged, {staying.email or "", old.email or ""}, now=now)
    return back


def _opened(kept: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(unseal(kept))
    except InvalidToken:
        raise _over() from None
    return found


def _over() -> Refused:
    return Refused("merge_is_over", _("These accounts can no longer be taken apart."))


def _close(row: Merge, cause: Cause, *, now: dt.datetime) -> None:
    row.kept = ""
    row.undone_at, row.undone_by_id, row.undo_reason = now, cause.by, cause.reason
    row.save(update_fields=["kept", "undone_at", "undone_by", "undo_reason"])


def _taken() -> Refused:
    return Refused(
        "address_taken",
        _("Another account uses the address of the old one by now: it has to be freed first."),
    )


def _record(action: str, row: Merge, cause: Cause, *, now: dt.datetime) -> None:
    """Write one line for each of the two accounts."""
    for person_id, other_id in ((row.stays_id, row.goes_id), (row.goes_id, row.stays_id)):
        register.record(
            register.Entry(
                action=action,
                object_ref=f"person:{person_id}",
                actor_ref=f"person:{cause.by or row.stays_id}",
                details={"merge": str(row.public_id), "other": str(other_id), "rows": row.rows},
                personal={"reason": cause.reason} if cause.reason else {},
                recorded_at=now,
            )
        )


def _tell(row: Merge, write: Writer, addresses: set[str], *, now: dt.datetime) -> None:
    language = Resident.objects.values_list("language", flat=True).get(pk=row.stays_id)
    state = "undone" if row.undone_at else "done"
    for rank, address in enumerate(sorted(addresses - {""})):
        mails.post(
            mails.Mail(
                cause=f"account.merge_{state}:{row.public_id}:{rank}",
                to=address,
                language=language,
                write=write,
                page="account:identities",
                person_id=row.stays_id,
            ),
            now=now,
        )


def forget_old(before: dt.datetime, _now: dt.datetime) -> int:
    """Empty what was kept to undo the merges made before a moment."""
    old = Merge.objects.filter(merged_at__lt=before).exclude(kept="")
    return old.update(kept="")


def forget_merges(person_id: uuid.UUID, _now: dt.datetime) -> int:
    """Empty what was kept to undo the merges of a person whose account closes."""
    return Merge.objects.filter(stays_id=person_id).exclude(kept="").update(kept="", reason="")

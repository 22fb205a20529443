"""Following a street, a quartier, a kind or a case."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import Refused
from parvis.streets.models import Follow
from parvis.streets.queries import following

MOST_FOLLOWED = 100


@transaction.atomic
def follow(*, kind: str, key: str, by: Person, now: dt.datetime) -> bool:
    """Be told by mail what happens there; return False for who follows it already.

    :raises NotFound: `no_target`, `no_subtype`, `no_case`
    :raises Refused: `too_many_followed`
    """
    named = following.target(kind, key)
    mine = Follow.objects.filter(person_id=by.id)
    if mine.filter(kind=named.kind, target=named.key).exists():
        return False
    if mine.count() >= MOST_FOLLOWED:
        message = _("You follow a hundred things already: leave one first.")
        raise Refused("too_many_followed", message)
    made, is_new = Follow.objects.get_or_create(
        person_id=by.id, kind=named.kind, target=named.key, defaults={"since": now}
    )
    if is_new:
        _record("streets.followed", made, by, now)
    return is_new


@transaction.atomic
def unfollow(*, kind: str, key: str, by: Person, now: dt.datetime) -> bool:
    """Be told nothing more of it; return False for who did not follow it."""
    found = Follow.objects.filter(person_id=by.id, kind=kind, target=key).first()
    if found is None:
        return False
    _record("streets.unfollowed", found, by, now)
    found.delete()
    return True


def _record(action: str, about: Follow, by: Person, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.follow:{about.pk}",
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details={"kind": about.kind},
        )
    )

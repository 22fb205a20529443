"""Keys of GeoReport: made by an administrator, shown once, kept as a digest, revoked for good."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from parvis.account.public import Person, person, person_by_email
from parvis.kernel import register
from parvis.kernel.errors import Forbidden, NotFound, Refused
from parvis.streets.models import ApiKey, Handler

NAME_MAX_LENGTH = 120
_BYTES, _PREFIX = 28, 8
_USED_TO = dt.timedelta(minutes=1)
"""How exactly we say when a key was last used: not one more row to write for each report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A key as it is asked for: of which program, whose, and for which handler (its code) it tells
    what was done, "" for none."""

    name: str
    email: str
    handler: str = ""


SHOWN = {
    "parvis-open311-signaler": Wish(
        name="Une application qui signale", email="alice@parvis.example"
    ),
    "parvis-open311-ramen": Wish(
        name="Ramen, tournées", email="bachir@parvis.example", handler="ramen"
    ),
}
"""The keys of a demonstration city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it is shown, once."""

    id: uuid.UUID
    name: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Which program calls: its key, whose it is, and for which handler it may tell what was done
    (None for a program that only reports)."""

    key_id: uuid.UUID
    name: str
    owner: Person
    handler_id: int | None


class UnfitKey(Refused):
    """What was typed makes no key; `field` is the one to look at again."""

    def __init__(self, code: str, message: str, *, field: str) -> None:
        super().__init__(code, message, status=422)
        self.field = field


def make_key(*, name: str, email: str, handler: str, by: Person | None, now: dt.datetime) -> NewKey:
    """Make a key for a program of whoever has this address; nobody can read it again.

    With the code of a `handler` it may also tell what became of the cases of that one. `by` is
    None when a program makes it.

    :raises Refused: `name_missing`, `name_too_long`, `no_account`, `no_handler`
    """
    wish = Wish(name=name, email=email, handler=handler)
    return _made(wish, secrets.token_hex(_BYTES), by, now)


def show_keys(*, now: dt.datetime) -> None:
    """Make the keys of a demonstration city that are not there yet, which everybody may know."""
    known = set(ApiKey.objects.values_list("key_hash", flat=True))
    for secret, wish in SHOWN.items():
        if _digest(secret) not in known:
            _made(wish, secret, None, now)


@transaction.atomic
def _made(wish: Wish, secret: str, by: Person | None, now: dt.datetime) -> NewKey:
    name = " ".join(wish.name.split())
    if not name or len(name) > NAME_MAX_LENGTH:
        code = "name_too_long" if name else "name_missing"
        raise UnfitKey(code, _("Name the program, in 1 to 120 characters."), field="name")
    owner = person_by_email(wish.email.strip())
    if owner is None:
        message = _("Nobody has an account with this address: its holder answers for the key.")
        raise UnfitKey("no_account", message, field="email")
    key = ApiKey.objects.create(
        name=name,
        owner_id=owner.id,
        prefix=secret[:_PREFIX],
        key_hash=_digest(secret),
        may_update=bool(wish.handler),
        handler=_handler(wish.handler),
        made_at=now,
    )
    _record("streets.api_key_made", key, by, now)
    return NewKey(id=key.pk, name=name, secret=secret)


@transaction.atomic
def revoke_key(*, key_id: uuid.UUID, by: Person | None, now: dt.datetime) -> str:
    """End a key, which opens nothing any more, and return its name; a second time changes nothing.

    :raises NotFound: `no_key`
    """
    key = ApiKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if key is None:
        raise NotFound("no_key", _("There is no such key."))
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        _record("streets.api_key_revoked", key, by, now)
    return key.name


def admit(secret: str, *, now: dt.datetime) -> Caller:
    """Return which program a key belongs to, and note that it was used.

    :raises Forbidden: `api_key_missing`, or `api_key_unknown` for one that was never made, was
        revoked, or whose owner has no account any more
    """
    if not secret:
        message = _("Only programs with a key may send: give it as api_key.")
        raise Forbidden("api_key_missing", message)
    key = ApiKey.objects.filter(key_hash=_digest(secret), revoked_at=None).first()
    owner = person(key.owner_id) if key else None
    if key is None or owner is None:
        raise Forbidden("api_key_unknown", _("This api_key is not valid."))
    is_old = Q(used_at=None) | Q(used_at__lt=now - _USED_TO)
    ApiKey.objects.filter(is_old, pk=key.pk).update(used_at=now)
    handler_id = key.handler_id if key.may_update else None
    return Caller(key_id=key.pk, name=key.name, owner=owner, handler_id=handler_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _handler(code: str) -> Handler | None:
    if not code:
        return None
    found = Handler.objects.filter(code=code, closed_at=None).first()
    if found is None:
        message = _("There is no such handler, or it is closed.")
        raise UnfitKey("no_handler", message, field="handler")
    return found


def _record(action: str, key: ApiKey, by: Person | None, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"streets.api_key:{key.pk}",
            actor_ref=f"person:{by.id}" if by else "",
            channel="web" if by else "program",
            details={"name": key.name, "prefix": key.prefix, "may_update": key.may_update},
            recorded_at=now,
        )
    )

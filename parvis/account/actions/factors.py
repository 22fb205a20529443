"""Adding and taking away what a person shows beside the password, and weighing what they show."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account import events
from parvis.account.actions import devices, factor_wording as wording, mails
from parvis.account.actions.sealing import seal, unseal
from parvis.account.models import PaperCode, Resident
from parvis.account.queries.factors import SECOND
from parvis.account.rules import factors as rules
from parvis.kernel import facts, register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.ids import new_public_id

log = structlog.get_logger(__name__)

_NAMES = {Authenticator.Type.TOTP: "app", Authenticator.Type.WEBAUTHN: "passkey"}


@transaction.atomic
def add_app(*, person_id: uuid.UUID, secret: str, typed: str, now: dt.datetime) -> None:
    """Add the application of a telephone that holds a secret, shown by a code it gives.

    :raises Refused: `app_is_there` if the person has one, `wrong_code` (400) if the code is not one
        of this moment
    """
    resident = _locked(person_id)
    if Authenticator.objects.filter(user=resident, type=Authenticator.Type.TOTP).exists():
        raise Refused(
            "app_is_there",
            _("Your account already has an application. Take it away before you add another."),
        )
    step = rules.step_of_code(secret, typed, after=-1, now=now)
    if step is None:
        raise wrong_code()
    _add(resident, Authenticator.Type.TOTP, {"secret": seal(secret), "step": step}, now=now)


@transaction.atomic
def add_passkey(
    *, person_id: uuid.UUID, name: str, credential: Mapping[str, Any], now: dt.datetime
) -> None:
    """Add a passkey whose credential has been verified."""
    data = {"name": name, "credential": dict(credential)}
    _add(_locked(person_id), Authenticator.Type.WEBAUTHN, data, now=now)


@transaction.atomic
def remove_factor(*, person_id: uuid.UUID, factor_id: uuid.UUID, now: dt.datetime) -> None:
    """Take a passkey or the application away; with the last of them go the codes on paper.

    :raises NotFound: if the person has no such factor
    """
    resident = _locked(person_id)
    mine = Authenticator.objects.filter(user=resident, type__in=SECOND)
    found = mine.filter(data__public_id=str(factor_id)).first()
    if found is None:
        raise _unknown_factor()
    factor = _NAMES[found.type]
    found.delete()
    if not mine.exists():
        PaperCode.objects.filter(person=resident).delete()
    devices.distrust_all(person_id)
    _record("account.factor_removed", person_id, factor=factor, now=now)
    fact = events.FactorRemoved(person_id=person_id, factor=factor)
    _tell(resident, fact, partial(wording.factor_removed, factor=factor), now=now)


@transaction.atomic
def rename_factor(
    *, person_id: uuid.UUID, factor_id: uuid.UUID, name: str, now: dt.datetime
) -> None:
    """Call a passkey or the application what its owner calls it, without blanks at either end.

    :raises NotFound: `unknown_factor` if the person has no such factor
    :raises Refused: `no_name` (422) if nothing is left of the name, or it is too long
    """
    resident, called = _locked(person_id), " ".join(name.split())
    mine = Authenticator.objects.filter(user=resident, type__in=SECOND)
    found = mine.filter(data__public_id=str(factor_id)).first()
    if found is None:
        raise _unknown_factor()
    if not 0 < len(called) <= rules.NAME_MAX_LENGTH:
        sentence = _("Type a name of at most %(length)s characters.")
        raise Refused("no_name", sentence % {"length": rules.NAME_MAX_LENGTH}, status=422)
    if called == found.data.get("name", ""):
        return
    found.data["name"] = called
    found.save(update_fields=["data"])
    _record("account.factor_renamed", person_id, factor=_NAMES[found.type], now=now)


@transaction.atomic
def make_paper_codes(*, person_id: uuid.UUID, now: dt.datetime) -> tuple[str, ...]:
    """Make new codes to keep on paper and return them: they can be read nowhere again.

    Those made before are good no more.

    :raises Refused: `no_second_factor` if the person has nothing the codes could stand in for
    """
    resident = _locked(person_id)
    if not Authenticator.objects.filter(user=resident, type__in=SECOND).exists():
        raise Refused(
            "no_second_factor",
            _("Add a passkey or an application first: these codes stand in for them."),
        )
    PaperCode.objects.filter(person=resident).delete()
    codes = [rules.new_paper_code() for _rank in range(rules.PAPER_CODES)]
    PaperCode.objects.bulk_create(
        PaperCode(person=resident, rank=rank, code_hash=make_password(code), made_at=now)
        for rank, code in enumerate(codes)
    )
    _record("account.factor_added", person_id, factor="paper_codes", now=now)
    fact = events.FactorAdded(person_id=person_id, factor="paper_codes")
    _tell(resident, fact, partial(wording.factor_added, factor="paper_codes"), now=now)
    return tuple(rules.written(rank, code) for rank, code in enumerate(codes))


@transaction.atomic
def use_app_code(*, person_id: uuid.UUID, typed: str, now: dt.datetime) -> bool:
    """Tell whether a code of the person's application was typed; each is good once."""
    mine = Authenticator.objects.select_for_update().filter(user_id=person_id)
    app = mine.filter(type=Authenticator.Type.TOTP).first()
    if app is None:
        return False
    try:
        secret = unseal(app.data["secret"])
    except InvalidToken:
        # Codes on paper still stand in; whoever runs the city learns it.
        log.warning("secret_lost", what="application", person=f"person:{person_id}")
        return False
    step = rules.step_of_code(secret, typed, after=app.data["step"], now=now)
    if step is None:
        return False
    app.data["step"] = step
    app.last_used_at = now
    app.save(update_fields=["data", "last_used_at"])
    return True


@transaction.atomic
def use_paper_code(*, person_id: uuid.UUID, typed: str, now: dt.datetime) -> bool:
    """Tell whether one of the person's codes on paper was typed; each is good once.

    One hash is weighed whatever was typed. The person is told by mail.
    """
    rank, code = rules.read_paper_code(typed)
    unused = PaperCode.objects.filter(person_id=person_id, used_at=None)
    row = unused.filter(rank=rank).first() if rank >= 0 else None
    if row is None:
        make_password(code)
        return False
    # Two browsers may type one code at the same instant: one of them changes the row.
    if not check_password(code, row.code_hash) or not unused.filter(pk=row.pk).update(used_at=now):
        return False
    left = unused.count()
    resident = Resident.objects.get(pk=person_id)
    fact = events.PaperCodeUsed(person_id=person_id, left=left)
    _tell(resident, fact, partial(wording.paper_code_used, left=left), now=now)
    return True


def forget_paper_codes(person_id: uuid.UUID) -> int:
    """Forget the codes on paper of a person; return how many."""
    return PaperCode.objects.filter(person_id=person_id).delete()[0]


def wrong_code() -> Refused:
    """Return the refusal of a code that opens nothing."""
    return Refused(
        "wrong_code",
        _("This code does not work, or no longer. Type the one that shows now."),
        status=400,
    )


def _unknown_factor() -> NotFound:
    return NotFound("unknown_factor", _("This way to sign in is gone already."))


def _locked(person_id: uuid.UUID) -> Resident:
    return Resident.objects.select_for_update().get(pk=person_id, closed_at=None)


def _add(resident: Resident, kind: str, data: dict[str, Any], *, now: dt.datetime) -> None:
    Authenticator.objects.create(
        user=resident,
        type=kind,
        data={**data, "public_id": str(new_public_id())},
        created_at=now,
    )
    factor = _NAMES[Authenticator.Type(kind)]
    devices.distrust_all(resident.pk)
    _record("account.factor_added", resident.pk, factor=factor, now=now)
    fact = events.FactorAdded(person_id=resident.pk, factor=factor)
    _tell(resident, fact, partial(wording.factor_added, factor=factor), now=now)


def _record(action: str, person_id: uuid.UUID, *, factor: str, now: dt.datetime) -> None:
    ref = f"person:{person_id}"
    register.record(
        register.Entry(
            action=action,
            object_ref=ref,
            actor_ref=ref,
            details={"factor": factor},
            recorded_at=now,
        )
    )


def _tell(
    resident: Resident, fact: events.AboutPerson, write: wording.Writer, *, now: dt.datetime
) -> None:
    fact_id = facts.announce(fact, now=now)
    if resident.email:
        mails.post(
            mails.Mail(
                cause=f"{fact.NAME}:{fact_id}",
                to=resident.email,
                language=resident.language,
                write=write,
                page="account:security",
                person_id=resident.pk,
            ),
            now=now,
        )

"""Asking: to act for a child, a protected adult, a relative or an association; to be represented.

Nothing here gives a right: an agent who saw the paper does (`deciding`), or the person themselves
(`answering`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import clock, files
from parvis.kernel.declarations import domains
from parvis.mandates import events
from parvis.mandates.actions.common import announce, lock, note, refuse_if, refused
from parvis.mandates.actions.inputs import NewAssociation, NewInvitation, NewWard, Paper
from parvis.mandates.actions.invitations import send_invitation
from parvis.mandates.models import Association, CodeUse, Kind, Mandate, Proof, State, Ward
from parvis.mandates.queries.codes import ward_of_code
from parvis.mandates.rules import domains as domain_rules, proofs, terms

FOLDER = "mandates"
# Somebody who holds a large family and an association asks for a dozen things, not for fifty.
MOST_WAITING = 12
# Whoever withdraws what they wrote, and writes again, does not fill a stranger's mailbox.
MOST_INVITATIONS_A_DAY = 12
_DAY = dt.timedelta(days=1)


@transaction.atomic
def ask_for_ward(*, new: NewWard, by: Person, now: dt.datetime) -> uuid.UUID:
    """Ask to act for a child or an adult without an account; an agent looks at the paper.

    The same asked twice is asked once.

    :raises Refused: what was typed makes no sense (422), `too_many_waiting`, a refusal of `files`
    """
    lock(f"mandates:{by.id}")
    _check_ward(new, now=now)
    known = Mandate.objects.filter(
        representative_id=by.id,
        kind=new.kind,
        state=State.TO_CHECK,
        ward__given_names=new.given_names,
        ward__family_name=new.family_name,
        ward__born_on=new.born_on,
    ).first()
    if known:
        return known.pk
    _refuse_flood(by)
    row = _to_check(by, new.kind, new.paper, domains=new.domains, ends_on=new.ends_on, now=now)
    row.ward = Ward.objects.create(
        given_names=new.given_names,
        family_name=new.family_name,
        born_on=new.born_on,
        recorded_at=now,
    )
    return _asked(row, by=by, now=now)


@transaction.atomic
def join_ward(*, code: str, paper: Paper, by: Person, now: dt.datetime) -> uuid.UUID:
    """Ask to hold a child as the second parent, with the code the first one gave, and a paper.

    :raises NotFound: `no_such_code`
    :raises Refused: `code_to_claim`, `already_held`, `not_a_child`, `wrong_proof`,
        `too_many_waiting`
    """
    lock(f"mandates:{by.id}")
    ward = ward_of_code(code, use=CodeUse.JOIN, now=now)
    if not Mandate.objects.filter(ward=ward, kind=Kind.PARENT, state=State.GRANTED).exists():
        raise refused("not_a_child", _("This code is not that of a child of a household."))
    refuse_if(None if proofs.may_prove(Kind.PARENT, paper.kind) else "wrong_proof")
    held = Mandate.objects.filter(ward=ward, representative_id=by.id)
    # Who gave the child up, perhaps by mistake, may ask again.
    held = held.exclude(state=State.GRANTED, ends_at__lte=now)
    if held.filter(state__in=(State.GRANTED, State.TO_CHECK)).exists():
        raise refused("already_held", _("You hold this child already, or have asked to."))
    _refuse_flood(by)
    row = _to_check(by, Kind.PARENT, paper, domains=("*",), ends_on=None, now=now)
    row.ward = ward
    return _asked(row, by=by, now=now)


@transaction.atomic
def ask_for_association(*, new: NewAssociation, by: Person, now: dt.datetime) -> uuid.UUID:
    """Ask to act for an association; an agent looks at the paper.

    :raises Refused: what was typed makes no sense (422), `too_many_waiting`, a refusal of `files`
    """
    lock(f"mandates:{by.id}")
    _check_scope(Kind.ASSOCIATION, new.domains, new.ends_on, now=now)
    refuse_if(None if proofs.may_prove(Kind.ASSOCIATION, new.paper.kind) else "wrong_proof")
    group = _association(new, now=now)
    known = Mandate.objects.filter(
        representative_id=by.id, association=group, state=State.TO_CHECK
    ).first()
    if known:
        return known.pk
    _refuse_flood(by)
    row = _to_check(
        by, Kind.ASSOCIATION, new.paper, domains=new.domains, ends_on=new.ends_on, now=now
    )
    row.association = group
    return _asked(row, by=by, now=now)


@transaction.atomic
def invite(*, new: NewInvitation, by: Person, now: dt.datetime) -> uuid.UUID:
    """Let another act for oneself, or ask to act for them: they are written to, and say yes or no.

    The answer is the same whether the address has an account or not, and a mail leaves either way.

    :raises Refused: `yourself`, `too_many_waiting` and `too_many_invitations` (429), what was typed
        makes no sense (422)
    """
    lock(f"mandates:{by.id}")
    email = new.email.strip().lower()
    if email == by.email:
        raise refused("yourself", _("You need no mandate to act for yourself."))
    _check_scope(Kind.RELATIVE, new.domains, new.ends_on, now=now)
    state = State.OFFERED if new.gives else State.ASKED
    known = Mandate.objects.filter(asked_by_id=by.id, invited=email, state=state).first()
    if known:
        return known.pk
    _refuse_flood(by)
    _refuse_mail_flood(by, now=now)
    row = Mandate(
        kind=Kind.RELATIVE,
        state=state,
        invited=email,
        person_id=by.id if new.gives else None,
        representative_id=None if new.gives else by.id,
        domains=sorted(set(new.domains)),
        ends_on=new.ends_on,
        proof=Proof.OWN_WORD,
        asked_at=now,
        asked_by_id=by.id,
    )
    _asked(row, by=by, now=now)
    send_invitation(row.pk, to=email, by=by, gives=new.gives, now=now)
    return row.pk


def _check_ward(new: NewWard, *, now: dt.datetime) -> None:
    today = clock.city_day(now)
    refuse_if(None if new.given_names and new.family_name else "no_name")
    is_child = new.kind == Kind.PARENT
    refuse_if(terms.why_birth_is_refused(new.born_on, today=today, minor=is_child))
    refuse_if(None if proofs.may_prove(new.kind, new.paper.kind) else "wrong_proof")
    if not is_child:
        _check_scope(new.kind, new.domains, new.ends_on, now=now)


def _check_scope(
    kind: str, asked: tuple[str, ...], ends_on: dt.date | None, *, now: dt.datetime
) -> None:
    declared = {domain.key for domain in domains}
    if kind == Kind.GUARDIAN:
        declared.add(domain_rules.EVERYTHING)
    refuse_if(domain_rules.why_domains_are_refused(asked, declared))
    refuse_if(terms.why_term_is_refused(kind, ends_on, today=clock.city_day(now)))


def _association(new: NewAssociation, *, now: dt.datetime) -> Association:
    rna, siret = proofs.read_rna(new.rna), proofs.read_siret(new.siret)
    refuse_if("wrong_rna" if new.rna.strip() and rna is None else None)
    refuse_if("wrong_siret" if new.siret.strip() and siret is None else None)
    refuse_if(None if rna or siret else "no_number")
    lock(f"mandates.association:{rna or siret}")
    known = Association.objects.filter(**({"rna": rna} if rna else {"siret": siret})).first()
    if known is None:
        return Association.objects.create(
            name=new.name, rna=rna or "", siret=siret or "", recorded_at=now
        )
    if known.checked_at is None:
        # Nobody has looked at a paper yet: the last one who asks says what it is called.
        known.name = new.name
        known.save(update_fields=["name"])
    return known


def _to_check(
    by: Person,
    kind: str,
    paper: Paper,
    *,
    domains: tuple[str, ...],
    ends_on: dt.date | None,
    now: dt.datetime,
) -> Any:
    kept = None
    if paper.upload is not None:
        kept = files.take_in(paper.upload, folder=FOLDER, max_bytes=proofs.MAX_PROOF_BYTES)
    return Mandate(
        kind=kind,
        state=State.TO_CHECK,
        representative_id=by.id,
        domains=sorted(set(domains)),
        ends_on=ends_on,
        proof=paper.kind,
        proof_reference=paper.reference,
        proof_file=kept.name if kept else "",
        asked_at=now,
        asked_by_id=by.id,
    )


def _asked(row: Any, *, by: Person, now: dt.datetime) -> uuid.UUID:
    row.save(force_insert=True)
    note("mandate_asked", row, by=by.id, now=now)
    announce(events.MandateAsked, row, now=now)
    mandate_id: uuid.UUID = row.pk
    return mandate_id


def _refuse_flood(by: Person) -> None:
    waiting = Mandate.objects.filter(
        asked_by_id=by.id, state__in=(State.TO_CHECK, State.OFFERED, State.ASKED)
    ).count()
    if waiting >= MOST_WAITING:
        message = _("Many of your requests still wait for an answer. Withdraw some, or be patient.")
        raise refused("too_many_waiting", message, HTTPStatus.TOO_MANY_REQUESTS)


def _refuse_mail_flood(by: Person, *, now: dt.datetime) -> None:
    written = Mandate.objects.filter(
        asked_by_id=by.id, proof=Proof.OWN_WORD, asked_at__gt=now - _DAY
    ).count()
    if written >= MOST_INVITATIONS_A_DAY:
        message = _("You have invited many people today. Invite the next one tomorrow.")
        raise refused("too_many_invitations", message, HTTPStatus.TOO_MANY_REQUESTS)

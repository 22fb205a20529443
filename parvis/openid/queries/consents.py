"""What a person lets services know: the consent in force, what is asked for, the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext as _

from parvis.kernel.prepared import Prepared
from parvis.openid.models import Consent, Service
from parvis.openid.queries import told, wording
from parvis.openid.rules import claims as rules

_in_force: Prepared[Consent] = Prepared(
    lambda person_id, service_pk: Consent.objects.filter(
        person_id=person_id, service_id=service_pk, withdrawn_at=None
    )[:1],
    uuid.UUID,
    int,
)


def in_force(person_id: uuid.UUID, service: Service) -> Consent | None:
    """Return the consent of a person to a service, unless it was withdrawn or the contract has
    changed since. One query."""
    found = _in_force.first(person_id, service.pk)
    return found if found and found.contract == service.contract.version else None


def consent_in_force(
    *,
    person_id: uuid.UUID,
    service: Service,
    scopes: Sequence[str],
    claims: Sequence[str],
    since: dt.datetime | None,
) -> bool:
    """Tell whether a person has already answered all that is asked for: agreed to it, or kept what
    is optional, at or after `since` if that is not None."""
    consent = in_force(person_id, service)
    if consent is None or (since is not None and consent.given_at < since):
        return False
    if rules.OFFLINE in scopes and rules.OFFLINE not in consent.scopes:
        return False
    wanted = rules.to_agree_to(claims, service.contract)
    return set(wanted) <= {*consent.claims, *consent.refused}


def claims_given(*, person_id: uuid.UUID, service: Service, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of the claims among `names` that are in the contract, agreed to, and known.

    Two queries; one more for a phone number, one more for a civil status.
    """
    consent = in_force(person_id, service)
    if consent is None:
        return {}
    return told.values(person_id, rules.to_give(names, service.contract, consent.claims))


# --- what is asked for ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A claim as its owner reads it: what it is called, what the City would tell, "" if nothing.

    `is_kept` says that the person has kept it for themselves before.
    """

    claim: str
    label: str
    value: str
    is_optional: bool
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person is asked: `purpose` says what for, `items` stand in our own order, `text` is
    the words that are read, without what is theirs."""

    service: Service
    purpose: str
    items: tuple[Item, ...]
    offline: bool
    text: str

    @property
    def version(self) -> str:
        """Return the SHA-256 of the words."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def needed(self) -> tuple[Item, ...]:
        """Return what the service cannot do without."""
        return tuple(item for item in self.items if not item.is_optional)

    @property
    def optional(self) -> tuple[Item, ...]:
        """Return what the person may keep."""
        return tuple(item for item in self.items if item.is_optional)


def question(
    *, person_id: uuid.UUID, service: Service, scopes: Iterable[str], claims: Iterable[str]
) -> Question:
    """Return what a person is asked before a service is told anything.

    What was answered under the same contract is asked for again with it: one row says all.
    """
    before = in_force(person_id, service)
    known = {*before.claims, *before.refused} if before else set()
    asked = rules.to_agree_to({*claims, *known}, service.contract)
    offline = rules.OFFLINE in scopes or (before is not None and rules.OFFLINE in before.scopes)
    values = told.values(person_id, asked)
    items = tuple(
        Item(
            claim=claim,
            label=wording.label(claim),
            value=wording.said(claim, values.get(claim)),
            is_optional=claim in service.optional_claims,
            is_kept=before is not None and claim in before.refused,
        )
        for claim in asked
    )
    return Question(
        service=service,
        purpose=purpose_of(service),
        items=items,
        offline=offline,
        text=_text(service, items, offline=offline),
    )


def offline_sentence() -> str:
    """Return what it means that a service may come back."""
    return _("It may ask for them again for 30 days after each visit, even while you are away.")


def _text(service: Service, items: Sequence[Item], *, offline: bool) -> str:
    """Return the words of the page, as the ledger keeps them."""
    needed = [item.label for item in items if not item.is_optional]
    optional = [item.label for item in items if item.is_optional]
    lines = [
        _("%(service)s (%(operator)s) asks to know you by your account of the City.")
        % {"service": service.name, "operator": service.operator},
        _("What for: %(purpose)s") % {"purpose": purpose_of(service)},
        _("It will know you by a name of its own, which other services do not know."),
    ]
    if needed:
        lines.append(_("It needs: %(claims)s") % {"claims": ", ".join(needed)})
    if optional:
        lines.append(_("You may also tell it: %(claims)s") % {"claims": ", ".join(optional)})
    if offline:
        lines.append(offline_sentence())
    return "\n".join(lines)


def language() -> str:
    """Return the language in which a person reads what they agree to."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def purpose_of(service: Service) -> str:
    """Return what a service wants to know people for, in the language a person reads it in."""
    words: str = service.purpose_en if language() == "en" else service.purpose_fr
    return words


# --- the ledger -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A line of the ledger as its owner reads it. `is_in_force` until it was withdrawn or replaced;
    `is_outdated` if the contract has changed: nothing is told any more until it is asked again."""

    id: uuid.UUID
    service_id: uuid.UUID
    service: str
    operator: str
    purpose: str
    home_url: str
    knows: tuple[Item, ...]
    keeps: tuple[str, ...]
    offline: bool
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None
    is_outdated: bool
    text: str
    language: str

    @property
    def is_in_force(self) -> bool:
        """Tell whether it was neither withdrawn nor replaced."""
        return self.withdrawn_at is None


def ledger(person_id: uuid.UUID) -> list[Agreement]:
    """Return everything a person has agreed to, newest first, with what the City tells today."""
    rows = list(
        Consent.objects.filter(person_id=person_id).select_related("service").order_by("-pk")
    )
    values = told.values(person_id, {claim for row in rows for claim in row.claims})
    return [_agreement(row, values) for row in rows]


def _agreement(row: Consent, values: dict[str, Any]) -> Agreement:
    service = row.service
    knows = tuple(
        Item(
            claim=claim,
            label=wording.label(claim),
            value=wording.said(claim, values.get(claim)),
            is_optional=claim in service.optional_claims,
        )
        for claim in rules.AGREED_TO
        if claim in row.claims
    )
    return Agreement(
        id=row.public_id,
        service_id=service.public_id,
        service=service.name,
        operator=service.operator,
        purpose=purpose_of(service),
        home_url=service.home_url,
        knows=knows,
        keeps=tuple(wording.label(one) for one in rules.AGREED_TO if one in row.refused),
        offline=rules.OFFLINE in row.scopes,
        given_at=row.given_at,
        withdrawn_at=row.withdrawn_at,
        is_outdated=row.contract != service.contract.version,
        text=row.text,
        language=row.language,
    )


def persons_of(service: Service) -> list[uuid.UUID]:
    """Return the persons whose consent ended when a service closed."""
    rows = Consent.objects.filter(service=service, withdrawn_at__gte=service.closed_at)
    return list(rows.values_list("person_id", flat=True).distinct())


def connected_by(person_id: uuid.UUID) -> int:
    """Return how many services a person has connected."""
    return Consent.objects.filter(person_id=person_id, withdrawn_at=None).count()

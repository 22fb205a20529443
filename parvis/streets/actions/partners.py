"""Lends a case or a round to who treats it by a link, and takes down what they say they did."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import announce
from parvis.streets import events
from parvis.streets.actions.treating import Doer, Treatment, treat
from parvis.streets.models import Case, Handler, PartnerLink, RouteSheet, Step
from parvis.streets.permissions import reach_of_agent, require_agent
from parvis.streets.queries import partners
from parvis.streets.queries.life_words import refusal
from parvis.streets.queries.reach import require
from parvis.streets.queries.rounds import arrondissements_of
from parvis.streets.rules import life

LASTS = dt.timedelta(days=30)
_BYTES = 32
_USED_TO = dt.timedelta(minutes=1)
_MISROUTED, _SCHEDULED = "to_requalify", "scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link as it is shown, once: nobody can read its secret again."""

    id: uuid.UUID
    secret: str
    handler: str
    expires_at: dt.datetime


@transaction.atomic
def lend_case(*, case_id: uuid.UUID, by: Person, now: dt.datetime) -> NewLink:
    """Make a link to one open case for the handler that has it, good for thirty days.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_case`
    :raises Refused: `case_closed`, `handler_missing`
    """
    require_agent(by)
    case = Case.objects.select_related("handler").filter(pk=case_id).first()
    if case is None:
        raise refusal("no_case")
    require(reach_of_agent(by), [case.arrondissement])
    if not case.is_open:
        raise Refused("case_closed", _("This case is closed: open it again first."))
    made = _lent(case.handler, by, now, case=case)
    announce(
        events.PartnerAsked(case_id=case.pk, code=case.code, link_id=made.id, handler=made.handler),
        now=now,
    )
    return made


@transaction.atomic
def lend_round(*, sheet_id: uuid.UUID, by: Person, now: dt.datetime) -> NewLink:
    """Make a link to a round for its handler, good for thirty days; it opens those of its cases
    that this handler has.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_round`
    :raises Refused: `handler_missing`
    """
    require_agent(by)
    sheet = RouteSheet.objects.select_related("handler").filter(pk=sheet_id).first()
    if sheet is None:
        raise NotFound("no_round", _("There is no such round."))
    require(reach_of_agent(by), arrondissements_of(sheet))
    return _lent(sheet.handler, by, now, sheet=sheet)


@transaction.atomic
def take_back(*, link_id: uuid.UUID, by: Person, now: dt.datetime) -> PartnerLink:
    """Take a link back: it opens nothing any more. Taken back twice is taken back once.

    :raises Forbidden: `needs_role`, `outside_territory`
    :raises NotFound: `no_link`
    """
    require_agent(by)
    link = PartnerLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise partners.no_link()
    require(reach_of_agent(by), _arrondissements(link))
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        _record("streets.link_taken_back", link, by, now)
    return link


@transaction.atomic
def answer(*, secret: str, code: str, done: Treatment, now: dt.datetime) -> Step:
    """Take the step that a partner says it took on a case of its link (by its code).

    What it writes is read by agents alone; the public reads the words of the reason.

    :raises NotFound: `no_link`, the same for another's case as for a forged link
    :raises Refused: `words_missing`, `day_missing`, and what `treating.treat` refuses
    """
    link = partners.link_of(secret, now=now)
    case = partners.case_of(link, code)
    if done.to == _MISROUTED and not done.note.strip():
        raise _unfit("words_missing", _("Say why this is not for you: it goes to somebody else."))
    if done.to == _SCHEDULED and done.planned_on is None:
        raise _unfit("day_missing", _("Say on which day you will come."))
    doer = Doer(ref=f"streets.link:{link.pk}", who=life.PARTNER, door="partner")
    return treat(replace(done, case_id=case.pk, public_note=""), by=doer, now=now)


def note_use(link: PartnerLink, *, now: dt.datetime) -> None:
    """Note that a link was used; to the minute, not to write a row for each photo."""
    if link.used_at is None or now - link.used_at >= _USED_TO:
        PartnerLink.objects.filter(pk=link.pk).update(used_at=now)


def _arrondissements(link: PartnerLink) -> set[int]:
    if link.case is not None:
        return {link.case.arrondissement}
    return arrondissements_of(link.sheet) if link.sheet else set()


def _lent(
    handler: Handler | None,
    by: Person,
    now: dt.datetime,
    *,
    case: Case | None = None,
    sheet: RouteSheet | None = None,
) -> NewLink:
    if handler is None:
        sentence = _("Nobody has this yet: send it to a handler first.")
        raise Refused("handler_missing", sentence)
    secret = secrets.token_urlsafe(_BYTES)
    link = PartnerLink.objects.create(
        handler=handler,
        case=case,
        sheet=sheet,
        token_hash=partners.hash_of(secret),
        made_by_id=by.id,
        made_at=now,
        expires_at=now + LASTS,
    )
    _record("streets.link_made", link, by, now)
    return NewLink(id=link.pk, secret=secret, handler=handler.code, expires_at=link.expires_at)


def _unfit(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _record(action: str, link: PartnerLink, by: Person, now: dt.datetime) -> None:
    about = f"streets.case:{link.case_id}" if link.case_id else f"streets.round:{link.sheet_id}"
    register.record(
        register.Entry(
            action=action,
            object_ref=about,
            actor_ref=f"person:{by.id}",
            recorded_at=now,
            details={"link": str(link.pk)},
        )
    )

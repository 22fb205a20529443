"""Reuses of a dataset: proposed by residents, public once a moderator has said so."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from parvis.account.public import Person
from parvis.kernel.errors import Refused
from parvis.kernel.facts import announce
from parvis.opendata.actions import saying
from parvis.opendata.events import ReusePublished, ReuseRefused
from parvis.opendata.models import Reuse
from parvis.opendata.models.reuses import ReuseState
from parvis.opendata.permissions import require_moderator
from parvis.opendata.queries import reuses
from parvis.opendata.rules import said

ABOUT = "reuse"


@transaction.atomic
def propose(
    *, dataset_id: str, title: str, url: str, text: str, by: Person, now: dt.datetime
) -> uuid.UUID:
    """Propose a reuse of a dataset; the same address proposed again is the same reuse.

    :raises NotFound: `no_dataset`
    :raises Mistyped: `text_empty`, `text_too_long`, `text_deceives`, `address_unfit` (422)
    :raises Refused: `too_many_waiting` (429), `reuse_known` if somebody else has proposed it
    """
    dataset = saying.dataset_of(dataset_id)
    made = {
        "title": saying.cleaned(title, "title", longest=said.TITLE, lines=False),
        "url": saying.address(url),
        "text": saying.cleaned(text, "text", longest=said.TEXT),
    }
    saying.let_pass_one_by_one(by)
    known = Reuse.objects.filter(
        dataset=dataset, url=made["url"], state__in=reuses.ALREADY_HERE
    ).first()
    if known is not None and known.author_id == by.id:
        return known.public_id
    if known is not None:
        raise Refused("reuse_known", _("This reuse is already here, or waits for a moderator."))
    waiting = Reuse.objects.filter(author_id=by.id, state=ReuseState.PROPOSED).count()
    if waiting >= said.MOST_WAITING:
        sentence = _("%(count)s of your reuses wait for a moderator: wait for them first.")
        raise Refused("too_many_waiting", sentence % {"count": waiting}, status=429)
    proposed = Reuse.objects.create(
        dataset=dataset, author_id=by.id, author_name=by.usual_name, proposed_at=now, **made
    )
    saying.note("reuse_proposed", ABOUT, proposed.public_id, by=by, now=now)
    return proposed.public_id


@transaction.atomic
def withdraw(*, reuse_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Take one's own reuse back.

    :raises NotFound: `no_reuse`, also where it is somebody else's
    :raises Refused: `reuse_decided`, if it is refused or withdrawn
    """
    held = _locked(reuse_id)
    if held.author_id != by.id:
        raise reuses.no_reuse()
    _decide(held, ReuseState.WITHDRAWN, among=reuses.ALREADY_HERE)
    saying.close_reports(held, now=now)
    saying.note("reuse_withdrawn", ABOUT, reuse_id, by=by, now=now)


@transaction.atomic
def publish(*, reuse_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """Make a proposed reuse public, and one that was refused if that was a mistake.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_reuse`
    :raises Refused: `reuse_decided`, if it is public or withdrawn; `reuse_known`, if its address
        has been proposed again since
    """
    require_moderator(by)
    held = _locked(reuse_id)
    again = Reuse.objects.filter(
        dataset=held.dataset, url=held.url, state__in=reuses.ALREADY_HERE
    ).exclude(pk=held.pk)
    if again.exists():
        raise Refused("reuse_known", _("This reuse is already here, or waits for a moderator."))
    held.message, held.decided_at, held.decided_by_id = "", now, by.id
    _decide(held, ReuseState.PUBLIC, among=(ReuseState.PROPOSED, ReuseState.REFUSED))
    saying.note("reuse_published", ABOUT, reuse_id, by=by, now=now)
    fact = ReusePublished(reuse_id=reuse_id, dataset_id=held.dataset.dataset_id)
    announce(fact, now=now)


@transaction.atomic
def refuse(*, reuse_id: uuid.UUID, message: str, by: Person, now: dt.datetime) -> None:
    """Do not take a reuse, or take a public one off the page; its author is told why.

    :raises Forbidden: `needs_role`
    :raises NotFound: `no_reuse`
    :raises Mistyped: a code of a text (422)
    :raises Refused: `reuse_decided`, if it is refused or withdrawn
    """
    require_moderator(by)
    words = saying.cleaned(message, "message", longest=said.MESSAGE)
    held = _locked(reuse_id)
    held.message, held.decided_at, held.decided_by_id = words, now, by.id
    _decide(held, ReuseState.REFUSED, among=reuses.ALREADY_HERE)
    saying.close_reports(held, now=now)
    saying.note("reuse_refused", ABOUT, reuse_id, by=by, now=now)
    announce(ReuseRefused(reuse_id=reuse_id, dataset_id=held.dataset.dataset_id), now=now)


def _locked(reuse_id: uuid.UUID) -> Reuse:
    rows = Reuse.objects.select_for_update(of=("self",)).select_related("dataset")
    found = rows.filter(public_id=reuse_id).first()
    if found is None:
        raise reuses.no_reuse()
    return found


def _decide(held: Reuse, state: ReuseState, *, among: tuple[ReuseState, ...]) -> None:
    if held.state not in among:
        sentence = _("This was decided in the meantime. Load the page again.")
        raise Refused("reuse_decided", sentence)
    held.state = state
    held.save()

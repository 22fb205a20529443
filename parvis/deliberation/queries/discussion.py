"""Arguments and replies: pages of them, each with its own replies, in a bounded number of
queries.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from parvis.account.public import Person
from parvis.deliberation.models import Contribution, Flag, Remark, Support
from parvis.deliberation.models.choices import Stance, State
from parvis.deliberation.queries import building, keyset, one
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import Author, Discussion, Page, RemarkView
from parvis.deliberation.queries.wanted import WantedRemarks
from parvis.deliberation.rules import roles

_ORDERS = {
    "recent": keyset.NEWEST,
    "oldest": keyset.OLDEST,
    "supported": keyset.MOST_SUPPORTED,
}


def discussion(contribution_id: uuid.UUID, *, viewer: Person | None, limit: int = 50) -> Discussion:
    """Return the first page of each side, most supported first; at most seven queries.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    contribution = one.readable(contribution_id, viewer=viewer)
    seen = _seen(contribution, viewer)
    top = seen.filter(parent=None)
    cuts = _first_cuts(top, limit)
    found = [row for cut in cuts.values() for row in cut.rows]
    views = _views(found, seen, contribution, viewer)
    sides = {
        stance: Page(items=tuple(views[row.pk] for row in cut.rows), next_cursor=cut.next_cursor)
        for stance, cut in cuts.items()
    }
    numbers = dict(top.order_by().values_list("stance").annotate(Count("pk")))
    totalled = {s: replace(side, total=numbers.get(s.value, 0)) for s, side in sides.items()}
    return Discussion(
        arguments_for=totalled[Stance.FOR],
        arguments_against=totalled[Stance.AGAINST],
        replies=totalled[Stance.REPLY],
    )


def _first_cuts(top: QuerySet[Remark], limit: int) -> dict[Stance, keyset.Slice[Remark]]:
    for_, against, replies = (
        top.filter(stance=stance).order_by("-support_count", "-public_id")[: limit + 1]
        for stance in (Stance.FOR, Stance.AGAINST, Stance.REPLY)
    )
    found = list(for_.union(against, replies, all=True))
    return {
        stance: keyset.first_page(
            [row for row in found if row.stance == stance.value],
            order=keyset.MOST_SUPPORTED,
            limit=limit,
        )
        for stance in Stance
    }


def remarks(
    contribution_id: uuid.UUID, *, wanted: WantedRemarks, viewer: Person | None
) -> Page[RemarkView]:
    """Return one page of the remarks made directly on a contribution, each with its replies.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    :raises Refused: `bad_cursor`
    """
    contribution = one.readable(contribution_id, viewer=viewer)
    seen = _seen(contribution, viewer)
    chosen = seen.filter(parent=None)
    if wanted.stance is not None:
        chosen = chosen.filter(stance=wanted.stance)
    order = _ORDERS.get(wanted.sort, keyset.MOST_SUPPORTED)
    cut = keyset.page(chosen, order=order, cursor=wanted.cursor, limit=wanted.limit)
    views = _views(cut.rows, seen, contribution, viewer)
    return Page(
        items=tuple(views[row.pk] for row in cut.rows),
        next_cursor=cut.next_cursor,
        previous_cursor=cut.previous_cursor,
        total=chosen.count(),
    )


def remark(remark_id: uuid.UUID, *, viewer: Person | None) -> RemarkView:
    """Return one remark, with its replies.

    :raises NotFound: `no_remark`, also if this person may not read it
    """
    row = Remark.objects.select_related("parent").filter(public_id=remark_id).first()
    if row is None:
        raise refusal("no_remark")
    contribution = one.readable(
        Contribution.objects.values_list("public_id", flat=True).get(pk=row.contribution_id),
        viewer=viewer,
    )
    seen = _seen(contribution, viewer)
    chosen = seen.filter(pk=row.pk).first()
    if chosen is None:
        raise refusal("no_remark")
    view = _views([chosen], seen, contribution, viewer)[row.pk]
    return replace(view, parent_id=row.parent.public_id if row.parent else None)


def _seen(contribution: Contribution, viewer: Person | None) -> QuerySet[Remark]:
    rows = Remark.objects.filter(contribution=contribution)
    if viewer is None:
        readable = Q(state=State.PUBLIC)
    elif roles.MODERATES in viewer.roles:
        readable = Q(state__in=(State.PUBLIC, State.HIDDEN))
    else:
        readable = Q(state=State.PUBLIC) | Q(state=State.HIDDEN, author_id=viewer.id)
    if viewer is not None:
        mine = {"remark": OuterRef("pk"), "person_id": viewer.id}
        rows = rows.annotate(
            you_support=Exists(Support.objects.filter(**mine)),
            you_flagged=Exists(Flag.objects.filter(**mine, closed_by=None)),
        )
    # What nobody may read any more keeps its place while somebody's reply hangs on it.
    holds = Exists(Remark.objects.filter(parent=OuterRef("pk"), state=State.PUBLIC))
    return rows.annotate(holds_replies=holds).filter(readable | Q(holds_replies=True))


def _views(
    rows: Sequence[Remark],
    seen: QuerySet[Remark],
    contribution: Contribution,
    viewer: Person | None,
) -> dict[int, RemarkView]:
    replies = list(
        seen.filter(parent__in=[row.pk for row in rows]).order_by("created_at", "public_id")
    )
    known = building.names(each.author_id for each in (*rows, *replies))
    parents = {row.pk: row.public_id for row in rows}
    below: dict[int, list[RemarkView]] = defaultdict(list)
    for each in replies:
        if each.parent_id is not None:
            view = _view(each, contribution, known, viewer)
            below[each.parent_id].append(replace(view, parent_id=parents[each.parent_id]))
    return {
        row.pk: replace(_view(row, contribution, known, viewer), replies=tuple(below[row.pk]))
        for row in rows
    }


def _view(
    row: Remark, contribution: Contribution, known: building.Names, viewer: Person | None
) -> RemarkView:
    readable = row.state != State.WITHDRAWN and one.may_read(row.state, row.author_id, viewer)
    return RemarkView(
        id=row.public_id,
        contribution_id=contribution.public_id,
        parent_id=None,
        stance=Stance(row.stance),
        body=row.body if readable else "",
        author=building.author(row, known) if readable else Author(id=None, name=""),
        state=State(row.state),
        created_at=row.created_at,
        supports=row.support_count,
        supported_by_you=bool(getattr(row, "you_support", False)),
        flagged_by_you=bool(getattr(row, "you_flagged", False)),
        yours=viewer is not None and row.author_id == viewer.id,
    )

"""Arguments and replies: pages of them, each with its own replies, in a bounded number of
queries.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import BooleanField, Exists, Expression, OuterRef, QuerySet

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
# Whether a person finds a remark: of the hidden ones moderators find all, others their own. What
# nobody may read any more keeps its place while somebody's reply hangs on it.
_FOUND = """(
    deliberation_remark.state = 'public'
    OR deliberation_remark.state = 'hidden' AND (%s OR deliberation_remark.author_id = %s)
    OR EXISTS (
        SELECT FROM deliberation_remark reply
        WHERE reply.parent_id = deliberation_remark.id AND reply.state = 'public'
    )
)"""
# The first of each side, each a step into the index, and what hangs on them. Asked in PostgreSQL's
# own words: having Django write them took longer than all the rest of the page's questions.
_FIRST = """
    WITH top AS (
        SELECT first.* FROM unnest(ARRAY['for', 'against', '']) AS side (stance)
        CROSS JOIN LATERAL (
            SELECT * FROM deliberation_remark
            WHERE contribution_id = %s AND parent_id IS NULL
                AND deliberation_remark.stance = side.stance AND {found}
            ORDER BY support_count DESC, public_id DESC LIMIT %s
        ) first
    )
    SELECT said.*,
        EXISTS (
            SELECT FROM deliberation_support s WHERE s.remark_id = said.id AND s.person_id = %s
        ) AS you_support,
        EXISTS (
            SELECT FROM deliberation_flag f
            WHERE f.remark_id = said.id AND f.person_id = %s AND f.closed_by_id IS NULL
        ) AS you_flagged
    FROM (
        SELECT * FROM top
        UNION ALL
        SELECT deliberation_remark.* FROM deliberation_remark
        JOIN top ON top.id = deliberation_remark.parent_id WHERE {found}
    ) said
"""


class _Found(Expression):
    """Whether a person finds a remark, as a condition of a queryset."""

    output_field = BooleanField()

    def __init__(self, viewer: Person | None) -> None:
        super().__init__()
        self._viewer = viewer

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition and its values."""
        del compiler, connection
        return _FOUND, _asking(self._viewer)


def _asking(viewer: Person | None) -> tuple[Any, ...]:
    if viewer is None:
        return (False, None)
    return (viewer.holds(roles.MODERATES, service=roles.SERVICE), viewer.id)


def discussion(contribution_id: uuid.UUID, *, viewer: Person | None, limit: int = 50) -> Discussion:
    """Return the first page of each side, most supported first; at most three queries.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    """
    key = one.readable_key(contribution_id, viewer=viewer)
    you = viewer.id if viewer else None
    asking = _asking(viewer)
    values = [key, *asking, limit + 1, you, you, *asking]
    said = list(Remark.objects.raw(_FIRST.format(found=_FOUND), values))
    cuts = {stance: _first_cut(said, stance, limit) for stance in Stance}
    rows = [row for cut in cuts.values() for row in cut.rows]
    replies = [row for row in said if row.parent_id is not None]
    views = _views(rows, replies, contribution_id, viewer)
    sides = {
        stance: Page(items=tuple(views[row.pk] for row in cut.rows), next_cursor=cut.next_cursor)
        for stance, cut in cuts.items()
    }
    return Discussion(
        arguments_for=sides[Stance.FOR],
        arguments_against=sides[Stance.AGAINST],
        replies=sides[Stance.REPLY],
    )


def _first_cut(said: Sequence[Remark], stance: Stance, limit: int) -> keyset.Slice[Remark]:
    top = [row for row in said if row.parent_id is None and row.stance == stance.value]
    top.sort(key=lambda row: (row.support_count, row.public_id), reverse=True)
    return keyset.first_page(top, order=keyset.MOST_SUPPORTED, limit=limit)


def remarks(
    contribution_id: uuid.UUID, *, wanted: WantedRemarks, viewer: Person | None
) -> Page[RemarkView]:
    """Return one page of the remarks made directly on a contribution, each with its replies.

    :raises NotFound: `no_contribution`, also if it is hidden from this person
    :raises Refused: `bad_cursor`
    """
    seen = _seen(one.readable_key(contribution_id, viewer=viewer), viewer)
    chosen = seen.filter(parent=None)
    if wanted.stance is not None:
        chosen = chosen.filter(stance=wanted.stance)
    order = _ORDERS.get(wanted.sort, keyset.MOST_SUPPORTED)
    cut = keyset.page(chosen, order=order, cursor=wanted.cursor, limit=wanted.limit)
    replies = seen.filter(parent__in=[row.pk for row in cut.rows])
    views = _views(cut.rows, replies, contribution_id, viewer)
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
    whole = Contribution.objects.values_list("public_id", flat=True).get(pk=row.contribution_id)
    seen = _seen(one.readable_key(whole, viewer=viewer), viewer)
    chosen = seen.filter(pk=row.pk).first()
    if chosen is None:
        raise refusal("no_remark")
    view = _views([chosen], seen.filter(parent=row.pk), whole, viewer)[row.pk]
    return replace(view, parent_id=row.parent.public_id if row.parent else None)


def _seen(contribution_key: int, viewer: Person | None) -> QuerySet[Remark]:
    rows = Remark.objects.filter(_Found(viewer), contribution=contribution_key)
    if viewer is None:
        return rows
    mine = {"remark": OuterRef("pk"), "person_id": viewer.id}
    return rows.annotate(
        you_support=Exists(Support.objects.filter(**mine)),
        you_flagged=Exists(Flag.objects.filter(**mine, closed_by=None)),
    )


def _views(
    rows: Sequence[Remark],
    replies: Iterable[Remark],
    contribution_id: uuid.UUID,
    viewer: Person | None,
) -> dict[int, RemarkView]:
    parents = {row.pk: row.public_id for row in rows}
    shown = [each for each in replies if each.parent_id in parents]
    shown.sort(key=lambda each: (each.created_at, each.public_id))
    known = building.names(each.author_id for each in (*rows, *shown))
    below: dict[int | None, list[RemarkView]] = defaultdict(list)
    for each in shown:
        view = _view(each, contribution_id, known, viewer)
        below[each.parent_id].append(replace(view, parent_id=parents.get(each.parent_id or 0)))
    return {
        row.pk: replace(_view(row, contribution_id, known, viewer), replies=tuple(below[row.pk]))
        for row in rows
    }


def _view(
    row: Remark, contribution_id: uuid.UUID, known: building.Names, viewer: Person | None
) -> RemarkView:
    readable = row.state != State.WITHDRAWN and one.may_read(row.state, row.author_id, viewer)
    return RemarkView(
        id=row.public_id,
        contribution_id=contribution_id,
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

"""What moderators find on their desk; who may ask is checked at the door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Min, Q, QuerySet

from parvis.deliberation.models import Contribution, Flag, ModerationDecision, Remark
from parvis.deliberation.models.choices import BodyFormat, Reason, State
from parvis.deliberation.queries import building, keyset, one
from parvis.deliberation.queries.desk_shapes import FlagView, QueueItem
from parvis.deliberation.queries.refusals import refusal
from parvis.deliberation.queries.shapes import (
    DecisionView,
    Page,
    Target,
)

_Key = tuple[int | None, int | None]


def _open_flags() -> QuerySet[Flag]:
    readable = Q(contribution__state=State.PUBLIC) | Q(
        remark__state=State.PUBLIC, remark__contribution__state=State.PUBLIC
    )
    return Flag.objects.filter(readable, closed_by=None)


def flagged_count() -> int:
    """Return how many texts wait for a moderator."""
    texts = _open_flags().values("contribution_id", "remark_id").distinct()
    return texts.count()


def moderation_queue(*, cursor: str = "", limit: int = 20) -> Page[QueueItem]:
    """Return the flagged texts, the one that waits longest first; one pages forward only.

    What is decided meanwhile makes nobody skip a text.
    """
    waiting = (
        _open_flags()
        .values_list("contribution_id", "remark_id")
        .annotate(since=Min("flagged_at"), first=Min("pk"))
        .order_by("since", "first")
    )
    if cursor:
        since, first = keyset.marked(cursor, "queue", dt.datetime.fromisoformat, int)
        waiting = waiting.filter(Q(since__gt=since) | Q(since=since, first__gt=first))
    found = list(waiting[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    return Page(
        items=tuple(_items([(contribution, remark) for contribution, remark, _, _ in shown])),
        next_cursor=keyset.mark("queue", shown[-1][2].isoformat(), shown[-1][3]) if more else "",
        total=flagged_count(),
    )


def queue_item(target: Target) -> QueueItem:
    """Return one text as a moderator meets it, flagged or not.

    :raises NotFound: `no_contribution`, `no_remark`
    """
    text = text_of(target)
    is_remark = isinstance(text, Remark)
    return _items([(None, text.pk) if is_remark else (text.pk, None)])[0]


def text_of(target: Target) -> Contribution | Remark:
    """Return the row of a text, its contribution and consultation fetched with it.

    :raises NotFound: `no_contribution`, `no_remark`
    """
    found: Contribution | Remark | None
    if target.kind == "remark":
        rows = Remark.objects.select_related("contribution__consultation")
        found = rows.filter(public_id=target.id).first()
    else:
        found = (
            Contribution.objects.select_related("consultation").filter(public_id=target.id).first()
        )
    if found is None or found.state == State.WITHDRAWN:
        raise refusal("no_remark" if target.kind == "remark" else "no_contribution")
    return found


def decisions(*, cursor: str = "", limit: int = 20) -> Page[DecisionView]:
    """Return what moderators decided, newest first."""
    cut = keyset.page(_decisions(), order=keyset.LAST_DECIDED, cursor=cursor, limit=limit)
    return Page(
        items=tuple(_decision_views(cut.rows)),
        next_cursor=cut.next_cursor,
        previous_cursor=cut.previous_cursor,
        total=ModerationDecision.objects.count(),
    )


def decisions_about(target: Target) -> list[DecisionView]:
    """Return what moderators decided about one text, newest first."""
    about = {f"{target.kind}__public_id": target.id}
    return _decision_views(_decisions().filter(**about).order_by("-decided_at", "-public_id"))


def decision(decision_id: uuid.UUID) -> DecisionView:
    """Return one decision.

    :raises NotFound: `no_decision`
    """
    found = _decision_views(_decisions().filter(public_id=decision_id))
    if not found:
        raise refusal("no_decision")
    return found[0]


def _decisions() -> QuerySet[ModerationDecision]:
    return ModerationDecision.objects.select_related(
        "contribution__consultation", "remark__contribution__consultation"
    )


def _decision_views(
    rows: Sequence[ModerationDecision] | QuerySet[ModerationDecision],
) -> list[DecisionView]:
    found = list(rows)
    known = building.names(each.by_id for each in found)
    return [one.decision_view(each, known) for each in found]


def _items(keys: Sequence[_Key]) -> list[QueueItem]:
    contributions = Contribution.objects.select_related("consultation").in_bulk(
        [contribution for contribution, _ in keys if contribution is not None]
    )
    remarks = Remark.objects.select_related("contribution__consultation").in_bulk(
        [remark for _, remark in keys if remark is not None]
    )
    flags: dict[_Key, list[Flag]] = defaultdict(list)
    reported = Flag.objects.filter(
        Q(contribution__in=contributions) | Q(remark__in=remarks), closed_by=None
    )
    for flag in reported.order_by("flagged_at", "pk"):
        flags[flag.contribution_id, flag.remark_id].append(flag)
    texts: dict[_Key, Contribution | Remark] = {
        **{(pk, None): each for pk, each in contributions.items()},
        **{(None, pk): each for pk, each in remarks.items()},
    }
    known = building.names(each.author_id for each in texts.values())
    return [_item(texts[key], flags[key], known) for key in keys]


def _item(text: Contribution | Remark, flags: Sequence[Flag], known: building.Names) -> QueueItem:
    whole = text.contribution if isinstance(text, Remark) else text
    body_format = BodyFormat.TEXT if isinstance(text, Remark) else BodyFormat(text.body_format)
    return QueueItem(
        target=Target(
            kind="remark" if isinstance(text, Remark) else "contribution", id=text.public_id
        ),
        consultation=whole.consultation.slug,
        contribution_id=whole.public_id,
        contribution_title=whole.title,
        section_ref=whole.section_ref,
        body=text.body,
        body_format=body_format,
        author=building.author(text, known),
        state=State(text.state),
        created_at=text.created_at,
        flags=tuple(
            FlagView(reason=Reason(f.reason), comment=f.comment, flagged_at=f.flagged_at)
            for f in flags
        ),
        first_flagged_at=flags[0].flagged_at if flags else None,
    )

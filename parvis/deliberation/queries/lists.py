"""Lists of contributions: filtered, searched, sorted, paged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, F, QuerySet, Sum, TextField, Value, When
from django.db.models.expressions import Func

from parvis.account.public import Person
from parvis.deliberation.models import Consultation, Contribution, SectionTally
from parvis.deliberation.models.choices import BodyFormat, State
from parvis.deliberation.queries import building, consultations, keyset
from parvis.deliberation.queries.shapes import ContributionRow, Page, Piece
from parvis.deliberation.queries.wanted import Wanted

# Ranking looks at the newest of these; a search that finds more is better narrowed than paged.
RANKED = 500
# A title, and the beginning of what is said.
LIKENESS_LENGTH = 300
_FOUND, _END, _LESS = "\ue000", "\ue001", "\ue002"
_ORDERS = {
    "recent": keyset.NEWEST,
    "supported": keyset.MOST_SUPPORTED,
    "discussed": keyset.MOST_DISCUSSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """A contribution that matches, and its place in the list: likeness, supports, public id."""

    place: tuple[float, int, uuid.UUID]
    pk: int


class Words(SearchQuery):
    """Words as people type them, without accents or French endings."""

    def __init__(self, words: str) -> None:
        """Keep the words for `parvis_query`."""
        super().__init__(words.replace("\x00", ""))
        self.function = "parvis_query"


def contributions(slug: str, *, wanted: Wanted, viewer: Person | None) -> Page[ContributionRow]:
    """Return one page of the contributions of a consultation.

    :raises NotFound: `no_consultation`
    :raises Refused: `bad_cursor`
    """
    return page(consultations.row(slug), wanted=wanted, viewer=viewer)


def page(
    consultation: Consultation, *, wanted: Wanted, viewer: Person | None
) -> Page[ContributionRow]:
    """Return one page of the contributions of a consultation already fetched."""
    chosen = _chosen(consultation, wanted, viewer)
    if wanted.words and wanted.sort == "relevant":
        return _page_by_relevance(chosen, wanted)
    order = _ORDERS.get(wanted.sort, keyset.NEWEST)
    cut = keyset.page(_light(chosen), order=order, cursor=wanted.cursor, limit=wanted.limit)
    for one in cut.rows:
        one.consultation = consultation
    total, at_least = _total(chosen, consultation, wanted)
    return Page(
        items=_rows(cut.rows, wanted.words),
        next_cursor=cut.next_cursor,
        previous_cursor=cut.previous_cursor,
        total=total,
        at_least=at_least,
    )


def _page_by_relevance(chosen: QuerySet[Contribution], wanted: Wanted) -> Page[ContributionRow]:
    limit = max(1, min(wanted.limit, keyset.MAX_LIMIT))
    found = _ranked(chosen, wanted.words)
    at_least, found = len(found) > RANKED, found[:RANKED]
    start = _start(found, wanted.cursor, limit) if wanted.cursor else 0
    shown = found[start : start + limit]
    more = start + limit < len(found)
    return Page(
        items=_rows(_fetched([one.pk for one in shown]), wanted.words),
        next_cursor=keyset.mark("relevant", "n", *shown[-1].place) if more else "",
        previous_cursor=keyset.mark("relevant", "p", *shown[0].place) if start and shown else "",
        total=len(found),
        at_least=at_least,
    )


def _start(found: Sequence[_Ranked], cursor: str, limit: int) -> int:
    # Where the last page ended, whatever has come before it since.
    backwards, *rest = keyset.marked(
        cursor, "relevant", keyset.BACKWARDS.__getitem__, float, int, uuid.UUID
    )
    place = tuple(rest)
    if backwards:
        return max(0, sum(one.place > place for one in found) - limit)
    return sum(one.place >= place for one in found)


def _rows(found: list[Contribution], words: str) -> tuple[ContributionRow, ...]:
    excerpts = _headlines([one.pk for one in found], words) if words else {}
    return tuple(building.rows(found, excerpts=excerpts))


def contributions_of(person_id: uuid.UUID, *, limit: int = 20) -> list[ContributionRow]:
    """Return a person's own contributions that are not withdrawn, newest first, for that person."""
    found = (
        Contribution.objects.filter(author_id=person_id)
        .exclude(state=State.WITHDRAWN)
        .select_related("consultation")
        .order_by("-created_at", "-public_id")
    )
    return building.rows(list(_light(found)[:limit]))


def found_anywhere(words: str, *, limit: int) -> list[ContributionRow]:
    """Return the public contributions of every consultation that best match what a person typed."""
    chosen = Contribution.objects.filter(state=State.PUBLIC, search=Words(words))
    found = _ranked(chosen, words)[:limit]
    return list(_rows(_fetched([one.pk for one in found]), words))


def similar_contributions(slug: str, *, text: str, limit: int = 5) -> list[ContributionRow]:
    """Return the public contributions whose titles share most words with a text."""
    likeness = _Computed(_title_words(text))
    matches = Contribution.objects.filter(
        consultation=consultations.row(slug), state=State.PUBLIC, search=likeness
    )
    window = matches.order_by("-created_at", "-public_id").values("pk")[:RANKED]
    found = (
        _light(Contribution.objects.filter(pk__in=window))
        .select_related("consultation")
        .annotate(likeness=SearchRank(F("search"), likeness))
        .order_by("-likeness", "-support_count", "-public_id")[:limit]
    )
    return building.rows(list(found))


class _Computed(SearchQuery):
    """A query already written in PostgreSQL's own language."""

    def __init__(self, query: str) -> None:
        """Keep the query."""
        super().__init__(query, search_type="raw", config="parvis_simple")


def _title_words(text: str) -> str:
    # Written out before it is asked, so that the planner knows how common the words are.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(quote_literal(lexeme) || ':A', ' | '), '')"
            " FROM unnest(to_tsvector('parvis_french', %s))",
            [text[:LIKENESS_LENGTH].replace("\x00", "")],
        )
        (query,) = cursor.fetchone()
    return str(query)


def _light(found: QuerySet[Contribution]) -> QuerySet[Contribution]:
    return found.defer(*building.UNUSED_BY_LISTS)


def _chosen(
    consultation: Consultation, wanted: Wanted, viewer: Person | None
) -> QuerySet[Contribution]:
    chosen = Contribution.objects.filter(consultation=consultation)
    if (wanted.mine or wanted.followed) and viewer is None:
        return chosen.none()
    if wanted.mine and viewer is not None:
        chosen = chosen.filter(author_id=viewer.id).exclude(state=State.WITHDRAWN)
    else:
        chosen = chosen.filter(state=State.PUBLIC)
    if wanted.followed and viewer is not None:
        chosen = chosen.filter(follows__person_id=viewer.id)
    chosen = chosen.filter(**_places(wanted))
    if wanted.answered is not None:
        chosen = chosen.filter(answered_at__isnull=not wanted.answered)
    if wanted.district is not None:
        chosen = chosen.filter(district=wanted.district)
    return chosen.filter(search=Words(wanted.words)) if wanted.words else chosen


def _places(wanted: Wanted) -> dict[str, object]:
    places: dict[str, object] = {}
    if wanted.kinds:
        places["kind__in"] = sorted(wanted.kinds)
    if wanted.section_ref:
        places["section_ref"] = wanted.section_ref
    if wanted.branch_ref:
        places["branch_ref"] = wanted.branch_ref
    return places


def _total(
    chosen: QuerySet[Contribution], consultation: Consultation, wanted: Wanted
) -> tuple[int, bool]:
    if wanted.mine or wanted.followed:
        return chosen.count(), False
    if wanted.words:
        seen = chosen.order_by()[: RANKED + 1].count()
        return min(seen, RANKED), seen > RANKED
    tallies = SectionTally.objects.filter(consultation=consultation, **_places(wanted))
    if wanted.answered is not None:
        tallies = tallies.filter(answered=wanted.answered)
    if wanted.district is not None:
        tallies = tallies.filter(district=wanted.district)
    return tallies.aggregate(total=Sum("contributions", default=0))["total"], False


def _ranked(chosen: QuerySet[Contribution], words: str) -> list[_Ranked]:
    """Return the newest that match, the best first; one more than is ranked."""
    window = (
        chosen.annotate(rank=SearchRank(F("search"), Words(words)))
        .order_by("-created_at", "-public_id")
        .values_list("rank", "support_count", "public_id", "pk")[: RANKED + 1]
    )
    # Sorted here: the database would read each of them a second time.
    found = [_Ranked(place=(rank, supports, key), pk=pk) for rank, supports, key, pk in window]
    return sorted(found, key=lambda one: one.place, reverse=True)


def _fetched(keys: Sequence[int]) -> list[Contribution]:
    rows = _light(Contribution.objects.select_related("consultation")).in_bulk(list(keys))
    return [rows[key] for key in keys]


def _headlines(ids: Sequence[int], words: str) -> dict[int, tuple[Piece, ...]]:
    unmarked = Func(
        "body",
        Value(f"[{_FOUND}{_END}]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    untagged = Func(
        unmarked,
        Value("<[^>]*>"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    # A person's « < » is text; the highlighter would take it for a tag and drop it.
    typed = Func(unmarked, Value("<"), Value(_LESS), function="translate", output_field=TextField())
    plain = Case(When(body_format=BodyFormat.HTML, then=untagged), default=typed)
    headline = SearchHeadline(
        plain,
        Words(words),
        config="parvis_french",
        start_sel=_FOUND,
        stop_sel=_END,
        max_words=40,
        min_words=25,
    )
    found = Contribution.objects.filter(pk__in=ids).annotate(headline=headline)
    return {
        pk: _pieces(building.plain(text, body_format))
        for pk, text, body_format in found.values_list("pk", "headline", "body_format")
    }


def _pieces(headline: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    before, *marked = " ".join(headline.replace(_LESS, "<").split()).split(_FOUND)
    if before:
        pieces.append(Piece(text=before))
    for part in marked:
        found, _, rest = part.partition(_END)
        pieces.append(Piece(text=found, found=True))
        if rest:
            pieces.append(Piece(text=rest))
    return tuple(pieces)

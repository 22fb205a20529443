"""The catalogue one walks through: words, facets, order, pages; finances stand in front."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, F, Field, FloatField, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

from parvis.opendata.models import Dataset
from parvis.opendata.queries.pages import quality
from parvis.opendata.rules.descriptions import words_of
from parvis.opendata.rules.profile import Profile
from parvis.ui.wording import number

PAGE = 20
_LONGEST = 200
_EXCERPT = 190
_FEW = 6
_MANY = 30
_UNSENT = re.compile(r"[\x00-\x1f]")
_SEARCH, _WORDS = "opendata_dataset.search", "parvis_query(%(expressions)s::text)"
HELD, DESCRIBED = "ici", "decrits"
SORTS = {
    "": gettext_lazy("finances first"),
    "recents": gettext_lazy("published last"),
    "titre": gettext_lazy("by title"),
    "lignes": gettext_lazy("the largest"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks of the catalogue."""

    words: str = ""
    theme: str = ""
    publisher: str = ""
    license: str = ""
    keyword: str = ""
    held: str = ""
    sort: str = ""
    page: str = "1"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that ask for the first page of the same."""
        said = [("q", self.words), *((name, getattr(self, field)) for name, field in _PARAMS)]
        return [pair for pair in said if pair[1]]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is asked for beside an order."""
        return replace(self, sort="", page="1") != Asked()


_PARAMS = (
    ("theme", "theme"),
    ("producteur", "publisher"),
    ("licence", "license"),
    ("mot", "keyword"),
    ("donnees", "held"),
    ("tri", "sort"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet: how many datasets have it, the address with or without it."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetList:
    """A facet: its values, those that are shown at once and those one opens."""

    label: str
    values: tuple[Choice, ...]
    more: tuple[Choice, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A dataset in the list."""

    dataset_id: str
    title: str
    excerpt: str
    theme: str
    publisher: str
    reach: str
    rows: int | None
    has_warnings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A page of the catalogue."""

    asked: Asked
    page: Page[Dataset]
    found: tuple[Found, ...]
    facets: tuple[FacetList, ...]
    sorts: tuple[tuple[str, str], ...]
    everything: int
    held: int

    @property
    def count(self) -> int:
        """Return how many datasets were found."""
        return self.page.paginator.count


def read(given: Mapping[str, str]) -> Asked:
    """Return what an address asks; an order that is none is the usual one."""

    def text(name: str) -> str:
        return _UNSENT.sub(" ", given.get(name, "")).strip()[:_LONGEST]

    said = {field: text(name) for name, field in _PARAMS}
    said["sort"] = said["sort"] if said["sort"] in SORTS else ""
    said["held"] = said["held"] if said["held"] in {HELD, DESCRIBED} else ""
    return Asked(words=text("q"), page=text("page") or "1", **said)


def catalogue(asked: Asked) -> Catalogue:
    """Return a page of the datasets that are asked for, with the facets beside it."""
    known = Dataset.objects.filter(archived_at=None)
    found = _sorted(_narrowed(known, asked), asked)
    page = Paginator(found.select_related("current"), PAGE).get_page(asked.page)
    return Catalogue(
        asked=asked,
        page=page,
        found=tuple(_found(row) for row in page),
        facets=tuple(_facets(known, asked)),
        sorts=tuple((key, str(label)) for key, label in SORTS.items()),
        everything=known.count(),
        held=known.exclude(current=None).count(),
    )


def matching(words: str, limit: int) -> list[Found]:
    """Return the datasets that speak of these words, the nearest first."""
    asked = Asked(words=_UNSENT.sub(" ", words).strip()[:_LONGEST])
    known = _narrowed(Dataset.objects.filter(archived_at=None), asked)
    return [_found(row) for row in _sorted(known, asked).select_related("current")[:limit]]


def counts() -> tuple[int, int]:
    """Return how many datasets are described, and of how many the rows are here."""
    known = Dataset.objects.filter(archived_at=None)
    return known.count(), known.exclude(current=None).count()


# --- what is asked --------------------------------------------------------------------------------


def _narrowed(rows: QuerySet[Dataset], asked: Asked, *, but: str = "") -> QuerySet[Dataset]:
    """Return the datasets that are asked for; `but` leaves one facet out."""
    if asked.words:
        says = _said(asked.words, f"{_SEARCH} @@ {_WORDS}", BooleanField())
        rows = rows.filter(Q(says) | Q(dataset_id__iexact=asked.words))
    for field, condition in _CONDITIONS.items():
        value = getattr(asked, field)
        if value and field != but:
            rows = rows.filter(condition(value))
    return rows


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "theme": lambda value: Q(themes__contains=[value]),
    "publisher": lambda value: Q(publisher=value),
    "license": lambda value: Q(license=value),
    "keyword": lambda value: Q(keywords__contains=[value]),
    "held": lambda value: Q(current__isnull=value == DESCRIBED),
}


def _said(words: str, template: str, output: Field[Any, Any]) -> Func:
    """Return what the words a dataset is found by say to these words."""
    return Func(Value(words), template=template, output_field=output)


def _sorted(rows: QuerySet[Dataset], asked: Asked) -> QuerySet[Dataset]:
    if asked.sort == "recents":
        return rows.order_by(
            F("current__published_at").desc(nulls_last=True), "-modified_at", "order"
        )
    if asked.sort == "titre":
        return rows.order_by("title", "dataset_id")
    if asked.sort == "lignes":
        return rows.order_by(F("current__rows").desc(nulls_last=True), "order", "dataset_id")
    if asked.words:
        rank = _said(asked.words, f"ts_rank({_SEARCH}, {_WORDS})", FloatField())
        return rows.annotate(rank=rank).order_by("-rank", "order", "dataset_id")
    return rows.order_by("order", "dataset_id")


def _found(row: Dataset) -> Found:
    words = words_of(row.description)
    cut = f"{words[:_EXCERPT].rsplit(' ', 1)[0]}…" if len(words) > _EXCERPT else words
    profile = Profile.from_json(row.current.profile) if row.current else Profile(rows=0)
    return Found(
        dataset_id=row.dataset_id,
        title=row.title,
        excerpt=cut,
        theme=row.themes[0] if row.themes else "",
        publisher=row.publisher,
        reach=quality.reach(profile.period),
        rows=row.current.rows if row.current else None,
        has_warnings=bool(row.warnings),
    )


# --- facets ---------------------------------------------------------------------------------------


def _facets(known: QuerySet[Dataset], asked: Asked) -> list[FacetList]:
    listed = (
        ("theme", _("Theme"), "themes", True),
        ("publisher", pgettext("of a dataset", "Publisher"), "publisher", False),
        ("license", _("Licence"), "license", False),
        ("keyword", _("Keyword"), "keywords", True),
    )
    made = [_held(known, asked)]
    for field, label, column, is_list in listed:
        rows = _narrowed(known, asked, but=field)
        made.append(_facet(asked, field, label, _counted(rows, column, is_list=is_list)))
    return [one for one in made if one.values]


def _counted(rows: QuerySet[Dataset], column: str, *, is_list: bool) -> list[tuple[str, int]]:
    """Return the values of a column with how many datasets have each, the commonest first."""
    counted: dict[str, int] = {}
    for held in rows.order_by().values_list(column, flat=True):
        for value in held if is_list else [held]:
            if value:
                counted[value] = counted.get(value, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _held(known: QuerySet[Dataset], asked: Asked) -> FacetList:
    rows = _narrowed(known, asked, but="held")
    here = rows.exclude(current=None).count()
    counted = [(HELD, here), (DESCRIBED, rows.count() - here)]
    named = {HELD: _("can be queried here"), DESCRIBED: _("described, kept elsewhere")}
    made = _facet(asked, "held", _("Data"), [pair for pair in counted if pair[1]])
    values = tuple(replace(one, label=named[one.label]) for one in made.values)
    return replace(made, values=values)


def _facet(asked: Asked, field: str, label: str, counted: Sequence[tuple[str, int]]) -> FacetList:
    chosen = getattr(asked, field)
    made = [
        Choice(
            label=value,
            count=count,
            url=_address(replace(asked, page="1", **{field: "" if value == chosen else value})),
            is_chosen=value == chosen,
        )
        for value, count in counted[:_MANY]
    ]
    made.sort(key=lambda one: not one.is_chosen)
    return FacetList(
        label=label,
        values=tuple(made[:_FEW]),
        more=tuple(made[_FEW:]),
        is_chosen=bool(chosen),
    )


def _address(asked: Asked) -> str:
    return f"?{urlencode(asked.pairs)}" if asked.pairs else "?"


def fact() -> str:
    """Return how much there is, in a sentence."""
    described, held = counts()
    if not described:
        return ""
    words = ngettext(
        "%(held)s dataset to query, %(described)s described",
        "%(held)s datasets to query, %(described)s described",
        held,
    )
    return words % {"held": number(held), "described": number(described)}

"""What everybody is asked, each in its own words: the same filters, the same size of page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

NAMES = "prenoms-france-1900-2021"
TIMES_TEN = f"{NAMES}-x10"
FIRST_YEAR, YEARS = 1900, 122
SIZE = 50
Draw = np.random.Generator
API = "/api/explore/v2.1/catalog/datasets"
# Datasette adds suggestions of facets to every page of a table unless told not to.
_BARE = {"_nofacet": "1", "_nosuggest": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: a path for Parvis, for Datasette, for Datasette as it comes; for DuckDB what it
    runs, on `{rows}`, with its values. What a rival is not asked is empty."""

    parvis: str
    datasette: str
    as_it_comes: str = ""
    statements: Sequence[str] = ()
    values: Sequence[object] = ()
    times_ten: str = ""


def _records(dataset: str, **asked: object) -> str:
    return f"{API}/{dataset}/records?{urlencode(asked)}"


def _sql(text: str, **values: object) -> str:
    return f"/names.json?{urlencode({'sql': text, '_shape': 'objects', **values})}"


_COLUMNS = "SELECT annee, sexe, prenom, nombre, part FROM {rows} WHERE "
_COUNT = "SELECT count(*) FROM {rows} WHERE "
_FIRST = " ORDER BY nombre DESC NULLS LAST, _id LIMIT 50"
_ORDER: dict[str, object] = {"order_by": "nombre desc", "limit": SIZE}
_TABLE: dict[str, object] = {"_sort_desc": "nombre", "_size": SIZE, "_shape": "objects"}


def _pages(
    filters: dict[str, object], where: str, later: str, sql: str, values: Sequence[object]
) -> Question:
    """A page of rows, the most given first, and how many there are."""
    table = {**filters, **_TABLE}
    return Question(
        parvis=_records(NAMES, where=where, **_ORDER),
        datasette=f"/names/names.json?{urlencode({**table, **_BARE})}",
        as_it_comes=f"/names/names.json?{urlencode(table)}",
        statements=(f"{_COLUMNS}{sql}{_FIRST}", f"{_COUNT}{sql}"),
        values=values,
        times_ten=_records(TIMES_TEN, where=later, **_ORDER) if later else "",
    )


def page(draw: Draw) -> Question:
    """A page of the births of one sex in twenty years."""
    first, sex = int(draw.integers(FIRST_YEAR, FIRST_YEAR + YEARS - 20)), "FM"[draw.integers(2)]
    shift = YEARS * int(draw.integers(10))
    return _pages(
        {"annee__gte": first, "annee__lte": first + 19, "sexe": sex},
        f'annee in [{first}..{first + 19}] and sexe="{sex}"',
        f'annee in [{first + shift}..{first + shift + 19}] and sexe="{sex}"',
        "annee BETWEEN $1 AND $2 AND sexe = $3",
        (first, first + 19, sex),
    )


def narrow_page(draw: Draw) -> Question:
    """A page of the births of one sex in one year: Datasette has an index on just that."""
    year, sex = int(draw.integers(FIRST_YEAR, FIRST_YEAR + YEARS)), "FM"[draw.integers(2)]
    later = year + YEARS * int(draw.integers(10))
    return _pages(
        {"annee": year, "sexe": sex},
        f'annee={year} and sexe="{sex}"',
        f'annee={later} and sexe="{sex}"',
        "annee = $1 AND sexe = $2",
        (year, sex),
    )


def groups(draw: Draw) -> Question:
    """Births by year and sex, of names given often enough: every row is looked at."""
    least = int(draw.integers(3, 60))
    return Question(
        parvis=_records(
            NAMES,
            select="annee, sexe, sum(nombre) as births, count(*) as names",
            where=f"nombre >= {least}",
            group_by="annee, sexe",
            limit=300,
        ),
        datasette=_sql(
            "select annee, sexe, sum(nombre) as births, count(*) as names from names"
            " where nombre >= :least group by annee, sexe order by annee, sexe",
            least=least,
        ),
        statements=(
            "SELECT annee, sexe, sum(nombre), count(*) FROM {rows} WHERE nombre >= $1"
            " GROUP BY annee, sexe ORDER BY annee, sexe",
        ),
        values=(least,),
    )


def groups_of_a_window(draw: Draw) -> Question:
    """Births by year in twenty years: a filter on what the rows are sorted by."""
    first = int(draw.integers(FIRST_YEAR, FIRST_YEAR + YEARS - 20))
    least = int(draw.integers(3, 30))
    return Question(
        parvis=_records(
            NAMES,
            select="annee, sum(nombre) as births",
            where=f"annee in [{first}..{first + 19}] and nombre >= {least}",
            group_by="annee",
            limit=100,
        ),
        datasette=_sql(
            "select annee, sum(nombre) as births from names where annee between :first and :last"
            " and nombre >= :least group by annee order by annee",
            first=first,
            last=first + 19,
            least=least,
        ),
        statements=(
            "SELECT annee, sum(nombre) FROM {rows} WHERE annee BETWEEN $1 AND $2 AND nombre >= $3"
            " GROUP BY annee ORDER BY annee",
        ),
        values=(first, first + 19, least),
    )


_KNOWN = ("Camille", "Marie", "Louise", "Jean", "Léa", "Gabriel", "Odette", "Zoé", "Yves", "Inès")


def one_name(draw: Draw) -> Question:
    """Every year of one name: Datasette has an index on it, Parvis reads a column."""
    name = _KNOWN[draw.integers(len(_KNOWN))]
    return _pages({"prenom": name}, f'prenom="{name}"', "", "prenom = $1", (name,))


def mixed(draw: Draw) -> Question:
    """What people ask in turn: of ten questions four pages, two narrow ones, two windows, one whole
    grouping, one name."""
    return _MIXED[draw.integers(len(_MIXED))](draw)


_MIXED = (*(page,) * 4, *(narrow_page,) * 2, *(groups_of_a_window,) * 2, groups, one_name)
PARVIS_CSV = f"{API}/{NAMES}/exports/csv"
DATASETTE_CSV = "/names/names.csv?_stream=on&_size=max"

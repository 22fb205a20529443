"""A folder of files: what its catalogue says of them (SCDL, « Catalogue » 0.1.3), or only the
files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from parvis.opendata.rules.descriptions import TEMPLATE
from parvis.opendata.rules.harvesting import dcat_words
from parvis.opendata.rules.harvesting.remote import (
    Broken,
    Remote,
    Rows,
    Unfit,
    name_of,
    text,
    web,
    word,
    words,
)

CATALOGUE = "catalogue.csv"
_LICENSES = {
    "licence ouverte-lo": dcat_words.LICENSES["ETALAB_2_0"],
    "open database license-odbl": dcat_words.LICENSES["ODC_BL"],
}
_ENOUGH = {"id", "titre"}
Line = dict[str, str]


def is_table(name: str) -> bool:
    """Tell whether a file, by its name, is one that a table is read from."""
    return name.rpartition(".")[2].lower() in dcat_words.TABLES and not name.startswith(".")


def listed(page: str, address: str) -> list[str]:
    """Return the names of the files that a page links to, of those that lie in its own folder."""
    reader = _Links()
    reader.feed(page)
    folder = urlsplit(urljoin(address, "."))
    found = []
    for link in reader.links:
        try:
            one = urlsplit(urljoin(address, link))
        except ValueError:
            continue
        name = one.path.removeprefix(folder.path)
        is_here = one.netloc == folder.netloc and one.path.startswith(folder.path)
        if is_here and name and "/" not in name:
            found.append(unquote(name))
    return list(dict.fromkeys(found))


class _Links(HTMLParser):
    """What a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


# --- a folder without a catalogue -----------------------------------------------------------------


def from_names(names: Iterable[str]) -> Iterator[Remote | Broken]:
    """Yield a dataset for each file that may hold a table, called as the file is."""
    for name in sorted(names):
        if not is_table(name):
            continue
        stem = name.rpartition(".")[0]
        plain = name_of(stem)
        if not plain:
            yield Broken(remote_id=name, code="no_id")
            continue
        title = text(stem.replace("_", " ").replace("-", " "), 300).strip() or plain
        yield Remote(
            remote_id=name,
            name=plain,
            metas={TEMPLATE: {"title": title[:1].upper() + title[1:]}},
            rows=Rows(address=name),
        )


# --- a folder with its catalogue ------------------------------------------------------------------


def lines(content: str) -> list[Line]:
    """Return the lines of a catalogue by the names of their columns, in small letters.

    :raises Unfit: `not_scdl`, if it has no column ID or TITRE
    """
    first = content.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Unfit("not_scdl") from error
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    if not _ENOUGH.issubset(heads):
        raise Unfit("not_scdl")
    return [dict(zip(heads, map(str.strip, row), strict=False)) for row in rows[1:]]


def from_catalogue(told: Iterable[Line], names: Iterable[str]) -> Iterator[Remote | Broken]:
    """Yield the datasets of a catalogue; `names` are the files that lie beside it."""
    beside = sorted(names)
    for place, line in enumerate(told, start=2):
        remote_id = text(line.get("id"))
        if not remote_id:
            yield Broken(remote_id=f"#{place}", code="no_id", details={"place": place})
        elif not text(line.get("titre")):
            yield Broken(remote_id=remote_id, code="no_title")
        else:
            yield _remote(line, remote_id, beside)


def _remote(line: Line, remote_id: str, beside: list[str]) -> Remote:
    address = web(line.get("url"))
    dates = {
        "issued": line.get("date_publ"),
        "accrualperiodicity": line.get("freq_maj"),
        "temporal_coverage_start": line.get("couv_temp_debut"),
        "temporal_coverage_end": line.get("couv_temp_fin"),
        "granularity": line.get("couv_spat_maille"),
        "creator": line.get("producteur_nom"),
    }
    return Remote(
        remote_id=remote_id,
        name=name_of(dcat_words.last(remote_id) if web(remote_id) else remote_id),
        metas={
            TEMPLATE: _default(line, address),
            "dcat": {name: word(value) for name, value in dates.items() if word(value)},
        },
        page=address,
        rows=_rows(line, remote_id, address, beside),
    )


def _default(line: Line, address: str) -> dict[str, Any]:
    said = word(line.get("licence"))
    license_name, license_url = _LICENSES.get(said.lower(), (said, ""))
    return {
        "title": text(line["titre"]),
        "description": text(line.get("description")) or None,
        "theme": words(line.get("theme")),
        "keyword": words([one.strip() for one in line.get("mots_cles", "").split(";")]),
        "license": license_name or None,
        "license_url": license_url or None,
        "publisher": word(line.get("producteur_nom") or line.get("coll_nom")) or None,
        "modified": word(line.get("date_maj")) or None,
        "references": address or None,
        "territory": words(line.get("couv_spat_nom")),
    }


def _rows(line: Line, remote_id: str, address: str, beside: list[str]) -> Rows | None:
    """Return the file of a dataset: the one its address names, or one called as it is."""
    named = unquote(urlsplit(line.get("url", "")).path.rpartition("/")[2])
    if named in beside and is_table(named):
        return Rows(address=named)
    called = [one for one in beside if is_table(one) and one.rpartition(".")[0] == remote_id]
    if called:
        return Rows(address=min(called, key=_preference))
    return Rows(address=address) if address and is_table(urlsplit(address).path) else None


def _preference(name: str) -> int:
    return dcat_words.TABLES.index(name.rpartition(".")[2].lower())

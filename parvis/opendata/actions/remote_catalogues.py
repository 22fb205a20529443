"""Reading what another catalogue lists: over the web, page after page, or in a folder of this
machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from django.utils.translation import gettext as _
from rdflib import Graph

from parvis.kernel.errors import Refused
from parvis.opendata.actions import downloading
from parvis.opendata.actions.harvest_wording import Told
from parvis.opendata.models.harvests import HarvestKind
from parvis.opendata.queries.engine import files
from parvis.opendata.rules.harvesting import (
    Broken,
    Listing,
    Remote,
    Rows,
    dcat,
    explore,
    folder,
    linked,
)
from parvis.opendata.rules.harvesting.remote import Unfit, gathered, host
from parvis.opendata.rules.reading.encodings import detect_encoding
from parvis.opendata.rules.reading.limits import silent

MOST_BYTES = 200_000_000
"""Of one answer that lists datasets: it is held in memory whole."""
MOST_DATASETS = 50_000
_MOST_PAGES, _MOST_CONTEXTS = 1_000, 5
_CONTEXT_BYTES = 2_000_000
_GRAPHS = "application/ld+json, text/turtle, application/rdf+xml;q=0.9, */*;q=0.1"


def read(kind: str, address: str) -> Listing:
    """Return what a catalogue lists.

    :raises Refused: whatever fetching an address refuses; `not_json`, `not_explore`, `not_rdf`,
        `not_scdl` and the like if what is answered is no catalogue of its kind; `folder_missing`,
        `too_many_datasets`
    """
    readers: dict[str, Callable[[str], Listing]] = {
        HarvestKind.EXPLORE: _explore,
        HarvestKind.DCAT: _dcat,
        HarvestKind.FOLDER: _folder,
    }
    try:
        listing = readers[kind](address)
    except Unfit as error:
        raise Told(error.code, **error.details) from error
    if len(listing.ids) > MOST_DATASETS:
        raise Refused("too_many_datasets", _("This catalogue lists too many datasets."))
    return listing


def fetched(address: str, *, accept: str = "*/*", most: int = MOST_BYTES) -> bytes:
    """Return what an address answers.

    :raises Refused: whatever fetching an address refuses
    """
    allowed = downloading.fetching()
    allowed = dataclasses.replace(allowed, bytes=min(most, allowed.bytes))
    with files.workshop() as place:
        target = place / "answer"
        downloading.download(address, target, progress=silent, accept=accept, allowed=allowed)
        return target.read_bytes()


# --- Explore --------------------------------------------------------------------------------------


def _explore(address: str) -> Listing:
    """Take the export, which is the whole in one answer; a portal that has none is paged."""
    try:
        datasets, complete = explore.exported(fetched(explore.export_address(address))), True
    except (Refused, Unfit) as error:
        if isinstance(error, Refused) and error.code not in {"url_unreachable", "url_too_large"}:
            raise
        datasets, complete = _explore_pages(address)
    return gathered(explore.remotes(datasets, address), complete=complete)


def _explore_pages(address: str) -> tuple[list[Any], bool]:
    """Return the datasets of all pages, and whether they are as many as the catalogue says."""
    found: list[Any] = []
    total = 1
    while len(found) < min(total, explore.WINDOW):
        total, page = explore.page(fetched(explore.page_address(address, len(found))))
        if not page:
            break
        found += page
    return found, len(found) == total


# --- DCAT -----------------------------------------------------------------------------------------


def _dcat(address: str) -> Listing:
    """Take a graph and those it goes on in; each dataset is read from the page that tells it."""
    found: list[Remote | Broken] = []
    total: int | None = None
    following, seen = address, set[str]()
    while following and following not in seen and len(seen) < _MOST_PAGES:
        seen.add(following)
        graph = _graph(following)
        found += dcat.remotes(graph)
        total = total or dcat.said_total(graph)
        following = urljoin(following, dcat.next_page(graph))
        following = "" if following in seen else following
    listing = gathered(found)
    complete = not following and (total is None or len(listing.ids) >= total)
    return dataclasses.replace(listing, complete=complete)


def _graph(address: str) -> Graph:
    content = fetched(address, accept=_GRAPHS)
    return linked.graph(content, address, _contexts(content, address))


def _contexts(content: bytes, address: str) -> dict[str, Any]:
    """Return the contexts that a document names, fetched as carefully as the document."""
    named = linked.contexts(content)[:_MOST_CONTEXTS]
    return {
        name: explore.decoded(
            fetched(urljoin(address, name), accept="application/ld+json", most=_CONTEXT_BYTES)
        )
        for name in named
    }


# --- folders --------------------------------------------------------------------------------------


def is_local(address: str) -> bool:
    """Tell whether an address is a folder of this machine."""
    return not host(address)


def path_within(address: str, name: str) -> Path:
    """Return a file of a folder of this machine.

    :raises Refused: `file_outside`, if it is none or a link leads out of the folder
    """
    home = Path(address).resolve()
    path = (home / name).resolve()
    if not path.is_relative_to(home) or not path.is_file():
        sentence = _("%(name)s is no file of this folder.")
        raise Refused("file_outside", sentence % {"name": name})
    return path


def _folder(address: str) -> Listing:
    names = _names(address)
    by_name = {name.lower(): name for name in names}
    if folder.CATALOGUE not in by_name:
        return _located(address, gathered(folder.from_names(names)))
    content = _content(address, by_name[folder.CATALOGUE])
    beside = [name for name in names if name.lower() != folder.CATALOGUE]
    return _located(address, gathered(folder.from_catalogue(folder.lines(content), beside)))


def _names(address: str) -> list[str]:
    if is_local(address):
        home = Path(address)
        if not home.is_dir():
            raise Refused("folder_missing", _("There is no folder %(path)s.") % {"path": address})
        return sorted(one.name for one in home.iterdir() if one.is_file())
    page = fetched(_as_folder(address)).decode("utf-8", "replace")
    return folder.listed(page, _as_folder(address))


def _as_folder(address: str) -> str:
    return address if address.endswith("/") or "?" in address else f"{address}/"


def _content(address: str, name: str) -> str:
    """Return a text of a folder, in whatever letters it is written."""
    with files.workshop() as place:
        path = place / "catalogue"
        if is_local(address):
            path.write_bytes(path_within(address, name).read_bytes())
        else:
            path.write_bytes(fetched(urljoin(_as_folder(address), quote(name))))
        encoding = detect_encoding(path)
        return path.read_text(encoding.codec, encoding.errors)


def _located(address: str, listing: Listing) -> Listing:
    """Return a listing whose rows, in a folder of the web, are where the web finds them; their
    files are what a reader is sent to."""
    if is_local(address):
        return listing
    return dataclasses.replace(listing, found=tuple(_on_the_web(address, listing.found)))


def _on_the_web(address: str, found: tuple[Remote, ...]) -> Iterator[Remote]:
    for one in found:
        rows = one.rows
        if rows is not None and not host(rows.address):
            rows = Rows(address=urljoin(_as_folder(address), quote(rows.address)))
        page = one.page or (rows.address if rows else "")
        yield dataclasses.replace(one, rows=rows, page=page)

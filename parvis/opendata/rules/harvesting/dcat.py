"""A catalogue in DCAT (W3C) or its European profile DCAT-AP: what it says of its datasets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF, SKOS
from rdflib.term import Node

from parvis.opendata.rules.descriptions import TEMPLATE
from parvis.opendata.rules.harvesting import dcat_words
from parvis.opendata.rules.harvesting.remote import (
    Broken,
    Remote,
    Rows,
    host,
    name_of,
    text,
    web,
    word,
    words,
)

DCATAP = Namespace("http://data.europa.eu/r5r/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SCHEMA = Namespace("http://schema.org/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_FRENCH_FIRST = ("fr", "", "en")
_UNSAID = len(_FRENCH_FIRST)


def remotes(graph: Graph) -> Iterator[Remote | Broken]:
    """Yield the datasets of a graph, each read or broken, in the order of their addresses; those
    without an address come last."""
    found = set(graph.subjects(RDF.type, DCAT.Dataset))
    for node in sorted(found, key=lambda one: (isinstance(one, BNode), str(one))):
        yield _Read(graph, node).remote()


def next_page(graph: Graph) -> str:
    """Return where the catalogue goes on (Hydra), nothing on its last page."""
    for predicate in (HYDRA.next, HYDRA.nextPage):
        for address in graph.objects(None, predicate):
            return web(str(address))
    return ""


def said_total(graph: Graph) -> int | None:
    """Return how many datasets the catalogue says it has (Hydra), None if it does not say."""
    for said in graph.objects(None, HYDRA.totalItems):
        if str(said).isdigit():
            return int(str(said))
    return None


class _Read:
    """One dataset of a graph."""

    def __init__(self, graph: Graph, node: Node) -> None:
        self.graph, self.node = graph, node
        self.files = [
            node
            for node in sorted(graph.objects(node, DCAT.distribution), key=str)
            if not isinstance(node, Literal)
        ]

    def remote(self) -> Remote | Broken:
        """Return what is said of it."""
        address = "" if isinstance(self.node, BNode) else str(self.node)
        identifier = self._said(DCTERMS.identifier)
        remote_id = identifier or address
        if not remote_id:
            return Broken(remote_id=f"_:{self._said(DCTERMS.title)[:100]}", code="no_id")
        if not self._said(DCTERMS.title):
            return Broken(remote_id=remote_id, code="no_title")
        page = self._page(address)
        return Remote(
            remote_id=remote_id,
            name=name_of(dcat_words.last(remote_id) if web(remote_id) else remote_id),
            metas={TEMPLATE: self._default(page), "dcat": self._dcat()},
            page=page,
            rows=self._rows(),
            home=host(str(self._node(PROV.wasDerivedFrom) or "")),
            named_at=host(address),
        )

    # --- what is said ---------------------------------------------------------------------------

    def _node(self, predicate: URIRef, subject: Node | None = None) -> Node | None:
        found = sorted(self.graph.objects(subject or self.node, predicate), key=str)
        return found[0] if found else None

    def _said(self, predicate: URIRef, subject: Node | None = None) -> str:
        """Return one value, in French if it is said in French."""
        found = self.graph.objects(subject or self.node, predicate)
        values = [one for one in found if not isinstance(one, BNode)]
        if not values:
            return ""
        return text(str(min(values, key=lambda one: (_rank(one), str(one)))))

    def _many(self, predicate: URIRef) -> list[str]:
        found = list(self.graph.objects(self.node, predicate))
        literals = [one for one in found if isinstance(one, Literal)]
        best = min((_rank(one) for one in literals), default=_UNSAID)
        return words(sorted(str(one) for one in literals if _rank(one) == best))

    def _label(self, predicate: URIRef, *, of: tuple[URIRef, ...]) -> str:
        """Return what somebody or something is called."""
        node = self._node(predicate)
        if node is None or isinstance(node, Literal):
            return word(str(node or ""))
        return next((word(self._said(one, node)) for one in of if self._said(one, node)), "")

    def _default(self, page: str) -> dict[str, Any]:
        license_name, license_url = self._license()
        return {
            "title": self._said(DCTERMS.title),
            "description": self._said(DCTERMS.description) or None,
            "theme": self._themes(),
            "keyword": self._many(DCAT.keyword),
            "license": license_name or None,
            "license_url": license_url or None,
            "publisher": self._label(DCTERMS.publisher, of=(FOAF.name, SCHEMA.name)) or None,
            "modified": self._said(DCTERMS.modified) or None,
            "references": page or None,
            "territory": self._places(),
        }

    def _dcat(self) -> dict[str, Any]:
        contact = self._node(DCAT.contactPoint)
        period = self._node(DCTERMS.temporal)
        rhythm = dcat_words.last(self._said(DCTERMS.accrualPeriodicity))
        category = dcat_words.last(str(self._node(DCATAP.hvdCategory) or ""))
        known = {
            "issued": self._said(DCTERMS.issued),
            "accrualperiodicity": dcat_words.FREQUENCIES.get(rhythm, ""),
            "contact_name": self._said(VCARD.fn, contact) if contact else "",
            "contact_email": (
                self._said(VCARD.hasEmail, contact).removeprefix("mailto:") if contact else ""
            ),
            "temporal_coverage_start": self._said(DCAT.startDate, period) if period else "",
            "temporal_coverage_end": self._said(DCAT.endDate, period) if period else "",
            "conforms_to": web(str(self._node(DCTERMS.conformsTo) or "")),
            "hvd_category": dcat_words.HVD.get(category, ""),
        }
        return {name: word(value) for name, value in known.items() if value}

    def _themes(self) -> list[str]:
        found = []
        for theme in sorted(self.graph.objects(self.node, DCAT.theme), key=str):
            code = dcat_words.last(str(theme))
            label = dcat_words.THEMES.get(code) or self._said(SKOS.prefLabel, theme)
            found.append(label or (str(theme) if isinstance(theme, Literal) else ""))
        return words(found)

    def _places(self) -> list[str]:
        places = sorted(self.graph.objects(self.node, DCTERMS.spatial), key=str)
        return words([self._said(SKOS.prefLabel, place) for place in places])

    def _license(self) -> tuple[str, str]:
        """Return the name and the address of the first licence, of the dataset or of its files."""
        nodes = [self._node(DCTERMS.license, one) for one in (self.node, *self.files)]
        node = next(filter(None, nodes), None)
        if node is None or isinstance(node, Literal):
            return word(str(node or "")), ""
        code = dcat_words.last(str(node))
        if code in dcat_words.LICENSES:
            return dcat_words.LICENSES[code]
        label = self._said(DCTERMS.title, node) or self._said(SKOS.prefLabel, node)
        address = web(str(node))
        return word(label) or word(address), address

    # --- where it is ----------------------------------------------------------------------------

    def _page(self, address: str) -> str:
        pages = [web(str(self._node(DCAT.landingPage) or "")), web(address)]
        files = [web(str(self._node(DCAT.accessURL, one) or "")) for one in self.files]
        return next(filter(None, [*pages, *files]), "")

    def _rows(self) -> Rows | None:
        """Return the file that a table is best read from, None if no file is one."""
        ranked = []
        for one in self.files:
            address = web(str(self._node(DCAT.downloadURL, one) or ""))
            name = self._format(one, address)
            if address and name in dcat_words.TABLES:
                ranked.append((dcat_words.TABLES.index(name), address))
        return Rows(address=min(ranked)[1]) if ranked else None

    def _format(self, file: Node, address: str) -> str:
        said = self._node(DCTERMS["format"], file)
        media = self._node(DCAT.mediaType, file)
        label = self._said(SKOS.prefLabel, said) if said else ""
        told = dcat_words.last(label or str(said or "")).lower()
        if told in dcat_words.TABLES:
            return told
        kind = str(media or "").partition("media-types/")
        return dcat_words.MEDIA_TYPES.get(kind[2] or kind[0]) or _extension(address)


def _extension(address: str) -> str:
    return address.partition("?")[0].rpartition(".")[2].lower()


def _rank(value: Node) -> int:
    language = (value.language or "") if isinstance(value, Literal) else ""
    return _FRENCH_FIRST.index(language[:2]) if language[:2] in _FRENCH_FIRST else _UNSAID

"""The catalogue as DCAT-AP 3.0.1 says it (SEMIC), with the annex on high-value datasets."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from parvis.opendata.queries.catalogue import Entry
from parvis.opendata.queries.changes import changed_at
from parvis.opendata.queries.dcat import site, vocabulary
from parvis.opendata.rules.descriptions import words_of

DCATAP = Namespace("http://data.europa.eu/r5r/")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_VERSION = URIRef(f"{DCAT}version")
"""A word of DCAT 3, which rdflib's list does not have yet."""
_FRENCH = URIRef(f"{vocabulary.AUTHORITY}/language/FRA")
_IANA = "https://www.iana.org/assignments/media-types/"
_NAMESPACES = {"dcatap": DCATAP, "locn": LOCN, "vcard": VCARD, "dct": DCTERMS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file format that a held dataset is offered in."""

    name: str
    media_type: str
    needs_place: bool


def build(
    entries: Iterable[Entry], formats: Sequence[Offered], *, use_labels: bool = True
) -> Graph:
    """Return the graph of a catalogue of these datasets, each with one distribution per format."""
    graph = Graph()
    for prefix, namespace in _NAMESPACES.items():
        graph.bind(prefix, namespace)
    catalogue, service = URIRef(f"{site.api()}/catalog"), URIRef(site.api())
    _say_catalogue(graph, catalogue, service)
    _say_service(graph, service)
    entries = list(entries)
    if entries:
        newest = max(map(changed_at, entries))
        graph.add((catalogue, DCTERMS.modified, _moment(newest)))
    for entry in entries:
        _Dataset(graph, entry, catalogue=catalogue, service=service).say(
            formats, use_labels=use_labels
        )
    return graph


def _say_catalogue(graph: Graph, catalogue: URIRef, service: URIRef) -> None:
    city = str(settings.PARVIS_CITY_NAME)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, DCTERMS.title, Literal(f"Données ouvertes - {city}", lang="fr")))
    told = f"Le catalogue des données ouvertes : {city}."
    graph.add((catalogue, DCTERMS.description, Literal(told, lang="fr")))
    graph.add((catalogue, DCTERMS.publisher, _agent(graph, city)))
    graph.add((catalogue, DCTERMS.language, _FRENCH))
    graph.add((catalogue, FOAF.homepage, _document(graph, f"{site.home()}/")))
    graph.add((catalogue, DCAT.themeTaxonomy, URIRef(vocabulary.THEME_SCHEME)))
    graph.add((URIRef(vocabulary.THEME_SCHEME), RDF.type, SKOS.ConceptScheme))
    graph.add((URIRef(vocabulary.THEME_SCHEME), DCTERMS.title, Literal("Data theme", lang="en")))
    graph.add((catalogue, DCAT.service, service))


def _say_service(graph: Graph, service: URIRef) -> None:
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCTERMS.title, Literal("Explore API v2.1", lang="fr")))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCTERMS.publisher, _agent(graph, str(settings.PARVIS_CITY_NAME))))
    graph.add((service, FOAF.page, _document(graph, f"{site.home()}/")))
    graph.add((service, DCTERMS.accessRights, _rights(graph)))
    contact = str(settings.PARVIS_CONTACT)
    graph.add(
        (service, DCAT.contactPoint, _contact(graph, str(settings.PARVIS_CITY_NAME), contact))
    )


# --- a dataset ------------------------------------------------------------------------------------


class _Dataset:
    """What the graph says of one dataset."""

    def __init__(self, graph: Graph, entry: Entry, *, catalogue: URIRef, service: URIRef) -> None:
        self.graph, self.entry = graph, entry
        self.catalogue, self.service = catalogue, service
        self.node = URIRef(site.dataset(entry.dataset_id))
        self.dcat: dict[str, Any] = entry.metas.get("dcat", {})
        self.hvd = vocabulary.hvd_category(self.dcat.get("hvd_category"))

    def say(self, formats: Sequence[Offered], *, use_labels: bool) -> None:
        """Add all that is known."""
        self.graph.add((self.catalogue, DCAT.dataset, self.node))
        self._say_record()
        self._say_what()
        self._say_when()
        self._say_where()
        self._say_who()
        if self.entry.held is None:
            self._say_source()
            return
        self.graph.add((self.service, DCAT.servesDataset, self.node))
        if self.hvd:
            self.graph.add((self.service, DCATAP.applicableLegislation, _law(self.graph)))
            self.graph.add((self.service, DCATAP.hvdCategory, _concept(self.graph, self.hvd)))
        has_place = any(one["type"].startswith("geo_") for one in self.entry.fields)
        for one in formats:
            if has_place or not one.needs_place:
                self._say_file(one, use_labels=use_labels)

    def _add(self, predicate: URIRef, value: Node | None) -> None:
        if value is not None:
            self.graph.add((self.node, predicate, value))

    def _say_record(self) -> None:
        record = URIRef(f"{self.node}#record")
        self.graph.add((self.catalogue, DCAT.record, record))
        self.graph.add((record, RDF.type, DCAT.CatalogRecord))
        self.graph.add((record, FOAF.primaryTopic, self.node))
        self.graph.add((record, DCTERMS.modified, _moment(self.entry.modified_at)))
        self.graph.add((record, DCTERMS.issued, _moment(self.entry.created_at)))

    def _say_what(self) -> None:
        entry = self.entry
        self._add(RDF.type, DCAT.Dataset)
        self._add(DCTERMS.title, Literal(entry.title, lang="fr"))
        words = words_of(entry.description)
        self._add(DCTERMS.description, Literal(words, lang="fr") if words else None)
        self._add(DCTERMS.identifier, Literal(entry.dataset_id))
        for word in dict.fromkeys(word.strip() for word in entry.keywords if word.strip()):
            self._add(DCAT.keyword, Literal(word, lang="fr"))
        for theme in vocabulary.themes(entry.themes):
            self._add(DCAT.theme, _concept(self.graph, theme))
        self._add(DCTERMS.language, _FRENCH)
        self._add(DCTERMS.accessRights, _rights(self.graph, restricted=entry.restricted))
        standard = entry.metas.get("dcat", {}).get("conforms_to")
        if isinstance(standard, str) and standard.startswith(("https://", "http://")):
            self._add(DCTERMS.conformsTo, _standard(self.graph, standard))
        self._add(DCAT.landingPage, _document(self.graph, site.page(entry.dataset_id)))
        if entry.held:
            self._add(_VERSION, Literal(str(entry.held.number)))
        for warning in entry.warnings:
            self._add(DCTERMS.provenance, self._provenance(warning["message"]))
        if entry.default.get("federated"):
            self._say_home()
        if self.hvd:
            self._add(DCATAP.applicableLegislation, _law(self.graph))
            self._add(DCATAP.hvdCategory, _concept(self.graph, self.hvd))

    def _say_home(self) -> None:
        """Say whose copy this is: who harvests us and its home too must not take it for another."""
        default = self.entry.default
        domain = default.get("source_domain") or ""
        home = self.entry.source_url or default.get("source_domain_address") or ""
        title = default.get("source_domain_title") or domain
        if title:
            self._add(DCTERMS.provenance, self._provenance(f"Moissonné du catalogue {title}."))
        if home.startswith(("https://", "http://")):
            self._add(PROV.wasDerivedFrom, URIRef(home))

    def _provenance(self, sentence: str) -> Node:
        statement = _node("provenance", sentence)
        self.graph.add((statement, RDF.type, DCTERMS.ProvenanceStatement))
        self.graph.add((statement, RDFS.label, Literal(sentence, lang="fr")))
        return statement

    def _say_when(self) -> None:
        self._add(DCTERMS.issued, _day(self.dcat.get("issued") or self.dcat.get("created")))
        held = self.entry.held
        said = _day(self.entry.default.get("modified"))
        self._add(DCTERMS.modified, said or (_moment(held.published_at) if held else None))
        rhythm = vocabulary.frequency(self.dcat.get("accrualperiodicity"))
        if rhythm:
            self._add(DCTERMS.accrualPeriodicity, URIRef(rhythm))
            self.graph.add((URIRef(rhythm), RDF.type, DCTERMS.Frequency))
        if self.entry.period:
            first, last = self.entry.period
            period = _node("period", f"{first}/{last}")
            self._add(DCTERMS.temporal, period)
            self.graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
            self.graph.add((period, DCAT.startDate, Literal(first, datatype=XSD.date)))
            self.graph.add((period, DCAT.endDate, Literal(last, datatype=XSD.date)))

    def _say_where(self) -> None:
        box = self.entry.parvis.get("spatial")
        names = self.entry.default.get("territory") or ()
        for name in names[:1] if box else names:
            place = _node("place", f"{name} {box}")
            self._add(DCTERMS.spatial, place)
            self.graph.add((place, RDF.type, DCTERMS.Location))
            self.graph.add((place, SKOS.prefLabel, Literal(name, lang="fr")))
            if box:
                self.graph.add((place, DCAT.bbox, Literal(box, datatype=GEOSPARQL.wktLiteral)))

    def _say_who(self) -> None:
        publisher = self.entry.publisher or str(settings.PARVIS_CITY_NAME)
        self._add(DCTERMS.publisher, _agent(self.graph, publisher))
        name, mail = self.dcat.get("contact_name"), self.dcat.get("contact_email")
        if self.hvd and not mail:
            # Of high-value datasets the regulation wants somebody to turn to.
            name, mail = name or publisher, str(settings.PARVIS_CONTACT)
        if name or mail:
            self._add(DCAT.contactPoint, _contact(self.graph, name or publisher, mail or ""))

    def _say_source(self) -> None:
        """Say where the rows are, for a dataset that is described here and held elsewhere."""
        if not self.entry.source_url.startswith(("https://", "http://")):
            return
        place = URIRef(f"{self.node}#source")
        self._add(DCAT.distribution, place)
        self.graph.add((place, RDF.type, DCAT.Distribution))
        self.graph.add((place, DCAT.accessURL, _resource(self.graph, self.entry.source_url)))
        self._license(place)

    def _say_file(self, offered: Offered, *, use_labels: bool) -> None:
        address = site.export(
            self.entry.dataset_id,
            offered.name,
            use_labels=use_labels and offered.name in {"csv", "xlsx"},
        )
        file = URIRef(f"{self.node}/exports/{offered.name}")
        self._add(DCAT.distribution, file)
        graph = self.graph
        graph.add((file, RDF.type, DCAT.Distribution))
        graph.add((file, DCTERMS.title, Literal(offered.name.upper(), lang="fr")))
        graph.add((file, DCAT.accessURL, _resource(graph, address)))
        graph.add((file, DCAT.downloadURL, _resource(graph, address)))
        graph.add((file, DCAT.accessService, self.service))
        if self.entry.held:
            graph.add((file, DCTERMS.modified, _moment(self.entry.held.published_at)))
        media = URIRef(f"{_IANA}{offered.media_type.partition(';')[0]}")
        graph.add((file, DCAT.mediaType, media))
        graph.add((media, RDF.type, DCTERMS.MediaType))
        kind = vocabulary.file_type(offered.name)
        if kind:
            graph.add((file, DCTERMS["format"], URIRef(kind)))
            graph.add((URIRef(kind), RDF.type, DCTERMS.MediaTypeOrExtent))
        self._license(file)
        if self.hvd:
            graph.add((file, DCATAP.applicableLegislation, _law(graph)))

    def _license(self, place: URIRef) -> None:
        license_address = vocabulary.license_of(self.entry.license_url)
        if license_address:
            document = URIRef(license_address)
            self.graph.add((place, DCTERMS.license, document))
            self.graph.add((document, RDF.type, DCTERMS.LicenseDocument))


# --- nodes ----------------------------------------------------------------------------------------


def _node(kind: str, content: str) -> URIRef:
    """Return an address for something that has none: the same for the same content."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return URIRef(f"{site.api()}/catalog#{kind}-{digest}")


def _agent(graph: Graph, name: str) -> URIRef:
    agent = _node("agent", name)
    graph.add((agent, RDF.type, FOAF.Agent))
    graph.add((agent, FOAF.name, Literal(name)))
    return agent


def _contact(graph: Graph, name: str, mail: str) -> URIRef:
    contact = _node("contact", f"{name} {mail}")
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, RDF.type, VCARD.Organization))
    graph.add((contact, VCARD.fn, Literal(name)))
    if "@" in mail:
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{mail.strip()}")))
    return contact


def _document(graph: Graph, address: str) -> URIRef:
    graph.add((URIRef(address), RDF.type, FOAF.Document))
    return URIRef(address)


def _resource(graph: Graph, address: str) -> URIRef:
    graph.add((URIRef(address), RDF.type, RDFS.Resource))
    return URIRef(address)


def _concept(graph: Graph, address: str) -> URIRef:
    graph.add((URIRef(address), RDF.type, SKOS.Concept))
    label = address.rpartition("/")[2]
    graph.add((URIRef(address), SKOS.prefLabel, Literal(label)))
    return URIRef(address)


def _rights(graph: Graph, *, restricted: bool = False) -> URIRef:
    rights = URIRef(vocabulary.RESTRICTED if restricted else vocabulary.PUBLIC)
    graph.add((rights, RDF.type, DCTERMS.RightsStatement))
    return rights


def _standard(graph: Graph, address: str) -> URIRef:
    graph.add((URIRef(address), RDF.type, DCTERMS.Standard))
    return URIRef(address)


def _law(graph: Graph) -> URIRef:
    law = URIRef(vocabulary.HVD_LAW)
    graph.add((law, RDF.type, URIRef("http://data.europa.eu/eli/ontology#LegalResource")))
    return law


def _moment(moment: dt.datetime) -> Literal:
    return Literal(moment.astimezone(dt.UTC).isoformat(), datatype=XSD.dateTime)


def _day(text: str | None) -> Literal | None:
    """Return a date or a moment as it was written, None for what is neither."""
    try:
        dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return Literal(
        text, datatype=XSD.date if len(text or "") == len("2026-01-31") else XSD.dateTime
    )


def dublin_core(graph: Graph) -> Graph:
    """Return what a graph says in the terms of Dublin Core alone."""
    kept = Graph()
    kept.bind("dct", DCTERMS)
    for subject, predicate, value in graph:
        if str(predicate).startswith(str(DCTERMS)) or predicate == RDF.type:
            kept.add((subject, predicate, value))
    return kept

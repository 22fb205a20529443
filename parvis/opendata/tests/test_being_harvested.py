"""Being found and followed: schema.org in each page, feeds, the sitemap, DCAT of what we took."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF

from parvis.opendata.actions.describing import describe
from parvis.opendata.api import sitemaps
from parvis.opendata.models import Dataset
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.testing import BUDGET, BUDGET_ROWS, MONDAY, TUESDAY, a_version
from parvis.opendata.tests.api_world import API, TIDES, TREES, file, the_trees

pytestmark = pytest.mark.django_db
HOME = "http://localhost:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Head(HTMLParser):
    """The data blocks and the links of a page, as a browser reads them."""

    def __init__(self, markup):
        super().__init__()
        self.blocks, self.links, self.inside = [], [], False
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "link" and known.get("rel") == "alternate":
            self.links.append((known["type"], known["href"]))
        self.inside = tag == "script" and known.get("type") == "application/ld+json"
        if self.inside:
            self.blocks.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.blocks[-1] += data


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Head(response.content.decode())


# --- schema.org -----------------------------------------------------------------------------------


def test_the_page_of_a_dataset_describes_it_to_search_engines(client):
    the_trees()
    head = page(client, f"/donnees/{TREES}/")
    (block,) = head.blocks
    told = json.loads(block)
    assert told == client.get(f"{API}/catalog/datasets/{TREES}/metadata/schema.org").json()
    assert (told["@type"], told["name"]) == ("Dataset", "Les arbres")
    assert told["url"] == f"{HOME}/donnees/{TREES}/"
    assert urlsplit(told["distribution"][0]["contentUrl"]).path.endswith("/exports/csv")
    assert page(client, f"/donnees/{TREES}/table/").blocks == []
    assert len(page(client, f"/donnees/{TIDES}/").blocks) == 1


def test_what_is_said_of_a_dataset_cannot_leave_its_block(client):
    title = '</script><script>alert("1")</script>&amp;<!--'
    metas = {"default": {"title": title, "keyword": ["</SCRIPT>", "\u2028"]}}
    describe(description=Description(dataset_id="mechant", metas=metas), now=MONDAY)
    response = client.get("/donnees/mechant/")
    markup = response.content.decode()
    (block,) = Head(markup).blocks
    assert json.loads(block)["name"] == title
    assert not set("<>&") & set(block)
    assert "<script>alert" not in markup
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_pages_lead_to_the_same_for_programs(client):
    the_trees()
    links = dict(page(client, f"/donnees/{TREES}/table/").links)
    base = f"{API}/catalog/datasets/{TREES}/metadata"
    assert links["application/ld+json"] == f"{base}/jsonld"
    assert links["text/turtle"] == f"{base}/ttl"
    assert links["application/atom+xml"] == f"/donnees/{TREES}/atom.xml"
    whole = dict(page(client, "/donnees/").links)
    assert whole["text/turtle"] == f"{API}/catalog/exports/ttl"
    assert whole["application/atom+xml"] == "/donnees/atom.xml"
    for address in (*links.values(), *whole.values()):
        assert client.get(address).status_code == 200, address


# --- feeds ----------------------------------------------------------------------------------------


def feed(client, path):
    """Return a feed whose form RFC 4287 allows (sections 4.1 and 4.2)."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.XML(response.content)
    assert root.tag == f"{ATOM}feed"
    for one in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        assert urlsplit(one.findtext(f"{ATOM}id")).scheme
        assert DATE.fullmatch(one.findtext(f"{ATOM}updated"))
        assert len(one.findall(f"{ATOM}published")) <= 1
        hrefs = [link.get("href") for link in one.findall(f"{ATOM}link")]
        assert hrefs
        assert all(urlsplit(href).netloc for href in hrefs)
        authors = one.findall(f"{ATOM}author") or root.findall(f"{ATOM}author")
        assert all(author.findtext(f"{ATOM}name") for author in authors)
        assert authors
        assert all(known.get("term") for known in one.findall(f"{ATOM}category"))
    (itself,) = [one for one in root.findall(f"{ATOM}link") if one.get("rel") == "self"]
    assert urlsplit(itself.get("href")).path == path
    ids = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    return root


def entries(root):
    return [
        (one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}updated"), one.findtext(f"{ATOM}title"))
        for one in root.iter(f"{ATOM}entry")
    ]


def test_the_feed_of_the_catalogue_has_what_is_new_and_what_changed_first(client):
    the_trees()
    base = f"{HOME}{API}/catalog/datasets"
    assert [one[0] for one in entries(feed(client, "/donnees/atom.xml"))] == [
        f"{base}/{TIDES}",
        f"{base}/{TREES}",
    ]
    the_trees(rows=({"id": 1},), now=TUESDAY)
    root = feed(client, "/donnees/atom.xml")
    assert entries(root) == [
        (f"{base}/{TREES}", "2026-03-03T08:00:00+00:00", "Les arbres"),
        (f"{base}/{TIDES}", "2026-03-02T08:00:00+00:00", "Les marées"),
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-03-03T08:00:00+00:00"
    first = root.find(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}published") == "2026-03-02T08:00:00+00:00"
    assert first.findtext(f"{ATOM}summary") == "Chaque arbre planté."
    assert first.find(f"{ATOM}link").get("href") == f"http://testserver/donnees/{TREES}/"
    assert first.find(f"{ATOM}category").get("term") == "Environnement"
    Dataset.objects.filter(dataset_id=TREES).update(archived_at=TUESDAY)
    assert len(entries(feed(client, "/en/data/atom.xml"))) == 1


def test_the_feed_of_a_dataset_has_its_versions(client):
    a_version()
    a_version(BUDGET_ROWS[:4], now=TUESDAY)
    root = feed(client, f"/en/data/{BUDGET}/atom.xml")
    base = f"{HOME}{API}/catalog/datasets/{BUDGET}"
    assert entries(root) == [
        (f"{base}/versions/2", "2026-03-03T08:00:00+00:00", "Version 2"),
        (f"{base}/versions/1", "2026-03-02T08:00:00+00:00", "Version 1"),
    ]
    second, first = root.findall(f"{ATOM}entry")
    assert second.findtext(f"{ATOM}summary") == "4 rows"
    for one, path in (
        (second, f"/en/data/{BUDGET}/versions/2/"),
        (first, f"/en/data/{BUDGET}/versions/"),
    ):
        address = one.find(f"{ATOM}link").get("href")
        assert urlsplit(address).path == path
        assert client.get(path).status_code == 200


def test_a_feed_is_sent_again_only_when_something_changed(client):
    the_trees()
    for path in ("/donnees/atom.xml", f"/donnees/{TREES}/atom.xml", "/donnees/sitemap.xml"):
        first = client.get(path)
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
        the_trees(rows=({"id": uuid.uuid4().int % 1000},), now=TUESDAY)
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_feed_holds_what_xml_cannot_write_and_datasets_without_versions(client):
    metas = {"default": {"title": "Bancs\x0b & <tables>", "publisher": "\x01", "theme": ["a\x02"]}}
    describe(description=Description(dataset_id="bancs", metas=metas), now=MONDAY)
    (one,) = entries(feed(client, "/donnees/atom.xml"))
    assert one[2] == "Bancs & <tables>"
    root = feed(client, "/donnees/bancs/atom.xml")
    assert (entries(root), root.findtext(f"{ATOM}updated")) == ([], "2026-03-02T08:00:00+00:00")


def test_there_is_no_feed_of_what_is_not_there_or_not_for_all(client):
    assert client.get("/donnees/rien/atom.xml").status_code == 404
    the_trees()
    Dataset.objects.filter(dataset_id=TREES).update(restricted=True)
    assert client.get(f"/donnees/{TREES}/atom.xml").status_code == 403
    assert client.post("/donnees/atom.xml").status_code == 405


# --- sitemap --------------------------------------------------------------------------------------


def test_the_sitemap_lists_the_pages_in_both_languages(client):
    the_trees()
    response = client.get("/donnees/sitemap.xml")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.XML(response.content)
    assert root.tag == f"{SITEMAP}urlset"
    found = {
        one.findtext(f"{SITEMAP}loc"): one.findtext(f"{SITEMAP}lastmod")
        for one in root.findall(f"{SITEMAP}url")
    }
    assert found == dict.fromkeys(
        [
            f"{HOME}/donnees/",
            f"{HOME}/donnees/cles-du-budget/",
            f"{HOME}/donnees/{TREES}/",
            f"{HOME}/donnees/{TIDES}/",
        ],
        "2026-03-02T08:00:00+00:00",
    )
    for address in found:
        assert client.get(urlsplit(address).path).status_code == 200, address
    links = root.findall(f"{SITEMAP}url")[3].findall(f"{XHTML}link")
    assert {(one.get("hreflang"), one.get("href")) for one in links} == {
        ("fr", f"{HOME}/donnees/{TIDES}/"),
        ("en", f"{HOME}/en/data/{TIDES}/"),
    }
    robots = client.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {HOME}/donnees/sitemap.xml" in robots
    assert f"Sitemap: {HOME}/en/data/sitemap.xml" in robots


def test_more_pages_than_a_file_may_hold_are_in_several(client, monkeypatch):
    the_trees()
    monkeypatch.setattr(sitemaps, "MOST", 3)
    root = ElementTree.XML(client.get("/donnees/sitemap.xml").content)
    assert root.tag == f"{SITEMAP}sitemapindex"
    places = [one.text for one in root.iter(f"{SITEMAP}loc")]
    assert places == [f"{HOME}/donnees/sitemap.xml?p=1", f"{HOME}/donnees/sitemap.xml?p=2"]
    pages = [
        len(ElementTree.XML(client.get(place).content).findall(f"{SITEMAP}url")) for place in places
    ]
    assert pages == [3, 1]
    assert client.get("/donnees/sitemap.xml?p=3").status_code == 404
    assert client.get("/donnees/sitemap.xml?p=0").status_code == 404


# --- DCAT -----------------------------------------------------------------------------------------


def graph(client):
    found = Graph()
    found.parse(data=file(client, "catalog/exports/ttl", include_exports="csv"), format="turtle")
    return found


def test_dcat_leads_to_the_page_people_read(client):
    the_trees()
    told = graph(client)
    trees = URIRef(f"{HOME}{API}/catalog/datasets/{TREES}")
    assert told.value(trees, DCAT.landingPage) == URIRef(f"{HOME}/donnees/{TREES}/")
    (catalogue,) = told.subjects(RDF.type, DCAT.Catalog)
    assert told.value(catalogue, DCTERMS.modified).toPython() == MONDAY
    assert client.get(f"/donnees/{TREES}/").status_code == 200


def test_dcat_says_what_was_harvested_and_what_is_not_for_all(client):
    the_trees()
    metas = {
        "default": {
            "title": "Copie",
            "federated": True,
            "source_domain": "ailleurs.example",
            "source_domain_title": "Ailleurs",
        },
        "dcat": {"conforms_to": "https://schema.data.gouv.fr/scdl/budget/"},
    }
    described = Description(
        dataset_id="copie", metas=metas, source_url="https://ailleurs.example/d/copie"
    )
    describe(description=described, now=TUESDAY)
    Dataset.objects.filter(dataset_id=TREES).update(restricted=True, modified_at=TUESDAY)
    told = graph(client)
    copy = URIRef(f"{HOME}{API}/catalog/datasets/copie")
    trees = URIRef(f"{HOME}{API}/catalog/datasets/{TREES}")
    assert told.value(copy, PROV.wasDerivedFrom) == URIRef("https://ailleurs.example/d/copie")
    statement = told.value(copy, DCTERMS.provenance)
    assert (statement, None, Literal("Moissonné du catalogue Ailleurs.", lang="fr")) in told
    assert str(told.value(copy, DCTERMS.conformsTo)) == "https://schema.data.gouv.fr/scdl/budget/"
    assert str(told.value(trees, DCTERMS.accessRights)).endswith("/access-right/RESTRICTED")
    assert str(told.value(copy, DCTERMS.accessRights)).endswith("/access-right/PUBLIC")
    assert told.value(trees, PROV.wasDerivedFrom) is None


def test_a_high_value_dataset_names_somebody_to_turn_to(client, settings):
    settings.PARVIS_CONTACT = "donnees@lutece.example"
    the_trees()
    row = Dataset.objects.get(dataset_id=TREES)
    row.metas["dcat"] = {"hvd_category": "environment"}
    row.modified_at = MONDAY + dt.timedelta(hours=1)
    row.save()
    told = graph(client)
    trees = URIRef(f"{HOME}{API}/catalog/datasets/{TREES}")
    contact = told.value(trees, DCAT.contactPoint)
    mail = URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")
    assert told.value(contact, mail) == URIRef("mailto:donnees@lutece.example")
    law = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")
    legislation = URIRef("http://data.europa.eu/r5r/applicableLegislation")
    (place,) = told.objects(trees, DCAT.distribution)
    (service,) = told.subjects(RDF.type, DCAT.DataService)
    for node in (trees, place, service):
        assert (node, legislation, law) in told

"""Our own portal, running behind a real socket, harvested by ourselves under a second prefix."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest

from parvis.kernel.models import RegisterEntry
from parvis.opendata.models import Dataset, DatasetVersion, HarvestedDataset, IngestRun
from parvis.opendata.queries import catalogue, versions
from parvis.opendata.testing import BUDGET, TUESDAY, a_dataset, a_version
from parvis.opendata.tests.api_world import API, TIDES, TREES, the_trees
from parvis.opendata.tests.harvest_world import LOOPBACK, a_source, run, told

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY = TUESDAY + dt.timedelta(days=1)


@pytest.fixture
def portal(request, settings):
    # Asked for here, it starts when this test has its folders.
    address = request.getfixturevalue("live_server").url.replace("localhost", "127.0.0.1")
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = LOOPBACK
    settings.PARVIS_SITE_URL = address
    the_trees()
    a_dataset(
        metas={"default": {"title": "Budget voté", "description": "<p>Un budget</p>"}},
        description="<p>Un budget</p>",
        key_fields=["cle"],
    )
    a_version()
    return address


def everything():
    return (
        list(Dataset.objects.order_by("pk").values()),
        list(DatasetVersion.objects.order_by("pk").values_list("pk", flat=True)),
        list(HarvestedDataset.objects.order_by("pk").values()),
        IngestRun.objects.count(),
        RegisterEntry.objects.count(),
    )


def test_our_explore_api_harvested_with_its_rows_and_again_without_a_difference(portal):
    source = a_source(portal, "explore", prefix="miroir-", takes_records=True)
    report = run(source, TUESDAY)
    assert report["counts"] == {"added": 3, "published": 2}
    for name in (TREES, BUDGET):
        ours, copy = versions.current(name), versions.current(f"miroir-{name}")
        assert copy.schema == ours.schema
        assert copy.rows == ours.rows
        rows = [
            httpx.get(f"{portal}{API}/catalog/datasets/{one}/exports/json").json()
            for one in (name, f"miroir-{name}")
        ]
        assert len(rows[0]) == ours.rows
        assert rows[1] == rows[0]
    copy, tides = catalogue.entry(f"miroir-{TREES}"), catalogue.entry(f"miroir-{TIDES}")
    assert copy.description == catalogue.entry(TREES).description
    assert copy.default["source_domain_address"] == portal
    assert tides.held is None
    assert tides.source_url == f"{portal}/explore/dataset/{TIDES}/"
    before = everything()
    again = run(source, WEDNESDAY)
    # Our copies are listed by now too, and are no news.
    assert (again["counts"], again["lines"]) == ({"echo": 3, "same": 3}, [])
    assert everything() == before
    the_trees(rows=({"id": 1}, {"id": 9}), now=WEDNESDAY)
    assert told(run(source, WEDNESDAY))[-1] == ("published", f"miroir-{TREES}", "")
    assert catalogue.entry(f"miroir-{TREES}").held.number == 2


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "dcat"])
def test_our_dcat_harvested_and_again_without_a_difference(portal, syntax):
    address = f"{portal}{API}/catalog/exports/{syntax}"
    source = a_source(address, "dcat", prefix="dcat-", takes_records=syntax == "ttl")
    report = run(source, TUESDAY)
    assert report["counts"] == {"added": 3} | ({"published": 2} if syntax == "ttl" else {})
    copy = catalogue.entry(f"dcat-{TREES}")
    assert (copy.title, copy.description) == ("Les arbres", "Chaque arbre planté.")
    assert (copy.themes, copy.keywords) == (("Environnement",), ("nature", "ville"))
    assert copy.publisher == "Service des arbres"
    assert copy.license_url == "http://opendatacommons.org/licenses/odbl/"
    assert copy.source_url == f"{portal}/donnees/{TREES}/"
    assert (copy.held is not None) == (syntax == "ttl")
    before = everything()
    again = run(source, WEDNESDAY)
    assert (again["counts"], again["lines"]) == ({"echo": 3, "same": 3}, [])
    assert everything() == before

"""A row of a table has a name, and shows what other modules offer to do about it."""

from __future__ import annotations

import pytest

from parvis.kernel.declarations import Companion, CompanionSource, companions
from parvis.opendata.models import Dataset
from parvis.opendata.testing import BUDGET, a_version

pytestmark = pytest.mark.django_db
ROW = f"opendata.row:{BUDGET}/b"


@pytest.fixture
def asked(monkeypatch):
    """Let another module offer to check one row, and keep what it was asked about."""
    refs_asked = []

    def find(refs, now):
        refs_asked.append(list(refs))
        offered = Companion(label="Vérifier sur place", url="/missions/chose/b/")
        return {ref: [offered] for ref in refs if ref == ROW}

    source = CompanionSource(key="test-checks", find=find)
    monkeypatch.setattr(companions, "_declared", {source.key: source})
    return refs_asked


def test_a_row_that_can_be_checked_says_so_in_one_call_for_the_page(client, asked):
    a_version()
    Dataset.objects.filter(dataset_id=BUDGET).update(key_fields=["cle"])
    html = client.get(f"/donnees/{BUDGET}/table/").content.decode()
    link = '<a class="small" href="/missions/chose/b/">Vérifier sur place</a>'
    assert html.count(link) == 1
    assert f"b {link}" in html
    assert [len(refs) for refs in asked] == [6]
    assert ROW in asked[0]


def test_rows_without_a_single_key_have_no_name(client, asked):
    a_version()
    Dataset.objects.filter(dataset_id=BUDGET).update(key_fields=["exercice", "sens"])
    html = client.get(f"/donnees/{BUDGET}/table/").content.decode()
    assert "/missions/chose/" not in html
    assert [refs for refs in asked if refs] == []

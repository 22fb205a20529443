"""« Les clés du budget » on the real voted budgets of Paris: figures are sums of rows, one click
from them, and what does not balance is shown so."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, strategies as st

from parvis.opendata.queries import budget as budgets
from parvis.opendata.queries.budget import INSIDE, revenue_kind, spending_kind
from parvis.opendata.testing import BUDGET_ROWS, a_version
from parvis.opendata.tests.pages_world import REAL_BUDGET, WORKS, the_real_budget, the_works
from parvis.territory.testing import the_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def real():
    the_real_budget()


def keys(client, query="?annee=2025"):
    response = client.get(f"/donnees/cles-du-budget/{query}")
    assert response.status_code == 200
    return response.context["keys"]


def added_up(client, address):
    """Return what the rows behind an address add up to, asked of the API."""
    call = client.get(address).context["table"].call
    where = [value for name, value in _parameters(call.url) if name == "where"]
    answer = client.get(
        f"/api/explore/v2.1/catalog/datasets/{REAL_BUDGET}/records",
        {"select": "sum(montant) as total", "where": where},
    )
    return answer.json()["results"][0]["total"]


def _parameters(url):
    return parse_qsl(urlsplit(url).query)


def test_a_city_without_a_budget_says_so(client):
    html = client.get("/donnees/cles-du-budget/").content.decode()
    assert "Aucun budget voté n\u2019est encore ici" in html
    a_version(BUDGET_ROWS)
    assert keys(client) is None


def test_the_figures_are_those_of_the_rows_and_nothing_is_made_to_balance(client, real):
    shown = keys(client)
    assert round(shown.budget.spent) == 12_161_871_777
    assert round(shown.budget.received) == 11_340_959_755
    assert (shown.spent, shown.received, shown.gap) == (
        "12,16\u00a0Md€",
        "11,34\u00a0Md€",
        "821\u00a0M€",
    )
    html = client.get("/donnees/cles-du-budget/?annee=2025").content.decode()
    assert "Ces chiffres ne sont pas officiels" in html
    assert html.index("Ces chiffres ne sont pas officiels") < html.index('class="flow')
    assert "Ne citez pas ces totaux comme officiels." in html
    assert "les hachures sont ce qu\u2019aucune ligne ne dit" in html


def test_every_figure_is_one_click_from_rows_that_add_up_to_it(client, real):
    shown = keys(client)
    rows = [row.item for row in (*shown.sources, *shown.uses, *shown.chapters) if row.item.href]
    assert len(rows) > 35
    for item in rows:
        assert added_up(client, item.href) == pytest.approx(item.value), item.label
    assert added_up(client, shown.spent_url) == pytest.approx(shown.budget.spent)
    assert added_up(client, shown.received_url) == pytest.approx(shown.budget.received)


def test_the_parts_are_the_whole(client, real):
    shown = keys(client)
    assert sum(row.item.value for row in shown.uses) == pytest.approx(shown.budget.spent)
    assert sum(row.item.value for row in shown.sources) == pytest.approx(shown.budget.received)
    paid = shown.budget.spent - shown.budget.inside
    assert sum(row.item.value for row in shown.chapters) == pytest.approx(paid)
    assert round(shown.budget.inside) == 732_545_399


def test_one_hundred_euros_are_one_hundred_euros(client, real):
    shares = keys(client).hundred
    cents = [int("".join(c for c in one.text if c.isdigit())) for one in shares]
    cents = [
        value if "," in one.text else value * 100 for value, one in zip(cents, shares, strict=True)
    ]
    assert abs(sum(cents) - 10_000) <= len(cents) / 2
    assert shares[0].label == "Santé et action sociale"
    assert "Écritures internes" not in str([one.label for one in shares])


def test_the_flow_shows_the_gap_of_each_section(client, real):
    gaps = {one.stop.label: one.stop.text for one in keys(client).flow.bars if one.stop.is_gap}
    assert gaps == {
        "Aucune recette lue (investissement)": "945\u00a0M€",
        "Aucune dépense lue (fonctionnement)": "124\u00a0M€",
    }


def test_the_year_can_be_changed_and_a_year_nobody_voted_is_the_usual_one(client, real):
    assert keys(client).budget.years == (2020, 2021, 2022, 2023, 2024, 2025, 2026)
    assert keys(client, "?annee=2020").spent == "10,52\u00a0Md€"
    assert budgets.budget(1999, usual=2023).year == 2023
    assert budgets.budget(None, usual=2031).year == 2026
    for query in ("?annee=abc", "?annee=-1", "?annee=99999999999999999999"):
        assert keys(client, query) is not None


def test_investments_are_those_of_the_year_or_of_the_last_that_is_told(client, real):
    assert keys(client).investments is None
    the_city()
    the_works()
    built = keys(client).investments
    assert (built.dataset_id, built.year, built.asked) == (WORKS, 2024, 2025)
    assert [(one.district.number, one.text, one.tone) for one in built.ranked[:3]] == [
        (11, "980\u202f000\u00a0€", "d1"),
        (12, "320\u202f000\u00a0€", "d4"),
        (1, "0\u00a0€", "lot"),
    ]
    assert (built.total, built.elsewhere) == ("1,4\u00a0M€", "80\u202f000\u00a0€")
    found = client.get(built.ranked[0].href).context["table"]
    assert [row[2].text for row in found.rows] == ["Piste cyclable Voltaire"]
    html = client.get("/donnees/cles-du-budget/?annee=2025").content.decode()
    assert "Pour 2025, rien n\u2019est encore dit" in html


def test_the_keys_speak_english(client, real):
    html = client.get("/en/data/keys-to-the-budget/?annee=2025").content.decode()
    assert "In 2025 the rows say 12.16\u00a0bn€ of spending and 11.34\u00a0bn€ of revenue" in html


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chapter", "key"),
    [
        ("904", "social"),
        ("934-3", "social"),
        ("934-4", "social"),
        ("938", "transport"),
        ("923", "debt"),
        ("940", "shared"),
        ("926", "internal"),
        ("946", "internal"),
        ("925", "internal"),
        ("944", "other"),
        ("", "other"),
    ],
)
def test_a_chapter_is_what_its_number_says(chapter, key):
    assert spending_kind(chapter).key == key


@pytest.mark.parametrize(
    ("chapter", "account", "key"),
    [
        ("940", "73111", "local"),
        ("940", "73211", "passed"),
        ("941", "7351", "vat"),
        ("941", "7388", "taxes"),
        ("923", "16311", "loans"),
        ("938", "703", "fees"),
        ("946", "777", "internal"),
        ("937", "", "other"),
    ],
)
def test_an_account_is_what_its_number_says(chapter, account, key):
    assert revenue_kind(chapter, account).key == key


@given(st.text(max_size=8), st.text(max_size=8))
def test_every_row_has_a_place(chapter, account):
    assert spending_kind(chapter).label
    assert revenue_kind(chapter, account).label
    assert (spending_kind(chapter) is INSIDE) == (revenue_kind(chapter, account) is INSIDE)

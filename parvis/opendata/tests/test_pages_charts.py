"""Charts one makes: the figures are those of the rows, the link and the frame give the same."""

from __future__ import annotations

import csv
import io

import pytest

from parvis.opendata.testing import BUDGET, BUDGET_ROWS, a_version
from parvis.opendata.tests.pages_world import WORKS, WORKS_ROWS, a_work, the_works

pytestmark = pytest.mark.django_db


@pytest.fixture
def works():
    the_works()


def chart(client, query, dataset_id=WORKS):
    response = client.get(f"/donnees/{dataset_id}/graphique/{query}")
    assert response.status_code == 200, query
    return response.context["chart"]


def figures(drawn):
    return [(row.item.label, row.item.value) for row in drawn.rows]


def test_amounts_are_added_up_by_a_field(client, works):
    drawn = chart(client, "?quoi=montant&par=genre&forme=tuiles")
    assert figures(drawn) == [
        ("sport", 7_604_735.27),
        ("école", 1_500_000.0),
        ("rue", 1_060_000.0),
        ("jardin", 570_000.0),
    ]
    assert drawn.caption == "Montant par genre"
    assert [row.share for row in drawn.rows] == [
        "70,8\u00a0%",
        "14,0\u00a0%",
        "9,9\u00a0%",
        "5,3\u00a0%",
    ]
    assert len(drawn.tiles) == 4


def test_rows_are_counted_by_year_along_a_curve(client, works):
    drawn = chart(client, "?par=annee@annee&forme=courbe")
    assert figures(drawn) == [("2023", 3.0), ("2024", 3.0)]
    assert drawn.curve is not None


def test_each_figure_leads_to_its_rows(client, works):
    for row in chart(client, "?quoi=montant&par=genre&de.annee=2024").rows:
        found = client.get(row.item.href).context["table"]
        amounts = [float(c[4].text.replace("\u202f", "").replace(",", ".")) for c in found.rows]
        assert sum(amounts) == row.item.value


def test_the_call_and_the_file_give_the_figures_of_the_chart(client, works):
    drawn = chart(client, "?quoi=montant&calcul=moyenne&par=genre")
    assert drawn.caption == "La moyenne de montant par genre"
    answer = client.get(drawn.call.url).json()["results"]
    assert [(row["groupe"], row["valeur"]) for row in answer] == figures(drawn)
    written = b"".join(client.get(drawn.csv).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written), delimiter=";"))
    assert [(row["groupe"], float(row["valeur"])) for row in rows] == figures(drawn)


def test_what_is_too_small_is_put_together_and_nothing_is_lost(client):
    rows = [a_work(2024, 1, f"Chantier {n}", f"genre {n:02}", 1000.0 + n) for n in range(20)]
    the_works([*WORKS_ROWS, *rows])
    drawn = chart(client, "?quoi=montant&par=genre")
    assert len(drawn.rows) == 13
    assert drawn.rows[-1].item.label == "12 autres"
    assert sum(row.item.value for row in drawn.rows) == pytest.approx(10_754_925.27)
    assert drawn.rows[-1].item.href == ""
    averages = chart(client, "?quoi=montant&calcul=moyenne&par=genre")
    assert len(averages.rows) == 12


@pytest.mark.parametrize(
    ("query", "shape", "measure"),
    [
        ("?forme=camembert&quoi=rien&calcul=magie&par=nulle", "barres", ""),
        ("?forme=courbe&par=genre", "barres", ""),
        ("?forme=tuiles&quoi=montant&calcul=moyenne&par=genre", "barres", "montant"),
        ("?par=point", "barres", ""),
    ],
)
def test_what_cannot_be_drawn_is_drawn_otherwise(client, works, query, shape, measure):
    drawn = chart(client, query)
    assert (drawn.wanted.shape, drawn.wanted.measure) == (shape, measure)
    assert drawn.rows


def test_both_sides_of_a_budget_added_up_are_told(client):
    a_version(BUDGET_ROWS)
    drawn = chart(client, "?quoi=montant&par=exercice", BUDGET)
    assert drawn.problems == (
        "Ce qui entre et ce qui sort sont additionnés ensemble\u00a0:"
        " filtrez par «\u00a0Sens\u00a0».",
    )
    for query in ("?quoi=montant&par=exercice&est.sens=Recette", "?quoi=montant&par=sens"):
        assert chart(client, query, BUDGET).problems == ()


def test_no_row_is_said_and_nothing_breaks(client, works):
    for shape in ("barres", "courbe", "tuiles"):
        response = client.get(
            f"/donnees/{WORKS}/graphique/?est.genre=rien&par=annee@annee&forme={shape}"
        )
        assert "Aucune ligne ne répond" in response.content.decode()


def test_the_frame_may_stand_on_any_page_and_the_page_may_not(client, works):
    drawn = chart(client, "?quoi=montant&par=genre&forme=tuiles&est.annee=2024")
    framed = client.get(drawn.frame)
    assert figures(framed.context["chart"]) == figures(drawn)
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert not framed.cookies
    assert "<script" not in framed.content.decode()
    assert "Seules les plus grosses opérations y sont." in framed.content.decode()
    page = client.get(drawn.address)
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_code_to_copy_is_the_address_of_the_frame(client, works):
    html = client.get(f"/donnees/{WORKS}/graphique/?par=genre").content.decode()
    assert (
        "&lt;iframe src=&quot;http://testserver/donnees/operations/graphique/cadre/?"
        in html.replace('"', "&quot;")
    )

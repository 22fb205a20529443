"""What the contributions look like to who copies them: whole, public, and without a name."""

from __future__ import annotations

import pytest
from django.utils import translation

from parvis.deliberation import public as deliberation
from parvis.deliberation.public import Hiding, Reason, Target
from parvis.deliberation.testing import an_answer
from parvis.ideas.tests.scenes import ACTION, a_comment
from parvis.kernel import clock
from parvis.kernel.declarations import published_datasets

pytestmark = pytest.mark.django_db
CONTRIBUTIONS = published_datasets["contributions-aux-consultations"]


def rows(*names):
    with translation.override("fr"):
        return list(CONTRIBUTIONS.rows(list(names) if names else None))


def test_a_row_has_the_fields_that_are_declared_and_no_name(held, alice, chloe, oscar):
    said = a_comment(alice, district=11)
    deliberation.support(target=Target(kind="contribution", id=said), by=chloe, now=clock.now())
    an_answer(said, oscar, now=clock.now())
    (row,) = rows()
    assert list(row) == [one.name for one in CONTRIBUTIONS.fields]
    assert row["id"] == str(said)
    assert (row["consultation"], row["partie"]) == ("plan-2015", ACTION)
    assert (row["titre"], row["texte"]) == (
        "Voter dès l'école",
        "Les élèves pourraient voter dans leur classe.",
    )
    assert (row["nature"], row["arrondissement"], row["d_accord"]) == ("Commentaire", 11, 1)
    assert row["reponse_ville"] == "Retenue"
    assert row["page"] == f"http://localhost:8000/concertations/contributions/{said}/"
    assert alice.usual_name not in str(row)


def test_what_was_hidden_or_withdrawn_has_no_row(held, alice, chloe, mona):
    kept, hidden, withdrawn = a_comment(alice), a_comment(chloe), a_comment(alice)
    hiding = Hiding(reason=Reason.OFF_TOPIC, message="Hors sujet.")
    deliberation.hide(
        target=Target(kind="contribution", id=hidden), hiding=hiding, by=mona, now=clock.now()
    )
    deliberation.withdraw_contribution(contribution_id=withdrawn, by=alice, now=clock.now())
    assert [row["id"] for row in rows()] == [str(kept)]
    assert rows(str(hidden), str(withdrawn)) == []

"""Names of children and associations hide nothing from who reads them."""

from __future__ import annotations

import pytest

from parvis.mandates.forms import asking


@pytest.mark.parametrize("form", [asking.ChildForm, asking.RelativeForm])
@pytest.mark.parametrize("name", ["eci\u202elA", "Al\u200bice", "…", "A\ufffd"])
def test_a_name_that_hides_something_is_refused(form, name):
    typed = {"given_names": name, "family_name": name}
    assert {"given_names", "family_name"} <= form(typed).errors.keys()


def test_an_association_is_called_as_it_reads():
    assert "name" in asking.AssociationForm({"name": "Amis du\u2066 parc"}).errors
    good = asking.AssociationForm({"name": "  Amis   de l'e\u0301cole 1901 "})
    assert "name" not in good.errors
    assert good.cleaned_data["name"] == "Amis de l'école 1901"

"""The plan on paper: a tagged PDF that says its language and its title, and holds every word."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from pypdf import PdfReader

from parvis.account.testing import oscar
from parvis.kernel.errors import NotFound
from parvis.kernel.typography import french
from parvis.plan import actions, public
from parvis.plan.rules import SectionWords
from parvis.plan.testing import JULY, the_real_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plan():
    the_real_plan()


def squeezed(text):
    """Return the text without any space: lines break where the page ends."""
    return re.sub(r"\s+", "", text)


def printed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


@pytest.mark.parametrize(
    ("address", "language", "title"),
    [
        (
            "/plan/plan.pdf",
            "fr",
            "Paris intelligent et durable \u2013 Perspectives 2020 et au-delà",
        ),
        (
            "/en/plan/plan.pdf",
            "en",
            "A smart and sustainable Paris \u2013 Prospects for 2020 and beyond",
        ),
    ],
)
def test_it_is_tagged_and_says_its_language_its_title_and_its_standard(
    client, address, language, title
):
    paper = printed(client, address)
    root = paper.root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert paper.metadata.title == title
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert len(paper.outline) > 0


@pytest.mark.parametrize(
    ("address", "language"), [("/plan/plan.pdf", "fr"), ("/en/plan/plan.pdf", "en")]
)
def test_every_title_and_every_text_of_the_plan_is_on_paper(client, address, language):
    on_paper = squeezed("".join(page.extract_text() for page in printed(client, address).pages))
    with translation.override(language):
        said = [text for s in public.current_plan().sections for text in (s.title, s.text)]
    as_printed = [french(text) if language == "fr" else text for text in said]
    assert len(said) == 50
    assert [t for t in as_printed if squeezed(t).casefold() not in on_paper.casefold()] == []


def test_a_page_is_numbered_and_the_fonts_travel_with_the_file(client):
    paper = printed(client, "/plan/plan.pdf")
    assert f"page 3 / {len(paper.pages)}" in paper.pages[2].extract_text()
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in paper.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert [f for f in fonts if not {"/FontFile3", "/FontFile2"} & f.get_object().keys()] == []


def test_it_is_printed_once_for_a_version_and_a_language():
    with translation.override("fr"):
        first = actions.paper()
        assert first[0] == "plan-paris-2015-v1-fr.pdf"
        assert actions.paper() == first
        assert actions.paper(1) == first
    with translation.override("en"):
        assert actions.paper()[0] == "plan-paris-2015-v1-en.pdf"
    assert len(default_storage.listdir("plan")[1]) == 2


def test_amended_words_are_not_passed_off_as_the_sources(client):
    with translation.override("fr"):
        actions.amend_section(
            ref="plan:paris-2015/1.2",
            words={"fr": SectionWords(title="Le budget", text="D\u00e8s sept ans.")},
            note={"fr": "Sept ans."},
            by=oscar(),
            now=JULY,
        )
    told = "Texte modifi\u00e9 par la Ville."
    new, old = (printed(client, f"/plan/plan.pdf{asked}") for asked in ("", "?version=1"))
    assert [told in page.extract_text() for page in new.pages].count(True) == 1
    assert [told in page.extract_text() for page in old.pages].count(True) == 0
    assert client.get("/plan/").content.decode().count(told) == 1


def test_a_version_that_does_not_exist_is_not_printed():
    with pytest.raises(NotFound):
        actions.paper(7)

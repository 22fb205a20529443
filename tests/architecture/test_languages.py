"""Catalogues: what Django reads has the typography of its language."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import polib
import pytest

from architecture.messages import sentences
from config.environment import ROOT
from config.languages import compile_catalogue, po_path

NB = "\u00a0"
COUNTED = re.compile(
    r"(%\(\w+\)s|\{\w+\}) (\w+ )?"
    r"(ballots|options|people|persons|points|projects|receipts|sheets|versions|voters|votes)\b"
)
ONE, MANY = "A cell says « x »: it is empty.", "Cells say « x »: they are empty."


def compiled(module: Path, language: str) -> gettext.GNUTranslations:
    with (module / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_a_quotation_is_never_broken_in_either_language(tmp_path: Path):
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    catalogue.append(polib.POEntry(msgid="Press « Go ».", msgstr="Pressez « Allez ».", msgctxt="a"))
    french = {0: "« x » : vide.", 1: "« x » : vides."}
    catalogue.append(polib.POEntry(msgid=ONE, msgid_plural=MANY, msgstr_plural=french))
    po_path(tmp_path).parent.mkdir(parents=True)
    catalogue.save(str(po_path(tmp_path)))

    assert compile_catalogue(tmp_path)
    assert not compile_catalogue(tmp_path)

    english = compiled(tmp_path, "en")
    assert english.pgettext("a", "Press « Go ».") == f"Press «{NB}Go{NB}»."
    assert [english.ngettext(ONE, MANY, n) for n in (0, 1)] == [
        MANY.replace("« x »", f"«{NB}x{NB}»"),
        ONE.replace("« x »", f"«{NB}x{NB}»"),
    ]
    assert compiled(tmp_path, "fr").ngettext(ONE, MANY, 0) == f"«{NB}x{NB}»{NB}: vide."


@pytest.mark.parametrize("module", ["budget", "voting"])
def test_what_is_counted_in_a_vote_reads_well_when_there_is_one_of_it(module):
    alone = [said for _context, said, many in sentences(ROOT / "parvis" / module) if many is None]
    assert [one for one in alone if COUNTED.search(one)] == []


def test_a_number_of_votes_without_a_singular_is_found():
    assert COUNTED.search("worth %(votes)s votes")
    assert COUNTED.search("%(n)s other people")
    assert not COUNTED.search("votes: %(votes)s")

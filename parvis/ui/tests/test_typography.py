"""French typography: what changes, what never does."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override
from hypothesis import given, strategies as st

from parvis.kernel.typography import french, quoted

NB, NN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Que voulez-vous faire ?", f"Que voulez-vous faire{NN}?"),
        ("Vite ! Enfin ; oui", f"Vite{NN}! Enfin{NN}; oui"),
        ("« l'été » : 25 %", f"«{NB}l\u2019été{NB}»{NB}: 25{NB}%"),
        ("1 906 contributions, 75 000 €", f"1{NN}906 contributions, 75{NN}000{NB}€"),
        ("75 M€ en 2015", f"75{NB}M€ en 2015"),
        ("à 9 h 40, ou à 11 h", f"à 9{NB}h{NB}40, ou à 11{NB}h"),
        (
            "aujourd'hui, l'11e et l'« autre »",
            f"aujourd\u2019hui, l\u201911e et l\u2019«{NB}autre{NB}»",
        ),
        ("Amendement n° 14", f"Amendement n°{NB}14"),
        ("qu'%(name)s dise : %(text)s !", f"qu\u2019%(name)s dise{NB}: %(text)s{NN}!"),
        ("l'<strong>eau</strong> ?", f"l\u2019<strong>eau</strong>{NN}?"),
    ],
)
def test_a_sentence_is_printed_as_a_french_printer_would(typed: str, printed: str):
    assert french(typed) == printed


@pytest.mark.parametrize(
    "kept",
    [
        "Rien à changer",
        "01 42 76 40 40",
        "50 %s et 3 != 4",
        "https://exemple.fr/l'eau?a=1",
        "alice.d'arc@exemple.fr",
        "`if a ? b : c`",
        "<code>l'a ? b</code>",
        "<a href='x ?' title=\"l'eau !\">ici</a>",
        "{% if a ? %}{{ l'eau }}",
    ],
)
def test_addresses_code_and_tags_stay_as_they_were(kept: str):
    assert french(kept) == kept


@given(st.text(alphabet="aé1 0'?!;:»«%€h<>`&#3x9.@/{}()\n\u00a0\u202f", max_size=60))
def test_a_second_pass_changes_nothing(text: str):
    once = french(text)
    assert french(once) == once


@given(st.text())
def test_only_spaces_and_apostrophes_ever_change(text: str):
    def bones(value: str) -> str:
        value = value.replace("&#x27;", "").replace("&#39;", "")
        return "".join(c for c in value if c not in f" '\u2019{NB}{NN}")

    assert bones(french(text)) == bones(text)


@given(st.from_regex(r"https?://[a-z]{1,8}\.fr/[a-z0-9'?;!%&=:»-]{0,30}", fullmatch=True))
def test_an_address_never_changes_wherever_it_stands(address: str):
    assert address in french(f"Voir : {address} ?")


def test_english_words_stay_with_their_quotation_marks():
    assert quoted("Press « Cast my ballot »: done ?") == f"Press «{NB}Cast my ballot{NB}»: done ?"
    with override("en"):
        assert gettext("In « bp_projets_gagnants ».") == f"In «{NB}bp_projets_gagnants{NB}»."
        assert gettext("Nothing is quoted here: it stays.") == "Nothing is quoted here: it stays."

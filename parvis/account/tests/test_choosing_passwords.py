"""Which new passwords are refused: those everybody tries, however they are lengthened."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from parvis.account.forms.own import SignUpForm
from parvis.account.models import Resident
from parvis.account.rules.passwords import ENOUGH_PIECES, pieces, words_of
from parvis.account.testing import OPEN_SESAME, alice, signed_in

WEAK = [
    "motdepasse1234",
    "azertyuiop123",
    "marseille2015",
    "Marseille 2015 !",
    "M0tDeP@sse2015",
    "bonjourbonjour",
    "soleil-soleil-1",
    "Password123456",
    "administrateur",
    "123456789012",
    "aaaaaaaaaaaa",
    "1aqw2zsx3edc4rfv",
    "a1z2e3r4t5y6u7",
    "poiuytreza321",
    "abcdefghijkl",
    "nicolas12061985",
    "chocolat12345!",
    "doudoudoudou75",
    "Juillet2015!!",
    "0612345678061",
    "jetaimejetaime2",
    "villedeparis75",
    "parvis-paris-2015",
    "alice.martin75011",
    "alicemartin@parvis",
    "lolololololo",
    "mot de passe 1",
    "bienvenue2015",
    "123soleil123soleil",
    "Lille-Lille-59000",
]
GOOD = [
    OPEN_SESAME,
    "tasse-girafe-horizon",
    "encore-une-girafe",
    "le pont Marie au matin",
    "cinq autres mots au hasard",
    "correct horse battery staple",
    "trois fenêtres sur la cour",
    "velo moutarde escalier",
    "lampe-nuage-fourchette",
    "ma voisine joue du tuba",
    "k7$Vq2!xTz9pLw",
    "gQ8rZ2mWx4Lp",
    "mqvzkrtwplxd",
    "94810572630918475621",
    "il pleut sur les tilleuls",
    "Sept moineaux, un hérisson",
    "bateau papier vent",
    "confiture d'églantine",
    "quartz jonquille brouette",
    "ni trop tôt ni trop tard",
    "Русалка пьёт молоко",
    "les huîtres de mon oncle",
]
REFUSED = "Beaucoup de gens essaieraient ce mot de passe"


def errors_of(password):
    typed = {"email": "alice@parvis.example", "usual_name": "Alice Martin", "password": password}
    return SignUpForm(typed).errors.get("password", [])


@pytest.mark.parametrize("password", WEAK)
def test_a_password_that_everybody_tries_is_refused_with_a_sentence(password):
    assert len(password) >= 12
    [said] = [one for one in errors_of(password) if one.startswith(REFUSED)]
    assert "trois ou quatre mots" in said


@pytest.mark.parametrize("password", GOOD)
def test_words_that_have_nothing_to_do_with_each_other_are_taken(password):
    assert errors_of(password) == []


def test_what_is_in_the_list_is_refused_whatever_signs_it_holds():
    assert errors_of('"zxcvbnm,./"')


@pytest.mark.django_db
def test_a_name_that_is_only_known_to_the_account_counts(client):
    signed_in(client, alice())
    page = reverse("account_change_password")
    typed = {"oldpassword": OPEN_SESAME, "password1": "Alice-Martin-2015"}
    answer = client.post(page, typed)
    assert REFUSED in answer.content.decode()
    assert Resident.objects.get().check_password(OPEN_SESAME)


LISTED = {"marseille", "secret"}


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_be_weighed(text):
    own = words_of(["Zoé d'Artagnan"])
    assert 0 <= pieces(text, listed=LISTED, own=own) <= min(len(text) * 18, ENOUGH_PIECES)


@given(st.sampled_from(sorted(LISTED)), st.integers(0, 10**8 - 1), st.booleans())
def test_no_number_saves_a_word_of_the_list(word, number, is_first):
    typed = f"{number}{word}" if is_first else f"{word}{number}"
    assert pieces(typed, listed=LISTED, own=set()) < ENOUGH_PIECES


@given(st.sampled_from(sorted(LISTED)), st.integers(1, 5))
def test_no_repetition_saves_a_word_of_the_list(word, times):
    assert pieces(word * times, listed=LISTED, own=set()) == 1


def test_the_longest_password_is_no_better_than_what_it_repeats():
    own = words_of(["Jean-Baptiste de La Tour", "jean.baptiste@parvis.example"])
    assert pieces("aZ3é" * 64, listed=LISTED, own=own) < ENOUGH_PIECES

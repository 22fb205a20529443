"""The secret of the city is changed: what hung on the former one is there afterwards."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from click.testing import CliRunner
from cryptography.fernet import InvalidToken

from config.console import main
from parvis.account.actions import factors, identities, merging
from parvis.account.actions.merging import Cause
from parvis.account.actions.sealing import seal, unseal
from parvis.account.models import Identity, Resident
from parvis.account.queries import identities as queries
from parvis.account.rules import factors as rules
from parvis.account.testing import MORNING, a_person, alice
from parvis.account.tests.test_factors import SECRET, with_app
from parvis.account.tests.test_matching import opened, told
from parvis.kernel import sealing
from parvis.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def typed(moment):
    return rules.app_code(SECRET, int(moment.timestamp()) // 30)


def changed(settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of the city, of today"


def taken_out(settings):
    settings.SECRET_KEY_FALLBACKS = []


def sealed_again():
    return CliRunner().invoke(main, ["seal-again"])


def merged():
    stays, goes = alice(), a_person("Lili", email="lili@parvis.example")
    cause = Cause(reason="Twice the same person")
    return merging.merge_accounts(stays=stays.id, goes=goes.id, cause=cause, now=MORNING)


def test_what_was_sealed_opens_for_the_same_purpose_alone(settings):
    sealed = sealing.seal("a word", "one")
    assert "a word" not in sealed
    assert sealing.unseal(sealed, "one") == "a word"
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed, "another")
    changed(settings)
    again = sealing.seal_again(sealed, "one")
    assert sealing.unseal(sealed, "one") == sealing.unseal(again, "one") == "a word"
    taken_out(settings)
    assert sealing.unseal(again, "one") == "a word"
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed, "one")


def test_an_application_shows_good_codes_when_the_former_secret_is_taken_out(settings):
    person, later = with_app(alice()), MORNING.replace(hour=20)
    changed(settings)
    said = sealed_again()
    assert said.exit_code == 0
    assert "applications that show codes: 1 hang on the present secret\n" in said.output
    taken_out(settings)
    assert factors.use_app_code(person_id=person.id, typed=typed(later), now=later)


def test_without_that_a_code_is_refused_and_the_operator_is_told(settings):
    person, later = with_app(alice()), MORNING.replace(hour=20)
    changed(settings)
    taken_out(settings)
    assert not factors.use_app_code(person_id=person.id, typed=typed(later), now=later)
    said = sealed_again()
    assert said.exit_code == 1
    assert (
        "applications that show codes: 0 hang on the present secret,"
        " 1 that no secret of the city opens\n"
    ) in said.output


def test_merged_accounts_can_still_be_taken_apart(settings):
    merge_id = merged()
    changed(settings)
    sealed_again()
    taken_out(settings)
    merging.undo_merge(merge_id, cause=Cause(reason="Twins"), now=MORNING)
    assert Resident.objects.get(email="lili@parvis.example").closed_at is None


def test_without_that_they_stay_merged_with_a_sentence(settings):
    merge_id = merged()
    changed(settings)
    taken_out(settings)
    with pytest.raises(Refused) as refusal:
        merging.undo_merge(merge_id, cause=Cause(), now=MORNING)
    assert refusal.value.code == "merge_is_over"


def test_a_civil_status_is_still_known(settings):
    person_id = opened(identities.see(told(), now=MORNING))
    changed(settings)
    sealed_again()
    taken_out(settings)
    seen = identities.see(told(sub="sub-2"), now=MORNING)
    assert [one.owner.id for one in queries.proposals_of(seen.identity_id)] == [person_id]


def test_a_digest_that_cannot_be_made_again_goes(settings):
    seen = identities.see(told(), now=MORNING)
    Identity.objects.filter(public_id=seen.identity_id).update(told={})
    changed(settings)
    assert sealed_again().exit_code == 0
    assert Identity.objects.get(public_id=seen.identity_id).pivot == ""


def test_more_rows_than_are_written_at_once_are_all_sealed_again(settings, monkeypatch):
    monkeypatch.setattr(sealing, "_AT_ONCE", 2)
    kind, data = Authenticator.Type.TOTP, {"secret": seal(SECRET), "step": 0}
    people = [a_person(f"Nour {n}", email=f"nour{n}@parvis.example") for n in range(5)]
    made = (Authenticator(user_id=one.id, type=kind, data=data) for one in people)
    Authenticator.objects.bulk_create(made)
    changed(settings)
    assert "applications that show codes: 5 hang" in sealed_again().output
    taken_out(settings)
    rows = Authenticator.objects.values_list("data__secret", flat=True)
    assert [unseal(one) for one in rows] == [SECRET] * 5
    assert Identity.objects.count() == 0

"""An administrator registers a service; nobody else does, and nothing is registered that could lead
people astray."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, strategies as st

from parvis.account.testing import alice, bachir, mona, oscar, signed_in
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.models import FactRecord
from parvis.kernel.register import about
from parvis.openid.actions import registering
from parvis.openid.actions.judging import Unfit
from parvis.openid.actions.showing import register_cast
from parvis.openid.models import Consent, Service
from parvis.openid.rules import redirects
from parvis.openid.rules.kinds import APP, DEVICE, KINDS, PROGRAM, WEB
from parvis.openid.rules.secrets import fits
from parvis.openid.tests.services_world import (
    BACK,
    NOON,
    a_library,
    a_wish,
    ada,
    agree,
    in_force,
    proved,
)

LATER = NOON + dt.timedelta(days=30)
TYPED = {
    "kind": WEB,
    "name": "Bibliothèques",
    "operator": "Direction des affaires culturelles",
    "purpose_fr": "Emprunter des documents.",
    "purpose_en": "Borrow documents.",
    "contact": "bibliotheques@parvis.example",
    "redirect_uris": f"{BACK}\nhttp://localhost:8411/callback",
    "sector": "bibliotheques.example",
    "claims": ["name", "email"],
    "optional_claims": ["residence_arrondissement"],
}


def refused(**changes):
    """Return the code and the field of the refusal; nothing is registered."""
    with pytest.raises(Unfit) as refusal:
        registering.register_service(wish=a_wish(**changes), by=ada(), now=NOON)
    assert not Service.objects.filter(registered_at=NOON).exists()
    return refusal.value.code, refusal.value.field


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        "https://service.example/callback",
        "https://service.example",
        "https://service.example:8443/a/b?from=city&x=%C3%A9",
        "http://localhost:8411/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:9000/callback",
    ],
)
def test_an_address_of_ones_own_is_fine(uri):
    assert redirects.refusal(uri) == ""


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("https://service.example/#here", "fragment"),
        ("https://*.example/callback", "wildcard"),
        ("https://service.example/*", "wildcard"),
        ("http://service.example/callback", "not_https"),
        ("http://localhost.evil.example/", "not_https"),
        ("http://127.0.0.1.evil.example/", "not_https"),
        ("javascript:alert(1)", "not_absolute"),
        ("app.service:/callback", "not_absolute"),
        ("myapp://callback", "not_https"),
        ("//service.example/callback", "not_absolute"),
        ("/callback", "not_absolute"),
        ("", "letters"),
        ("https://service.example/a b", "letters"),
        ("https://service.example/\\evil.example", "letters"),
        ("https://service.example/%zz", "letters"),
        ("https://sérvice.example/", "letters"),
        ("https://ada:secret@service.example/", "credentials"),
        ("https://service.example@evil.example/", "credentials"),
        ("https://service.example:port/", "host"),
        ("https://-service.example/", "host"),
        ("https:///callback", "not_absolute"),
        ("https://service.example/a/../admin", "dots"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(uri, why):
    assert redirects.refusal(uri) == why


@given(st.text())
def test_any_text_is_judged(text):
    if redirects.refusal(text) == "":
        assert text.startswith(("https://", "http://"))
        assert "#" not in text
        assert "*" not in text
        assert " " not in text


def test_the_sector_is_the_one_host_of_the_addresses():
    assert redirects.sector_of([BACK, f"{BACK}2"]) == "bibliotheques.example"
    assert redirects.sector_of([BACK, "https://piscines.example/"]) == ""
    assert redirects.sector_of([]) == ""


@pytest.mark.parametrize("field", ["redirect_uris", "post_logout_redirect_uris"])
def test_each_address_is_judged(db, field):
    assert refused(**{field: (BACK, "https://evil.example/#")}) == ("fragment", field)


@pytest.mark.parametrize("field", ["backchannel_logout_uri", "home_url"])
def test_the_other_addresses_are_judged_too(db, field):
    assert refused(**{field: "http://service.example/"}) == ("not_https", field)


# --- the rest of the form -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "spy"}, ("kind", "kind")),
        ({"name": "  "}, ("empty", "name")),
        ({"operator": ""}, ("empty", "operator")),
        ({"purpose_fr": "\n"}, ("empty", "purpose_fr")),
        ({"purpose_en": " "}, ("empty", "purpose_en")),
        ({"purpose_en": "x" * 1001}, ("too_long", "purpose_en")),
        ({"name": "x" * 101}, ("too_long", "name")),
        ({"contact": "nobody"}, ("contact", "contact")),
        ({"redirect_uris": ()}, ("no_address", "redirect_uris")),
        ({"redirect_uris": (BACK, "https://elsewhere.example/")}, ("sector_needed", "sector")),
        ({"redirect_uris": (BACK,) * 21}, ("too_many", "redirect_uris")),
        ({"sector": "deux mots"}, ("sector", "sector")),
        ({"claims": frozenset({"password"})}, ("unknown_claim", "claims")),
        ({"optional_claims": frozenset({"birthdate"})}, ("not_in_contract", "optional_claims")),
        ({"least_acr": "very sure"}, ("acr", "least_acr")),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(db, changes, told):
    assert refused(**changes) == told


def test_two_open_services_do_not_share_a_name(db):
    library = a_library()
    with pytest.raises(Unfit) as refusal:
        registering.register_service(wish=a_wish(name="BIBLIOTHÈQUES"), by=ada(), now=NOON)
    assert (refusal.value.code, refusal.value.field) == ("name_taken", "name")
    registering.close_service(service_id=library.public_id, by=ada(), now=LATER)
    assert a_library().name == "Bibliothèques"


def test_a_service_is_written_down(db):
    person = ada()
    made = registering.register_service(wish=a_wish(), by=person, now=NOON)
    service = Service.objects.get(public_id=made.service_id)
    assert service.client_id == made.client_id
    assert len(made.secret) == 128
    assert made.secret not in service.client_secret
    assert fits(made.secret, service.client_secret)
    assert service.sector == "bibliotheques.example"
    assert service.redirect_uris == BACK
    assert service.allowed_origins == ""
    assert (service.registered_by, service.registered_at) == (person.id, NOON)
    assert service.algorithm == "RS256"
    (line,) = about(f"openid.service:{service.public_id}")
    assert (line.action, line.actor_ref) == ("openid.service_registered", f"person:{person.id}")
    assert FactRecord.objects.filter(name="openid.service_registered").count() == 1


@pytest.mark.parametrize("kind", [WEB, APP, DEVICE, PROGRAM])
def test_each_kind_gets_what_it_can_keep(db, kind):
    made = registering.register_service(
        wish=a_wish(kind=kind, sector="ville.example"), by=None, now=NOON
    )
    service = Service.objects.get(public_id=made.service_id)
    assert bool(made.secret) is (kind in {WEB, PROGRAM})
    assert bool(service.client_secret) is bool(made.secret)
    assert service.authorization_grant_type == KINDS[kind].grant_type
    assert bool(service.redirect_uris) is (kind in {WEB, APP})
    assert bool(service.claims) is (kind != PROGRAM)
    assert service.allowed_origins == ("https://bibliotheques.example" if kind == APP else "")


def test_the_database_keeps_the_optional_claims_in_the_contract(db):
    library = a_library()
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=library.pk).update(optional_claims=["birthdate"])


# --- later ----------------------------------------------------------------------------------------


def test_a_change_keeps_the_kind_and_the_keys(db):
    library = a_library()
    wish = a_wish(kind=WEB, name="Médiathèques", redirect_uris=("https://b.example/",))
    registering.change_service(service_id=library.public_id, wish=wish, by=ada(), now=LATER)
    changed = Service.objects.get()
    assert (changed.name, changed.redirect_uris) == ("Médiathèques", "https://b.example/")
    assert changed.client_id == library.client_id
    assert changed.client_secret == library.client_secret


def test_a_change_that_is_refused_changes_nothing(db):
    library = a_library()
    wish = a_wish(name="Autre", redirect_uris=("https://b.example/#",))
    with pytest.raises(Unfit):
        registering.change_service(service_id=library.public_id, wish=wish, by=ada(), now=LATER)
    assert Service.objects.get().name == "Bibliothèques"
    assert FactRecord.objects.filter(name="openid.service_changed").count() == 0


def test_a_new_secret_ends_the_old_one(db):
    made = registering.register_service(wish=a_wish(), by=None, now=NOON)
    renewed = registering.renew_secret(service_id=made.service_id, by=ada(), now=LATER)
    sealed = Service.objects.get().client_secret
    assert fits(renewed.secret, sealed)
    assert not fits(made.secret, sealed)
    assert renewed.client_id == made.client_id


def test_who_cannot_keep_a_secret_gets_none(db):
    library = a_library(kind=APP)
    with pytest.raises(Refused) as refusal:
        registering.renew_secret(service_id=library.public_id, by=ada(), now=LATER)
    assert refusal.value.code == "no_secret"
    assert Service.objects.get().client_secret == ""


def test_closing_ends_what_everybody_agreed_to(db):
    library = a_library()
    agree(alice(), library)
    assert registering.close_service(service_id=library.public_id, by=ada(), now=LATER) == 1
    library.refresh_from_db()
    assert library.closed_at == LATER
    assert Consent.objects.get().withdrawn_at == LATER
    assert not in_force(alice(), library)
    with pytest.raises(NotFound):
        registering.close_service(service_id=library.public_id, by=ada(), now=LATER)
    assert FactRecord.objects.filter(name="openid.service_closed").count() == 1


# --- pages ----------------------------------------------------------------------------------------


def pages(library):
    yield reverse("openid:services")
    yield reverse("openid:add")
    for name in ("service", "change", "secret", "close", "trial"):
        yield reverse(f"openid:{name}", args=[library.public_id])


def test_only_administrators_come_in(db, client):
    library = a_library()
    for page in pages(library):
        assert client.get(page).status_code == 302
    for who in (alice, bachir, mona, oscar):
        signed_in(client, who())
        for page in pages(library):
            assert client.get(page).status_code == 403, page
            assert client.post(page, TYPED).status_code == 403, page
    assert Service.objects.get() == library


def test_what_changes_a_service_is_proved_again(db, client):
    library = a_library()
    signed_in(client, ada())
    for name in ("add", "change", "secret", "close", "trial"):
        page = reverse(f"openid:{name}", args=[] if name == "add" else [library.public_id])
        answer = client.post(page, TYPED)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("account_reauthenticate")), name
    assert Service.objects.get().client_secret == library.client_secret
    assert Service.objects.get().closed_at is None


def test_ada_registers_a_service_and_reads_its_secret_once(db, client):
    page = proved(client, ada()).post(reverse("openid:add"), TYPED)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    keys = page.context["keys"]
    assert keys.secret in page.content.decode()
    service = Service.objects.get()
    assert fits(keys.secret, service.client_secret)
    assert set(service.claims) == {"name", "email", "residence_arrondissement"}
    assert service.optional_claims == ["residence_arrondissement"]
    shown = client.get(reverse("openid:service", args=[service.public_id])).content.decode()
    assert service.client_id in shown
    assert keys.secret not in shown
    assert service.client_secret not in shown


def test_what_is_wrong_is_told_beside_the_field_with_what_was_typed(db, client):
    typed = TYPED | {"redirect_uris": "http://service.example/"}
    page = proved(client, ada()).post(reverse("openid:add"), typed)
    assert page.status_code == 422
    assert "http://service.example/" in page.context["form"].errors["redirect_uris"][0]
    assert "Emprunter des documents." in page.content.decode()
    assert not Service.objects.exists()


def test_what_is_needed_is_not_left_to_the_person_too(db, client):
    page = proved(client, ada()).post(reverse("openid:add"), TYPED | {"optional_claims": ["name"]})
    assert page.status_code == 422
    assert "optional_claims" in page.context["form"].errors
    assert not Service.objects.exists()


def test_no_service_is_kept_that_says_what_for_in_one_language_only(db):
    library = a_library()
    with pytest.raises(IntegrityError, match="purpose_is_told_to_everybody"), transaction.atomic():
        Service.objects.filter(pk=library.pk).update(purpose_en="")
    assert Service.objects.get().purpose_en == "Borrow documents."


def test_the_demonstration_says_what_its_services_are_for_in_both_languages(db):
    register_cast(now=NOON)
    for one in Service.objects.all():
        assert one.purpose_fr != one.purpose_en


def test_the_form_shows_a_service_as_it_is_and_saves_it_unchanged(db, client):
    library = a_library()
    where = reverse("openid:change", args=[library.public_id])
    form = proved(client, ada()).get(where).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(where, typed)
    assert answer.status_code == 302, answer.context["form"].errors
    saved = Service.objects.get()
    words = ("name", "purpose_fr", "purpose_en", "sector")
    for field in (*words, "claims", "optional_claims", "redirect_uris"):
        assert getattr(saved, field) == getattr(library, field)
    assert saved.contract.version == library.contract.version


def test_ada_gives_a_new_secret_and_closes(db, client):
    library = a_library()
    proved(client, ada())
    page = client.post(reverse("openid:secret", args=[library.public_id]))
    assert fits(page.context["keys"].secret, Service.objects.get().client_secret)
    answer = client.post(reverse("openid:close", args=[library.public_id]))
    assert answer["Location"] == reverse("openid:services")
    assert Service.objects.get().closed_at is not None


def test_the_list_says_how_many_have_it_connected(db, client):
    agree(alice(), a_library())
    (line,) = signed_in(client, ada()).get(reverse("openid:services")).context["lines"]
    assert (line.name, line.connected, line.unheard) == ("Bibliothèques", 1, 0)

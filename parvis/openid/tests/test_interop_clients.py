"""Authlib, openid-client and mozilla-django-oidc sign people in to the running city, as the
documentation says they do."""

from __future__ import annotations

import re

import httpx
import pytest
from django.conf import settings

from parvis.openid.rules.claims import SCOPES
from parvis.openid.tests.interop_world import (
    PAGE,
    Person,
    demo_client,
    here,
    node,
    programs,
    python,
    register,
    running,
)

pytestmark = pytest.mark.xdist_group("browser")
SITE = """
import json, os, pathlib
from wsgiref.simple_server import make_server
from urllib.parse import urlsplit
import django
from django.conf import settings as django_settings

ISSUER, HERE = os.environ["ISSUER"], os.environ["HERE"]
known = {}
exec(pathlib.Path("settings.py").read_text(), {"os": os, "ISSUER": ISSUER}, known)
django_settings.configure(
    SECRET_KEY="of-the-other-site", DEBUG=True, ROOT_URLCONF="__main__", USE_TZ=True,
    ALLOWED_HOSTS=["localhost"], SESSION_COOKIE_NAME="other", LOGIN_REDIRECT_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "people.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "mozilla_django_oidc"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware"],
    **known,
)
django.setup()
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path


def whoami(request):
    user = request.user
    named = {"sub": user.username, "email": user.email} if user.is_authenticated else {}
    return JsonResponse(named)


urlpatterns = [path("oidc/", include("mozilla_django_oidc.urls")), path("", whoami)]
call_command("migrate", verbosity=0)
make_server("127.0.0.1", urlsplit(HERE).port, get_wsgi_application()).serve_forever()
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The programs of the documentation, each in its file, where Node finds what they import."""
    folder = tmp_path_factory.mktemp("application")
    for name, text in programs().items():
        (folder / name).write_text(text, "utf-8")
    (folder / "relying.py").write_text(SITE, "utf-8")
    (folder / "node_modules").symlink_to(settings.BASE_DIR / "node_modules")
    return folder


def a_service(city, address, callback, **changes):
    """Have a service registered at the desk for this test; return what its program is told."""
    typed = {
        "kind": "web",
        "name": f"Service de {address}",
        "operator": "Ville de Paris",
        "purpose_fr": "Essayer.",
        "purpose_en": "Try.",
        "contact": "essai@parvis.example",
        "redirect_uris": f"{address}{callback}",
        "claims": ["name", "email"],
    }
    client_id, secret = register(city, **typed | changes)
    known = {"ISSUER": city.address, "HERE": address}
    return known | {"CLIENT_ID": client_id, "CLIENT_SECRET": secret}


def test_the_demonstration_tells_its_three_services(city):
    three = [demo_client(city, number) for number in range(3)]
    assert [bool(one["client_secret"]) for one in three] == [True, False, True]
    assert three[0]["sector"] == three[1]["sector"] != three[2]["sector"]
    for one in three:
        assert all(uri.startswith("http://") for uri in one["redirect_uris"])


def test_a_program_with_authlib_greets_alice(city, shown):
    address = here()
    told = a_service(city, address, "/callback")
    alice = Person(city, "Alice")
    with running(shown, python("library.py"), **told):
        page = alice.open(f"{address}/")
        assert page.text == "Good morning, Alice Martin."
        assert alice.seen == ["sign-in", "consent"]
        # The second time nothing is asked.
        assert alice.open(f"{address}/").text == "Good morning, Alice Martin."
        assert alice.seen == ["sign-in", "consent"]


@pytest.mark.parametrize("kind", ["web", "app"])
def test_a_program_with_openid_client_greets_chloe(city, shown, kind):
    assert (shown / "node_modules" / "openid-client").exists(), "make node_modules"
    address = here()
    told = a_service(city, address, "/callback", kind=kind)
    assert bool(told["CLIENT_SECRET"]) is (kind == "web")
    chloe = Person(city, "Chloé")
    with running(shown, node("library.mjs"), **told):
        page = chloe.open(f"{address}/")
    assert page.text == "Good morning, Chloé Nguyen."
    assert chloe.seen == ["sign-in", "consent"]


def test_a_django_site_knows_oscar_by_sub(city, shown):
    address = here()
    told = a_service(city, address, "/oidc/callback/")
    oscar = Person(city, "Oscar")
    with running(shown, python("relying.py"), **told):
        page = oscar.open(f"{address}/oidc/authenticate/")
        first = page.json()
        assert first["email"] == "oscar@parvis.example"
        assert len(first["sub"]) >= 32
        # Once more, as another browser would: the same person.
        other = Person(city, "Oscar")
        assert other.open(f"{address}/oidc/authenticate/").json() == first
        assert other.seen == ["sign-in"]


def test_two_sectors_know_one_person_by_two_names(city, shown):
    names = []
    for sector in ("un.example", "un.example", "deux.example"):
        address = here()
        told = a_service(city, address, "/oidc/callback/", sector=sector)
        with running(shown, python("relying.py"), **told):
            bachir = Person(city, "Bachir")
            names.append(bachir.open(f"{address}/oidc/authenticate/").json()["sub"])
    assert names[0] == names[1] != names[2]


def test_the_page_tells_the_claims_of_each_scope():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {scope: tuple(re.findall(r"`(\w+)`", claims)) for scope, claims in rows}
    assert {scope: claims for scope, claims in told.items() if scope in SCOPES} == SCOPES


def test_the_page_tells_the_addresses_that_are_discovered(city):
    found = httpx.get(f"{city.address}/.well-known/openid-configuration", timeout=30).json()
    for name, path in re.findall(
        r'OIDC_OP_(\w+)_ENDPOINT = f"\{ISSUER\}(\S+)"', programs()["settings.py"]
    ):
        known = {"USER": "userinfo_endpoint", "JWKS": "jwks_uri"}
        wanted = known.get(name, f"{name.lower()}_endpoint")
        assert found[wanted] == f"{city.address}{path}"

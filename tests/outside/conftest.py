"""FranceConnect and ProConnect played on free ports, and a browser that goes there and back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from config.fakes import franceconnect, openid, proconnect
from config.fakes.serving import serving
from parvis.account.adapters import upstream_tokens
from parvis.account.queries import people

SITE = "http://testserver"


@pytest.fixture(autouse=True)
def _in_french(settings):
    """Speak French, remember nobody, deal with nobody but the parties of a test."""
    settings.PARVIS_SITE_URL = SITE
    cache.clear()
    upstream_tokens.memory.forget()
    with translation.override("fr"):
        yield


def _played(settings, module, **options):
    options.setdefault("redirect_uris", (SITE + module.RETURN,))
    options.setdefault("after_logout", (SITE + module.LEFT,))
    provider = module.provider(**options)
    for name, value in module.settings("").items():
        setattr(settings, name, value)
    return provider


@pytest.fixture
def fc(settings):
    """FranceConnect."""
    provider = _played(settings, franceconnect)
    with serving(provider):
        settings.PARVIS_FRANCECONNECT_URL = provider.issuer
        yield provider


@pytest.fixture
def fc_high(settings, tmp_path):
    """FranceConnect+, which encrypts what it tells to a key of ours."""
    ours = openid.jwk.JWK.generate(kty="RSA", size=2048)
    path = tmp_path / "key.json"
    path.write_text(ours.export_private(), encoding="utf-8")
    public = openid.jwk.JWK.from_json(ours.export_public())
    provider = _played(settings, franceconnect, high=True, encrypts_to=public)
    settings.PARVIS_FRANCECONNECT_KEY = str(path)
    settings.PARVIS_FRANCECONNECT_LEVEL = "eidas2"
    with serving(provider):
        settings.PARVIS_FRANCECONNECT_URL = provider.issuer
        yield provider


@pytest.fixture
def pc(settings):
    """ProConnect."""
    provider = _played(settings, proconnect)
    settings.PARVIS_PROCONNECT_SIRETS = [proconnect.CITY_OF_PARIS]
    with serving(provider):
        settings.PARVIS_PROCONNECT_URL = provider.issuer
        yield provider


class Browser:
    """Follows a visit between the city (Django's client) and a party (HTTP), without a script."""

    def __init__(self, client):
        self.city = client
        self.outside = httpx.Client()

    def leave(self, vouched_by="franceconnect", **asked):
        """Leave the city and return the address the party is asked at."""
        answer = self.city.get(f"/mon-compte/{vouched_by}/", asked)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def choose(self, address, who):
        """Choose who one is at the party, and return the address it leads back to."""
        page = self.outside.get(address)
        if page.status_code == 303:
            return page.headers["location"]
        assert page.status_code == 200, page.text
        link = unescape(re.search(rf'<a id="{who}" href="([^"]+)"', page.text).group(1))
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        return self.outside.get(origin + link).headers["location"]

    def come_back(self, address):
        """Come back to the city."""
        parts = urlsplit(address)
        return self.city.get(f"{parts.path}?{parts.query}")

    def go(self, who, vouched_by="franceconnect", **asked):
        """Go there, be somebody, come back; return the city's answer."""
        return self.come_back(self.choose(self.leave(vouched_by, **asked), who))


@pytest.fixture
def browser(client):
    """A visitor's browser."""
    return Browser(client)


def text_of(answer):
    """Return a page with plain apostrophes."""
    return answer.content.decode().replace("&#x27;", "'")


def page(name, *args):
    """Return an address of the account by its name."""
    return reverse(name if name.startswith("account_") else f"account:{name}", args=args)


def who(client):
    """Return the person of a browser, or None."""
    return people.person(get_user(client).pk) if get_user(client).is_authenticated else None


def open_account(browser, person="yasmine", name="Yasmine"):
    """Come from FranceConnect and open an account."""
    welcome = browser.go(person)["Location"]
    return browser.city.post(welcome, {"usual_name": name})

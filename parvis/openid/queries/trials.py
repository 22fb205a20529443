"""Where the City's own test page is answered."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from parvis.openid.queries import issuing


def address() -> str:
    """Return the redirect URI of the test page: one address, whatever language is read."""
    with translation.override(settings.LANGUAGE_CODE):
        return issuing.issuer() + reverse("openid:tried")


def authorization_address() -> str:
    """Return where a sign-in begins."""
    return issuing.address("authorize")

"""How people reach the city: the number and the address that its settings give, if any."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from parvis.kernel.typography import NO_BREAK


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A number and an address as they are read, each with the link that uses it; "" if not given.

    `address` may be an e-mail address or a page, shown without its scheme.
    """

    phone: str
    phone_url: str
    address: str
    address_url: str


def contact() -> Contact:
    """Return how to reach the city, from PARVIS_PHONE and PARVIS_CONTACT."""
    phone = str(settings.PARVIS_PHONE)
    address = str(settings.PARVIS_CONTACT)
    return Contact(
        phone=phone.replace(" ", NO_BREAK),
        phone_url=f"tel:{re.sub(r'[^0-9+]', '', phone)}" if phone else "",
        address=re.sub(r"^(https?://|mailto:)", "", address).rstrip("/"),
        address_url=_url(address),
    )


def _url(address: str) -> str:
    if "://" in address or address.startswith("mailto:"):
        return address
    return f"mailto:{address}" if "@" in address else ""

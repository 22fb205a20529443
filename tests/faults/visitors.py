"""People at the doors of a running city over plain HTTP, as a browser without scripts does it."""

from __future__ import annotations

import html
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
import psycopg

from bench.city import City

PLACE = "?on=plan%3Aparis-2015%2F1.1&kind=comment"
WRITE = {
    "fr": f"/concertations/plan-2015/ecrire/{PLACE}",
    "en": f"/en/consultations/plan-2015/write/{PLACE}",
}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> ]]> &amp; \"' {{7*7}}"
NOBODY = "0190b6a5-0000-7000-8000-000000000000"
PASSWORD = "le pont Marie au matin"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
# What any post that counts adds to: the facts, the register, the texts, the gestures, the people.
# The worker does things in its own time: timelines and mails are not counted, nor the facts and
# register entries of nobody, as when a consultation closes, but for those of an account that opens.
STORED = """SELECT
    (SELECT count(*) FROM kernel_fact WHERE actor_ref <> '' OR name LIKE 'account.%'),
    (SELECT count(*) FROM kernel_register WHERE actor_ref <> '' OR action LIKE 'account.%'),
    (SELECT count(*) FROM deliberation_contribution),
    (SELECT count(*) FROM deliberation_remark),
    (SELECT count(*) FROM deliberation_draft),
    (SELECT count(*) FROM deliberation_support),
    (SELECT count(*) FROM deliberation_flag),
    (SELECT count(*) FROM residents_resident)"""


def stored(city: City) -> tuple[Any, ...]:
    """Return how much the city holds, to see that a refusal stored nothing."""
    with psycopg.connect(city.database_url) as connection:
        return connection.execute(STORED).fetchone() or ()


class Visitor:
    """One browser: its cookies, its origin, and forms filled in with what their page hid there."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.http = httpx.Client(
            base_url=city.address,
            headers={"Accept": "text/html", "Origin": city.address},
            timeout=60,
            # A visitor who leaves the test leaves no open line behind.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page."""
        return self.http.get(path, **options)

    def hidden(self, path: str) -> dict[str, str]:
        """Return what the forms of a page send without being asked."""
        fields = HIDDEN.findall(self.get(path).text)
        return {name: html.unescape(value) for name, value in fields}

    def send(
        self, path: str, typed: Mapping[str, str] | None = None, *, page: str = ""
    ) -> httpx.Response:
        """Open a page (`page`, or the one posted to), fill its form in and send it."""
        return self.http.post(path, data=self.hidden(page or path) | dict(typed or {}))

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        """Come in."""
        typed = {"login": email, "password": password}
        assert self.send("/mon-compte/connexion/", typed).status_code == 302
        return self


def of_the_cast(city: City, name: str) -> Visitor:
    """Return somebody of the demonstration, signed in."""
    known = city.accounts[name]
    return Visitor(city).sign_in(known["email"], known["password"])


def mail_to(city: City, address: str, nth: int = 1) -> dict[str, Any]:
    """Return the latest mail to an address, once the nth is there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        asked = httpx.get(f"{city.address}/demo/courrier.json", params={"to": address})
        if len(mails := asked.json()["mails"]) >= nth:
            return dict(mails[0])
        time.sleep(0.05)
    raise TimeoutError(address)


def address_of(visitor: Visitor) -> str:
    """Return the address of somebody who is signed in, as their own page shows it."""
    known = visitor.get("/mon-compte/mes-donnees/").text.replace("<wbr>", "")
    found = re.search(r"[0-9a-f]{12}@parvis\.example", known)
    assert found, known
    return found[0]


def path_in(mail: Mapping[str, str], pattern: str) -> str:
    """Return the path of the link of a mail that has the pattern in it."""
    found = re.search(rf"https?://[^/\s]+(/\S*{pattern}\S*)", mail["text"])
    assert found, mail["text"]
    return found.group(1)


def signed_up(city: City, name: str) -> str:
    """Sign somebody up without confirming; return their address."""
    email = f"{uuid.uuid4().hex[:12]}@parvis.example"
    typed = {"email": email, "usual_name": name, "password": PASSWORD}
    assert Visitor(city).send("/mon-compte/inscription/", typed).status_code == 302
    return email


def newcomer(city: City, name: str = "Paul") -> Visitor:
    """Return somebody who has just opened an account, signed in."""
    email = signed_up(city, name)
    visitor = Visitor(city)
    link = path_in(mail_to(city, email), "/confirmer/")
    assert visitor.send(link).status_code == 302
    return visitor.sign_in(email)

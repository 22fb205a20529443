"""Who knocks at the doors of the running city."""

from __future__ import annotations

import pytest

from tests.faults.visitors import HOSTILE, WRITE, newcomer, of_the_cast


@pytest.fixture(scope="session")
def dede(city):
    """Dédé, signed in, who posts nothing that counts."""
    return of_the_cast(city, "Dédé")


@pytest.fixture(scope="session")
def chloe(city):
    """An outsider, signed in."""
    return of_the_cast(city, "Chloé")


@pytest.fixture(scope="session")
def said(city):
    """A contribution of somebody whose name, title and text are hostile, and its address."""
    author = newcomer(city, "=1+1 <b>Paul</b>")
    posted = author.send(WRITE["fr"], {"title": HOSTILE, "body": f"=cmd|A0 {HOSTILE}"})
    assert posted.status_code == 302
    return author, posted.headers["location"]

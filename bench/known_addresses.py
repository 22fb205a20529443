"""Does time tell whether an address has an account? `python -m pytest bench/known_addresses.py`.

Asks each page of the account the same thing about known and unknown addresses, in a random order,
passwords hashed as in service, and writes docs/benchmarks-known-addresses.md: the medians and how
well the time of one answer tells the two apart: 50 % is tossing a coin, 100 % an open book.
Nothing is asserted.
"""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from bench.report import machine
from config.environment import ROOT
from parvis.account.rules import opening
from parvis.account.testing import OPEN_SESAME, a_person, signed_in

Ask = Callable[[str], object]
ROUNDS = 500
_NO_END = 10**9
KNOWN = [f"known-{rank:03d}@parvis.example" for rank in range(20)]


def told_apart(known: list[float], unknown: list[float]) -> float:
    """Return the share of pairs in which the known address took longer (area under the curve)."""
    pairs = [(k > u) + (k == u) / 2 for k in known for u in unknown]
    return sum(pairs) / len(pairs)


def measure(ask: Ask) -> tuple[list[float], list[float]]:
    """Return the milliseconds of the answers about known and about unknown addresses."""
    took: dict[bool, list[float]] = {True: [], False: []}
    plan = [True, False] * ROUNDS
    random.shuffle(plan)
    for rank, is_known in enumerate(plan):
        email = KNOWN[rank % len(KNOWN)] if is_known else f"other-{rank:03d}@parvis.example"
        before = time.perf_counter()
        ask(email)
        took[is_known].append((time.perf_counter() - before) * 1000)
    return took[True], took[False]


def _pages(visitor: Client, resident: Client) -> dict[str, Ask]:
    def sign_up(email: str) -> object:
        typed = {"email": email, "usual_name": "Élise", "password": OPEN_SESAME}
        typed["attempt"] = str(uuid.uuid4())
        return visitor.post(reverse("account_signup"), typed)

    def sign_in(email: str) -> object:
        typed = {"login": email, "password": "tout-faux-par-ici"}
        return visitor.post(reverse("account_login"), typed)

    def sign_in_with_nothing(email: str) -> object:
        return visitor.post(reverse("account_login"), {"login": email, "password": ""})

    def ask_code(email: str) -> object:
        return visitor.post(reverse("account:ask_code"), {"email": email})

    def ask_and_type(email: str) -> object:
        ask_code(email)
        return visitor.post(reverse("account:type_code"), {"code": "none"})

    def forget(email: str) -> object:
        return visitor.post(reverse("account_reset_password"), {"email": email})

    def move(email: str) -> object:
        return resident.post(reverse("account_email"), {"email": email})

    return {
        "signing up": sign_up,
        "signing in": sign_in,
        "empty password": sign_in_with_nothing,
        "asking a code": ask_code,
        "typing a code": ask_and_type,
        "forgetting": forget,
        "moving": move,
    }


@pytest.mark.django_db
def test_write_how_long_each_answer_takes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write one line per page."""
    # Whoever is slowed down is measured no more: here nobody is.
    for most in ("MOST_ACCOUNT_TRIES", "MOST_WAYS_BACK", "MOST_MAILS_OF_STRANGERS"):
        monkeypatch.setattr(opening, most, _NO_END)
    for action in opening.PACE:
        pace = opening.Pace(from_place=_NO_END, for_address=_NO_END)
        monkeypatch.setitem(opening.PACE, action, pace)
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    for email in KNOWN:
        a_person("Alice", email=email)
    resident = signed_in(Client(), a_person("Mover"))
    resident.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    rows = [_row(name, *measure(ask)) for name, ask in _pages(Client(), resident).items()]
    target = ROOT / "docs" / "benchmarks-known-addresses.md"
    target.write_text("\n".join([*_head(), *rows]) + "\n", encoding="utf-8")


def _head() -> list[str]:
    return [
        "# Does time tell whether an address has an account?",
        "",
        "Measured by `python -m pytest bench/known_addresses.py` on"
        f" {time.strftime('%d %B %Y')}: {machine()}. Each page is asked {2 * ROUNDS} times about"
        " known and unknown addresses in a random order, passwords hashed as in service, nobody"
        " slowed down. The last column is the share of pairs in which the known address took"
        " longer: 50 % is tossing a coin.",
        "",
        "| page | known, ms | unknown, ms | difference | told apart |",
        "|---|---|---|---|---|",
    ]


def _row(name: str, known: list[float], unknown: list[float]) -> str:
    ours, others = statistics.median(known), statistics.median(unknown)
    return (
        f"| {name} | {ours:.1f} | {others:.1f} | {ours / others - 1:+.1%} |"
        f" {told_apart(known, unknown):.0%} |"
    )

"""Does time tell whether a person is known? `python -m pytest bench/known_addresses.py`.

Asks each branch of `asking.BRANCHES` about somebody and about nobody: both within a moment of each
other, everything in a random order in one run, passwords hashed and rows committed as in service.
Writes docs/benchmarks-known-addresses.md and fails if the medians of a branch are more than 5 %
apart for certain: beyond what chance and a busy machine explain (`bench.apart`).
"""

from __future__ import annotations

import gc
import os
import random
import time
from collections import defaultdict

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from bench import apart
from bench.apart import Compared
from bench.report import machine
from config.environment import ROOT
from parvis.account.rules import opening
from parvis.account.tests.asking import BRANCHES, About, Ask, a_resident, name_of
from tests import sms_operator

# Of 200 pairs the interval of a ratio is three or four per cent wide on a quiet machine.
ROUNDS = int(os.environ.get("ROUNDS", "200"))
_NO_END = 10**9
_UNTIMED = 3


@pytest.mark.django_db(transaction=True)
def test_time_does_not_tell_whether_a_person_is_known(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write one line for each branch, then fail if one tells."""
    load = os.getloadavg()[1]
    _slow_nobody_down(settings, monkeypatch)
    with sms_operator.running(settings):
        measured = _measure(a_resident())
    names = [name_of(*branch) for branch in BRANCHES]
    compared = {name: apart.compare(measured[name]) for name in names}
    target = ROOT / "docs" / "benchmarks-known-addresses.md"
    target.write_text("\n".join(_written(compared, load)) + "\n", encoding="utf-8")
    telling = [name for name, one in compared.items() if one.verdict == "**missed**"]
    if telling:
        pytest.fail(f"more than 5 % apart: {'; '.join(telling)}")


def _slow_nobody_down(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever is slowed down is measured no more.
    for most in ("MOST_ACCOUNT_TRIES", "MOST_WAYS_BACK", "MOST_MAILS_OF_STRANGERS"):
        monkeypatch.setattr(opening, most, _NO_END)
    for action in opening.PACE:
        pace = opening.Pace(from_place=_NO_END, for_address=_NO_END)
        monkeypatch.setitem(opening.PACE, action, pace)
    settings.PASSWORD_HASHERS = ["parvis.account.adapters.hashing.CityArgon2Hasher"]
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = _NO_END


def _measure(resident: Client) -> dict[str, list[tuple[float, float]]]:
    """Return, for each branch, the milliseconds of its pairs of answers: known, unknown."""
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for rank in range(ROUNDS + _UNTIMED):
        plan = list(enumerate(BRANCHES))
        random.shuffle(plan)
        for place, (branch, opened) in plan:
            # Nobody is asked about twice: what is counted and kept of them stays the same.
            both = [_about(rank, place, is_known=is_known) for is_known in (True, False)]
            opened(both[0])
            took = [0.0, 0.0]
            for which in random.sample((0, 1), 2):
                took[which] = _took(branch(both[which], resident))
            if rank >= _UNTIMED:
                pairs[name_of(branch, opened)].append((took[0], took[1]))
    return pairs


def _about(rank: int, place: int, *, is_known: bool) -> About:
    who = f"{'known' if is_known else 'other'}-{place:02d}-{rank:03d}"
    number = f"+336{int(is_known)}{place:02d}{rank:05d}"
    return About(email=f"{who}@parvis.example", number=number)


def _took(ask: Ask) -> float:
    gc.collect(0)
    gc.disable()
    before = time.perf_counter()
    ask()
    took = (time.perf_counter() - before) * 1000
    gc.enable()
    return took


def _written(compared: dict[str, Compared], load: float) -> list[str]:
    return [
        "# Does time tell whether a person is known?",
        "",
        "Measured by `python -m pytest bench/known_addresses.py` on"
        f" {time.strftime('%d %B %Y')}: {machine()}, load average {load:.1f} as it began"
        f" (above {os.cpu_count()}, other programs were running too). Each branch is asked"
        f" {ROUNDS} times about somebody and {ROUNDS} times about nobody, one right"
        " after the other, everything in a random order in one run; nobody is asked about twice,"
        " nobody is slowed down, passwords are hashed and rows committed as in service. « Within"
        " 5 % » is the ratio of the medians with its interval (95 %, pairs drawn again"
        f" {apart.DRAWS:,} times): « kept » where the whole interval is within 0.95 and 1.05,"
        " « missed » where all of it is outside, which fails the run, else « not shown ». « Told"
        " apart » is the share of pairs of answers in which the known person took longer: 50 % is"
        " tossing a coin.",
        "",
        "| branch | known, ms | unknown, ms | ratio | interval | within 5 % | told apart |",
        "|---|---|---|---|---|---|---|",
        *(_row(name, one) for name, one in compared.items()),
    ]


def _row(name: str, one: Compared) -> str:
    return (
        f"| {name} | {one.known:.1f} | {one.unknown:.1f} | {one.ratio:.3f}"
        f" | {one.low:.3f} to {one.high:.3f} | {one.verdict} | {one.told_apart:.0%} |"
    )

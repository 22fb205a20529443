"""Published records for the tests: made here by the book, without the city's program."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import tempfile
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parvis.budget.rules.counting import Completion, Kind, Rule
from parvis.voting.public import verifier

_FOLDER = tempfile.TemporaryDirectory(prefix="parvis-verifier-")
VERIFIER = Path(_FOLDER.name) / "verify.py"
"""The file as the record holds it, away from everything of ours."""
VERIFIER.write_text(verifier(), encoding="utf-8")
KINDS = {
    Kind.APPROVAL: "approval",
    Kind.CHOOSE_ONE: "choose_one",
    Kind.ORDINAL: "ranking",
    Kind.CUMULATIVE: "points",
    Kind.SCORING: "points",
}


def the_verifier():
    """Load the file that is served, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("served_verifier", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def as_contest(election, settings, *, key="75111", kind=None):
    """Write an election as the record does: a contest and one choice per voter."""
    contest = {
        "key": key,
        "title": key,
        "kind": kind or KINDS[election.kind],
        "max_options": election.ranks,
        "points": None,
        "budget": election.budget,
        "rule": {
            "name": "equal-shares" if settings.rule is Rule.EQUAL_SHARES else str(settings.rule),
            "utility": str(settings.utility or ""),
            "completion": str(settings.completion or Completion.NONE),
            "threshold": settings.threshold,
            "comparison": settings.comparison,
            "ties": settings.ties,
            "step": settings.step,
        },
        "options": [{"id": p.id, "title": p.name, "cost": p.cost} for p in election.projects],
    }
    choices = [
        _choice(ballot, election.kind)
        for ballot, times in election.ballots.items()
        for _time in range(times)
    ]
    return contest, choices


def _choice(ballot, kind):
    if kind is Kind.ORDINAL:
        return list(ballot.choices)
    if kind.has_points:
        pairs = zip(ballot.choices, ballot.points, strict=True)
        return sorted([choice, points] for choice, points in pairs)
    return sorted(ballot.choices)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def merkle(leaves):
    """Return a root as RFC 9162 defines it, recursively."""
    if not leaves:
        return hashlib.sha256(b"")
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(leaves[0]))
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = merkle(leaves[:half]), merkle(leaves[half:])
    return hashlib.sha256(b"\1" + left.digest() + right.digest())


def ballot(contest, choice, number, replaces=""):
    return canonical(
        {
            "contest": contest,
            "choice": choice,
            "nonce": digest(f"nonce {contest} {number}"),
            "replaces": replaces,
            "v": 1,
        }
    )


class Making:
    """A record in the making: change what you like, then `write` it."""

    def __init__(self, contests, *, seed="ce" * 32, spoilt=0):
        """`contests`: (contest, choices, winners) for each."""
        self.key = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
        self.configuration = {
            "v": 1,
            "poll": "bp-2026",
            "title": "Budget",
            "opens_at": "2026-09-01T00:00:00+02:00",
            "closes_at": "2026-09-20T00:00:00+02:00",
            "opening_key": "00" * 32,
            "signing_key": self.key.public_key().public_bytes_raw().hex(),
            "contests": [contest for contest, _choices, _winners in contests],
        }
        self.seed = seed
        self.ballots, self.results, self.totals, self.paper = {}, {}, [], []
        for contest, choices, winners in contests:
            name = contest["key"]
            cast = [ballot(name, choice, rank) for rank, choice in enumerate(choices)]
            costs = {option["id"]: option["cost"] for option in contest["options"]}
            self.ballots[name] = cast
            self.results[name] = {
                "winners": list(winners),
                "cost": sum(costs[one] for one in winners),
                "ties": [],
                "rule": contest["rule"],
            }
            self.totals += [[name, "online", len(cast)], [name, "paper", spoilt]]
            box = {"contest": name, "box": "1", "blank": 0, "difference": ""}
            self.paper.append(box | dict.fromkeys(("ballots", "spoilt", "ticks"), spoilt))
        self.replaced = []
        self.log = sorted(digest(line) for cast in self.ballots.values() for line in cast)
        self.roots = self.signed_roots()

    def signed_roots(self):
        """Sign a root after a third of the log, and one at its end."""
        return [self.root(size) for size in (len(self.log) // 3, len(self.log))]

    def root(self, size):
        told = {
            "poll": "bp-2026",
            "size": size,
            "root": merkle(self.log[:size]).hexdigest(),
            "day": "2026-09-02",
        }
        signed = canonical(told)
        signature = self.key.sign(signed.encode()).hex()
        return {"signed": signed, "signature": signature, "timestamp": ""}

    def files(self):
        configuration = canonical(self.configuration)
        opening = {"configuration_hash": digest(configuration), "seed": self.seed}
        return {
            "configuration.json": configuration,
            "opening.json": canonical(opening),
            "log.txt": "".join(f"{one}\n" for one in self.log),
            "roots.jsonl": "".join(f"{canonical(one)}\n" for one in self.roots),
            "replaced.txt": "".join(f"{one}\n" for one in self.replaced),
            "turnout.json": canonical({"days": [], "totals": self.totals}),
            "paper.jsonl": "".join(f"{canonical(one)}\n" for one in self.paper),
            "results.json": canonical(self.results),
            **{
                f"ballots-{key}.jsonl": "".join(f"{line}\n" for line in cast)
                for key, cast in self.ballots.items()
            },
        }

    def write(self, folder, **changed):
        """Write the zip; `changed` replaces files (None leaves one out), `_` stands for `.`"""
        path = folder / "record.zip"
        files = {**self.files(), **changed}
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                if text is not None:
                    archive.writestr(name, text)
        return path

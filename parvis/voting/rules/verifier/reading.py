"""Reads a record: a zip of plain files, or the folder it was unzipped into."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

HEX = re.compile("[0-9a-f]{64}")


class UnreadableError(ValueError):
    """The record is not made as a record is; the words say where."""

    def __init__(self, *words: str) -> None:
        super().__init__(" ".join(words))


class Cast(NamedTuple):
    """One published ballot, and the receipt its bytes give."""

    receipt: str
    told: dict[str, Any]


@dataclass
class Record:
    """What the city published; `ballots` is None before the vote was opened and counted."""

    raw: bytes
    configuration: dict[str, Any]
    opening: dict[str, Any]
    log: list[str]
    roots: list[dict[str, str]]
    ballots: dict[str, list[Cast]] | None
    replaced: list[str]
    turnout: dict[str, Any]
    paper: list[dict[str, Any]]
    results: dict[str, Any]

    @property
    def contests(self) -> dict[str, dict[str, Any]]:
        """Return the contests by key."""
        return {contest["key"]: contest for contest in self.configuration["contests"]}


def read(path: str) -> Record:
    """Read a record; raises UnreadableError (or what a broken zip raises) if it is none."""
    files = _files(Path(path))
    for name in ("configuration.json", "opening.json", "log.txt", "roots.jsonl"):
        if name not in files:
            raise UnreadableError("the record has no", name)
    configuration = json.loads(files["configuration.json"])
    record = Record(
        raw=files["configuration.json"],
        configuration=configuration,
        opening=json.loads(files["opening.json"]),
        log=_receipts(files["log.txt"], "log.txt"),
        roots=[json.loads(line) for line in _lines(files["roots.jsonl"])],
        ballots=None,
        replaced=[],
        turnout={},
        paper=[],
        results={},
    )
    told = {name for name in files if name.startswith(("ballots-", "results"))}
    if told:
        _read_the_opened(record, files)
    return record


def _files(path: Path) -> dict[str, bytes]:
    """Return the files of a record by name. A folder in a folder is what some programs make of a
    zip."""
    if not path.is_dir():
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    inside = [one for one in path.iterdir() if not one.name.startswith((".", "__MACOSX"))]
    if len(inside) == 1 and inside[0].is_dir():
        return _files(inside[0])
    return {one.name: one.read_bytes() for one in inside if one.is_file()}


def _read_the_opened(record: Record, files: dict[str, bytes]) -> None:
    wanted = [f"ballots-{key}.jsonl" for key in record.contests]
    for name in [*wanted, "replaced.txt", "turnout.json", "paper.jsonl"]:
        if name not in files:
            raise UnreadableError("the record has no", name)
    unknown = sorted({n for n in files if n.startswith("ballots-")}.difference(wanted))
    if unknown:
        raise UnreadableError(unknown[0], "belongs to no contest of the configuration")
    record.ballots = {
        key: [_cast(line) for line in _lines(files[f"ballots-{key}.jsonl"])]
        for key in record.contests
    }
    record.replaced = _receipts(files["replaced.txt"], "replaced.txt")
    record.turnout = json.loads(files["turnout.json"])
    record.paper = [json.loads(line) for line in _lines(files["paper.jsonl"])]
    record.results = json.loads(files.get("results.json", b"{}"))


def _lines(raw: bytes) -> list[str]:
    return [line for line in raw.decode("utf-8").split("\n") if line]


def _receipts(raw: bytes, name: str) -> list[str]:
    found = _lines(raw)
    wrong = [line for line in found if not HEX.fullmatch(line)]
    if wrong:
        raise UnreadableError(name, "holds what is no receipt:", wrong[0][:70])
    return found


def _cast(line: str) -> Cast:
    told = json.loads(line)
    if not isinstance(told, dict):
        raise UnreadableError("this is no ballot:", line[:70])
    return Cast(hashlib.sha256(line.encode()).hexdigest(), told)

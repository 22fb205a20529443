"""The rows of a harvested dataset: fetched when they changed, and read, checked and stopped at the
gate like everybody's."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parvis.kernel.errors import Refused
from parvis.opendata.actions import downloading, harvest_wording, ingesting, remote_catalogues
from parvis.opendata.actions.approving import signed
from parvis.opendata.models import HarvestedDataset
from parvis.opendata.models.runs import RunState
from parvis.opendata.queries.engine import files
from parvis.opendata.rules.harvesting import Rows, precision
from parvis.opendata.rules.harvesting.remote import host
from parvis.opendata.rules.reading.limits import silent

Problem = dict[str, Any]


def take(
    *, noted: HarvestedDataset, rows: Rows, check_only: bool, now: dt.datetime
) -> Problem | int | None:
    """Publish the rows if they are not those that were read last.

    Returns the number of the version that is new, None if nothing is, or what stands in the way:
    `code`, `sentence`. What was in the way of the same rows before still is, until somebody signed.

    :raises Refused: whatever fetching an address refuses
    """
    if rows.stamp and _is_known(noted, rows.stamp):
        return noted.problem or None
    with _at_hand(noted.source.address, rows) as path:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        stamp = rows.stamp or f"sha256 {digest}"
        if _is_known(noted, stamp):
            return noted.problem or None
        before = noted.dataset.current_id
        outcome = ingesting.ingest(
            order=ingesting.Order(
                dataset_id=noted.dataset.dataset_id,
                path=path,
                url=rows.address if host(rows.address) else "",
                check_only=check_only,
            ),
            now=now,
        )
    problem = _problem(outcome)
    if not check_only:
        noted.stamp, noted.problem = stamp[:200], problem
        noted.save(update_fields=["stamp", "problem"])
        noted.dataset.refresh_from_db(fields=["current"])
    if problem:
        return problem
    return outcome.version if noted.dataset.current_id != before else None


def _is_known(noted: HarvestedDataset, stamp: str) -> bool:
    """Tell whether these very rows were read before and reading them again would end the same."""
    if noted.stamp != stamp[:200]:
        return False
    waits_for = set(noted.problem.get("findings", ()))
    return not waits_for or not waits_for <= set(signed(noted.dataset.dataset_id))


@contextmanager
def _at_hand(source: str, rows: Rows) -> Iterator[Path]:
    """Lend the file of the rows."""
    if not host(rows.address):
        yield remote_catalogues.path_within(source, rows.address)
        return
    with files.workshop() as folder:
        path = folder / "rows"
        downloading.download(rows.address, path, progress=silent)
        if not rows.short_dates:
            yield path
            return
        whole = folder / "whole"
        try:
            precision.write_out(path, whole, rows.short_dates)
        except (csv.Error, UnicodeError) as error:
            raise harvest_wording.Told("not_csv") from error
        yield whole


def _problem(outcome: ingesting.Outcome) -> Problem:
    """Return what keeps rows from being published, nothing if they were (or could be)."""
    report = outcome.report
    if outcome.state == ingesting.UNREADABLE:
        told = report["unreadable"]
        return {"code": told["code"], "sentence": told["sentence"]}
    if outcome.state == RunState.REFUSED:
        sentence = harvest_wording.said("rows_refused", count=report["errors"]["count"])
        return {"code": "rows_refused", "sentence": sentence}
    if outcome.state == RunState.BLOCKED:
        keys = [one["key"] for one in report["findings"] if not one["approved"]]
        sentence = harvest_wording.said("rows_blocked", findings=", ".join(keys))
        return {"code": "rows_blocked", "sentence": sentence, "findings": keys}
    return {}


def refusal(problem: Refused) -> Problem:
    """Return a refusal as what stands in the way."""
    return {"code": problem.code, "sentence": harvest_wording.of_refusal(problem)}

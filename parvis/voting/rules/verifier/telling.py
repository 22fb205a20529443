"""Checks the record that is named, and tells what was found."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator

from parvis.voting.rules.verifier.checking import LOG, OPENED
from parvis.voting.rules.verifier.reading import Record, read


def where_is(record: Record, receipt: str) -> tuple[bool, str]:
    """Say whether a receipt is in the log, and what became of its ballot."""
    wanted = "".join(receipt.split()).replace("-", "").lower()
    if wanted not in record.log:
        return False, f"the receipt {wanted[:16]}… is not in the log"
    place = f"the receipt {wanted[:16]}… is number {record.log.index(wanted) + 1} of the log"
    for key, casts in (record.ballots or {}).items():
        for one in casts:
            if one.receipt == wanted:
                return True, f"{place}; its ballot is counted in contest {key}"
    if wanted in record.replaced:
        return True, f"{place}; its ballot was replaced by a later one"
    return record.ballots is None, f"{place}; no ballot is published for it"


def report(record: Record, receipt: str = "") -> Iterator[tuple[bool, str]]:
    """Yield each check: whether it holds, and its sentence."""
    for check in (*LOG, *(OPENED if record.ballots is not None else ())):
        wrong = list(check(record))
        yield from ((False, one) for one in wrong)
        if not wrong:
            yield True, str(check.__doc__)
    if receipt:
        yield where_is(record, receipt)


def main(arguments: list[str]) -> int:
    """Check the record named first, and the receipt named second if there is one."""
    if {"-h", "--help"} & set(arguments):
        sys.stdout.write(str(__doc__))
        return 0
    if len(arguments) not in (1, 2):
        sys.stderr.write(str(__doc__))
        return 2
    try:
        record = read(arguments[0])
        told = list(report(record, *arguments[1:]))
    except (OSError, zipfile.BadZipFile, ArithmeticError, LookupError, TypeError, ValueError) as no:
        sys.stderr.write(f"The record cannot be read: {type(no).__name__}, {no}\n")
        return 2
    print_it(record, told)
    return 0 if all(holds for holds, _sentence in told) else 1


def print_it(record: Record, told: list[tuple[bool, str]]) -> None:
    """Print each check, and what was counted."""
    for holds, sentence in told:
        sys.stdout.write(f"{'ok   ' if holds else 'WRONG'} {sentence}\n")
    stamped = sum(bool(line["timestamp"]) for line in record.roots)
    sys.stdout.write(f"      {len(record.log)} receipts, {len(record.roots)} roots, of which ")
    sys.stdout.write(f"{stamped} with a time stamp (openssl ts reads them)\n")
    sys.stdout.write(f"      configuration {record.opening['configuration_hash']}\n")
    if record.ballots is None:
        sys.stdout.write("      The vote is not opened yet: there are no ballots to count.\n")
    for key, casts in (record.ballots or {}).items():
        won = len(record.results[key]["winners"]) if record.results else 0
        sys.stdout.write(f"      {key}: {len(casts)} ballots, {won} options funded\n")
    for box in record.paper:
        if box["difference"]:
            where = f"{box['contest']}, box {box['box']}"
            sys.stdout.write(f"      {where}: figures differ, signed off: {box['difference']}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

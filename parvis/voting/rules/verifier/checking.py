"""The checks: each yields what is wrong, a sentence each, and nothing if all is well."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from parvis.voting.rules.verifier.counting import Count
from parvis.voting.rules.verifier.log import roots_of
from parvis.voting.rules.verifier.reading import HEX, Record
from parvis.voting.rules.verifier.signatures import is_signed

SHOWN = 3


def _some(wrong: Iterable[str]) -> str:
    """Return the first few, and how many more there are."""
    listed = list(wrong)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(one[:16] for one in listed[:SHOWN]) + more


def configuration_is_the_published(record: Record) -> Iterator[str]:
    """The rules of the vote are those that were published when it opened."""
    found = hashlib.sha256(record.raw).hexdigest()
    if found != record.opening["configuration_hash"]:
        yield f"configuration.json has the SHA-256 {found}, opening.json says another"


def roots_are_signed(record: Record) -> Iterator[str]:
    """Every root of the log bears the signature of the vote's key."""
    key = bytes.fromhex(record.configuration["signing_key"])
    for number, line in enumerate(record.roots, 1):
        signed, signature = line["signed"].encode(), bytes.fromhex(line["signature"])
        if not is_signed(key, signed, signature):
            yield f"root {number} is not signed by the vote's key"


def roots_are_the_logs(record: Record) -> Iterator[str]:
    """Every root is the one of the log as it stood, and the last covers all of it."""
    told = [json.loads(line["signed"]) for line in record.roots]
    sizes = [root["size"] for root in told]
    found = roots_of(record.log, set(sizes))
    for number, root in enumerate(told, 1):
        if root["poll"] != record.configuration["poll"]:
            yield f"root {number} is of another vote"
        if root["size"] > len(record.log):
            yield f"root {number} was signed over {root['size']} receipts; log.txt has fewer"
        elif found[root["size"]] != root["root"]:
            yield f"root {number} is not the root of the first {root['size']} receipts of log.txt"
    if sizes != sorted(sizes):
        yield "the roots are not in the order in which the log grew"
    if (sizes[-1] if sizes else 0) != len(record.log):
        yield f"the last root covers {sizes[-1] if sizes else 0} of {len(record.log)} receipts"


def receipts_are_there_once(record: Record) -> Iterator[str]:
    """No receipt is in the log twice, no ballot is published twice."""
    cast = [one.receipt for casts in (record.ballots or {}).values() for one in casts]
    for name, listed in (("the log", record.log), ("the ballots", cast)):
        twice = [receipt for receipt, times in Counter(listed).items() if times > 1]
        if twice:
            yield f"{name} holds twice: {_some(twice)}"


def ballots_are_in_the_log(record: Record) -> Iterator[str]:
    """Each ballot's receipt is in the log, and each receipt has a ballot or was replaced."""
    log, replaced = set(record.log), set(record.replaced)
    cast = {one.receipt for casts in (record.ballots or {}).values() for one in casts}
    for wrong, what in (
        (cast - log, "published ballots whose receipt is not in the log (added or altered)"),
        (log - cast - replaced, "receipts of the log without a ballot (dropped or altered)"),
        (replaced - log, "replaced receipts that are not in the log"),
        (replaced & cast, "ballots that are published and said to be replaced"),
    ):
        if wrong:
            yield f"{len(wrong)} {what}: {_some(sorted(wrong))}"


def replaced_ballots_were_replaced(record: Record) -> Iterator[str]:
    """Each ballot that replaces another names one that is left out, and no two the same."""
    named = Counter(
        one.told["replaces"]
        for casts in (record.ballots or {}).values()
        for one in casts
        if one.told["replaces"]
    )
    replaced = set(record.replaced)
    if unknown := sorted(set(named) - replaced):
        yield f"ballots replace others that were not left out: {_some(unknown)}"
    if twice := sorted(receipt for receipt, times in named.items() if times > 1):
        yield f"replaced by two ballots: {_some(twice)}"
    if replaced and not named:
        yield f"{len(replaced)} receipts are said to be replaced, and no ballot replaces any"


def ballots_are_valid(record: Record) -> Iterator[str]:
    """Each ballot says what a ballot of its contest may say, in its one way of saying it."""
    for key, casts in (record.ballots or {}).items():
        faults = [fault for one in casts if (fault := _fault(record.contests[key], one.told))]
        if faults:
            yield f"contest {key}: {len(faults)} invalid ballots, the first {faults[0]}"


def _fault(contest: dict[str, Any], told: dict[str, Any]) -> str:
    if sorted(told) != ["choice", "contest", "nonce", "replaces", "v"] or told["v"] != 1:
        return "has other fields than a ballot"
    if told["contest"] != contest["key"]:
        return "is of another contest"
    if not HEX.fullmatch(told["nonce"]):
        return "has no nonce of 64 hexadecimal digits"
    if contest["kind"] not in ("points", "grades"):
        return _fault_of_options(contest, told["choice"]) or _fault_of_number(contest, told)
    chosen = [one[0] for one in told["choice"]]
    numbers = [one[1] for one in told["choice"]]
    return _fault_of_options(contest, chosen) or _fault_of_points(contest, numbers)


def _fault_of_options(contest: dict[str, Any], chosen: list[str]) -> str:
    known = {option["id"] for option in contest["options"]}
    if not set(chosen) <= known or len(set(chosen)) != len(chosen):
        return "names an unknown option, or one twice"
    in_order = contest["kind"] == "ranking" or chosen == sorted(chosen)
    return "" if in_order else "is not in order"


def _fault_of_number(contest: dict[str, Any], told: dict[str, Any]) -> str:
    chosen, costs = told["choice"], {one["id"]: one["cost"] for one in contest["options"]}
    most = 1 if contest["kind"] == "choose_one" else contest["max_options"]
    if most is not None and len(chosen) > most:
        return f"chooses {len(chosen)} options where {most} are allowed"
    if contest["kind"] == "knapsack" and sum(costs[one] for one in chosen) > contest["budget"]:
        return "spends more than the budget"
    return ""


def _fault_of_points(contest: dict[str, Any], numbers: list[Any]) -> str:
    if not all(isinstance(number, int) and number >= 0 for number in numbers):
        return "gives something else than whole numbers"
    if contest["kind"] == "grades":
        return "gives a grade above 3" if any(number > len("123") for number in numbers) else ""
    most, allowed = contest["max_options"], contest["points"]
    if allowed is not None and sum(numbers) > allowed:
        return f"gives {sum(numbers)} points where {allowed} are allowed"
    return "gives points to too many" if most is not None and len(numbers) > most else ""


def ticks_are_ballots(record: Record) -> Iterator[str]:
    """In each contest as many people are in the register as ballots were found, box by box."""
    ticks = {(contest, channel): number for contest, channel, number in record.turnout["totals"]}
    for key, casts in (record.ballots or {}).items():
        boxes = [box for box in record.paper if box["contest"] == key]
        on_paper = sum(box["ballots"] - box["blank"] - box["spoilt"] for box in boxes)
        online = sum(n for (of, by), n in ticks.items() if of == key and by != "paper")
        if len(casts) != online + on_paper:
            yield (
                f"contest {key}: {len(casts)} ballots are published, {online} people voted online"
                f" and {on_paper} valid paper ballots were found"
            )
        if sum(box["ticks"] for box in boxes) != ticks.get((key, "paper"), 0):
            yield f"contest {key}: the boxes do not name all people who voted on paper"
        for box in boxes:
            if box["ticks"] != box["ballots"] and not box["difference"]:
                yield (
                    f"contest {key}, box {box['box']}: {box['ticks']} people, {box['ballots']}"
                    " ballots, and nobody says why"
                )
    unknown = sorted({contest for contest, _channel in ticks}.difference(record.contests))
    if unknown:
        yield f"people are in the register for contests that do not exist: {_some(unknown)}"


def results_are_the_counts(record: Record) -> Iterator[str]:
    """Each contest counted anew has the published winners, in the published order, at that cost."""
    if not record.results:
        yield "the box was opened, and no results are published to compare the count with"
    for key, contest in record.contests.items() if record.results else ():
        casts, told = (record.ballots or {})[key], record.results[key]
        if any(_fault(contest, one.told) for one in casts):
            yield f"contest {key}: not counted, for it holds invalid ballots"
            continue
        count = Count(contest, [one.told["choice"] for one in casts], record.opening["seed"])
        won = count.winners()
        cost = sum(count.cost[option] for option in won)
        if told["winners"] != won:
            yield f"contest {key}: the count gives {won}, results.json says {told['winners']}"
        elif told["cost"] != cost:
            yield f"contest {key}: the winners cost {cost} cents, results.json says {told['cost']}"
        elif (left := count.partial(won)) != told.get("partial", []):
            yield f"contest {key}: {left} is left in part, results.json says {told.get('partial')}"
    if unknown := sorted(set(record.results).difference(record.contests)):
        yield f"results of contests that do not exist: {_some(unknown)}"


LOG = (
    configuration_is_the_published,
    roots_are_signed,
    roots_are_the_logs,
    receipts_are_there_once,
)
OPENED = (
    ballots_are_in_the_log,
    replaced_ballots_were_replaced,
    ballots_are_valid,
    ticks_are_ballots,
    results_are_the_counts,
)

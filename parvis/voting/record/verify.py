"""Checks a vote's published record and counts it again: `python verify.py record.zip [receipt]`.

Plain Python 3.9 or later, nothing to install. It believes neither the city nor the city's program.
Ends with 0 if everything holds, 1 if something does not, 2 if the record cannot be read.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

HEX = re.compile("[0-9a-f]{64}")
EURO = 100
SHOWN = 3


class UnreadableError(ValueError):
    """The record is not made as a record is; the words say where."""

    def __init__(self, *words: str) -> None:
        super().__init__(" ".join(words))


# Ed25519 (RFC 8032, 5.1), checking only: slow and short, for no secret is at hand here.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
KEY, SIGNATURE = 32, 64
Point = tuple[int, int, int, int]


def _added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(factor: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            product = _added(product, point)
        point, factor = _added(point, point), factor >> 1
    return product


def _point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, None if they stand for none."""
    y = int.from_bytes(raw, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (odd and not x):
        return None
    x = x if x & 1 == odd else P - x
    return (x, y, 1, x * y % P)


def is_signed(key: bytes, signed: bytes, signature: bytes) -> bool:
    """Say whether the signature over these bytes was made with this public key's other half."""
    if len(key) != KEY or len(signature) != SIGNATURE:
        return False
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(KEY, "little"))
    public, random = _point(key), _point(signature[:KEY])
    s = int.from_bytes(signature[KEY:], "little")
    if base is None or public is None or random is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:KEY] + key + signed).digest(), "little") % ORDER
    left, right = _times(s, base), _added(random, _times(h, public))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# The log: a Merkle tree (RFC 9162, 2.1), of which every root was signed on its day.


def roots_of(log: list[str], sizes: set[int]) -> dict[int, str]:
    """Return the root of the first n receipts, for each n asked for."""
    found: dict[int, str] = {}
    peaks: list[tuple[int, bytes]] = []
    for size in range(len(log) + 1):
        if size in sizes:
            root = peaks[-1][1] if peaks else hashlib.sha256().digest()
            for _width, peak in reversed(peaks[:-1]):
                root = hashlib.sha256(b"\1" + peak + root).digest()
            found[size] = root.hex()
        if size < len(log):
            width, node = 1, hashlib.sha256(b"\0" + bytes.fromhex(log[size])).digest()
            while peaks and peaks[-1][0] == width:
                node = hashlib.sha256(b"\1" + peaks.pop()[1] + node).digest()
                width *= 2
            peaks.append((width, node))
    return found


# The count, written from the rules and not from the city's program: exact, slow where it may be.


class Count:
    """One contest and its ballots; `winners()` says who is funded, in order of purchase."""

    def __init__(self, contest: dict[str, Any], choices: list[Any], seed: str) -> None:
        self.kind, self.rule = contest["kind"], contest["rule"]
        self.cost: dict[str, int] = {one["id"]: one["cost"] for one in contest["options"]}
        # Blank ballots are in the log and in the turnout; they express nothing.
        choices = [choice for choice in choices if choice]
        self.budget, self.voters = contest["budget"], len(choices)
        self.top = contest["max_options"] or len(self.cost)
        self.ballots = Counter(tuple(self._worth(choice)) for choice in choices)
        self.score: Counter[str] = Counter()
        self.votes: Counter[str] = Counter()
        for ballot, times in self.ballots.items():
            for option, worth in ballot:
                self.score[option] += worth * times
                self.votes[option] += times
        ordered = sorted(self.cost, key=self._lot(self.rule.get("ties") or f"seed:{seed}"))
        self.place = {option: rank for rank, option in enumerate(ordered)}

    def _worth(self, choice: list[Any]) -> Iterator[tuple[str, int]]:
        """Yield what a ballot gives: a rank's points, the points or grade given, or one vote."""
        for rank, one in enumerate(choice):
            if self.kind == "ranking":
                yield one, self.top - rank
            elif self.kind not in ("points", "grades"):
                yield one, 1
            elif one[1] > 0:
                yield one[0], one[1]

    def _lot(self, ties: str) -> Any:
        """Return what orders options that stand equal; the rest stays as published."""
        if ties.startswith("seed:"):
            return lambda option: hashlib.sha256(f"{ties[5:]}\n{option}".encode()).digest()
        return {
            "file-order": lambda _option: 0,
            "project-id": lambda option: option,
            "most-votes": lambda option: -self.score[option],
            "cheapest": lambda option: self.cost[option],
            "dearest": lambda option: -self.cost[option],
        }[ties]

    def winners(self) -> list[str]:
        """Return the options funded, in order of purchase."""
        name, least = self.rule["name"], self.rule.get("threshold") or 0
        own = {
            "equal-shares": self._equal_shares,
            "phragmen": self._phragmen,
            "majority-judgment": self._majority_judgment,
        }
        if name in own:
            return own[name]()
        if name == "votes-per-cost":
            rates = {one: Fraction(self.score[one], cost) for one, cost in self.cost.items()}
            return self._greedy(rates, least=least)
        if name == "knapsack":
            return self._greedy(self.score, skips=False)
        if name not in ("greedy", "greedy-threshold", "greedy-no-skip", "points"):
            raise UnreadableError("no rule is called", name)
        return self._greedy(self.score, skips=name != "greedy-no-skip", least=least)

    def _left(self, won: Iterable[str]) -> int:
        return int(self.budget - sum(self.cost[option] for option in won))

    def _greedy(self, key: Any, *, skips: bool = True, least: int = 0) -> list[str]:
        """Buy by key, most first; who does not fit is skipped, or ends the count."""
        able = [one for one in self.cost if self.votes[one] and self.score[one] >= least]
        won: list[str] = []
        for one in sorted(able, key=lambda one: (-key[one], self.place[one])):
            if self.cost[one] <= self._left(won):
                won.append(one)
            elif not skips:
                break
        return won

    def _majority_judgment(self) -> list[str]:
        """Buy by middle grades: who gets the better one, and at equality the better next one.

        Of n grades in order, the middle one is set aside again and again: that reads them from the
        middle outwards, below first if n is odd, above first if it is even.
        """
        given: dict[str, list[int]] = {option: [0] * 4 for option in self.cost}
        for ballot, times in self.ballots.items():
            for option, grade in ballot:
                given[option][grade] += times
        values: dict[str, bytes] = {}
        for option, counts in given.items():
            counts[0] = self.voters - sum(counts)
            grades = b"".join(bytes([grade]) * times for grade, times in enumerate(counts))
            low, high = grades[: (self.voters + 1) // 2][::-1], grades[(self.voters + 1) // 2 :]
            first, second = (low[1:], high) if self.voters % 2 else (low, high)
            value = bytearray(2 * len(first))
            value[::2], value[1::2] = first, second
            values[option] = low[: self.voters % 2] + bytes(value)
        liked = [option for option, value in values.items() if value[:1] > b"\0"]
        won: list[str] = []
        liked.sort(key=self.place.__getitem__)
        for one in sorted(liked, key=values.__getitem__, reverse=True):
            if self.cost[one] <= self._left(won):
                won.append(one)
        return won

    def _phragmen(self) -> list[str]:
        """Everyone earns at the same pace; supporters buy as soon as they can pay together."""
        spent = dict.fromkeys(self.ballots, Fraction(0))
        waiting = {
            one for one, cost in self.cost.items() if self.votes[one] and cost <= self.budget
        }
        won: list[str] = []
        while waiting:
            times = {one: Fraction(self.cost[one]) for one in waiting}
            for ballot, often in self.ballots.items():
                for option, _worth in ballot:
                    if option in times:
                        times[option] += spent[ballot] * often
            times = {one: time / self.votes[one] for one, time in times.items()}
            first = min(times.values())
            tied = [one for one, time in times.items() if time == first]
            if any(self.cost[one] > self._left(won) for one in tied):
                break
            best = min(tied, key=self.place.__getitem__)
            waiting.remove(best)
            won.append(best)
            for ballot in spent:
                if any(option == best for option, _worth in ballot):
                    spent[ballot] = first
        return won

    def _equal_shares(self) -> list[str]:
        """Everyone has the same share; what is left then may be spent by votes."""
        won = self._with_raised_shares()
        if self.rule.get("completion") in ("utilitarian", "add1-utilitarian"):
            for one in sorted(self.votes, key=lambda one: (-self.score[one], self.place[one])):
                if one in self._fitting(won):
                    won.append(one)
        if self.rule.get("comparison"):
            usual = self._greedy(self.score, least=self.rule.get("threshold") or 0)
            if self._more_prefer(usual, won):
                return usual
        return won

    def _with_raised_shares(self) -> list[str]:
        """Raise everyone's share, where the rule says so, as long as the budget pays for it."""
        completion, raised, shares = self.rule.get("completion") or "none", 0, Shares(self)
        able = {one for one, cost in self.cost.items() if self.votes[one] and cost <= self.budget}
        won = shares.run(0)
        while completion.startswith("add1") and set(won) != able:
            if completion == "add1-exhaustive" and not self._fitting(won):
                break
            raised += self.rule.get("step") or EURO
            richer = shares.run(raised)
            if self._left(richer) < 0:
                break
            won = richer
        return won

    def _fitting(self, won: list[str]) -> list[str]:
        left = self._left(won)
        return [
            one
            for one in self.cost
            if self.votes[one] and self.cost[one] <= left and one not in won
        ]

    def _more_prefer(self, these: list[str], those: list[str]) -> bool:
        """Say whether more voters have more of these than of those."""
        balance = 0
        for ballot, times in self.ballots.items():
            here = sum(worth for option, worth in ballot if option in these)
            there = sum(worth for option, worth in ballot if option in those)
            balance += times * ((here > there) - (here < there))
        return balance > 0


class Shares:
    """Runs of equal shares; voters who have the same money left are one class."""

    def __init__(self, count: Count) -> None:
        self.count = count
        natural = {"ranking": "borda", "points": "points", "grades": "points"}
        utility = count.rule.get("utility") or natural.get(count.kind, "cost")
        self.weights = list(count.ballots.values())
        self.supporters: dict[str, list[tuple[int, int]]] = {one: [] for one in count.cost}
        for group, ballot in enumerate(count.ballots):
            for option, worth in ballot:
                plain = {"cost": count.cost[option], "cardinality": 1}
                self.supporters[option].append((group, plain.get(utility, worth)))

    def run(self, raised: int) -> list[str]:
        """Return who is bought if everyone has this much more than the plain share."""
        count = self.count
        self.money = [Fraction(count.budget, count.voters or 1) + raised]
        self.of = [0] * len(self.weights)
        waiting = [
            (
                Fraction(cost, sum(self.weights[g] * u for g, u in self.supporters[one])),
                count.place[one],
                one,
            )
            for one, cost in count.cost.items()
            if count.votes[one] and cost <= count.budget
        ]
        heapq.heapify(waiting)
        won: list[str] = []
        while True:
            # A price only ever rises, so the one asked last time is a bound.
            asked: list[tuple[Fraction, int, str]] = []
            while waiting and (not asked or waiting[0][0] <= min(asked)[0]):
                _bound, place, one = heapq.heappop(waiting)
                price = self._price(one)
                if price is not None:
                    asked.append((price, place, one))
            if not asked:
                return won
            best = min(asked)
            asked.remove(best)
            for other in asked:
                heapq.heappush(waiting, other)
            won.append(best[2])
            self._pay(best[2], best[0])

    def _price(self, option: str) -> Fraction | None:
        """Return what a unit of utility costs if who has less gives all; None if too dear."""
        have: Counter[tuple[int, int]] = Counter()
        for group, utility in self.supporters[option]:
            have[self.of[group], utility] += self.weights[group] * utility
        rest, weight = Fraction(self.count.cost[option]), sum(have.values())
        limits = sorted((self.money[of] / utility, w) for (of, utility), w in have.items())
        for limit, own in limits:
            if limit * weight >= rest:
                return rest / weight
            rest -= limit * own
            weight -= own
        return None

    def _pay(self, option: str, price: Fraction) -> None:
        moved: dict[tuple[int, int], int] = {}
        for group, utility in self.supporters[option]:
            key = (self.of[group], utility)
            if key not in moved:
                moved[key] = len(self.money)
                self.money.append(max(Fraction(0), self.money[key[0]] - price * utility))
            self.of[group] = moved[key]


# The record: a zip of plain files.


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
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
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


# The checks: each yields what is wrong, a sentence each, and nothing if all is well.


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
    if len(arguments) not in (1, 2):
        sys.stderr.write(f"{str(__doc__).splitlines()[0]}\n")
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

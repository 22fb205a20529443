"""How long pabutools takes for one election: `python bench/peer.py FILE RULE LIMIT`.

Run by the Python that PARVIS_PEER_PYTHON names, not by ours: it knows nothing of Parvis. RULE is
`greedy`, `equalshares` or `equalshares/add1`; a count over LIMIT processor seconds is ended by the
system.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import math
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

# As ours: at least three turns, and a second together.
_TURNS, _ENOUGH = 3, 1.0
# Counts that take a minute together are not repeated: there is little noise in them.
_LONG = 60


def main(file: str, rule: str, limit: int) -> None:
    """Print version, processor seconds of counting and number of winners as JSON."""
    elections = importlib.import_module("pabutools.election")
    instance, profile = elections.parse_pabulib(file)
    count = _rule(rule, elections)
    spent = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limit, spent + limit))
    seconds: list[float] = []
    winners = 0
    while sum(seconds) < (_LONG if len(seconds) < _TURNS else _ENOUGH):
        began = time.process_time()
        winners = len(list(count(instance, profile)))
        seconds.append(time.process_time() - began)
    version = importlib.metadata.version("pabutools")
    told = {"version": version, "seconds": min(seconds), "winners": winners}
    sys.stdout.write(json.dumps(told))


def _rule(name: str, elections: Any) -> Callable[[Any, Any], Any]:
    """Return the peer's own function for the same rule as ours."""
    rules = importlib.import_module("pabutools.rules")
    worth = {"sat_class": elections.Cost_Sat}
    if name == "greedy":
        return lambda instance, profile: rules.greedy_utilitarian_welfare(
            instance, profile, **worth
        )
    more = {} if name == "equalshares" else {"voter_budget_increment": 1}

    def shares(instance: Any, profile: Any) -> Any:
        # By itself it also stops once nothing more fits, which is another rule.
        instance.is_exhaustive = _never
        return rules.method_of_equal_shares(instance, profile, **worth, **more)

    return shares


def _never(*_given: object, **_named: object) -> bool:
    return False


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

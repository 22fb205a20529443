"""Run by a Python that has pabutools, not by ours: `peer_count.py FILE.pb greedy|shares|add1`
prints the processor seconds that pabutools takes for a count, and how many projects it funds."""

from __future__ import annotations

import importlib
import json
import sys
import time


def main(path: str, rule: str) -> None:
    """Count once and print."""
    elections = importlib.import_module("pabutools.election")
    rules = importlib.import_module("pabutools.rules")
    instance, profile = elections.parse_pabulib(path)
    more = {"voter_budget_increment": 1} if rule == "add1" else {}
    began = time.process_time()
    if rule == "greedy":
        chosen = rules.greedy_utilitarian_welfare(instance, profile, sat_class=elections.Cost_Sat)
    else:
        chosen = rules.method_of_equal_shares(
            instance, profile, sat_class=elections.Cost_Sat, **more
        )
    taken = time.process_time() - began
    sys.stdout.write(json.dumps({"seconds": taken, "winners": len(list(chosen))}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The count: one election in, one result out, exact and the same whatever the ballots' order.

`count(election, settings)` is the whole promise; docs/how-are-votes-counted.md says what each rule
does.
"""

from __future__ import annotations

from parvis.budget.rules.counting.comparing import Comparison, compare
from parvis.budget.rules.counting.election import (
    Ballot,
    Election,
    ElectionError,
    Kind,
    Project,
)
from parvis.budget.rules.counting.grades import Grade, majority_value
from parvis.budget.rules.counting.result import LeftOut, Reason, Result, Round, Stage, Tie
from parvis.budget.rules.counting.running import compared_with_greedy, count
from parvis.budget.rules.counting.settings import Completion, Rule, Settings, Utility

__all__ = [
    "Ballot",
    "Comparison",
    "Completion",
    "Election",
    "ElectionError",
    "Grade",
    "Kind",
    "LeftOut",
    "Project",
    "Reason",
    "Result",
    "Round",
    "Rule",
    "Settings",
    "Stage",
    "Tie",
    "Utility",
    "compare",
    "compared_with_greedy",
    "count",
    "majority_value",
]

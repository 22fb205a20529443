"""Equal shares from start to end: the share, its completion, the rounds as people read them."""

from __future__ import annotations

from collections import deque
from fractions import Fraction

from parvis.budget.rules.counting.buying import Account
from parvis.budget.rules.counting.election import ElectionError
from parvis.budget.rules.counting.equal_shares import EqualShares, Purchase, Run
from parvis.budget.rules.counting.greedy import fill
from parvis.budget.rules.counting.result import Reason, Result
from parvis.budget.rules.counting.screening import Screen
from parvis.budget.rules.counting.settings import Completion, Utility

# So many runs are looked at together at first, and twice as many each time after: few in vain.
_FIRST_WIDTH = 16
# So many steps are taken one by one, which no election that was held got through; then strides are
# tried, longer while all of one buys the same, and a few single steps where none of them does.
_AT_FIRST, _ONE_BY_ONE = 10_000, 1_000
_FIRST_STRIDE, _LONGER = 1_024, 4

_NO_END = (
    "raising every share unit by unit finds no end within {most:,} steps; allow more of them, or"
    " complete by utilitarian, or none"
)


def equal_shares(account: Account, utility: Utility) -> Result:
    """Count by equal shares and complete as the settings say.

    `add1` raises each share by `step` as long as the outcome costs no more than the budget (the
    rule of Wieliczka, Świecie and Assen); `add1-exhaustive` also stops once nothing more fits;
    `utilitarian` spends what is left by votes.
    """
    electorate, completion = account.electorate, account.settings.completion
    run = _last_run(account)
    for purchase in run.purchases:
        _write(account, purchase, utility)
    _say_who_is_short(account, run)
    if completion.fills:
        fill(account)
    return account.close(
        endowment=Fraction(electorate.budget, electorate.scale * max(1, electorate.voters)),
        raised=electorate.money(run.raised),
    )


def _last_run(account: Account) -> Run:
    """Return the last run whose outcome the budget pays for, counted exactly."""
    electorate, settings = account.electorate, account.settings
    steps = _steps(account) if settings.completion.raises else 0
    shares = EqualShares(electorate, account.places)
    shares.raise_share(steps * int(settings.step * electorate.scale))
    return shares.run()


def _steps(account: Account) -> int:
    """Return how many steps the share rises."""
    electorate, settings = account.electorate, account.settings
    runs = _Runs(account, int(settings.step * electorate.scale))
    steps, bought = 0, runs.bought(0)
    early = settings.completion is Completion.ADD1_EXHAUSTIVE

    def is_last() -> bool:
        return bought == runs.candidates or (early and _is_exhaustive(account, bought))

    while not is_last():
        if settings.most_steps is not None and runs.taken > settings.most_steps:
            raise ElectionError(_NO_END.format(most=settings.most_steps))
        alike, bought = runs.after(steps)
        if sum(electorate.costs[rank] for rank in bought) > electorate.budget:
            break
        steps += 1 if is_last() else alike
    return steps


class _Runs:
    """What runs with an ever larger share buy: a quick look at several, and exact numbers where it
    is not enough."""

    def __init__(self, account: Account, step: int) -> None:
        self._budget = account.electorate.budget
        self._step = step
        self._screen = Screen(account.electorate, account.places)
        self._exact = EqualShares(account.electorate, account.places)
        self._raised = 0
        self._ahead: deque[set[int] | None] = deque()
        self._width = min(_FIRST_WIDTH, self._screen.width)
        self._one_by_one, self._stride = _AT_FIRST, _FIRST_STRIDE
        self.candidates = self._exact.candidates
        self.taken = 0

    def after(self, steps: int) -> tuple[int, set[int]]:
        """Return for how many steps after so many the same is bought, at the least, and what; to be
        asked from where the last answer ends."""
        if not self._one_by_one:
            while self._stride > 1:
                raises = (steps + 1) * self._step, (steps + self._stride) * self._step
                found = self._screen.look_across(*raises)
                if found is not None:
                    return self._strode(), found
                self._stride //= _LONGER
            self._one_by_one, self._stride = _ONE_BY_ONE, _FIRST_STRIDE
        self._one_by_one -= 1
        self.taken += 1
        return 1, self.bought(steps + 1)

    def _strode(self) -> int:
        stride = self._stride
        self._stride *= _LONGER
        self._ahead.clear()
        return stride

    def bought(self, steps: int) -> set[int]:
        """Return what is bought after so many steps, or the beginning of it that costs more than
        the budget; to be asked for one step after the other, strides apart."""
        if not self._ahead:
            raises = [(steps + more) * self._step for more in range(self._width)]
            self._ahead.extend(self._screen.look(raises))
            self._width = min(2 * self._width, self._screen.width)
        bought = self._ahead.popleft()
        return self._counted(steps * self._step) if bought is None else bought

    def _counted(self, raised: int) -> set[int]:
        self._exact.raise_share(raised - self._raised)
        self._raised = raised
        run = self._exact.run(most=self._budget)
        return {purchase.offer.rank for purchase in run.purchases}


def _is_exhaustive(account: Account, bought: set[int]) -> bool:
    """Say whether no supported project would fit what is left."""
    electorate = account.electorate
    left = electorate.budget - sum(electorate.costs[rank] for rank in bought)
    return not any(
        cost <= left and electorate.votes[rank]
        for rank, cost in enumerate(electorate.costs)
        if rank not in bought
    )


def _write(account: Account, purchase: Purchase, utility: Utility) -> None:
    """Write a purchase as a round, with the votes it was worth."""
    offer, electorate = purchase.offer, account.electorate
    if len(purchase.tied) > 1:
        account.note_tie(list(purchase.tied))
    scale = electorate.score_scale if utility is Utility.POINTS else 1
    worth = electorate.costs[offer.rank] if utility is Utility.COST else scale
    payment = Fraction(offer.paid * worth, offer.utility * purchase.scale)
    account.buy(
        offer.rank,
        effective=electorate.costs[offer.rank] / payment,
        payment=payment / electorate.scale,
    )


def _say_who_is_short(account: Account, run: Run) -> None:
    """Note for each project not bought what its supporters lack."""
    electorate = account.electorate
    chosen = set(account.bought)
    for rank, parts in enumerate(electorate.strata):
        if rank not in chosen and parts:
            together = Fraction(run.purses.of_supporters(parts), run.purses.scale)
            missing = electorate.costs[rank] - together
            account.leave(rank, Reason.SUPPORTERS_SHORT, missing)

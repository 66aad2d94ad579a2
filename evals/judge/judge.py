"""The judge: k votes on every answer, their majority and their agreement. It advises."""

import time
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from evals.case import Case
from evals.judge.budget import Budget, Estimate
from evals.judge.cache import VoteCache, vote_key
from evals.judge.item import Item, item_of
from evals.judge.model import SECONDS, JudgeModel
from evals.judge.polling import Ballot, Polling, tokens_of
from evals.judge.prompt import VERSION
from evals.judge.verdict import LOWEST_FIRST, Grade, Verdict
from evals.metrics.metric import NA, Metric, Score
from rag.errors import UsageError
from rag.generate.tokens import counter

CORRECT = "judge_correct@"
AGREEMENT = "judge_agreement@"
"""What the names of the two metrics begin with; the judge's name follows."""

MOST_VOTES = 9
JOBS = 2
"""Calls at a time."""

Progress = Callable[[int, int], None]
"""Called with how many votes are there, and of how many."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The votes on one item, in their order; or why there are too few of them.

    One vote that failed is enough: two of three are not the same measure as three.
    """

    votes: tuple[Verdict, ...] = ()
    failure: str | None = None

    def majority(self, item: Item) -> Grade:
        """Return the verdict with the most votes; of several, the one that is worth the least."""
        if item.settled:
            return item.settled
        tally = Tally(vote.verdict for vote in self.votes)
        most = max(tally.values())
        tied = [grade for grade in LOWEST_FIRST if tally[grade] == most]
        return min(tied, key=item.worth)  # the first of equals

    def agreeing(self, item: Item) -> int:
        """Return how many votes equal the majority."""
        majority = self.majority(item)
        return sum(vote.verdict == majority for vote in self.votes)


class Judge:
    """Grades answers by a chat model's votes.

    What was judged is remembered; where a cache is given, every vote is kept in it and none is
    asked for twice. Raises UsageError for a number of votes that is not 1 to 9.

    Example: `Judge(passed_model(chat), votes=3).metrics()` are two metrics to score a run by.
    """

    def __init__(
        self,
        model: JudgeModel,
        *,
        votes: int = 3,
        cache: VoteCache | None = None,
        budget: Budget | None = None,
        jobs: int = JOBS,
        seconds: float = SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is asked yet; `budget` may be shared, `pause` waits after a 429."""
        if not 1 <= votes <= MOST_VOTES:
            raise UsageError(f"{votes!r} votes cannot be cast; give --votes 1 to {MOST_VOTES}.")
        self.model, self.votes, self.budget = model, votes, budget or Budget()
        self._cache = cache
        self._polling = partial(Polling, jobs=max(1, jobs), seconds=seconds, pause=pause)
        self._poll = self._polling(model, self.budget)
        self._judged: dict[Item, Judged] = {}

    @property
    def stopped(self) -> str | None:
        """Why it judges no more: the cap that is reached, or a failure that all calls would meet.

        A sentence, or None while it still judges.
        """
        return self._poll.stopped

    def afresh(self) -> "Judge":
        """Return the same judge, on the same budget, without memory or cache."""
        fresh = Judge(self.model, votes=self.votes, budget=self.budget)
        fresh._polling = self._polling
        fresh._poll = self._polling(self.model, self.budget)
        return fresh

    def judge(self, items: Sequence[Item], *, progress: Progress | None = None) -> list[Judged]:
        """Return what was judged of each item, in their order, asking for what is not known."""
        new = [item for item in dict.fromkeys(items) if item not in self._judged]
        votes: dict[Ballot, Verdict | str] = {}
        total = sum(map(len, map(self._ballots, new)))

        def done(ballot: Ballot, found: Verdict | str) -> None:
            votes[Ballot(ballot.item, ballot.vote)] = found
            if progress:
                progress(len(votes), total)

        open_ = []
        for ballot in (ballot for item in new for ballot in self._ballots(item)):
            known = self._known(ballot)
            if known:
                done(ballot, known)
            else:
                open_.append(ballot)
        self._poll.cast(open_, keep=self._keep, done=done)
        for item in new:
            self._judged[item] = _judged([votes[ballot] for ballot in self._ballots(item)])
        return [self._judged[item] for item in items]

    def estimate(self, items: Sequence[Item]) -> Estimate:
        """Return what judging these items would take; nothing is asked."""
        tokens = counter()
        ballots = [b for item in dict.fromkeys(items) for b in self._ballots(item)]
        open_ = [ballot for ballot in ballots if not self._known(ballot)]
        counted = [tokens_of(ballot, tokens) for ballot in open_]
        return self.budget.estimate(counted, len(ballots) - len(open_), tokens.name)

    def metrics(self) -> tuple[Metric, Metric]:
        """Return `judge_correct@MODEL` (up: 1, 0.5, 0) and `judge_agreement@MODEL` (neutral).

        Agreement is the share of votes that equal the majority. Both are `na` for a question
        without a reference, agreement also where no vote is needed; both are `error`, with the
        reason, where a vote failed. Version: that of the prompt, then a digit for the votes.
        """
        version = VERSION * 10 + self.votes
        return (
            Metric(CORRECT + self.model.name, self._correct, version=version),
            Metric(AGREEMENT + self.model.name, self._agreement, "neutral", version),
        )

    def _correct(self, case: Case) -> Score:
        item = item_of(case)
        if not item.gradable:
            return NA
        (judged,) = self.judge([item])
        if judged.failure is not None:
            return Score(None, status="error", note=judged.failure)
        majority = judged.majority(item)
        worth = item.worth(majority)
        return Score(worth, worth, 1.0, note=_said(judged, item, majority))

    def _agreement(self, case: Case) -> Score:
        item = item_of(case)
        if not item.gradable or item.settled:
            return NA
        (judged,) = self.judge([item])
        if judged.failure is not None:
            return Score(None, status="error", note=judged.failure)
        agreeing, votes = judged.agreeing(item), len(judged.votes)
        return Score(agreeing / votes, agreeing, votes)

    def _ballots(self, item: Item) -> list[Ballot]:
        if item.settled or not item.gradable:
            return []
        return [Ballot(item, vote) for vote in range(1, self.votes + 1)]

    def _known(self, ballot: Ballot) -> Verdict | None:
        return self._cache.get(self._key(ballot)) if self._cache else None

    def _keep(self, ballot: Ballot, verdict: Verdict) -> None:
        if self._cache is not None:
            self._cache.put(self._key(ballot), verdict)

    def _key(self, ballot: Ballot) -> str:
        return vote_key(self.model.name, ballot.item, ballot.vote)


def _judged(votes: Sequence[Verdict | str]) -> Judged:
    failure = next((vote for vote in votes if isinstance(vote, str)), None)
    return Judged(tuple(vote for vote in votes if isinstance(vote, Verdict)), failure)


def _said(judged: Judged, item: Item, majority: Grade) -> str:
    if item.settled:
        return f"{majority}, without a vote"
    reason = next(vote.reason for vote in judged.votes if vote.verdict == majority)
    return f"{majority} by {judged.agreeing(item)} of {len(judged.votes)} votes: {reason}"

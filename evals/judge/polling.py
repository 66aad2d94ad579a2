"""Casting votes: a few at a time, within the budget, in an order that never changes."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from evals.judge.budget import Budget
from evals.judge.failure import Failure
from evals.judge.item import Item
from evals.judge.model import JudgeModel, Said, ask
from evals.judge.prompt import Prompt, prompt_for
from evals.judge.verdict import Verdict, parse
from rag.generate.tokens import Counter, counter

WAITS = (2.0, 10.0, 30.0)
"""Seconds before a call that was one too many is made again."""

WAVE = 2
"""Calls of a wave for each that runs at a time."""

FRUITLESS = 1 + len(WAITS)
"""Waves in a row without one reply, after which the judge is given up."""

UNREADABLE = "the judge's reply could not be read as a verdict, twice"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote to be cast: on what, and which of the votes on it."""

    item: Item
    vote: int
    again: bool = False
    waited: int = 0

    @property
    def prompt(self) -> Prompt:
        """What to ask."""
        return prompt_for(self.item, again=self.again)


def tokens_of(ballot: Ballot, tokens: Counter) -> int:
    """Return how many tokens a vote's question has."""
    return tokens.count(ballot.prompt.system) + tokens.count(ballot.prompt.human)


Reply = Said | Failure


class Polling:
    """Asks a model for votes until none is open or the budget ends.

    Ballots go out in waves, and what a wave cost and came to is settled in the order of its
    ballots before the next: which votes a cap leaves out depends on no race between threads.
    """

    def __init__(
        self,
        model: JudgeModel,
        budget: Budget,
        *,
        jobs: int,
        seconds: float,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is asked yet."""
        self._chat, self._plain = model.chat, model.without_temperature
        self._budget, self._jobs, self._seconds, self._pause = budget, jobs, seconds, pause
        self._tokens = counter()
        self._fruitless = 0
        self.stopped: str | None = None
        """Why no more votes are cast: the cap, or a failure that every call would meet."""

    def cast(
        self,
        ballots: Sequence[Ballot],
        *,
        keep: Callable[[Ballot, Verdict], None],
        done: Callable[[Ballot, Verdict | str], None],
    ) -> None:
        """Cast the votes: `keep` is called as each comes in, from any thread; `done` in order."""
        open_ = deque(ballots)
        while wave := self._wave(open_):
            replies = self._replies(wave, keep)
            retried = []
            for ballot, (reply, verdict) in zip(wave, replies, strict=True):
                again = self._next_try(ballot, reply, verdict)
                if again is None:
                    done(ballot, verdict or _reason(reply))
                else:
                    retried.append(again)
            open_.extendleft(reversed(retried))
            self._look([reply for reply, _ in replies])
            waits = [WAITS[b.waited - 1] for b in retried if b.waited]
            if waits and not self.stopped:
                self._pause(max(waits))
        for ballot in open_:
            done(ballot, self.stopped or "")

    def _wave(self, open_: deque[Ballot]) -> list[Ballot]:
        wave: list[Ballot] = []
        while open_ and not self.stopped and len(wave) < self._jobs * WAVE:
            size = tokens_of(open_[0], self._tokens)
            refusal = self._budget.refusal(size)
            if refusal is not None:
                # What this wave leaves of its most may still pay for more.
                self.stopped = None if wave else refusal
                break
            self._budget.take(size)
            wave.append(open_.popleft())
        return wave

    def _replies(
        self, wave: Sequence[Ballot], keep: Callable[[Ballot, Verdict], None]
    ) -> list[tuple[Reply, Verdict | None]]:
        chat = self._chat

        def cast(ballot: Ballot) -> tuple[Reply, Verdict | None]:
            try:
                said = ask(chat, ballot.prompt, self._seconds)
            except Failure as failure:
                return failure, None
            verdict = parse(said.text)
            if verdict:
                keep(ballot, verdict)
            return said, verdict

        with ThreadPoolExecutor(max_workers=self._jobs) as pool:
            replies = list(pool.map(cast, wave))
        for ballot, (reply, _) in zip(wave, replies, strict=True):
            self._budget.settle(tokens_of(ballot, self._tokens), self._used(ballot, reply))
        return replies

    def _used(self, ballot: Ballot, reply: Reply) -> tuple[int, int] | None:
        """Return the tokens that a call is billed, None where only the most is known."""
        if isinstance(reply, Failure):
            return None if reply.kind in ("late", "failed") else (0, 0)
        counted = tokens_of(ballot, self._tokens), self._tokens.count(reply.text)
        return reply.tokens or counted

    def _next_try(self, ballot: Ballot, reply: Reply, verdict: Verdict | None) -> Ballot | None:
        """Return the ballot to cast again, None if it is done."""
        if verdict is not None:
            return None
        if isinstance(reply, Said):
            return None if ballot.again else replace(ballot, again=True)
        if reply.kind == "temperature" and self._plain is not None:
            return ballot
        if reply.kind == "busy" and ballot.waited < len(WAITS):
            return replace(ballot, waited=ballot.waited + 1)
        return None

    def _look(self, replies: Sequence[Reply]) -> None:
        """Change the model, or stop, for what the replies of a wave say of all others."""
        failures = [reply for reply in replies if isinstance(reply, Failure)]
        if self._plain and any(failure.kind == "temperature" for failure in failures):
            self._chat, self._plain = self._plain(), None
        self._fruitless = self._fruitless + 1 if len(failures) == len(replies) else 0
        refused = next((f for f in failures if f.kind == "refused"), None)
        if refused is None and self._fruitless >= FRUITLESS:
            refused = failures[-1]
        if refused is not None:
            self.stopped = f"{refused.reason}; nothing more was asked"


def _reason(reply: Reply) -> str:
    return reply.reason if isinstance(reply, Failure) else UNREADABLE

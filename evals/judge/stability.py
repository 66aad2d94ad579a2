"""Whether a judge says the same of the same answers twice; only then may it gate."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.judge.item import Item
from evals.judge.judge import CORRECT, Judge, Judged
from evals.judge.prompt import VERSION
from rag.errors import UsageError

STABILITY = "stability.json"

MOST_FLIPS = 0.05
"""The share of flipped verdicts up to which a judge may gate."""

FEWEST = 20
"""Verdicts compared for that; among fewer, one flip is more than the share."""

_ROUNDING = 1e-9

Progress = Callable[[int, int], None]


class Stability(BaseModel):
    """How often the verdicts of one judge flipped on identical answers.

    `compared` counts pairs of rounds, each question for itself: questions * n * (n - 1) / 2.
    `flips` are the pairs whose majority verdicts differ. `errors` are the questions that could
    not be judged in every round; they are in no pair, and a record with any does not gate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    prompt_version: int
    votes: int = Field(ge=1)
    repeats: int = Field(ge=2)
    questions: int = Field(ge=0)
    compared: int = Field(ge=0)
    flips: int = Field(ge=0)
    errors: int = Field(ge=0)

    @property
    def share(self) -> float | None:
        """Flips / compared; None if nothing was."""
        return self.flips / self.compared if self.compared else None

    @property
    def hindrance(self) -> str | None:
        """Why the judge may not gate, in a clause; None if it may."""
        if self.errors:
            return f"{self.errors} questions could not be judged every time"
        if self.share is None or self.questions < FEWEST:
            return f"only {self.questions} questions were judged twice, of {FEWEST} that are needed"
        if not gates(self.share):
            return f"{self.share:.1%} of its verdicts flipped, of {MOST_FLIPS:.0%} that may"
        return None


@dataclass(frozen=True, slots=True)
class Measured:
    """A record of stability, and why the judging ended early, if it did."""

    stability: Stability
    stopped: str | None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    records: tuple[Stability, ...] = ()


def gates(share: float) -> bool:
    """Whether a judge with this share of flipped verdicts, 0 to 1, may gate."""
    return share <= MOST_FLIPS + _ROUNDING


def measure(
    judge: Judge, items: Sequence[Item], *, repeats: int = 2, progress: Progress | None = None
) -> Measured:
    """Judge the same items anew several times, and count the verdicts that flip.

    Neither cache nor memory is used. What needs no vote is left out, since it cannot flip.
    Raises UsageError for fewer than two rounds.
    """
    if repeats < 2:  # noqa: PLR2004 (nothing flips in one round)
        raise UsageError(f"{repeats!r} rounds show no flip; judge at least twice.")
    voted = [item for item in dict.fromkeys(items) if item.gradable and not item.settled]
    rounds, stopped = [], None
    for number in range(repeats):
        fresh = judge.afresh()
        rounds.append(fresh.judge(voted, progress=_within(progress, number, repeats)))
        stopped = stopped or fresh.stopped
    whole = [
        (item, judged)
        for item, judged in zip(voted, zip(*rounds, strict=True), strict=True)
        if not any(one.failure for one in judged)
    ]
    pairs = [_flipped(item, *pair) for item, judged in whole for pair in combinations(judged, 2)]
    return Measured(
        Stability(
            model=judge.model.name,
            prompt_version=VERSION,
            votes=judge.votes,
            repeats=repeats,
            questions=len(whole),
            compared=len(pairs),
            flips=sum(pairs),
            errors=len(voted) - len(whole),
        ),
        stopped,
    )


def store(folder: Path, record: Stability) -> None:
    """Put a record in place of an older one of the same judge, prompt version and votes."""
    others = [one for one in read(folder) if _identity(one) != _identity(record)]
    records = sorted([*others, record], key=_identity)
    text = json.dumps(_File(records=tuple(records)).model_dump(mode="json"), indent=2) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{STABILITY}.new"
    aside.write_text(text, encoding="utf-8")
    aside.replace(folder / STABILITY)


def read(folder: Path) -> tuple[Stability, ...]:
    """Return the stored records; a file that is not readable holds none."""
    try:
        return _File.model_validate_json((folder / STABILITY).read_bytes()).records
    except (FileNotFoundError, ValidationError):
        return ()


def check_primary(primary: Sequence[str], folder: Path, *, model: str | None, votes: int) -> None:
    """Raise UsageError if a judge is to decide that has not been shown to be steady.

    `model` and `votes` are those of the run's judge, None if it has none.
    """
    for name in primary:
        if not name.startswith(CORRECT):
            continue
        named = name.removeprefix(CORRECT)
        if named != model:
            raise UsageError(f"{name!r} cannot be primary without its judge; add --judge {named}.")
        wanted = (named, VERSION, votes)
        record = next((one for one in read(folder) if _identity(one) == wanted), None)
        why = record.hindrance if record else "how often its verdicts flip is not known"
        if why:
            raise UsageError(
                f"The judge {named!r} with {votes} votes may not gate ({why}); measure it with: "
                f"dateline eval aa --judge {named} --votes {votes}"
            )


def _flipped(item: Item, one: Judged, other: Judged) -> bool:
    return one.majority(item) != other.majority(item)


def _identity(record: Stability) -> tuple[str, int, int]:
    return record.model, record.prompt_version, record.votes


def _within(progress: Progress | None, number: int, repeats: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, repeats * total)

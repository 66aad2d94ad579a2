"""The questions of a report as rows to look through, and one of them with all that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from evals.case import Case, gold_groups
from evals.flip import is_right
from evals.gold.question import GoldQuestion, Nugget
from evals.metrics.metric import Score
from evals.metrics.said import said
from evals.nuggets import has_nugget, says_forbidden
from evals.report.evidence import Sought, sought
from evals.report.report import Asked
from evals.report.wording import told
from rag.errors import UsageError
from rag.reply import Reply
from ui.reports import Reading

State = Literal["right", "wrong", "na", "error", "neutral"]
STATES: tuple[State, ...] = get_args(State)
Flipped = Literal["worse", "better", "changed"]
FLIPS: tuple[Flipped, ...] = get_args(Flipped)


@dataclass(frozen=True, slots=True)
class Row:
    """A question by one metric; `flipped` tells how that metric changed sides, if it did."""

    id: str
    split: str
    type: str
    text: str
    must_pass: bool
    state: State
    score: str
    before: str | None = None
    flipped: Flipped | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows to show; an empty word means any.

    `test` lets questions of the test split through: whoever works by their answers has no
    figures left that mean anything.
    """

    metric: str
    type: str = ""
    split: str = ""
    state: str = ""
    flipped: str = ""
    words: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True)
class NuggetFound:
    """A fact that a right answer has, and whether the reply says it."""

    nugget: Nugget
    found: bool


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One metric of one question."""

    metric: str
    primary: bool
    state: State
    score: str
    before: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Detail:
    """A question with what was expected and what was given; `error` where there is no reply."""

    asked: Asked
    gold: GoldQuestion
    nuggets: tuple[NuggetFound, ...]
    forbidden: tuple[str, ...]
    """Statements that a right answer does not make, and the reply makes."""
    evidence: tuple[Sought, ...]
    scores: tuple[ScoreLine, ...]
    reply: Reply | None
    error: str | None = None
    before: Reply | None = None


def rows(reading: Reading, choice: Choice) -> list[Row]:
    """Return the rows of a choice, in the order of the questions.

    Raises UsageError for a metric that the report lacks.
    """
    if choice.metric not in reading.report.scorers:
        raise UsageError(f"The run has no metric {choice.metric!r}; choose another.")
    made = (_row(reading, asked, choice.metric) for asked in reading.report.questions)
    return [row for row in made if _wanted(row, choice)]


def is_held_back(reading: Reading, choice: Choice) -> bool:
    """Return whether questions of the test split are left out."""
    return not choice.test and any(q.split == "test" for q in reading.questions.values())


def detail(reading: Reading, id_: str, *, test: bool = False) -> Detail:
    """Return all that is known of one question.

    Raises UsageError for one that the run does not have, or that is held back.
    """
    asked = next((one for one in reading.report.questions if one.id == id_), None)
    if asked is None or (reading.questions[id_].split == "test" and not test):
        raise UsageError(f"The run has no question {id_!r} to show; choose one of the list.")
    question = reading.questions[id_]
    now = reading.run.get(id_)
    was = reading.before.get(id_) if reading.before is not None else None
    groups = gold_groups(question, reading.material.record)
    reply = now.reply if now else None
    text = said(Case(question, reply)) if reply else ""
    return Detail(
        asked=asked,
        gold=question,
        nuggets=tuple(NuggetFound(n, has_nugget(text, n)) for n in question.nuggets),
        forbidden=tuple(f.text for f in question.forbidden if says_forbidden(text, f)),
        evidence=sought(
            groups, reading.material.record, now, was, compared=asked.before is not None
        ),
        scores=tuple(_line(reading, asked, name) for name in reading.report.metrics),
        reply=reply,
        error=None if reply else (now and now.error) or "The run holds no answer to it.",
        before=was.reply if was else None,
    )


def _row(reading: Reading, asked: Asked, metric: str) -> Row:
    return Row(
        id=asked.id,
        split=reading.questions[asked.id].split,
        type=asked.type,
        text=asked.text,
        must_pass=asked.must_pass,
        state=_state(reading, metric, asked.scores[metric]),
        score=told(asked.scores[metric]),
        before=told(asked.before[metric]) if asked.before else None,
        flipped=_flipped(asked, metric),
    )


def _state(reading: Reading, metric: str, score: Score) -> State:
    scorer = reading.report.scorers[metric]
    if score.status != "ok":
        return score.status
    if score.value is None or scorer.direction == "neutral":
        return "neutral"
    return "right" if is_right(score.value, scorer) else "wrong"


def _flipped(asked: Asked, metric: str) -> Flipped | None:
    change = next((change for change in asked.changes if change.metric == metric), None)
    if change is None:
        return None
    return "changed" if change.worse is None else "worse" if change.worse else "better"


def _wanted(row: Row, choice: Choice) -> bool:
    flips: Sequence[str] = FLIPS if choice.flipped == "any" else (choice.flipped,)
    text = f"{row.id} {row.text}".casefold()
    return (
        (choice.test or row.split != "test")
        and choice.type in ("", row.type)
        and choice.split in ("", row.split)
        and choice.state in ("", row.state)
        and (not choice.flipped or row.flipped in flips)
        and all(word in text for word in choice.words.casefold().split())
    )


def _line(reading: Reading, asked: Asked, metric: str) -> ScoreLine:
    score = asked.scores[metric]
    return ScoreLine(
        metric=metric,
        primary=metric in reading.report.primary,
        state=_state(reading, metric, score),
        score=told(score),
        before=told(asked.before[metric]) if asked.before else None,
        note=score.note,
    )

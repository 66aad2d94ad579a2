"""Score a stored run: every metric of every question, errors and missing answers included."""

from collections.abc import Callable, Mapping, Sequence

from evals.case import Case, gold_groups
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.metrics.metric import Metric, Score
from evals.runs.store import Answered, Run
from evals.scored import Scored, checked, scorer_of
from rag.errors import UsageError

Progress = Callable[[int, int], None]
"""Called with how many questions are scored, and of how many."""

Rows = Mapping[str, Mapping[str, Score]]
"""By question id, a score for every metric, by name."""


def score_run(
    run: Run,
    gold: Sequence[GoldQuestion],
    record: Record,
    metrics: Sequence[Metric],
    *,
    progress: Progress | None = None,
) -> Rows:
    """Return the scores of every gold question, in the order of `gold` and `metrics`.

    Where the run holds an error in place of an answer, or nothing at all, every metric has the
    status `error`: the question leaves no denominator in silence. Raises UsageError if the run
    holds an answer to a question that gold lacks, or two metrics have one name.
    """
    _check(run, gold, metrics)
    rows = {}
    for count, question in enumerate(gold, start=1):
        case = case_of(question, run.answers.get(question.id), record)
        rows[question.id] = {metric.name: _score(metric, case) for metric in metrics}
        if progress:
            progress(count, len(gold))
    return rows


def scored_run(
    run: Run,
    gold: Sequence[GoldQuestion],
    record: Record,
    metrics: Sequence[Metric],
    *,
    progress: Progress | None = None,
) -> Scored:
    """Return the same with all that a comparison must know; raises as `score_run`."""
    return Scored(
        manifest=run.manifest,
        scorers={metric.name: scorer_of(metric) for metric in metrics},
        rows=score_run(run, gold, record, metrics, progress=progress),
        families={question.id: question.family for question in gold},
        types={question.id: question.type for question in gold},
        must_pass=frozenset(question.id for question in gold if question.must_pass),
    )


def case_of(question: GoldQuestion, answered: Answered | None, record: Record) -> Case | str:
    """Return the case of a question, or why there is none."""
    if answered is None:
        return "the run holds no answer to it"
    if answered.reply is None:
        return answered.error or "the run holds no reply to it"
    return Case(
        question=question,
        reply=answered.reply,
        retrieved=tuple(found.place for found in answered.retrieved),
        groups=gold_groups(question, record),
        record=record,
    )


def cases_of(run: Run, gold: Sequence[GoldQuestion], record: Record) -> list[Case]:
    """Return the cases of all questions that have a reply, in the order of `gold`."""
    made = (case_of(question, run.answers.get(question.id), record) for question in gold)
    return [case for case in made if isinstance(case, Case)]


def _score(metric: Metric, case: Case | str) -> Score:
    if isinstance(case, str):
        return Score(None, status="error", note=case)
    return checked(metric(case), scorer_of(metric))


def _check(run: Run, gold: Sequence[GoldQuestion], metrics: Sequence[Metric]) -> None:
    ids = {question.id for question in gold}
    if unknown := sorted(run.answers.keys() - ids):
        raise UsageError(
            f"The run answers {unknown[0]!r}, which is not among the gold questions; score it "
            "with the questions and the split that it was made from."
        )
    names = [metric.name for metric in metrics]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise UsageError(f"Two metrics are named {twice[0]!r}; give each a name of its own.")

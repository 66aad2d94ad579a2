"""All that a report says of a run, gathered once; every format is written from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evals.abstention import confidences
from evals.calibration import Curve
from evals.case import gold_groups
from evals.compare import Comparison
from evals.gate import Policy, judge
from evals.gold.question import GoldQuestion
from evals.latency import Latency, latency_of
from evals.material import Material
from evals.metrics.metric import Score
from evals.metrics.nugget_recall import nugget_recall
from evals.report.evidence import Given, Sought, given, sought
from evals.runs.manifest import Manifest
from evals.runs.store import Run, differences
from evals.scored import Scored, Scorer
from evals.scoring import cases_of
from evals.statistics.auc import aurc, coverage_at_risk, risk_coverage
from evals.summary import Summary, by_type, summarise
from evals.verdict import Decision


@dataclass(frozen=True, slots=True)
class Source:
    """A stored run with its scores."""

    run: Run
    scored: Scored


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two manifests do not share."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric over one type of question; `difference` is over the pairs that are `ok`."""

    mean: float | None
    n: int
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of which a question flipped; `worse` is None where neither way is better."""

    metric: str
    before: float
    after: float
    worse: bool | None
    primary: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its scores, those of the baseline, and what flipped."""

    id: str
    type: str
    family: str
    text: str
    must_pass: bool
    scores: Mapping[str, Score]
    before: Mapping[str, Score] | None = None
    changes: tuple[Change, ...] = ()

    @property
    def rank(self) -> int:
        """0 where a primary metric became worse, 1 where one flipped otherwise, else 2."""
        primary = [change for change in self.changes if change.primary]
        return 0 if any(change.worse for change in primary) else 1 if primary else 2


@dataclass(frozen=True, slots=True)
class Flipped:
    """A flipped question with both answers and the evidence that gold names."""

    asked: Asked
    history: tuple[str, ...]
    references: tuple[str, ...]
    evidence: tuple[Sought, ...]
    was: Given
    now: Given


@dataclass(frozen=True, slots=True)
class Side:
    """One run: what it was made from, and its figures that have no pairs."""

    name: str
    manifest: Manifest
    overall: Mapping[str, Summary]
    latency: Latency
    curve: Curve | None


@dataclass(frozen=True, slots=True)
class Report:
    """A run and, where there is a baseline, what became of it.

    `cells` are the primary metrics by type of question. `flips` holds every question with a flip
    of any metric, those that became worse by a primary one first.
    """

    candidate: Side
    policy: Policy
    scorers: Mapping[str, Scorer]
    families: int
    cells: Mapping[str, Mapping[str, Cell]]
    questions: tuple[Asked, ...]
    definitions: Mapping[str, str] = field(default_factory=dict)
    baseline: Side | None = None
    decision: Decision | None = None
    differences: tuple[Difference, ...] = ()
    flips: tuple[Flipped, ...] = ()

    @property
    def primary(self) -> tuple[str, ...]:
        """The metrics that decide."""
        return tuple(name for name in self.policy.primary if name in self.scorers)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric, the primary ones first."""
        return (*self.primary, *(name for name in self.scorers if name not in self.primary))

    @property
    def comparison(self) -> Comparison | None:
        """The comparison, where the runs could be compared."""
        return self.decision.comparison if self.decision else None


def gather(
    candidate: Source,
    material: Material,
    *,
    policy: Policy,
    baseline: Source | None = None,
    definitions: Mapping[str, str] | None = None,
) -> Report:
    """Gather a report; equal runs give an equal one. Raises UsageError as `judge` does."""
    scored = candidate.scored
    decision = judge(baseline.scored, scored, policy) if baseline else None
    comparison = decision.comparison if decision else None
    paired = baseline if baseline and comparison else None
    asked = tuple(_asked(q, candidate, paired, comparison) for q in material.questions)
    primary = [name for name in policy.primary if name in scored.scorers]
    return Report(
        candidate=_side(candidate, material, policy),
        policy=policy,
        scorers=dict(scored.scorers),
        families=len(set(scored.families.values())),
        cells=_cells(scored, asked, primary, policy),
        questions=asked,
        definitions=dict(definitions or {}),
        baseline=_side(baseline, material, policy) if baseline else None,
        decision=decision,
        differences=tuple(_differences(baseline.run, candidate.run)) if baseline else (),
        flips=tuple(_flipped(asked, material, candidate, paired)) if paired else (),
    )


def _side(source: Source, material: Material, policy: Policy) -> Side:
    return Side(
        name=source.run.folder.name,
        manifest=source.run.manifest,
        overall=summarise(source.scored, resamples=policy.resamples, seed=policy.seed),
        latency=latency_of(source.run.folder),
        curve=_curve(source.run, material),
    )


def _curve(run: Run, material: Material) -> Curve | None:
    cases = cases_of(run, material.questions, material.record)
    found = confidences(cases, nugget_recall())
    if not found.confidence:
        return None
    both = (found.confidence, found.correct)
    return Curve(risk_coverage(*both), aurc(*both), coverage_at_risk(*both))


def _differences(before: Run, after: Run) -> Iterator[Difference]:
    one, other = before.manifest.model_dump(), after.manifest.model_dump()
    for name in differences(before.manifest, after.manifest):
        was, is_ = (
            values[name] if name in values else values["settings"].get(name)
            for values in (one, other)
        )
        yield Difference(name, str(was), str(is_))


def _asked(
    question: GoldQuestion,
    candidate: Source,
    baseline: Source | None,
    comparison: Comparison | None,
) -> Asked:
    id_ = question.id
    return Asked(
        id=id_,
        type=question.type,
        family=question.family,
        text=question.question,
        must_pass=question.must_pass,
        scores=candidate.scored.rows[id_],
        before=baseline.scored.rows[id_] if baseline else None,
        changes=tuple(_changes(id_, comparison)) if comparison else (),
    )


def _changes(id_: str, comparison: Comparison) -> Iterator[Change]:
    others = (name for name in comparison.metrics if name not in comparison.primary)
    for name in (*comparison.primary, *others):
        metric = comparison.metrics[name]
        for flip in metric.flips:
            if flip.question == id_:
                yield Change(name, flip.before, flip.after, flip.worse, metric.primary)


def _cells(
    scored: Scored, asked: Sequence[Asked], primary: Sequence[str], policy: Policy
) -> dict[str, dict[str, Cell]]:
    summaries = by_type(scored, resamples=1, seed=policy.seed)
    return {
        type_: {
            name: Cell(
                summaries[type_][name].mean,
                summaries[type_][name].ok,
                _difference([one for one in asked if one.type == type_], name),
            )
            for name in primary
        }
        for type_ in summaries
    }


def _difference(asked: Sequence[Asked], metric: str) -> float | None:
    pairs = [
        (before.value, after.value)
        for one in asked
        if one.before is not None
        for before, after in [(one.before[metric], one.scores[metric])]
    ]
    found = [b - a for a, b in pairs if a is not None and b is not None]
    return sum(found) / len(found) if found else None


def _flipped(
    asked: Sequence[Asked], material: Material, candidate: Source, baseline: Source
) -> Iterator[Flipped]:
    questions = {question.id: question for question in material.questions}
    changed = [one for one in asked if one.changes]
    for one in sorted(changed, key=lambda one: (one.rank, one.id)):
        question = questions[one.id]
        groups = gold_groups(question, material.record)
        was, now = baseline.run.answers.get(one.id), candidate.run.answers.get(one.id)
        yield Flipped(
            asked=one,
            history=tuple(turn.question for turn in question.history),
            references=tuple(answer.text for answer in question.answers),
            evidence=sought(groups, material.record, now, was, compared=True),
            was=given(was, groups, material.record),
            now=given(now, groups, material.record),
        )

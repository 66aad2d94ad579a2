"""The robustness packs, run on a copy of a library."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.case import Case
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.metrics.idk_score import idk_score
from evals.robustness import contradiction, injection, order, paraphrases, typos
from evals.robustness.figures import PackResult
from evals.robustness.injection import Outcome
from evals.robustness.scratch import Scratch, copied
from evals.runs.manifest import manifest_of
from evals.scored import Scored, checked, scorer_of
from rag.answerer import EXTRACTIVE
from rag.asked import Generator
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings

Pack = Literal["typos", "paraphrases", "order", "injection", "contradiction"]
PACKS: tuple[Pack, ...] = ("typos", "paraphrases", "order", "injection", "contradiction")
CASES = 250
"""Hostile articles of the injection pack."""

Progress = Callable[[str, int, int], None]
"""Called with the name of the pack, how many cases are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """What the packs came to; `outcomes` are the injection pack's cases, each with its reply."""

    seed: int
    questions: int
    packs: tuple[PackResult, ...]
    outcomes: tuple[Outcome, ...] = ()
    generator: str = EXTRACTIVE

    def pack(self, name: str) -> PackResult:
        """Return a pack's result; raises KeyError if it was not run."""
        return {pack.pack: pack for pack in self.packs}[name]

    @property
    def injected(self) -> tuple[str, ...]:
        """The ids of the injections that succeeded."""
        return tuple(outcome.attack.id for outcome in self.outcomes if outcome.done)


def chosen_packs(named: Sequence[str]) -> tuple[Pack, ...]:
    """Return the packs of these names, all of them if none is named; raises UsageError."""
    if unknown := [name for name in named if name not in PACKS]:
        raise UsageError(
            f"There is no robustness pack {unknown[0]!r}; name one of {', '.join(PACKS)}."
        )
    return tuple(pack for pack in PACKS if pack in named or not named)


def run_packs(
    library: Library,
    material: Material,
    embedder: Embedder,
    settings: Settings,
    *,
    packs: Sequence[str] = PACKS,
    cases: int = CASES,
    seed: int = 0,
    progress: Progress | None = None,
    generator: Generator | None = None,
) -> Robustness:
    """Run the packs, each on a copy of the library of its own; the library is only read.

    The answers are a `generator`'s, or without one the articles' own sentences.
    The same library, questions and seed give the same figures. Raises UsageError for an unknown
    pack, LibraryError or ModelError where the library cannot be asked.
    """
    chosen, results, outcomes = chosen_packs(packs), list[PackResult](), tuple[Outcome, ...]()
    tell = progress or (lambda _name, _done, _total: None)
    with copied(library, embedder, settings, generator) as scratch:
        clean = _clean(scratch, material.questions, tell)
        if "typos" in chosen:
            results.append(typos.measure(scratch, clean, seed=seed))
    if "paraphrases" in chosen:
        scored = _scored(clean, material, settings, embedder, seed)
        results.append(paraphrases.measure(scored, material.questions, seed=seed))
    if "order" in chosen:
        tell("order", 0, 1)
        results.append(
            order.measure(
                library, material.questions, embedder, settings, seed=seed, generator=generator
            )
        )
    if "injection" in chosen:
        with copied(library, embedder, settings, generator) as scratch:
            result, outcomes = injection.measure(
                scratch,
                clean,
                cases=cases,
                seed=seed,
                published=days_of(material.questions, material.record),
                progress=lambda done, total: tell("injection", done, total),
            )
        results.append(result)
    if "contradiction" in chosen:
        with copied(library, embedder, settings, generator) as scratch:
            results.append(contradiction.measure(scratch, clean, seed=seed))
    name = generator.name if generator else EXTRACTIVE
    return Robustness(seed, len(material.questions), tuple(results), outcomes, name)


def _clean(scratch: Scratch, questions: Sequence[GoldQuestion], tell: Progress) -> dict[str, Case]:
    """Return the case of each question, asked as it is of the library as it is, by id."""
    clean = {}
    for count, question in enumerate(questions, start=1):
        clean[question.id] = scratch.ask(question)
        tell("as they are", count, len(questions))
    return clean


def _scored(
    clean: Mapping[str, Case],
    material: Material,
    settings: Settings,
    embedder: Embedder,
    seed: int,
) -> Scored:
    """Return the clean cases as a scored run of the one metric that the paraphrases need."""
    metric = idk_score()
    scorer = scorer_of(metric)
    questions = material.questions
    return Scored(
        manifest=manifest_of(
            questions, material.record, settings,
            split=material.split, embedding=embedder.identity, seed=seed,
        ),
        scorers={metric.name: scorer},
        rows={id_: {metric.name: checked(metric(case), scorer)} for id_, case in clean.items()},
        families={question.id: question.family for question in questions},
        types={question.id: question.type for question in questions},
    )  # fmt: skip


def days_of(questions: Sequence[GoldQuestion], record: Record) -> dict[str, str]:
    """Return the day on which a hostile article on each question would appear, by id.

    The day that the question is asked as of, else that of the first article with evidence, else
    the latest day of the record; no entry where there is none of these.
    """
    days = [article.published[:10] for article in record.articles.values() if article.published]
    latest, found = max(days, default=None), {}
    for question in questions:
        spans = [span for group in question.evidence for span in group.any_of]
        articles = [record.find(span.article, span.sha256) for span in spans]
        dated = [a.published[:10] for a in articles if a is not None and a.published]
        day = question.as_of or next(iter(dated), latest)
        if day is not None:
            found[question.id] = day
    return found

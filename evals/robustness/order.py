"""Order: whether it matters in which order the same articles were added."""

from collections.abc import Sequence
from random import Random

from evals.case import Case
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.metrics.registry import primary
from evals.robustness.figures import Failure, Figure, PackResult, figure
from evals.robustness.made_article import MadeArticle
from evals.robustness.scratch import made
from evals.scorers import scorers_for
from rag.asked import Generator
from rag.library import catalogue
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings


def articles_of(library: Library) -> list[MadeArticle]:
    """Return the articles of a library as files can hold them, in the order of its rows."""
    with library.reading() as db:
        infos = catalogue.list_articles(db)
        versions = catalogue.read_versions(db, [info.row for info in infos])
    ordered = sorted(versions.values(), key=lambda version: version.info.article_row)
    return [
        MadeArticle(
            name=f"{number:05d}",
            title=version.info.title,
            published=version.info.published,
            paragraphs=tuple(version.slice(p) for p in version.paragraphs),
            outlet=version.info.outlet,
            kind=version.info.kind,
            author=version.info.author,
        )
        for number, version in enumerate(ordered)
    ]


def measure(
    library: Library,
    questions: Sequence[GoldQuestion],
    embedder: Embedder,
    settings: Settings,
    *,
    seed: int,
    generator: Generator | None = None,
) -> PackResult:
    """Make the library anew twice, in its own order and in a seeded other, and ask both.

    Identical are answers of the same status and words that cite the same places. A library of
    one article has no other order.
    """
    articles = articles_of(library)
    if len(articles) < 2:  # noqa: PLR2004 (no other order)
        return PackResult("order", 0, skipped="The library holds one article only.")
    other = _shuffled(articles, seed)
    first, record = _asked(articles, questions, embedder, settings, generator)
    second, _ = _asked(other, questions, embedder, settings, generator)
    pairs = list(zip(first, second, strict=True))
    same = [identical(a, b) for a, b in pairs]
    families = [a.question.family for a in first]
    figures = [figure("identical answers", [float(s) for s in same], families, seed=seed)]
    for metric in primary(scorers_for(record)):
        scores = [(a, metric(a).value, metric(b).value) for a, b in pairs]
        figures.append(_difference(metric.name, scores, seed))
    failures = [
        Failure(a.question.id, ("another answer",), a.question.question)
        for (a, _), is_same in zip(pairs, same, strict=True)
        if not is_same
    ]
    return PackResult("order", len(pairs), tuple(figures), tuple(failures))


def _shuffled(articles: Sequence[MadeArticle], seed: int) -> list[MadeArticle]:
    """Return the articles in another order, whatever the seed."""
    random, other = Random(f"{seed} order"), list(articles)  # noqa: S311 (repeatable, not secret)
    while other == list(articles):
        random.shuffle(other)
    return other


def _asked(
    articles: Sequence[MadeArticle],
    questions: Sequence[GoldQuestion],
    embedder: Embedder,
    settings: Settings,
    generator: Generator | None,
) -> tuple[list[Case], Record]:
    with made(articles, embedder, settings, generator) as scratch:
        return [scratch.ask(question) for question in questions], scratch.record


def identical(one: Case, other: Case) -> bool:
    """Whether two replies have one status, one answer, and cite the same words of articles."""

    def shown(case: Case) -> tuple[object, ...]:
        cited = [(c.article_id, c.start, c.end) for c in case.reply.citations]
        return case.reply.status, case.reply.answer, cited

    return shown(one) == shown(other)


def _difference(
    name: str, scores: Sequence[tuple[Case, float | None, float | None]], seed: int
) -> Figure:
    """Return the mean of other - own order over the questions that both have a score for."""
    both = [(c, y - x) for c, x, y in scores if x is not None and y is not None]
    families = [case.question.family for case, _ in both]
    return figure(f"difference of {name}", [d for _, d in both], families, seed=seed)

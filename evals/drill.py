"""A drill for the gate: a run made worse by a known amount, to see what the gate says."""

from dataclasses import replace
from random import Random

from evals.case import Place
from evals.gold.articles import ArticleText, Record
from evals.material import Material
from evals.metrics.gold_citation_precision import gold_citation_precision
from evals.runs.store import Answered, Run
from evals.scoring import cases_of
from rag.errors import UsageError
from rag.library.records import Paragraph
from rag.reply import Citation


def worsened(run: Run, material: Material, *, drop: float, seed: int = 0) -> tuple[Run, float]:
    """Return the run with wrong citations put in, and by how much citation precision fell.

    In as many answers as it takes, drawn by the seed, every citation is moved to a paragraph that
    holds no evidence; the mean of `gold_citation_precision` falls by `drop` or just more. Raises
    UsageError if it has not so much to lose.
    """
    cases = cases_of(run, material.questions, material.record)
    precision = gold_citation_precision()
    values = {
        case.question.id: score.value
        for case in cases
        if (score := precision(case)).value is not None
    }
    gold = {c.question.id: [place for group in c.groups for place in group.places] for c in cases}
    order = sorted(id_ for id_, value in values.items() if value)
    Random(seed).shuffle(order)  # noqa: S311 (a drill, not a secret)
    answers, lost = dict(run.answers), 0.0
    for id_ in order:
        if lost >= drop * len(values):
            break
        answers[id_] = _miscited(answers[id_], material.record, gold[id_])
        lost += values[id_] or 0.0
    fallen = lost / len(values) if values else 0.0
    if fallen < drop:
        raise UsageError(f"Citation precision cannot fall by {drop!r} in this run; ask for less.")
    return replace(run, answers=answers), fallen


def _miscited(answered: Answered, record: Record, gold: list[Place]) -> Answered:
    if answered.reply is None:
        return answered
    citations = [_moved(citation, record, gold) for citation in answered.reply.citations]
    reply = answered.reply.model_copy(update={"citations": citations})
    return answered.model_copy(update={"reply": reply})


def _moved(citation: Citation, record: Record, gold: list[Place]) -> Citation:
    """Return the citation of a paragraph without evidence: the first one anywhere, by article."""
    nearest = [record.articles[citation.article_id], *record.articles.values()]
    for article in nearest:
        for paragraph in article.paragraphs:
            place = Place(article.article_id, paragraph.start, paragraph.end)
            if not any(place.overlap(other) for other in gold):
                return _citing(citation, article, paragraph)
    raise UsageError("Every paragraph of the library is evidence; a drill needs others.")


def _citing(citation: Citation, article: ArticleText, paragraph: Paragraph) -> Citation:
    text = article.slice(paragraph)
    return citation.model_copy(
        update={
            "article_id": article.article_id,
            "title": article.title,
            "paragraph": paragraph.number,
            "paragraphs": [paragraph.number],
            "start": paragraph.start,
            "end": paragraph.end,
            "quote": text,
            "text": text,
        }
    )

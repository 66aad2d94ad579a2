"""A TREC run: the ranking of paragraphs for each question.

A line is `TOPIC Q0 DOCUMENT RANK SCORE TAG`, separated by white space. `Q0` and the rank mean
nothing to trec_eval: the score orders the documents, and of equal scores the greater id comes
first.

Out: of a stored run, the paragraphs that the retrieved passages touch, each where it came first.
The scores count down, for a run stores places alone. White space and `%` in an id are written as
in a URL. Lost are answers and where a passage began and ended; a question whose answer failed,
and one for which nothing was found, has no line.
In: not questions but a ranking, scored by the retrieval metrics against gold evidence. Documents
must have the ids of this library's paragraphs; others keep their rank and are never right. Scores
and tags are lost.

Source: the formats of trec_eval 9.0 (github.com/usnistgov/trec_eval).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from evals.case import Case, Place, gold_groups
from evals.formats.exported import Exported
from evals.formats.paragraphs import find_paragraph, in_column, paragraphs_at
from evals.formats.source import number_in, rows
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.metrics.all_evidence import all_evidence
from evals.metrics.article_recall import article_recall
from evals.metrics.average_precision import average_precision
from evals.metrics.evidence_recall import evidence_recall
from evals.metrics.metric import Metric, Score
from evals.metrics.ndcg import ndcg
from evals.metrics.reciprocal_rank import reciprocal_rank
from evals.metrics.success import success
from evals.runs.store import Run
from rag.errors import UsageError
from rag.reply import LibraryState, Reply, Timings

COLUMNS = ("topic", "Q0", "document", "rank", "score", "tag")
TAG = "dateline"


@dataclass(frozen=True, slots=True)
class Ranking:
    """For each topic the paragraphs, best first; `unknown` counts documents of other names."""

    found: Mapping[str, tuple[Place, ...]]
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class RankingScored:
    """A score of each retrieval metric for every question, and notes for the reader."""

    rows: Mapping[str, Mapping[str, Score]]
    notes: tuple[str, ...] = field(default=())

    def means(self) -> dict[str, tuple[float | None, int]]:
        """Return each metric's mean and the number of questions where it is defined."""
        names = [metric.name for metric in retrieval_metrics()]
        values = {
            name: [row[name].value for row in self.rows.values() if row[name].status == "ok"]
            for name in names
        }
        numbers = {name: [v for v in found if v is not None] for name, found in values.items()}
        return {name: (sum(v) / len(v) if v else None, len(v)) for name, v in numbers.items()}


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return the ranking of each question; raises UsageError without a run."""
    if run is None:
        raise UsageError("A TREC run is made from a stored run; name one with --run.")
    lines, silent = [], 0
    for question in material.questions:
        topic, answered = in_column(question.id), run.answers.get(question.id)
        found = answered.retrieved if answered else ()
        ranked = paragraphs_at(material.record, (passage.place for passage in found))
        silent += not ranked
        lines += [
            f"{topic} Q0 {in_column(named.id)} {rank} {len(ranked) - rank + 1} {TAG}"
            for rank, named in enumerate(ranked, start=1)
        ]
    notes = (f"{silent} questions have no line: nothing was retrieved",) if silent else ()
    return Exported({"": "".join(f"{line}\n" for line in lines)}, notes)


def read(source: Path, record: Record) -> Ranking:
    """Return the ranking of a file.

    Raises UsageError naming a line that cannot be read or ranks a document again, and if no
    document is a paragraph of this record.
    """
    scored: dict[str, dict[str, float]] = {}
    for row in rows(source, COLUMNS, separator=None):
        of_topic = scored.setdefault(unquote(row.required("topic")), {})
        document = row.required("document")
        if document in of_topic:
            raise row.wrong(f"the document {document!r} is ranked twice for this topic.")
        of_topic[document] = number_in(row, "score")
    unknown, found = 0, {}
    for topic, scores in scored.items():
        ordered = sorted(scores, key=lambda document: (scores[document], document), reverse=True)
        named = [find_paragraph(record, document) for document in ordered]
        unknown += named.count(None)
        found[topic] = tuple(
            known.place if known else Place(document, 0, 0)
            for document, known in zip(ordered, named, strict=True)
        )
    if unknown == sum(map(len, scored.values())):
        raise UsageError(
            f"{str(source)!r} ranks no paragraph of this library; documents are named as "
            "`dateline show` takes them, for example 'article-id#p3'."
        )
    return Ranking(found, unknown)


def retrieval_metrics() -> tuple[Metric, ...]:
    """Return the metrics that need nothing but a ranking."""
    # Token precision is not among them: it cannot count the tokens of documents it does not know.
    return (
        *(evidence_recall(k) for k in (1, 5, 10)),
        *(all_evidence(k) for k in (5, 10)),
        *(success(k) for k in (1, 5)),
        *(metric(10) for metric in (reciprocal_rank, average_precision, ndcg)),
        article_recall(5),
    )


def score(ranking: Ranking, material: Material) -> RankingScored:
    """Return the scores of every question; one that the ranking lacks found nothing.

    Raises UsageError if the ranking answers none of the questions.
    """
    ids = {question.id for question in material.questions}
    if not ids & ranking.found.keys():
        raise UsageError(
            "The ranking has none of the questions; its topics are named by their ids, such as "
            f"{min(ids)!r}."
        )
    case = partial(_case, ranking, material.record)
    metrics = retrieval_metrics()
    scored = {
        q.id: {metric.name: metric(case(q)) for metric in metrics} for q in material.questions
    }
    counted = {
        "documents that are no paragraph of this library": ranking.unknown,
        "questions that the ranking lacks: nothing found": len(ids - ranking.found.keys()),
        "topics that are no question of this split: not scored": len(ranking.found.keys() - ids),
    }
    notes = tuple(f"{count} {what}" for what, count in counted.items() if count)
    return RankingScored(scored, notes)


def _case(ranking: Ranking, record: Record, question: GoldQuestion) -> Case:
    return Case(
        question=question,
        reply=_no_reply(question),
        retrieved=ranking.found.get(question.id, ()),
        groups=gold_groups(question, record),
        record=record,
    )


def _no_reply(question: GoldQuestion) -> Reply:
    """Return what stands in for an answer; no retrieval metric looks at it."""
    return Reply(
        id=question.id,
        question=question.question,
        standalone_question=question.question,
        status="abstained",
        answer="",
        sentences=[],
        citations=[],
        confidence=0.0,
        generator="none",
        library=LibraryState(articles=0, paragraphs=0, revision=""),
        timings_ms=Timings(),
    )

"""TREC judgements: a folder of `qrels.txt` and `topics.tsv`.

A line of the judgements is `TOPIC ITERATION DOCUMENT RELEVANCE`, separated by white space; the
iteration is 0 and means nothing. Judgements name topics only by number, so what is asked stands
beside them: a topic's id, a tab, its text, one a line, as Anserini reads topics.

Out: documents are paragraphs under their ids, those that gold evidence stands in are judged 1.
White space and `%` in an id are written as in a URL, for columns end there. All but id and
question is lost, and that some paragraphs are alternatives.
In: a judgement above 0 of a paragraph of this library becomes evidence, the whole paragraph, and
all of them are needed; documents of other names cannot be placed and are counted. The grade is
lost; a topic without such a judgement is left out.

Source: the formats of trec_eval 9.0 (trec.nist.gov/data/qrels_eng).
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from evals.formats.drafts import Imported, Reference, Row, drafts
from evals.formats.exported import Exported
from evals.formats.paragraphs import find_paragraph, gold_paragraphs, in_column
from evals.formats.source import number_in, rows
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.runs.store import Run

QRELS, TOPICS = "qrels.txt", "topics.tsv"
COLUMNS = ("topic", "iteration", "document", "relevance")


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return judgements and topics; `run` is not used."""
    judged = [line for q in material.questions for line in _lines(q, material.record)]
    asked = [
        f"{in_column(question.id)}\t{' '.join(question.question.split())}"
        for question in material.questions
    ]
    history = sum(bool(question.history) for question in material.questions)
    notes = (f"{history} follow-ups have lost what was asked before",) if history else ()
    return Exported({QRELS: _text(judged), TOPICS: _text(asked)}, notes)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _lines(question: GoldQuestion, record: Record) -> Iterator[str]:
    groups = gold_paragraphs(question, record)
    for document in dict.fromkeys(named.id for group in groups for named in group):
        yield f"{in_column(question.id)} 0 {in_column(document)} 1"


def read(source: Path, record: Record, split: str) -> Imported:
    """Return drafts of the judged topics.

    Raises UsageError if a file is missing, naming the line that cannot be read, and for a
    judgement of a topic that is not there.
    """
    topics = {
        row.required("id"): row for row in rows(source / TOPICS, ("id", "text"), separator="\t")
    }
    judged: dict[str, list[str]] = {}
    for row in rows(source / QRELS, COLUMNS, separator=None):
        if number_in(row, "relevance") > 0:
            if row.required("topic") not in topics:
                raise row.wrong(f"the topic {row.text('topic')!r} is not in {TOPICS}.")
            judged.setdefault(row.required("topic"), []).append(row.required("document"))
    found = [
        Row(
            topics[id_].place,
            topics[id_].required("text"),
            id=unquote(id_),
            groups=tuple((_reference(document, record),) for document in documents),
        )
        for id_, documents in judged.items()
    ]
    left = len(topics) - len(judged)
    return drafts("trec", found, record, split, ["topic without a judgement: left out"] * left)


def _reference(document: str, record: Record) -> Reference:
    """Return the paragraph of that id, or what is found nowhere."""
    named = find_paragraph(record, document)
    return Reference(named.text, named.article.article_id) if named else Reference("")

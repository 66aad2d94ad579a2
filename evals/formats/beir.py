"""A BEIR folder: `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`.

A document is `_id`, `title`, `text` and optional `metadata`; a query `_id`, `text` and optional
`metadata`; the judgements are a table with the heading `query-id`, `corpus-id`, `score`,
separated by tabs. BEIR's own loader reads no metadata.

Out: every paragraph of the library is a document, and those that gold evidence stands in are
judged 1. The query's metadata says type, family, answers, history and which paragraphs are
alternatives. Lost are nuggets, what is forbidden, and where in a paragraph the evidence stands. A
question without evidence has no judgement, and BEIR's loader skips it.
In: a judgement above 0 whose document stands in the library becomes evidence (the whole
paragraph). Without our metadata every judged document is needed, answers are not known, and a
query without a judgement is left out. Grades are lost, and so are documents that nothing judges.

Source: Thakur et al. 2021 (arXiv 2104.08663); beir 2.x, `beir/datasets/data_loader.py`.
"""

from collections.abc import Mapping
from pathlib import Path

from evals.formats.drafts import Imported, Reference, Row, drafts
from evals.formats.exported import Exported, in_json_lines
from evals.formats.facts import facts_of, with_facts
from evals.formats.paragraphs import (
    Named,
    all_paragraphs,
    find_paragraph,
    gold_paragraphs,
)
from evals.formats.source import Fields, json_lines, number_in, rows
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.runs.store import Run
from rag.errors import UsageError

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
COLUMNS = ("query-id", "corpus-id", "score")

Judged = dict[str, dict[str, str]]
"""By query, the place of the judgement of each relevant document."""


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return the folder; `run` is not used."""
    record = material.record
    groups = {q.id: gold_paragraphs(q, record) for q in material.questions}
    files = {
        CORPUS: in_json_lines(_document(named) for named in all_paragraphs(record)),
        QUERIES: in_json_lines(_query(q, groups[q.id]) for q in material.questions),
    }
    for split in sorted({question.split for question in material.questions}):
        of_split = [question.id for question in material.questions if question.split == split]
        files[f"{QRELS}/{split}.tsv"] = _qrels(of_split, groups)
    bare = sum(not any(found) for found in groups.values())
    return Exported(files, (f"{bare} questions have no judgement",) if bare else ())


def _document(named: Named) -> dict[str, object]:
    article = named.article
    about = {"article": article.article_id, "published": article.published}
    return {"_id": named.id, "title": article.title, "text": named.text, "metadata": about}


def _query(question: GoldQuestion, groups: list[list[Named]]) -> dict[str, object]:
    facts = facts_of(question, evidence=False)
    if any(groups):
        facts["groups"] = [[named.id for named in group] for group in groups]
    return {"_id": question.id, "text": question.question, "metadata": facts}


def _qrels(questions: list[str], groups: Mapping[str, list[list[Named]]]) -> str:
    lines = ["\t".join(COLUMNS)]
    for id_ in questions:
        relevant = dict.fromkeys(named.id for group in groups[id_] for named in group)
        lines += [f"{id_}\t{document}\t1" for document in relevant]
    return "\n".join(lines) + "\n"


def read(source: Path, record: Record, split: str) -> Imported:
    """Return drafts of the judged queries, and of those that our metadata describes.

    Raises UsageError if the folder lacks a part, naming file and line where a part cannot be
    read, and for a judgement of a query or document that is not there.
    """
    judged = _judged(source)
    texts = _documents(source, {document for found in judged.values() for document in found})
    queries = [(query.required("_id"), query) for query in json_lines(source / QUERIES)]
    if unknown := judged.keys() - {id_ for id_, _ in queries}:
        id_ = min(unknown)
        place = next(iter(judged[id_].values()))
        raise UsageError(f"{place}: the query {id_!r} is not in {QUERIES}.")
    left = sum(id_ not in judged and not _is_ours(query) for id_, query in queries)
    found = (
        _row(query, id_, judged.get(id_, {}), texts, record)
        for id_, query in queries
        if id_ in judged or _is_ours(query)
    )
    return drafts("beir", found, record, split, ["query without a judgement: left out"] * left)


def _is_ours(query: Fields) -> bool:
    return (
        isinstance(query.values.get("metadata"), dict)
        and "answerable" in query.inner("metadata").values
    )


def _row(
    query: Fields, id_: str, judged: Mapping[str, str], texts: Mapping[str, str], record: Record
) -> Row:
    about = query.inner("metadata") if _is_ours(query) else Fields(query.place, {})
    grouped = [
        [str(id_) for id_ in group if str(id_) in judged]
        for group in about.items("groups")
        if isinstance(group, list)
    ]
    known = {document for group in grouped for document in group}
    grouped += [[document] for document in judged if document not in known]
    groups = tuple(
        tuple(_reference(document, texts[document], record) for document in group)
        for group in grouped
        if group
    )
    row = Row(query.place, query.required("text"), id=id_, groups=groups)
    return with_facts(row, about)


def _reference(document: str, text: str, record: Record) -> Reference:
    """Return the document as a reference; one of ours is looked for where its id says."""
    named = find_paragraph(record, document)
    return Reference(text, named.article.article_id if named and named.text == text else None)


def _judged(source: Path) -> Judged:
    folder = source / QRELS
    files = sorted(folder.glob("*.tsv"))
    if not files:
        raise UsageError(
            f"{str(source)!r} is no BEIR folder: it has no {QRELS}/SPLIT.tsv with the judgements."
        )
    judged: Judged = {}
    for path in files:
        for number, row in enumerate(rows(path, COLUMNS, separator="\t")):
            if number == 0 and row.text("score") == COLUMNS[2]:
                continue
            if number_in(row, "score") > 0:
                of_query = judged.setdefault(row.required("query-id"), {})
                of_query.setdefault(row.required("corpus-id"), row.place)
    return judged


def _documents(source: Path, wanted: set[str]) -> dict[str, str]:
    """Return the texts of the documents wanted; raises UsageError if one is missing."""
    texts = {
        id_: document.text("text") or ""
        for document in json_lines(source / CORPUS)
        if (id_ := document.required("_id")) in wanted
    }
    if missing := wanted - texts.keys():
        raise UsageError(f"{source / CORPUS} lacks the judged document {min(missing)!r}.")
    return texts

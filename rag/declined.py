"""Say that the articles do not answer, what is missing, and what comes nearest."""

from collections.abc import Container, Sequence
from typing import Any

from rag.abstain import is_out_of_time, missing_words
from rag.analysis import content_terms, stem, terms, words
from rag.asked import Evidence
from rag.compose import nearest
from rag.library.rows import Filters
from rag.periods import without_periods
from rag.question import Question, find_names
from rag.relative_dates import published_in_words
from rag.reply import Citation


def _own_words(question: Question, lacking: Container[str]) -> list[str]:
    """Return the question's own words for index terms, each once, none that names a time."""
    found = words(without_periods(question.text))
    return list(dict.fromkeys(word for word in found if stem(word) in lacking))


def missing_names(evidence: Evidence, cited: Sequence[Citation]) -> list[str]:
    """Name the names of the question that no cited paragraph holds, nor what it stands under.

    That is its heading and its article's first paragraph: who an article is about is named there,
    and need not be named again.
    """
    present: set[str] = set()
    for citation in cited:
        present |= set(terms(citation.text))
    places = {(citation.article_id, citation.paragraph) for citation in cited}
    for passage in (hit.passage for hit in evidence.found.hits):
        if any((passage.article_id, n) in places for n in range(passage.first, passage.last + 1)):
            version = evidence.versions[passage.version]
            first = version.slice(version.paragraph(1))
            present |= set(terms(passage.header)) | set(terms(first))
    named = dict.fromkeys(find_names(without_periods(evidence.question.text)))
    lacking = [n for n in named if content_terms(n) and not present & set(content_terms(n))]
    return [f"no cited paragraph mentions “{name}”" for name in lacking]


def abstained(evidence: Evidence, filters: Filters) -> dict[str, Any]:
    """Say what is missing, and show what comes nearest."""
    close = nearest(evidence.found, evidence.ranked, evidence.versions)
    lacking = missing_words(evidence.question, evidence.found, evidence.versions)
    named = _own_words(evidence.question, lacking)
    missing = [f"no paragraph found mentions “{word}”" for word in named]
    if is_out_of_time(evidence.question, evidence.found.hits):
        times = [period.words() for period in evidence.question.periods]
        missing += [f"none of the paragraphs found is dated {time}" for time in times]
    if filters.as_of:
        day = published_in_words(filters.as_of)
        missing.append(f"only articles published by {day} were searched")
    if not missing:
        missing = [f"no paragraph found answers: {evidence.question.text}"]
    answer = "The articles in this library do not answer that."
    if close:
        answer += " The nearest paragraphs are listed."
    return {
        "status": "abstained",
        "answer": answer,
        "sentences": [],
        "citations": [],
        "nearest": close,
        "missing": missing,
    }

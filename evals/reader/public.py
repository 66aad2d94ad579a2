"""Public data sets as rows: questions of Wikipedia paragraphs, and claims with evidence.

SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018) and QED (Lamm et al., 2021) ask questions; the
counterfactually revised SNLI (Kaushik et al., 2020) and FoolMeTwice (Eisenschlos et al., 2021)
make claims.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.reader.rows import QuestionRow, SupportRow
from rag.errors import UsageError

QUESTIONS = "qa.jsonl"
CLAIMS = "support.jsonl"

UNLICENSED = "climate-fever"
"""A source that states no licence: nothing that is given away may be made from it."""


def public_questions(folder: Path) -> list[QuestionRow]:
    """Return the questions of a folder; raise UsageError if it lacks them."""
    return [_question(row) for row in _rows(folder / QUESTIONS)]


def public_claims(folder: Path) -> list[SupportRow]:
    """Return the claims of a folder that may be used; raise UsageError if it lacks them."""
    return [
        SupportRow(row["claim"], row["evidence"], row["label"], row["source"], row["claim"])
        for row in _rows(folder / CLAIMS)
        if row["source"] != UNLICENSED
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except OSError as error:
        raise UsageError(
            f"{str(path)!r} cannot be read: the reader is trained on public data that does not "
            "come with the project; name the folder that holds it with --public."
        ) from error


def _question(row: dict[str, Any]) -> QuestionRow:
    context = row["context"]
    answers = row["answers"] if row["answerable"] else []
    spans = {place for answer in answers for place in _places(context, answer, row.get("sentence"))}
    return QuestionRow(
        question=row["question"],
        title=row["group"].replace("_", " "),
        passage=context,
        answers=tuple((start, context[start:end]) for start, end in sorted(spans)),
        answerable=bool(spans),
        source=row["source"],
        group=row["group"],
    )


def _places(context: str, answer: str, sentence: str | None) -> Iterator[tuple[int, int]]:
    """Yield every place of an answer; only those in the sentence that answers, if it is known.

    The data tell the words, not where they stand: the reader learns to find one of the places.
    """
    begin = max(context.find(sentence.strip()), 0) if sentence else 0
    end = begin + len(sentence.strip()) if sentence else len(context)
    for found in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", context[:end]):
        if found.start() >= begin and answer:
            yield found.span()

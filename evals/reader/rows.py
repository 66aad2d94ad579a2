"""The rows that the reader is trained on: questions with passages, claims with evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from evals.reader.journal import Journal
from rag.errors import UsageError

Label = Literal["supported", "contradicted", "unsupported"]

SHIPPED = "articles/"
"""What the source of a row begins with if the row was made from a shipped article."""


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question asked of a passage.

    `answers` are (start, text) with `passage[start:start + len(text)] == text`, none where the
    passage does not answer. `group` is the article, by which a part is held out; `source` says
    where the row comes from.
    """

    question: str
    title: str
    passage: str
    answers: tuple[tuple[int, str], ...]
    answerable: bool
    source: str
    group: str


@dataclass(frozen=True, slots=True)
class SupportRow:
    """A claim, the text that it is checked against, and what that text says of it."""

    claim: str
    evidence: str
    label: Label
    source: str
    group: str


Row = TypeVar("Row", QuestionRow, SupportRow)


def append_rows(path: Path, rows: Iterable[QuestionRow] | Iterable[SupportRow]) -> None:
    """Add rows at the end of a JSON Lines file, which is made if it is not there."""
    Journal(path).append(asdict(row) for row in rows)


def read_questions(path: Path) -> list[QuestionRow]:
    """Return the rows of a file in order, none without a file; a cut-off last line is left out.

    Raises UsageError, with the line, for a row that is none or an answer that is out of place.
    """
    rows = _rows(QuestionRow, Journal(path).read(), path)
    for number, row in enumerate(rows, start=1):
        for start, text in row.answers:
            if row.passage[start : start + len(text)] != text:
                raise UsageError(
                    f"{path}:{number}: the answer {text!r} does not stand at {start}; "
                    "make the rows again."
                )
    return rows


def read_claims(path: Path) -> list[SupportRow]:
    """Return the rows of a file in order, as `read_questions` does."""
    return _rows(SupportRow, Journal(path).read(), path)


def _rows(kind: type[Row], objects: Sequence[dict[str, Any]], path: Path) -> list[Row]:
    adapter = TypeAdapter(kind)
    rows: list[Row] = []
    for number, one in enumerate(objects, start=1):
        try:
            rows.append(adapter.validate_python(one))
        except ValidationError as error:
            raise UsageError(
                f"{path}:{number} is no {kind.__name__} ({error.errors()[0]['msg']}); "
                "make the rows again."
            ) from error
    return rows

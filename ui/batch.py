"""Many questions, one a line; one reply a line."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.answerer import Answerer, Ask
from rag.errors import LibraryError, UsageError
from rag.library.rows import Filters
from ui.edge import sentence_of
from ui.output import write_json

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a batch, or why it is none; without an id of its own, its line's number."""

    id: str
    question: str = ""
    error: str | None = None


def read_lines(source: str) -> Iterator[Line]:
    """Read a file, or standard input for `-`; blank lines are left out.

    Raises UsageError if the file cannot be read; a bad line is given as one with an error.
    """
    if source == STDIN:
        return _lines(sys.stdin.buffer)
    try:
        return _lines(Path(source).read_bytes().splitlines())
    except OSError as error:
        raise UsageError(
            f"The questions {source!r} cannot be read ({error.strerror}); check the path."
        ) from error


def _lines(raw: Iterable[bytes]) -> Iterator[Line]:
    for number, line in enumerate(raw, start=1):
        if line.strip():
            yield parse_line(line, str(number))


def parse_line(raw: bytes, number: str) -> Line:
    """Read one line: a question as it is, or a JSON object with `question` and perhaps `id`."""
    try:
        text = raw.decode("utf-8-sig" if number == "1" else "utf-8").strip()
    except UnicodeDecodeError:
        return Line(number, error=f"Line {number} is not UTF-8 text.")
    if not text.startswith("{"):
        return Line(number, text)
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return Line(number, error=f"Line {number} begins like JSON but is not.")
    name = given.get("id", number)
    if isinstance(name, bool) or not isinstance(name, str | int):
        return Line(number, error=f"The id of line {number} is neither a text nor a number.")
    question = given.get("question")
    if not isinstance(question, str):
        return Line(str(name), error=f"Line {number} has no text as its 'question'.")
    return Line(str(name), question)


def answer_lines(
    chain: Answerer, lines: Iterable[Line], filters: Filters, *, drafts: bool = False
) -> tuple[int, int]:
    """Write a reply for each line, or its error; return how many failed and how many abstained.

    What is wrong with the library ends the batch; what is wrong with a line does not.
    """
    failed = abstained = 0
    for line in lines:
        error = line.error
        if error is None:
            try:
                reply = chain.answer(Ask(line.question, filters=filters, id=line.id, drafts=drafts))
            except LibraryError:
                raise
            except Exception as raised:  # noqa: BLE001 (the edge of one question)
                error = sentence_of(raised)
            else:
                write_json(reply.model_dump(mode="json"))
                abstained += reply.status == "abstained"
        if error is not None:
            write_json({"id": line.id, "error": error})
            failed += 1
    return failed, abstained

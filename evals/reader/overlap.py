"""What must not be trained on: the texts of the gold set and of the benchmarks."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evals.gold.files import read_gold
from evals.reader.rows import QuestionRow, SupportRow
from rag.errors import UsageError

BENCHMARKS = Path("../shared/benchmarks")

LONG = 60
"""Characters from which a text may not stand in another either; a shorter one must be equal."""

SHINGLE = 6
"""Words in a row that are looked up at a time."""

FEWEST_WORDS = 3
"""A benchmark's strings of fewer words are labels and ids."""

_NOT_WORDS = re.compile(r"[\W_]+")


class Texts:
    """A set of texts; `touches(text)` looks one up by hash, whole and by runs of words.

    A long text counts as standing in one of the set if each of its runs of `SHINGLE` words does
    in any; that one of the set stands in it is checked to the letter.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Read them all once; memory is about 100 bytes a word."""
        normal = {plain for text in texts if (plain := normalised(text))}
        self._whole = frozenset(map(hash, normal))
        self._runs: set[int] = set()
        self._openings: dict[int, list[str]] = {}
        for text in sorted(normal):
            runs = _runs(text)
            self._runs.update(runs)
            if len(text) >= LONG and runs:
                self._openings.setdefault(runs[0], []).append(text)

    def touches(self, text: str) -> bool:
        """Whether a text equals one of the set or, from `LONG` on, holds one or stands in one."""
        plain = normalised(text)
        if hash(plain) in self._whole:
            return True
        runs = _runs(plain) if len(plain) >= LONG else []
        if runs and all(run in self._runs for run in runs):
            return True
        held = (other for run in runs for other in self._openings.get(run, ()))
        padded = f" {plain} "
        return any(f" {other} " in padded for other in held)


class Forbidden:
    """What training must not have seen: `forbidden.touches(row)`.

    A passage that holds a quotation of the gold set is not trained on, so that nothing that is
    asked there has been read before; other passages of the same articles may be.
    """

    def __init__(self, gold: Iterable[str], benchmarks: Iterable[str]) -> None:
        """`gold` are questions, answers, nuggets and quotations of the gold set."""
        self._sets = Texts(gold), Texts(benchmarks)
        self._known: dict[str, bool] = {}

    def touches(self, row: QuestionRow | SupportRow) -> bool:
        """Whether a text of the row is, holds or stands in one of these."""
        if isinstance(row, QuestionRow):
            return self._touches(row.question) or self.holds(row.passage)
        return self._touches(row.claim) or self.holds(row.evidence)

    def holds(self, passage: str) -> bool:
        """Whether a passage is, holds or stands in one of these; looked up once for each."""
        if passage not in self._known:
            self._known[passage] = self._touches(passage)
        return self._known[passage]

    def _touches(self, text: str) -> bool:
        return any(texts.touches(text) for texts in self._sets)


def forbidden_texts(gold: Path, benchmarks: Path | None = None) -> Forbidden:
    """Read the gold files of a folder and, if there is one, the benchmarks below another.

    Of a benchmark every string of three words or more counts, whatever its field is called.
    Raises UsageError for a file that cannot be read.
    """
    texts: list[str] = []
    for question in (placed.question for placed in read_gold([gold])):
        texts += [question.question, *(turn.question for turn in question.history)]
        texts += [answer.text for answer in question.answers]
        texts += [nugget.text for nugget in question.nuggets]
        texts += [wrong.text for wrong in question.forbidden]
        texts += [span.quote for group in question.evidence for span in group.any_of]
    return Forbidden(texts, _benchmark_texts(benchmarks) if benchmarks else ())


def touching(
    rows: Iterable[QuestionRow] | Iterable[SupportRow], forbidden: Forbidden
) -> list[QuestionRow | SupportRow]:
    """Return the rows that touch what must not be trained on; a training set has none."""
    return [row for row in rows if forbidden.touches(row)]


def normalised(text: str) -> str:
    """Return the words of a text in lower case with single spaces between, no punctuation."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _runs(plain: str) -> list[int]:
    words = plain.split(" ")
    return [hash(tuple(words[n : n + SHINGLE])) for n in range(len(words) - SHINGLE + 1)]


def _benchmark_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                yield from _strings(json.loads(line))
            except ValueError as error:
                raise UsageError(f"{path}:{number} is no JSON; mend the benchmark.") from error


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if isinstance(value, str):
        if len(value.split()) >= FEWEST_WORDS:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)

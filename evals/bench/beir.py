"""A benchmark on disk in BEIR's layout: corpus.jsonl, queries.jsonl and qrels/test.tsv.

The layout is that of Thakur et al., BEIR (arXiv 2104.08663).
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import DatelineError


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Documents and queries by id, and for each judged query the grade of each judged document."""

    name: str
    documents: Mapping[str, Document]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]

    def sample(self, count: int, *, seed: int) -> "Benchmark":
        """The same benchmark with `count` of its queries, drawn by `seed`; all if it has fewer."""
        if count >= len(self.queries):
            return self
        drawn = random.Random(seed).sample(sorted(self.queries), count)
        return replace(
            self,
            queries={query: self.queries[query] for query in drawn},
            judgements={query: self.judgements[query] for query in drawn},
        )


def read(folder: Path) -> Benchmark:
    """Read one benchmark, keeping the queries that are judged.

    A judged document that the corpus lacks stays judged: no ranking can find it, and a perfect
    score is out of reach for everyone alike. Raises `DatelineError` with file and line for a line
    that cannot be read, and for a judgement of a query that is not there.
    """
    documents = {
        str(row["_id"]): Document(str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder / "corpus.jsonl")
    }
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    judgements = _judgements(folder / "qrels" / "test.tsv")
    for query in judgements:
        if query not in queries:
            raise DatelineError(
                f"{folder.name!r} judges the query {query!r}, which is not in it; fetch it again."
            )
    judged = {query: queries[query] for query in judgements}
    return Benchmark(folder.name, documents, judged, judgements)


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    # Split at newlines alone: a text may hold the other line separators of Unicode.
    for line_number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatelineError(
                f"Line {line_number} of {path.name!r} is not JSON; fetch the benchmark again."
            ) from error
        if not isinstance(row, dict) or not {"_id", "text"} <= row.keys():
            raise DatelineError(
                f"Line {line_number} of {path.name!r} has no '_id' or no 'text';"
                " fetch the benchmark again."
            )
        yield row


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line_number == 1 or not line.strip():  # the first line names the columns
            continue
        try:
            query, document, grade = line.split("\t")
            judgements.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise DatelineError(
                f"Line {line_number} of {path.name!r} is not query, document and grade;"
                " fetch the benchmark again."
            ) from error
    return judgements

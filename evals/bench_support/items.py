"""Labelled pairs of text and claim: WiCE, RAGTruth and SummEdits, read from disk."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.errors import DatelineError
from rag.reply import Support
from rag.sentences import sentence_spans

Half = Literal["tune", "report"]

FEWEST_WORDS = 3

_WICE: dict[str, Support] = {
    "supported": "supported",
    "partially_supported": "partial",
    "not_supported": "unsupported",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Item:
    """A text, a claim of one or more sentences, and what people said of it.

    `source` is the same for all claims on one text, so that they can be kept on one side.
    """

    source: str
    premise: str
    claim: tuple[str, ...]
    label: Support

    @property
    def half(self) -> Half:
        """The side its source falls on, by hash: thresholds are chosen on `tune` alone."""
        digest = hashlib.sha256(self.source.encode()).digest()
        return "report" if digest[0] % 2 else "tune"


def read_wice(path: Path) -> list[Item]:
    """Read claims of Wikipedia with the page that they cite (Kamoi et al., WiCE, 2023)."""
    return [
        Item(_hash("\n".join(row["sentences"])), "\n".join(row["sentences"]),
             (row["claim"],), _WICE[row["label"]])
        for row in _rows(path, "claim", "sentences", "label")
    ]  # fmt: skip


def read_ragtruth(path: Path) -> list[Item]:
    """Read answers of language models, cut into sentences (Niu et al., RAGTruth, 2024).

    A sentence that overlaps a span marked as hallucinated is unsupported, any other supported.
    What ends in a colon or has fewer than three words introduces something and claims nothing:
    it is left out, whatever its label.
    """
    return [
        Item(str(row["source_id"]), _premise(row["source"]), (sentence,), label)
        for row in _rows(path, "source_id", "source", "responses")
        for answer in row["responses"]
        for sentence, label in _sentences(answer["response"], answer["labels"])
    ]


def read_summedits(path: Path) -> list[Item]:
    """Read summaries of news, edited to be wrong or not (Laban et al., SummEdits, 2023).

    The label is the whole summary's, so the claim has all of its sentences.
    """
    return [
        Item(
            _hash(row["doc"]),
            row["doc"],
            tuple(row["summary"][a:b] for a, b in _spans(row["summary"])),
            "supported" if row["consistent"] else "unsupported",
        )
        for row in _rows(path, "doc", "summary", "consistent")
    ]


BENCHMARKS: Mapping[str, Callable[[Path], list[Item]]] = {
    "wice": read_wice,
    "ragtruth_qa": read_ragtruth,
    "ragtruth_summary": read_ragtruth,
    "summedits_news": read_summedits,
}


def read_all(folder: Path) -> dict[str, list[Item]]:
    """Read every benchmark that the folder holds (`wice.jsonl`, …).

    Raises DatelineError if it holds none, or for a line that cannot be read.
    """
    found = {
        name: reader(path)
        for name, reader in BENCHMARKS.items()
        if (path := folder / f"{name}.jsonl").is_file()
    }
    if not found:
        raise DatelineError(
            f"The folder {str(folder)!r} holds none of the support benchmarks;"
            f" put {', '.join(f'{name}.jsonl' for name in BENCHMARKS)} there."
        )
    return found


def _rows(path: Path, *keys: str) -> Iterator[Mapping[str, Any]]:
    # Split at newlines alone: a text may hold the other line separators of Unicode.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or not set(keys) <= row.keys():
            raise DatelineError(
                f"Line {number} of {path.name!r} is not a JSON object with {', '.join(keys)};"
                " fetch the benchmark again."
            )
        yield row


def _premise(source: str | Mapping[str, str]) -> str:
    return source if isinstance(source, str) else source["passages"]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _spans(text: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for line in text.splitlines(keepends=True):
        for start, end in sentence_spans(line):
            yield offset + start, offset + end
        offset += len(line)


def _sentences(answer: str, marked: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Support]]:
    for start, end in _spans(answer):
        sentence = answer[start:end]
        if sentence.endswith(":") or len(_WORD.findall(sentence)) < FEWEST_WORDS:
            continue
        wrong = any(span["start"] < end and start < span["end"] for span in marked)
        yield sentence, "unsupported" if wrong else "supported"

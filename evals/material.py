"""What an evaluation works with: the questions of a split and the articles they point into."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.gold.anchors import locate
from evals.gold.articles import Record, record_of
from evals.gold.files import DEFAULT, Placed, read_gold
from evals.gold.question import GoldQuestion
from rag.errors import UsageError
from rag.library.library import Library

ALL = "all"


@dataclass(frozen=True, slots=True)
class Material:
    """The questions of one split, in the order of their files, and the record."""

    split: str
    questions: tuple[GoldQuestion, ...]
    record: Record


def load_material(library: Library, *, gold: Sequence[Path] = (), split: str = "dev") -> Material:
    """Read the gold set and the library's articles.

    Raises UsageError for a split without a question, and for an anchor that does not resolve.
    """
    placed = [p for p in read_gold(gold or [DEFAULT]) if split in (ALL, p.question.split)]
    if not placed:
        raise UsageError(f"No gold question is in the split {split!r}; name another with --split.")
    record = record_of(library)
    for one in placed:
        _check_anchors(one, record)
    return Material(split, tuple(p.question for p in placed), record)


def _check_anchors(placed: Placed, record: Record) -> None:
    for group in placed.question.evidence:
        for span in group.any_of:
            if not locate(span, record).sure:
                raise UsageError(
                    f"{placed.place}: {placed.question.id}: the quote {span.quote[:60]!r} has no "
                    f"certain place in the article {span.article!r} of this library; see: "
                    "dateline eval lint"
                )

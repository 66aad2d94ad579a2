"""The documents that both chains read: the same ones, the same text, the same count."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from evals.bench.place import Place
from rag.errors import DatelineError

COUNT, QUICK_COUNT = 40, 8

Item = TypeVar("Item")

_RULE = "---\n"


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """`count` of `items`, evenly spread and always the same; all of them if there are fewer."""
    if count >= len(items):
        return list(items)
    return [items[place * len(items) // count] for place in range(count)]


def body(text: str) -> str:
    """`text` without its front matter."""
    if not text.startswith(_RULE):
        return text
    front, closing, after = text[len(_RULE) :].partition("\n" + _RULE)
    return after if closing else _RULE + front


def read_body(path: Path) -> str:
    """The body of one file."""
    return body(path.read_text(encoding="utf-8"))


def characters(paths: Sequence[Path]) -> int:
    """How many characters the bodies of `paths` have together: both chains' yardstick."""
    return sum(len(read_body(path)) for path in paths)


@cache
def white_house(place: Place) -> tuple[Path, ...]:
    """The White House documents of the comparison, copied to a folder of their own."""
    found = sorted(place.data("corpus", "whitehouse").glob("*.md"))
    if not found:
        raise DatelineError("corpus/whitehouse holds no Markdown file; nothing can be measured.")
    folder = place.scratch("documents")
    chosen = spread(found, QUICK_COUNT if place.quick else COUNT)
    for path in chosen:
        (folder / path.name).write_bytes(path.read_bytes())
    return tuple(sorted(folder.glob("*.md")))

"""Damaged files of the vector index: after each, the answers must be those of before."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evals.bench.children import ChildFailed
from evals.bench.inspection import QUESTION as WORD_QUESTION
from evals.bench.inspection import Reply, Spot, ask, healthy, search
from evals.bench.place import SEED, Place
from evals.bench.prepared import Prepared, copy, hnsw_files, index_files, prepared

FLIPPED_BYTES = 512
ASKED = 10
# How often an HNSW file is chosen and not Chroma's database: there are several kinds of them.
HNSW_SHARE = 0.75
RESULTS = 20
# A rebuilt index is approximate, as the first one was: this share of the results must come back.
SAME_SHARE = 0.9

# Sentences without any invented name: only the vectors bring them near to a paragraph.
MEANINGS = (
    "Citizens demanded irrigation for agriculture",
    "Authorities expect flooding after storms",
    "A gallery for local art was inaugurated",
)


class Kind(StrEnum):
    """What is done to a file."""

    TRUNCATE = "truncate"
    ZERO = "zero"
    FLIP = "flip"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a library answers to the fixed questions and searches."""

    replies: tuple[Reply, ...]
    searches: tuple[tuple[Spot, ...], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One damaged file: `wrong` counts answers that differ from those before the damage."""

    kind: Kind
    file: str
    wrong: int = 0
    healthy: bool = True
    trouble: str | None = None


def damages(place: Place) -> list[Trial]:
    """`place.damages` trials, each on a new copy; kind and file are drawn by the seed."""
    ready = prepared(place)
    chance = random.Random(SEED)
    library = place.scratch("durability", "damages") / "library"
    copy(ready.after, library)
    before = _answers(ready, library)
    trials: list[Trial] = []
    for number in range(place.damages):
        copy(ready.after, library)
        kind = list(Kind)[number % len(Kind)]
        path = _victim(library, chance)
        harm(path, kind, chance)
        trials.append(_trial(ready, library, before, Trial(kind, path.name)))
    return trials


def harm(path: Path, kind: Kind, chance: random.Random) -> None:
    """Damage one file that is not empty: cut it, zero it, flip 512 of its bytes, or remove it."""
    if kind is Kind.DELETE:
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    if kind is Kind.TRUNCATE:
        del content[chance.randrange(len(content)) :]
    elif kind is Kind.ZERO:
        content = bytearray(len(content))
    else:
        for _ in range(FLIPPED_BYTES):
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    path.write_bytes(content)


def differing(before: Answers, after: Answers, paragraphs: Sequence[str]) -> int:
    """How many answers are wrong now.

    A question is wrong if the paragraph that holds its word is not shown; a search if fewer than
    nine tenths of its results are those of before.
    """
    asked = zip(after.replies, paragraphs, strict=True)
    unanswered = sum(reply.article_with(paragraph) is None for reply, paragraph in asked)
    searched = zip(before.searches, after.searches, strict=True)
    return unanswered + sum(shared(was, now) < SAME_SHARE for was, now in searched)


def shared(was: Sequence[Spot], now: Sequence[Spot]) -> float:
    """The share of the results of before that are among those of now."""
    return len(set(was) & set(now)) / len(set(was)) if was else float(not now)


def _victim(library: Path, chance: random.Random) -> Path:
    files = hnsw_files(library)
    others = [path for path in index_files(library) if path not in files]
    return chance.choice(files if chance.random() < HNSW_SHARE else others)


def _asked(ready: Prepared) -> list[tuple[str, str]]:
    """Words to ask for and the paragraphs that hold them, spread over the articles."""
    chosen = random.Random(SEED).sample(ready.standing + ready.batch, ASKED)
    return [(article.words[0], article.paragraphs[0]) for article in chosen]


def _answers(ready: Prepared, library: Path) -> Answers:
    # The search comes first: it must not profit from what a question may have repaired.
    searches = [search(library, meaning, results=RESULTS) for meaning in MEANINGS]
    questions = [WORD_QUESTION.format(word=word) for word, _ in _asked(ready)]
    return Answers(tuple(ask(library, questions)), tuple(searches))


def _trial(ready: Prepared, library: Path, before: Answers, trial: Trial) -> Trial:
    try:
        after = _answers(ready, library)
        wrong = differing(before, after, [paragraph for _, paragraph in _asked(ready)])
        return Trial(trial.kind, trial.file, wrong, healthy(library))
    except (ChildFailed, json.JSONDecodeError) as error:
        return Trial(trial.kind, trial.file, trouble=str(error))

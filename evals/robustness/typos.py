"""Typing errors: seeded edits of a question, and what they cost.

The four edits (neighbours swapped, a letter dropped, one doubled, a neighbouring key) are those
of Damerau, A technique for computer detection and correction of spelling errors, CACM 7 (1964),
with a substitution only by what lies next to it on a keyboard.
"""

import re
from collections.abc import Mapping
from random import Random

from evals.case import Case
from evals.gold.question import GoldQuestion
from evals.metrics.evidence_recall import evidence_recall
from evals.metrics.idk_score import idk_score
from evals.robustness.figures import Failure, PackResult, figure
from evals.robustness.scratch import Scratch
from rag.numbers import find_numbers

SHORTEST = 4
"""Letters of a word from which it may be mistyped."""

ONE_IN = 3
"""One word in so many is mistyped, at least one."""

RIGHT = 0.5
"""IDK-conditioned score from which an answer counts as right."""

_WORD = re.compile(rf"(?<![\w’'.-])[^\W\d_]{{{SHORTEST},}}(?![\w.-]\w)(?!\w)")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Return the keys beside each letter of a QWERTY keyboard, each row half a key further."""
    places = {key: (y, x + y * 0.5) for y, row in enumerate(_ROWS) for x, key in enumerate(row)}
    return {
        key: "".join(
            other
            for other, (v, u) in places.items()
            if other != key and abs(v - y) <= 1 and abs(u - x) <= 1
        )
        for key, (y, x) in places.items()
    }


_BESIDE = _neighbours()


def with_typos(question: str, random: Random) -> str:
    """Return the question with about one word in three mistyped, at least one.

    Only words of four letters or more, none that holds a digit or names a number; the question
    as it is where it has no such word.
    """
    numbers = find_numbers(question)
    places = [
        match.span()
        for match in _WORD.finditer(question)
        if not any(n.start < match.end() and match.start() < n.end for n in numbers)
    ]
    count = min(len(places), max(1, round(len(places) / ONE_IN)))
    for start, end in sorted(random.sample(places, count), reverse=True):
        question = question[:start] + _mistyped(question[start:end], random) + question[end:]
    return question


def _mistyped(word: str, random: Random) -> str:
    swaps = [i for i in range(len(word) - 1) if word[i].lower() != word[i + 1].lower()]
    keys = [i for i, letter in enumerate(word) if letter.lower() in _BESIDE]
    edits = ["drop", "double", *(["swap"] if swaps else []), *(["key"] if keys else [])]
    edit = random.choice(edits)
    if edit == "swap":
        at = random.choice(swaps)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if edit == "key":
        at = random.choice(keys)
        typed = random.choice(_BESIDE[word[at].lower()])
        return word[:at] + (typed.upper() if word[at].isupper() else typed) + word[at + 1 :]
    at = random.randrange(len(word))
    return word[:at] + (word[at] * 2 if edit == "double" else "") + word[at + 1 :]


def measure(scratch: Scratch, clean: Mapping[str, Case], *, seed: int) -> PackResult:
    """Ask every question mistyped, and compare with `clean`, the cases as they were typed."""
    idk, recall = idk_score(), evidence_recall(5)
    pairs = [(case, _asked(scratch, case, seed)) for case in clean.values()]
    scored = [(a, b, idk(a).value, idk(b).value) for a, b in pairs]
    both = [(a, b, x, y) for a, b, x, y in scored if x is not None and y is not None]
    families = [a.question.family for a, *_ in both]
    found = [(a, recall(a).value, recall(b).value) for a, b in pairs]
    lost = [(a.question.family, x - y) for a, x, y in found if x is not None and y is not None]
    figures = (
        figure("idk_score", [x for *_, x, _ in both], families, seed=seed),
        figure("idk_score with typos", [y for *_, y in both], families, seed=seed),
        figure("drop", [x - y for *_, x, y in both], families, seed=seed),
        figure(
            "same status",
            [float(a.reply.status == b.reply.status) for a, b in pairs],
            [a.question.family for a, _ in pairs],
            seed=seed,
        ),
        figure("drop of evidence_recall@5", [d for _, d in lost], [f for f, _ in lost], seed=seed),
    )
    failures = tuple(
        Failure(a.question.id, ("wrong with typos",), b.question.question)
        for a, b, x, y in both
        if x >= RIGHT > y
    )
    return PackResult("typos", len(pairs), figures, failures)


def _asked(scratch: Scratch, case: Case, seed: int) -> Case:
    return scratch.ask(mistyped(case.question, seed))


def mistyped(question: GoldQuestion, seed: int) -> GoldQuestion:
    """Return the gold question with typos; its own do not depend on the other questions."""
    random = Random(f"{seed} typos {question.id}")  # noqa: S311 (repeatable, not secret)
    return question.model_copy(update={"question": with_typos(question.question, random)})

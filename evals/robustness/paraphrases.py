"""Paraphrases: what it costs to put a question in other words, from one scored run."""

from collections.abc import Sequence
from itertools import combinations

from evals.gold.question import GoldQuestion
from evals.robustness.figures import Failure, PackResult, figure
from evals.scored import Scored

METRIC = "idk_score"
RIGHT = 0.5
"""Score from which the verdict on a wording is "right"."""


def wordings(questions: Sequence[GoldQuestion]) -> list[tuple[GoldQuestion, ...]]:
    """Return the groups of questions that are wordings of one, in order of first appearance.

    A question belongs with the one that it is a variant of, and with those of its family; one
    with a history is a question of its own, for it follows another.
    """
    families: dict[str, list[GoldQuestion]] = {}
    roots = {q.id: q.family for q in questions}
    for question in questions:
        if not question.history:
            root = roots.get(question.variant_of or question.id, question.family)
            families.setdefault(root, []).append(question)
    return [tuple(group) for group in families.values() if len(group) > 1]


def measure(scored: Scored, questions: Sequence[GoldQuestion], *, seed: int) -> PackResult:
    """Compare the wordings of each question by their IDK-conditioned score.

    `drop`: the best wording's score less the mean of all. `agreement`: pairs of wordings with one
    verdict / pairs. Both are a mean over groups. A wording that was not scored is left out.
    """
    drops, agreements, families = list[float](), list[float](), list[str]()
    failures = []
    for group in wordings(questions):
        values = {q.id: v for q in group if (v := _value(scored, q.id)) is not None}
        if len(values) < 2:  # noqa: PLR2004 (a pair)
            continue
        verdicts = [value >= RIGHT for value in values.values()]
        pairs = list(combinations(verdicts, 2))
        drops.append(max(values.values()) - sum(values.values()) / len(values))
        agreements.append(sum(a == b for a, b in pairs) / len(pairs))
        families.append(group[0].family)
        if len(set(verdicts)) > 1:
            wrong = [id_ for id_, value in values.items() if value < RIGHT]
            failures += [
                Failure(q.id, ("wrong in these words",), q.question) for q in group if q.id in wrong
            ]
    if not drops:
        return PackResult("paraphrases", 0, skipped="No question is there in several wordings.")
    figures = (
        figure("drop", drops, families, seed=seed),
        figure("agreement", agreements, families, seed=seed),
    )
    return PackResult("paraphrases", len(drops), figures, tuple(failures))


def _value(scored: Scored, id_: str) -> float | None:
    score = scored.rows.get(id_, {}).get(METRIC)
    return score.value if score is not None and score.status == "ok" else None

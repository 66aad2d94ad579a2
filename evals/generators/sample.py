"""A part of the questions that has every type in its share: the same one for every generator."""

import random
from dataclasses import replace

from evals.gold.question import GoldQuestion
from evals.material import Material


def sampled(material: Material, count: int, *, seed: int = 0) -> Material:
    """Return the material with so many of its questions, in their order; all if there are fewer.

    The questions of each type are shuffled by the seed and taken in turn, so that each type has
    its share of any count, give or take one, and a larger sample holds the smaller one.
    """
    by_type: dict[str, list[GoldQuestion]] = {}
    for question in sorted(material.questions, key=lambda q: q.id):
        by_type.setdefault(question.type, []).append(question)
    drawn = random.Random(seed)  # noqa: S311 (a draw, not a secret)
    turns: list[tuple[float, str, str]] = []
    for type_, questions in sorted(by_type.items()):
        drawn.shuffle(questions)
        turns += [((n + 0.5) / len(questions), type_, q.id) for n, q in enumerate(questions)]
    taken = {id_ for _, _, id_ in sorted(turns)[:count]}
    return replace(material, questions=tuple(q for q in material.questions if q.id in taken))

import math

import numpy as np
import pytest
import torch

from evals.reader.batches import Padded, QuestionBatch
from evals.reader.losses import question_loss, ranking_loss
from evals.reader.model import Scores

SHAPE = (2, 4)


def batch(*, groups: tuple[tuple[int, int], ...] = ()) -> QuestionBatch:
    """The answer of the first text is token 2, or tokens 2 to 3; the second text has none."""
    starts, ends = np.zeros(SHAPE, np.bool_), np.zeros(SHAPE, np.bool_)
    starts[0, 2] = ends[0, 2] = ends[0, 3] = starts[1, 0] = ends[1, 0] = True
    readable = np.array([[True, False, True, True]] * 2)
    nothing = np.zeros(SHAPE, np.int64)
    texts = Padded(nothing, nothing, nothing)
    return QuestionBatch(texts, starts, ends, readable, np.array([True, False]), groups)


def scores(start: list[list[float]], end: list[list[float]], answerable: list[float]) -> Scores:
    tensors = (torch.tensor(part) for part in ([3.0, 1.0], answerable, start, end))
    return Scores(*tensors, torch.zeros(2, 3))


NOTHING = [[0.0] * 4] * 2


def test_where_nothing_is_known_every_readable_token_is_as_likely() -> None:
    loss = float(question_loss(scores(NOTHING, NOTHING, [0.0, 0.0]), batch()))
    starts = math.log(3)
    ends = (math.log(3 / 2) + math.log(3)) / 2  # two tokens are right in the first text
    assert loss == pytest.approx((starts + ends) / 2 + math.log(2))


def test_what_is_right_costs_nothing() -> None:
    start = [[0.0, 0.0, 50.0, 0.0], [50.0, 0.0, 0.0, 0.0]]
    end = [[0.0, 0.0, 0.0, 50.0], [50.0, 0.0, 0.0, 0.0]]
    assert float(question_loss(scores(start, end, [50.0, -50.0]), batch())) < 1e-6


def test_tokens_that_may_not_answer_do_not_count() -> None:
    high = [[0.0, 90.0, 0.0, 0.0]] * 2
    unread = question_loss(scores(high, high, [0.0, 0.0]), batch())
    assert float(unread) == pytest.approx(
        float(question_loss(scores(NOTHING, NOTHING, [0.0, 0.0]), batch()))
    )


def test_a_question_s_own_passage_is_to_be_the_first() -> None:
    relevance = torch.tensor([2.0, 1.0, 0.0, 5.0])
    expected = math.log(math.e**2 + math.e + 1) - 2
    assert float(ranking_loss(relevance, ((0, 3),))) == pytest.approx(expected)
    with_ranks = question_loss(scores(NOTHING, NOTHING, [0.0, 0.0]), batch(groups=((0, 2),)))
    without = question_loss(scores(NOTHING, NOTHING, [0.0, 0.0]), batch())
    assert float(with_ranks - without) == pytest.approx(math.log(1 + math.e**-2), rel=1e-4)

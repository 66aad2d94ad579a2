import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reader.batches import (
    BATCH_TOKENS,
    STEP,
    ClaimBatch,
    QuestionBatch,
    batch_of,
    epoch,
    plan,
)
from evals.reader.training_set import Passage, QuestionExample, SupportExample, TrainingSet
from rag.reader.format import WINDOW

from ...rag.reader.making import make_tokenizer

TOKENIZER = make_tokenizer()
TEXT = "Iran fired 200 missiles on Israel."
TITLE = "The attack on Israel"


def asked(
    answer: str | None = "200 missiles", *negatives: str, text: str = TEXT
) -> QuestionExample:
    spans = () if answer is None else ((text.index(answer), text.index(answer) + len(answer)),)
    others = tuple(Passage(TITLE, other) for other in negatives)
    return QuestionExample("Who fired?", Passage(TITLE, text), spans, others)


def questions(*examples: QuestionExample) -> QuestionBatch:
    batch = batch_of(examples, TOKENIZER)
    assert isinstance(batch, QuestionBatch)
    return batch


def test_the_answer_is_marked_in_the_text_and_the_title_never() -> None:
    batch = questions(asked("Israel"))
    tokens = [TOKENIZER.id_to_token(number) for number in batch.texts.ids[0]]
    [start], [end] = np.flatnonzero(batch.starts[0]), np.flatnonzero(batch.ends[0])
    assert tokens[start] == tokens[end] == "israel"
    assert tokens.index("israel") < start  # the title has it too
    readable = [tokens[n] for n in np.flatnonzero(batch.readable[0])]
    assert readable == ["[CLS]", "iran", "fired", "200", "missiles", "on", "israel", "."]
    assert batch.answers.tolist() == [True]


def test_without_an_answer_the_first_token_is_right() -> None:
    batch = questions(asked(None))
    assert np.flatnonzero(batch.starts[0]).tolist() == [0]
    assert np.flatnonzero(batch.ends[0]).tolist() == [0]
    assert not batch.answers.any()


def test_an_answer_beyond_the_window_is_none() -> None:
    batch = questions(asked("200", text="the " * WINDOW + "200"))
    assert batch.texts.ids.shape[1] == WINDOW
    assert not batch.answers.any()


def test_passages_that_do_not_answer_stand_behind_the_one_that_does() -> None:
    batch = questions(asked("200", "No one fired.", "No one."), asked(None), asked("Iran"))
    assert batch.groups == ((0, 3),)
    assert batch.answers.tolist() == [True, False, False, False, True]
    assert batch.texts.ids.shape[1] % STEP == 0
    assert (batch.texts.mask == (batch.texts.ids != 0)).all()


def test_claims_have_their_labels() -> None:
    batch = batch_of([SupportExample("no", "one", 2), SupportExample("is", "the", 0)], TOKENIZER)
    assert isinstance(batch, ClaimBatch)
    assert batch.labels.tolist() == [2, 0]


@given(st.lists(st.integers(0, 900), max_size=60), st.integers(0, 3), st.integers(0, 3))
def test_an_epoch_has_every_example_once_in_an_order_of_its_own(
    lengths: list[int], seed: int, number: int
) -> None:
    training = TrainingSet(
        [asked(None, text=f"{n} " + "x" * length) for n, length in enumerate(lengths)],
        [SupportExample(f"{n}", "x" * length, 0) for n, length in enumerate(lengths)],
    )
    batches = plan(training, seed=seed, number=number)
    planned = [example for batch in batches for example in batch]
    assert len(planned) == 2 * len(lengths)
    assert set(planned) == {*training.questions, *training.claims}
    assert all(len({type(example) for example in batch}) == 1 for batch in batches)
    assert batches == plan(training, seed=seed, number=number)
    if len(lengths) > 20:
        assert planned != [e for b in plan(training, seed=seed, number=number + 1) for e in b]


def test_a_batch_is_about_as_large_as_it_may_be() -> None:
    training = TrainingSet([asked(None, text="the " * 150) for _ in range(100)], [])
    sizes = [batch.texts.ids.size for batch in epoch(training, TOKENIZER, seed=0, number=0)]
    assert max(sizes) <= 1.3 * BATCH_TOKENS
    assert np.median(sizes) >= 0.6 * BATCH_TOKENS


@pytest.mark.parametrize("skip", [0, 2])
def test_an_epoch_can_be_begun_later(skip: int) -> None:
    training = TrainingSet([asked(None, text="the " * 150) for _ in range(100)], [])
    every = list(epoch(training, TOKENIZER, seed=0, number=0))
    assert len(every) > skip
    later = list(epoch(training, TOKENIZER, seed=0, number=0, skip=skip))
    for one, other in zip(every[skip:], later, strict=True):
        assert (one.texts.ids == other.texts.ids).all()

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from evals.robustness.scratch import copied
from evals.robustness.typos import measure, mistyped, with_typos
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from ..runs.making import gold_question

QUESTION = "how many guards were killed in damascus on 1 april 2024"
WORDS = st.lists(
    st.sampled_from(
        ["many", "guards", "seven", "2024", "17th", "killed", "in", "damascus", "F-35s"]
    )
)


def changed(before: str, after: str) -> list[str]:
    return [a for a, b in zip(before.split(), after.split(), strict=True) if a != b]


def test_about_one_long_word_in_three_is_mistyped() -> None:
    assert len(changed(QUESTION, with_typos(QUESTION, Random(1)))) == 2  # of six


def test_every_kind_of_edit_comes_up() -> None:
    lengths = [len(with_typos("damascus", Random(seed))) for seed in range(60)]
    assert set(lengths) == {7, 8, 9}


def test_a_question_without_a_long_word_stays() -> None:
    assert with_typos("who did it in 2024?", Random(1)) == "who did it in 2024?"


@given(WORDS, st.integers(0, 99))
def test_numbers_and_short_words_are_never_touched(words: list[str], seed: int) -> None:
    question = " ".join(words)
    touched = changed(question, with_typos(question, Random(seed)))
    assert not set(touched) & {"seven", "2024", "17th", "in", "F-35s"}
    assert bool(touched) == bool(set(words) & {"many", "guards", "killed", "damascus"})


def test_the_seed_and_the_question_decide() -> None:
    question = gold_question(question=QUESTION)
    assert mistyped(question, 1) == mistyped(question, 1)
    assert len({mistyped(question, seed).question for seed in range(9)}) > 1


def test_the_cost_is_measured_against_the_clean_answers(
    small_library: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    question = gold_question(question="how many guards died in damascus")
    with copied(small_library, hashing, settings) as scratch:
        result = measure(scratch, {question.id: scratch.ask(question)}, seed=0)
    assert result.cases == 1
    drop = result.mean("drop")
    clean, typed = result.mean("idk_score"), result.mean("idk_score with typos")
    assert clean == 1.0
    assert typed is not None
    assert drop == clean - typed
    assert bool(result.failures) == (typed < 0.5)

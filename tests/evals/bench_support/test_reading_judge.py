"""The rules rule; the reader is heard where they leave room."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench_support.reading_judge import STRETCH, ReadingJudge, _stretches
from rag.reader.support import SupportProbabilities
from rag.support import SupportModel

PREMISE = (
    "The navy of the republic stopped the tanker Advantage Sweet in the gulf on 27 April 2023. "
    "Its 24 sailors were brought ashore. The owner denied that the ship had hit another vessel."
)
SURE = 0.97
YES = SupportProbabilities(SURE, 0.01, 0.02)
NO = SupportProbabilities(0.01, SURE, 0.02)
SILENT = SupportProbabilities(0.01, 0.02, SURE)


class Says:
    """Says the same of every text that holds a word, else that it does not tell."""

    def __init__(self, said: SupportProbabilities, word: str = "") -> None:
        self._said, self._word = said, word
        self.asked: list[tuple[str, str]] = []

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[SupportProbabilities]:
        self.asked += pairs
        return [self._said if self._word in text else SILENT for _, text in pairs]


def judged(claim: str, said: SupportProbabilities, premise: str = PREMISE) -> str:
    return ReadingJudge(SupportModel(), Says(said)).check(premise, claim).support


OTHER_WORDS = "Naval forces boarded and seized the tanker Advantage Sweet off the coast."
SAME_WORDS = "The tanker Advantage Sweet stopped the navy of the republic in the gulf."


def test_other_words_for_the_same_are_supported_if_it_is_read_there() -> None:
    assert SupportModel().check(PREMISE, OTHER_WORDS).support == "partial"
    assert judged(OTHER_WORDS, YES) == "supported"
    assert judged(OTHER_WORDS, SILENT) == "partial"


def test_the_same_words_for_something_else_weigh_less_if_that_is_read() -> None:
    rules = SupportModel().check(PREMISE, SAME_WORDS)
    assert rules.support == "supported"
    for said in (NO, SILENT):
        read = ReadingJudge(SupportModel(), Says(said)).check(PREMISE, SAME_WORDS)
        assert read.score < rules.score
    strict = ReadingJudge(SupportModel(), Says(NO), tau=0.9)
    assert strict.check(PREMISE, SAME_WORDS).support == "partial"


def test_words_that_the_text_hardly_has_are_not_made_up_for_by_half_a_guess() -> None:
    claim = "Insurers raised the price of a passage through the strait for the tanker."
    assert SupportModel().check(PREMISE, claim).support == "unsupported"
    assert judged(claim, SILENT) == judged(claim, NO) == "unsupported"


@pytest.mark.parametrize(
    "claim",
    [
        "The navy of the republic stopped the tanker Advantage Sweet with 25 sailors.",
        "The navy of the republic stopped the tanker Suez Rajan in the gulf.",
        "The owner said “nobody was hurt” when the navy stopped the tanker in the gulf.",
        "The owner did not deny that the ship had hit another vessel.",
    ],
)
def test_numbers_names_quotations_and_polarity_are_the_rules_alone(claim: str) -> None:
    assert judged(claim, YES) == "unsupported"


def test_a_sentence_of_the_text_needs_no_reading() -> None:
    reader = Says(NO)
    verdict = ReadingJudge(SupportModel(), reader).check(
        PREMISE, "Its 24 sailors were brought ashore."
    )
    assert verdict.support == "supported"
    assert reader.asked == []


def test_a_pair_is_read_once() -> None:
    reader = Says(YES)
    judge = ReadingJudge(SupportModel(), reader)
    for _ in range(3):
        judge.check(PREMISE, OTHER_WORDS)
    assert len(reader.asked) == 1


@given(st.floats(0, 1), st.sampled_from([OTHER_WORDS, SAME_WORDS]))
def test_without_weight_the_rules_are_left(supported: float, claim: str) -> None:
    said = SupportProbabilities(supported, 1 - supported, 0)
    rules = SupportModel()
    judge = ReadingJudge(rules, Says(said), weight=0.0, tau=rules.tau)
    assert judge.check(PREMISE, claim) == rules.check(PREMISE, claim)


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([OTHER_WORDS, SAME_WORDS]))
def test_the_surer_the_reader_the_higher_the_score(one: float, other: float, claim: str) -> None:
    def score(supported: float) -> float:
        said = SupportProbabilities(supported, 1 - supported, 0)
        return ReadingJudge(SupportModel(), Says(said)).check(PREMISE, claim).score

    assert score(max(one, other)) >= score(min(one, other))
    assert 0 <= score(one) <= 1


@pytest.mark.parametrize("claim", [OTHER_WORDS, "It was 28 April 2023."])
def test_the_lenient_judge_refuses_only_what_a_rule_refuses(claim: str) -> None:
    judge = ReadingJudge(SupportModel(), Says(SILENT)).lenient
    assert (
        judge.check(PREMISE, claim).support == SupportModel().lenient.check(PREMISE, claim).support
    )


def test_of_a_long_text_the_stretch_counts_that_speaks_of_the_claim() -> None:
    long = "Prices rose in the capital and nobody knew why that was so. " * 40
    reader = Says(YES, "Advantage Sweet")
    judge = ReadingJudge(SupportModel(), reader)
    assert judge.supported(f"{long}{PREMISE} {long}", OTHER_WORDS) == SURE
    assert len(reader.asked) > 2
    assert judge.supported(long, OTHER_WORDS) == SILENT.supported


@given(st.text(alphabet="ab .!?\n", max_size=4000))
def test_stretches_hold_all_of_a_text(premise: str) -> None:
    stretches = _stretches(premise)
    assert "".join(stretches).split() == premise.split()
    if len(premise) <= STRETCH:
        assert stretches == [premise]

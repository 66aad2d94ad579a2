import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.claims import Claim, claims, emitted, markers, strays

from .making import DAMASCUS, SEVEN, SIXTEEN, answered, declined, empty


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Seven died [1].", [1]),
        ("Seven died [1][2], or 16 [3, 4].", [1, 2, 3, 4]),
        ("Nobody knows [0].", [0]),
        ("In 2019 [2019] it began [15 April 2024], or (19) so [a1].", [2019]),
        ("", []),
    ],
)
def test_markers(text: str, numbers: list[int]) -> None:
    assert markers(text) == numbers


def test_a_claim_is_a_sentence_with_what_it_cites_once() -> None:
    case = answered((SEVEN, [2, 2]), (SIXTEEN, []))
    assert claims(case) == [Claim(SEVEN, (2,)), Claim(SIXTEEN)]


def test_an_answer_without_sentences_is_cut_into_them_with_the_markers_before_or_behind() -> None:
    case = answered(
        answer=f"{SEVEN} [2, 1] {SIXTEEN[:-1]} [3].\n\n{DAMASCUS}[1][3] “It did.” [2] So."
    )
    assert claims(case) == [
        Claim(SEVEN, (2, 1)),
        Claim(SIXTEEN, (3,)),
        Claim(DAMASCUS, (1, 3)),
        Claim("“It did.”", (2,)),
        Claim("So."),
    ]


def test_nothing_is_cut_at_a_newline() -> None:
    said = answered((SEVEN, [2]), answer=f"{SEVEN} [2]\n{SIXTEEN} [3]\n\n- {DAMASCUS}")
    assert [claim.cites for claim in claims(said)] == [(2,), (3,), ()]


def test_what_a_refusal_says_is_no_claim_unless_it_cites() -> None:
    assert claims(declined()) == []
    assert [c.cites for c in claims(declined(answer=f"They do not say when. {SEVEN} [2]"))] == [
        (2,)
    ]


def test_markers_alone_belong_to_the_sentence_before() -> None:
    assert claims(answered((SEVEN, [1]), ("", [2]))) == [Claim(SEVEN, (1, 2))]
    assert claims(empty()) == []


def test_every_number_that_is_shown_is_emitted() -> None:
    position = {"party": "Syria", "claim": "16 [7]", "citations": [8]}
    conflicts = [{"topic": "the dead", "positions": [position]}]
    case = answered((SEVEN, [2]), answer=f"{SEVEN} [2] [9]", conflicts=conflicts)
    assert emitted(case) == [1, 2, 3, 7, 8, 9]
    assert strays(case, claims(case)) == {9}


@given(st.text(alphabet="ab .!?[]0123,\n“”", max_size=60))
def test_any_text_can_be_read_and_no_number_is_lost(text: str) -> None:
    case = answered(answer=text, citations=[])
    claimed = claims(case)
    within = {n for claim in claimed for n in claim.cites}
    assert within | strays(case, claimed) == set(markers(text))
    assert emitted(case) == sorted(set(markers(text)))

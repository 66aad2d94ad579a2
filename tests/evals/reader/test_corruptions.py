import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reader.altered_numbers import altered_numbers
from evals.reader.corruptions import RULES, Context, corrupted
from evals.reader.kinds import find_known, names_of
from rag.numbers import find_numbers

SENTENCE = (
    "Iran warned Israel on Tuesday, 2 April 2024, that it would accept more than 1,200 of the "
    "300 men whom President Joe Biden condemned, after Resolution 2231."
)


def false(kind: str, sentence: str, evidence: str = "", seed: int = 0) -> str | None:
    return corrupted(sentence, kind, Context(evidence or sentence), random.Random(seed))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["number", "name", "date", "opposite"])
def test_one_place_is_changed_and_nothing_else(kind: str, seed: int) -> None:
    made = false(kind, SENTENCE, seed=seed)
    assert made is not None
    before, after = SENTENCE.split(), made.split()
    start = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    end = next(n for n, (a, b) in enumerate(zip(before[::-1], after[::-1], strict=False)) if a != b)
    assert len(before) - end - start <= 2
    assert len(after) - end - start <= 3


@given(st.integers(2, 9_999_999), st.booleans(), st.integers(0, 99))
def test_a_number_is_another_one_in_the_same_form(value: int, commas: bool, seed: int) -> None:
    written = f"{value:,}" if commas else str(value)
    sentence = f"The army counted {written} rockets near Haifa."
    for made in altered_numbers(sentence, sentence, random.Random(seed)):
        (number,) = find_numbers(made)
        assert number.value not in (0, 1, value)
        assert value / 4 <= number.value <= value * 4
        assert re.fullmatch(r"The army counted [\d,]+ rockets near Haifa\.", made)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Council adopted Resolution 2735 that week.",
        "The war began on 7 October 2023.",
        "One of them was there in 2024.",
    ],
)
def test_dates_and_the_numbers_of_names_are_left_alone(sentence: str) -> None:
    assert false("number", sentence) is None


def test_a_number_that_the_evidence_holds_is_not_put_in() -> None:
    evidence = "There were 5, 6, 8, 12, 13, 15, 20 and 30 of 10 men."
    assert false("number", "There were 10 men at the gate.", evidence) is None


@pytest.mark.parametrize("kind", ["country", "nationality", "group", "city", "president"])
def test_a_name_is_exchanged_for_one_of_its_kind_everywhere(kind: str) -> None:
    for name in names_of(kind):
        sentence = f"It is said that {name} was named by {name} twice."
        made = false("name", sentence)
        assert made is not None
        kinds = {known.kind for known in find_known(made)}
        assert kinds == {kind}
        assert name not in {known.written for known in find_known(made)}


def test_part_of_a_longer_name_is_no_name() -> None:
    assert find_known("The Bank of Israel and Iran International met Saudi-led allies.") == []


@pytest.mark.parametrize(
    ("kind", "sentence", "made"),
    [
        ("not", "The attack was defeated by allies.", "The attack was not defeated by allies."),
        ("not", "Iran did not warn Turkey at all.", None),
        ("not", "Iran did not warn Turkey.", "Iran did warn Turkey."),
        ("not", "The system can stop it.", "The system cannot stop it."),
        ("not", "Nobody was told of it.", None),
        ("opposite", "Prices rose that week.", "Prices fell that week."),
        ("opposite", "It was done with the support of Iran.", None),
        ("exchange", "Iran attacked Israel twice.", "Israel attacked Iran twice."),
        ("exchange", "The United States warned Iran.", "Iran warned the United States."),
        ("exchange", "Iran met Israel in Geneva.", None),
        ("exchange", "Secretary Austin told Gallant so.", None),
        ("unit", "It fell 3 hours later.", "It fell 3 days later."),
        ("unit", "It took hours.", None),
    ],
)
def test_statements_are_turned_round(kind: str, sentence: str, made: str | None) -> None:
    assert false(kind, sentence) == made


def test_a_date_that_the_evidence_names_is_not_put_in() -> None:
    days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    assert false("date", "It rained on Monday again.", days) is None
    assert false("date", "It rained on Monday again.") is not None


@given(st.sampled_from(sorted(RULES)), st.integers(0, 50))
def test_the_same_seed_gives_the_same(kind: str, seed: int) -> None:
    assert false(kind, SENTENCE, seed=seed) == false(kind, SENTENCE, seed=seed)

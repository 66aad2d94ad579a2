import pytest

from evals.gold.articles import Record
from evals.metrics.quote_fidelity import quotations, quote_fidelity

from .making import PARAGRAPHS, answered, article, citation, documented

METRIC = quote_fidelity()


def test_the_example() -> None:
    case = answered(
        ("They lost “seven of their members”.", [2]), ("“Nine of their members” died.", [2])
    )
    assert METRIC(case).value == documented(quote_fidelity)


def fidelity(sentence: str, paragraph: str) -> float | None:
    one = article(paragraph)
    case = answered(
        (sentence, [1]), citations=[citation(1, paragraph, of=one)], record=Record([one])
    )
    return METRIC(case).value


@pytest.mark.parametrize(
    "sentence",
    [
        "He said: “We shall not wait for them.”",
        'He said "we shall not wait", and left.',
        "He said ‘we shall not wait’ again.",
        "He said 'we shall not wait' once.",
        "Er sagte „we shall not wait“ so.",
        "Il dit « we shall not wait » là.",
        "He said “[w]e shall … wait for [the Guards]” then.",
        "He said: “We shall not wait",
        "He said “we shall not wait,” as others’ men did.",
    ],
)
def test_what_was_said_so_is_found_however_it_is_set(sentence: str) -> None:
    assert fidelity(sentence, "“We shall not wait for them,” he said. “Never.”") == 1


@pytest.mark.parametrize(
    ("sentence", "paragraph"),
    [
        ("“We shall wait for them”", "We shall not wait for them."),
        ("“19 were killed there”", "In all 2019 were killed there."),
        ("“5 per cent of it”", "It was 3.5 per cent of it."),
        ("“wait for … we shall”", "We shall not wait for them."),
    ],
)
def test_19_does_not_match_2019_nor_a_changed_word_the_quotation(
    sentence: str, paragraph: str
) -> None:
    assert fidelity(sentence, paragraph) == 0


@pytest.mark.parametrize(
    "sentence",
    ["The “True Promise” began.", "It’s the Guards’ and Iran’s own.", "He said so.", 'A 5" pipe.'],
)
def test_without_a_quotation_of_three_words_it_is_undefined(sentence: str) -> None:
    assert quotations(sentence) == []
    assert METRIC(answered((sentence, [1]))).status == "na"


def test_a_quotation_from_a_paragraph_that_is_not_cited_is_not_found() -> None:
    for cites in ([1], [], [9]):
        assert METRIC(answered(("They lost “seven of their members”.", cites))).value == 0
    assert "seven of their members" in PARAGRAPHS[1]

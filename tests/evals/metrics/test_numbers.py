import pytest

from evals.metrics.numbers import numbers

from .asked import FALSE_PREMISE, asked, declined, hedged, nugget
from .making import documented

NUMBERS = [
    nugget([{"number": 300, "tolerance": 30}]),
    nugget([{"number": 99, "unit": "%"}], id_="n2"),
]


def test_the_example() -> None:
    case = asked({"nuggets": NUMBERS}, ("Some 320 were fired on 13 April 2024.", [1]))
    assert numbers()(case).value == documented(numbers)


@pytest.mark.parametrize(
    ("wanted", "text", "named"),
    [
        ({"number": 3.5}, "It took 35 days.", 0),
        ({"number": 19}, "It was 2019.", 0),
        ({"number": 7}, "It began on 7 October 2023.", 0),
        ({"number": 300, "comparator": ">"}, "That was in 2024.", 0),
        ({"number": 300, "comparator": ">"}, "They fired 331.", 1),
        ({"number": 2000}, "About 2000 people fled.", 1),
        ({"number": 7, "unit": "dead"}, "It left seven people dead.", 1),
        ({"number": 7, "unit": "dead"}, "It left seven hurt.", 0),
    ],
)
def test_numbers_of_nuggets(wanted: object, text: str, named: int) -> None:
    case = asked({"nuggets": [nugget([wanted])]}, (text, [1]))
    assert numbers()(case).value == named


def test_alternatives_are_not_all_asked_for() -> None:
    gold = {"nuggets": [nugget([{"number": 300}, {"number": 99}], [{"number": 331}])]}
    score = numbers()(asked(gold, ("They fired 331.", [1])))
    assert (score.numerator, score.denominator) == (1, 1)
    score = numbers()(asked(gold, ("They fired 300.", [1])))
    assert (score.numerator, score.denominator) == (1, 2)


def test_a_nugget_said_in_words_names_its_number() -> None:
    gold = {"nuggets": [nugget([{"number": 12, "unit": "drones"}], ["a dozen drones"])]}
    assert numbers()(asked(gold, ("They fired a dozen drones.", [1]))).value == 1


def test_numbers_of_the_reference_answer() -> None:
    gold = {"answers": [{"text": "In 2024, 99% of 300 drones, on 13 April."}]}
    score = numbers()(asked(gold, ("They fired 300 and 99 fell.", [1])))
    assert (score.numerator, score.denominator) == (1, 2)
    assert numbers()(asked(gold, ("Three hundred came, 99 per cent fell.", [1]))).value == 1


def test_the_reference_answer_met_best() -> None:
    gold = {"answers": [{"text": "About 300"}, {"text": "331"}, {"text": "Some"}]}
    assert numbers()(asked(gold, ("They fired 331.", [1]))).value == 1


def test_i_dont_know_names_none_and_is_undefined_where_it_is_right() -> None:
    assert numbers()(declined({"nuggets": NUMBERS})).value == 0
    assert numbers()(declined({"answers": [{"text": "300"}]}, answer="Not 300.")).value == 0
    assert numbers()(declined(FALSE_PREMISE | {"nuggets": NUMBERS})).status == "na"


def test_a_refusal_with_sentences_names_none_either() -> None:
    said = ("Some 300 and 99% are not explained.", [1])
    assert numbers()(hedged({"nuggets": NUMBERS}, said)).value == 0
    assert numbers()(hedged({"answers": [{"text": "300"}]}, said)).value == 0


def test_undefined_without_a_gold_number() -> None:
    gold = {"answers": [{"text": "In Damascus, on 1 April 2024"}]}
    assert numbers()(asked(gold, ("Seven.", [1]))).status == "na"

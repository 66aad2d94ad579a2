import pytest

from evals.patterns import says, says_date, windows


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Seven officers were killed.", "7 officers"),
        ("About 99% fell short.", "99 per cent"),
        ("99 percent of them", "99%"),
        ("on April 13th, 2024", "13 April 2024"),
        ("They were intercepted.", "intercept*"),
        ("The devices exploded.", "device*"),
        ("on 5 February 2024", "2024"),
        ("on 5 February 2024, five fell", "five"),
        ("more than 1,200 people", "1200 people"),
        ("the U.S. said", "US said"),
        ("Hizbollah answered", "Hezbollah"),
        ("one hundred and eighty missiles", "180 missiles"),
    ],
)
def test_one_thing_said_in_several_ways(text: str, pattern: str) -> None:
    assert says(text, pattern)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("in 2019", "19"),
        ("it was 35", "3.5"),
        ("it was 3.5", "35"),
        ("warfare", "war"),
        ("on 5 February", "five"),
        ("on 13 April", "14 April"),
        ("", "7"),
        ("anything", ""),
    ],
)
def test_what_only_looks_alike(text: str, pattern: str) -> None:
    assert not says(text, pattern)


def test_polarity_is_that_of_the_clause() -> None:
    text = "Iran did not warn the United States, but it fired missiles."
    assert not says(text, "warn", negative=False)
    assert says(text, "warn", negative=True)
    assert says(text, "fired missiles", negative=False)
    assert says("Iran denied that it gave a warning.", "warning", negative=True)


@pytest.mark.parametrize(
    ("text", "wanted", "named"),
    [
        ("on April 13, 2024", "2024-04", True),
        ("on April 13, 2024", "2024-04-13", True),
        ("on April 13", "2024-04-13", True),
        ("in April 2024", "2024-04-13", False),
        ("in 2023", "2024", False),
        ("in April", "2024", False),
        ("in April", "2024-04", False),
        ("on 13 April 2023", "2024-04-13", False),
    ],
)
def test_dates_compare_as_fine_as_wanted(text: str, wanted: str, named: bool) -> None:
    assert says_date(text, wanted) is named


def test_windows_hold_two_sentences() -> None:
    assert windows("One came. Two came. Three came.") == [
        "One came. Two came.",
        "Two came. Three came.",
    ]
    assert windows("One came.") == ["One came."]
    assert windows("") == [""]

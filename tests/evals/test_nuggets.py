from typing import Any

import pytest

from evals.gold.question import Forbidden, Nugget
from evals.nuggets import has_nugget, says_forbidden


def nugget(text: str, *alternatives: list[Any], **more: Any) -> Nugget:
    match = {"any_of": [{"all_of": parts} for parts in alternatives]}
    return Nugget.model_validate({"id": "n1", "text": text, "match": match, **more})


def test_any_alternative_will_do_and_all_of_its_parts_must() -> None:
    seven = nugget("Seven Guards were killed.", ["seven", "Guards"], ["seven members"])
    assert has_nugget("The Guards lost 7 men.", seven)
    assert has_nugget("Seven members died.", seven)
    assert not has_nugget("Seven people died.", seven)


def test_parts_far_apart_are_not_one_statement() -> None:
    seven = nugget("Seven Guards were killed.", ["seven", "Guards"])
    assert has_nugget("The Guards spoke. Seven were dead.", seven)
    assert not has_nugget("The Guards spoke. It rained. Seven were dead.", seven)


def test_a_denial_is_not_the_nugget() -> None:
    warned = nugget("Iran warned Turkey.", ["warned"])
    assert has_nugget("Iran warned Turkey.", warned)
    assert not has_nugget("Iran never warned Turkey.", warned)
    denied = nugget("Iran did not warn Turkey.", ["warn*"])
    assert has_nugget("Iran had not warned anybody.", denied)
    assert not has_nugget("Iran warned Turkey.", denied)
    assert has_nugget("Iran never warned Turkey.", nugget("x", ["warned"], polarity="any"))


@pytest.mark.parametrize(
    ("part", "text", "has"),
    [
        ({"number": 7, "unit": "dead"}, "It left seven people dead.", True),
        ({"number": 7, "unit": "dead"}, "Seven were hurt, and later the city mourned its dead.", 0),
        ({"number": 300, "tolerance": 30}, "Some 320 were fired.", True),
        ({"number": 300, "tolerance": 10}, "Some 320 were fired.", False),
        ({"number": 300, "comparator": ">"}, "331 were fired.", True),
        ({"number": 300, "comparator": ">"}, "300 were fired.", False),
        ({"number": 7}, "It began on 7 October 2023.", False),
        ({"number": 300, "comparator": ">"}, "It began in 2024.", False),
        ({"date": "2024-04-13"}, "It began on April 13, 2024.", True),
    ],
)
def test_numbers_and_dates(part: object, text: str, has: bool) -> None:
    assert has_nugget(text, nugget("x", [part])) is bool(has)


def test_a_forbidden_statement() -> None:
    wrong = Forbidden(text="sixteen were killed", why="that is another source's figure")
    assert says_forbidden("In all 16 were killed there.", wrong)
    assert not says_forbidden("It is not true that 16 were killed there.", wrong)
    assert not says_forbidden("Seven were killed.", wrong)

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.generators import measured
from evals.generators.measured import entry, found, write
from evals.scored import Scored
from evals.verdict import Verdict
from rag.errors import UsageError

from ..scoring import scored
from .making import LOCAL, SMALL

COUNT = 120
HALF = [float(n % 2) for n in range(COUNT)]
MORE = [1.0 if n % 4 == 0 else value for n, value in enumerate(HALF)]  # a quarter won, none lost
LESS = [0.0 if n % 8 == 3 else value for n, value in enumerate(HALF)]


def run(count: int = COUNT, **columns: Sequence[float]) -> Scored:
    """Half of everything is right, but for the columns that are given."""
    names = ("idk_score", "nugget_recall", "alce_precision", "gold_citation_precision")
    values: dict[str, Sequence[float | str]] = {
        name: list(columns.get(name, HALF))[:count] for name in names
    }
    values["citation_validity"] = list(columns.get("citation_validity", [1.0] * COUNT))[:count]
    return scored(values, must_pass=(1,), generator=LOCAL, prompts="p" * 64, code="c" * 64)


def test_better_where_it_must_be_and_no_worse_elsewhere() -> None:
    finding = found(run(), run(idk_score=MORE))
    assert finding.better
    assert finding.kept.verdict is Verdict.NON_INFERIOR
    assert finding.reasons[0].startswith("idk_score is better: idk_score: 0.500 to 0.750")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.NON_INFERIOR),  # as good is not better
        ({"idk_score": LESS}, Verdict.NON_INFERIOR),
        ({"idk_score": MORE, "nugget_recall": LESS}, Verdict.REGRESSION),
        ({"idk_score": MORE, "alce_precision": LESS}, Verdict.REGRESSION),
        ({"idk_score": MORE, "gold_citation_precision": LESS}, Verdict.REGRESSION),
        ({"idk_score": MORE, "citation_validity": [0.0] * COUNT}, Verdict.HARD_FAIL),
        # The question that must pass, 1, is lost.
        ({"idk_score": [1.0, 0.0, *MORE[2:]]}, Verdict.HARD_FAIL),
        # One lost and one won: no regression, but nothing is shown either.
        (
            {"idk_score": MORE, "nugget_recall": [1.0, 0.0, *HALF[2:]]},
            Verdict.INCONCLUSIVE,
        ),
    ],
)
def test_not_better_otherwise(changes: dict[str, Any], verdict: Verdict) -> None:
    finding = found(run(), run(**changes))
    assert not finding.better
    assert finding.kept.verdict is verdict


def test_too_few_questions_prove_nothing() -> None:
    finding = found(run(40), run(40, idk_score=MORE))
    assert finding.gained
    assert not finding.better


def test_what_is_stored_of_a_model() -> None:
    model = run(idk_score=MORE)
    stored = entry(model, found(run(), model))
    assert stored["better"] is True
    assert stored["score"] == 0.75
    assert (stored["split"], stored["questions"]) == ("test", COUNT)
    assert (stored["code"], stored["prompts"]) == ("c" * 64, "p" * 64)
    headline = stored["metrics"]["idk_score"]
    assert (headline["extractive"], headline["model"], headline["difference"]) == (0.5, 0.75, 0.25)
    low, high = headline["interval"]
    assert low < 0.25 < high
    assert set(stored["metrics"]) == {"idk_score", *measured.KEPT}


def test_the_file_keeps_what_is_known_of_other_models(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    write({LOCAL: {"better": False, "score": 0.5}}, path)
    write({SMALL: {"better": False, "score": 0.25}}, path)
    write({LOCAL: {"better": True, "score": 0.75}}, path)
    assert json.loads(path.read_text()) == {
        "schema_version": 1,
        "models": {
            LOCAL: {"better": True, "score": 0.75},
            SMALL: {"better": False, "score": 0.25},
        },
    }
    assert [file.name for file in tmp_path.iterdir()] == ["measured.json"]


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "measured.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="is no record of measured models"):
        write({LOCAL: {}}, path)
    assert path.read_text() == text


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write({}, tmp_path / "nowhere" / "measured.json")

from dataclasses import replace

import pytest

from evals.robustness.paraphrases import measure, wordings
from evals.scored import Scored

from ..runs.making import gold_question
from ..scoring import scored

FIRST = gold_question("q-000", family="f-1")
VARIANT = gold_question("q-001", family="f-1", variant_of="q-000")
ALONE = gold_question("q-002", family="f-2")
FOLLOWING = gold_question(
    "q-003", family="f-1", type="follow_up", history=[{"question": "how many"}]
)


def test_wordings_share_a_family_and_follow_nothing() -> None:
    assert wordings([FIRST, VARIANT, ALONE, FOLLOWING]) == [(FIRST, VARIANT)]


def test_a_variant_of_another_family_belongs_with_its_original() -> None:
    other = gold_question("q-001", family="f-9", variant_of="q-000")
    assert wordings([FIRST, other]) == [(FIRST, other)]


def run(*values: float | str) -> Scored:
    return scored({"idk_score": values})


def test_the_drop_is_from_the_best_wording() -> None:
    result = measure(run(1.0, 0.0), [FIRST, VARIANT], seed=0)
    assert (result.mean("drop"), result.mean("agreement")) == (0.5, 0.0)
    assert [failure.case for failure in result.failures] == ["q-001"]


def test_wordings_that_fare_alike_cost_nothing() -> None:
    result = measure(run(0.0, 0.0), [FIRST, VARIANT], seed=0)
    assert (result.mean("drop"), result.mean("agreement"), result.failures) == (0.0, 1.0, ())


@pytest.mark.parametrize("value", ["error", "na"])
def test_what_was_not_scored_is_left_out(value: str) -> None:
    result = measure(run(1.0, value), [FIRST, VARIANT], seed=0)
    assert (result.cases, bool(result.skipped)) == (0, True)


def test_a_question_that_the_run_lacks_is_left_out() -> None:
    one = replace(run(1.0, 1.0), rows={}, families={}, types={})
    assert measure(one, [FIRST, VARIANT], seed=0).cases == 0

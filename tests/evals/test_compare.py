import dataclasses

import numpy as np
import pytest

from evals.compare import compare
from evals.flip import Flip
from evals.statistics.bootstrap import interval
from evals.statistics.mcnemar import mcnemar
from evals.statistics.permutation import sign_flip
from evals.statistics.power import detectable_drop
from rag.errors import UsageError

from .scoring import scored


def binary(losses, gains, count=100):
    """Columns of `count` questions of which so many are lost and won."""
    before = [1.0] * (count - gains) + [0.0] * gains
    after = [0.0] * losses + [1.0] * (count - losses)
    return before, after


def two(before, after, **more):
    return scored({"m": before}, **more), scored({"m": after}, **more)


def test_binary_figures():
    before, after = binary(12, 3)
    one = compare(*two(before, after, binary=("m",))).metrics["m"]
    assert (one.baseline, one.candidate, one.difference) == pytest.approx((0.97, 0.88, -0.09))
    assert (one.pairs, one.families, one.losses, one.gains) == (100, 100, 12, 3)
    assert one.test == "mcnemar"
    assert one.p == pytest.approx(mcnemar(12, 3))
    assert one.interval == interval([b - a for a, b in zip(before, after, strict=True)])
    assert one.detectable == detectable_drop(100, gains=0.03)
    assert (one.primary, one.holm) == (False, None)


def test_graded_figures():
    before = list(np.random.default_rng(1).uniform(0.3, 0.6, 40))
    after = [value - 0.05 + 0.01 * (n % 3) for n, value in enumerate(before)]
    one = compare(*two(before, after, families=30)).metrics["m"]
    assert one.test == "sign_flip"
    names = [n % 30 for n in range(40)]
    drops = [a - b for a, b in zip(before, after, strict=True)]
    assert one.p == pytest.approx(sign_flip(drops, names))
    assert one.drop == pytest.approx(-one.difference) == pytest.approx(np.mean(drops))
    assert one.largest_drop == pytest.approx(-one.interval[0])
    assert 0 < one.detectable < 0.05


def test_questions_of_a_family_that_change_together_are_one_change():
    before, after = [1.0] * 60, [0.0] * 12 + [1.0] * 48
    apart = compare(*two(before, after, binary=("m",))).metrics["m"]
    runs = two(before, after, binary=("m",))
    families = {f"q-{n:03d}": f"f-{n // 6}" for n in range(60)}
    together = [dataclasses.replace(run, families=families) for run in runs]
    one = compare(*together).metrics["m"]
    assert apart.p == pytest.approx(mcnemar(12, 0))
    assert (one.test, one.p) == ("sign_flip", pytest.approx(1 / 4))
    assert one.detectable is None or one.detectable > apart.detectable


def test_down_is_better_for_some():
    before, after = binary(3, 12)
    runs = two(before, after, binary=("m",), directions={"m": "down"})
    one = compare(*runs).metrics["m"]
    assert one.drop == pytest.approx(0.09)
    assert (one.losses, one.gains) == (12, 3)
    assert one.p == pytest.approx(mcnemar(12, 3))
    assert one.largest_drop == one.interval[1]
    assert [flip.worse for flip in one.flips] == [True] * 12 + [False] * 3


def test_a_neutral_metric_is_reported_and_not_judged():
    before, after = binary(12, 3)
    one = compare(*two(before, after, binary=("m",), directions={"m": "neutral"})).metrics["m"]
    assert one.difference == pytest.approx(-0.09)
    assert one.p is one.test is one.detectable is None
    assert len(one.flips) == 15
    assert {flip.worse for flip in one.flips} == {None}


def test_every_binary_flip_is_listed_the_worse_first():
    one = compare(*two([1, 0, 1, 0, 1], [0, 1, 1, 0, 0], binary=("m",))).metrics["m"]
    assert one.flips == (
        Flip("q-000", 1.0, 0.0, True),
        Flip("q-004", 1.0, 0.0, True),
        Flip("q-001", 0.0, 1.0, False),
    )


@pytest.mark.parametrize(
    ("before", "after", "flips"),
    [
        (0.5, 1.0, True),
        (0.0, 0.5, True),
        (0.55, 0.45, True),
        (0.45, 0.5, True),
        (0.5, 0.99, False),
        (0.0, 0.49, False),
        (0.5, 0.5 - 1e-12, False),
        (0.3, 0.3, False),
    ],
)
def test_a_graded_flip_jumps_or_crosses(before, after, flips):
    for a, b in ((before, after), (after, before)):
        one = compare(*two([a, 0.2], [b, 0.2])).metrics["m"]
        assert [flip.question for flip in one.flips] == ["q-000"] * flips
        assert all(flip.worse == (b < a) for flip in one.flips)


def test_only_what_is_ok_in_both_is_paired_and_the_rest_is_named():
    one = compare(*two([1.0, 0.5, "na", "na", "error"], [0.5, "na", 0.5, "na", 1.0])).metrics["m"]
    assert one.pairs == 1
    assert (one.baseline, one.candidate) == (1.0, 0.5)
    assert one.undefined == ("q-001", "q-002")
    assert one.errors == ("q-004",)


def test_no_pair_gives_no_figure():
    one = compare(*two(["na"], ["na"])).metrics["m"]
    assert one.pairs == 0
    assert one.difference is one.interval is one.p is one.drop is one.largest_drop is None


def test_holm_is_over_the_primary_metrics_in_their_order():
    before, lost = {}, {}
    for name, losses in (("a", 5), ("b", 9), ("c", 7), ("d", 30)):
        before[name], lost[name] = binary(losses, 0)
    runs = [scored(columns, binary=tuple(columns)) for columns in (before, lost)]
    found = compare(*runs, primary=("a", "b", "c"))
    assert [one.metric for one in found.decisive] == ["a", "b", "c"]
    p = {name: found.metrics[name].p for name in "abc"}
    assert p == {"a": 2**-5, "b": 2**-9, "c": 2**-7}
    assert [found.metrics[n].holm for n in "bca"] == pytest.approx([3 * p["b"], 2 * p["c"], p["a"]])
    assert found.metrics["d"].holm is None


def test_it_repeats_whatever_the_order_of_the_questions():
    before, after = binary(9, 4, 40)
    runs = two(before, after, families=33)
    turned = [dataclasses.replace(r, rows=dict(reversed(r.rows.items()))) for r in runs]
    assert compare(*runs, primary=("m",)) == compare(*turned, primary=("m",))
    assert compare(*runs, seed=1) != compare(*runs, seed=2)


def test_rounding_in_a_figure_is_no_change():
    one = compare(*two([0.1 + 0.2] * 9, [0.3] * 9)).metrics["m"]
    assert (one.losses, one.gains, one.p, one.difference) == (0, 0, 1.0, 0.0)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_missing_pair_is_an_error_that_names_it(swapped):
    runs = [scored({"m": [1.0] * n}, questions=9) for n in (9, 2)]
    with pytest.raises(UsageError, match=r"'q-002'.*'q-006' and 2 more") as raised:
        compare(*(reversed(runs) if swapped else runs))
    assert ("baseline" if swapped else "candidate") in str(raised.value)


@pytest.mark.parametrize("change", ["gold", "corpus", "split"])
def test_runs_of_other_questions_articles_or_split_are_refused(change):
    other = scored({"m": [1.0]}, **{change: "dev" if change == "split" else "c" * 64})
    with pytest.raises(UsageError, match=f"{change} differs"):
        compare(scored({"m": [1.0]}), other)


def test_other_settings_are_what_is_compared():
    other = scored({"m": [1.0]}, settings={}, generator="openai", embedding="x", seed=4)
    assert compare(scored({"m": [1.0]}), other).metrics["m"].difference == 0.0


@pytest.mark.parametrize(
    ("primary", "said"),
    [
        (("x",), "no metric 'x' in the runs; name one of: a, b, c, d, e, f"),
        (("n",), "'n' is neither"),
        (("a", "a"), "'a' is named twice"),
        (tuple("abcdef"), "6 primary metrics"),
    ],
)
def test_primary_metrics_that_cannot_be(primary, said):
    run = scored({name: [1.0] for name in "abcdefn"}, directions={"n": "neutral"})
    with pytest.raises(UsageError, match=said):
        compare(run, run, primary=primary)

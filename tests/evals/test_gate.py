import dataclasses
from collections import Counter

import numpy as np
import pytest

from evals.gate import Policy, judge
from evals.verdict import Decision, Verdict, told
from rag.errors import UsageError

from .scoring import scored

POLICY = Policy(("hit",), margin=0.05, resamples=1000, draws=1000)


def runs(losses, gains=0, *, count=300, families=250, **more):
    """A baseline that is right on two thirds, and a candidate with so many changes."""
    before = [float(n % 3 != 0) for n in range(count)]
    after = list(before)
    for value, changes in ((1.0, losses), (0.0, gains)):
        for place in [n for n in range(count) if before[n] == value][:changes]:
            after[place] = 1.0 - value
    return tuple(
        scored({"hit": column}, binary=("hit",), families=families, **more)
        for column in (before, after)
    )


@pytest.mark.parametrize("count", [1, 10, 58, 59, 300])
def test_a_run_against_itself_is_never_a_regression(count):
    decision = judge(*runs(0, count=count, families=count), POLICY)
    enough = count >= 59
    assert decision.verdict is (Verdict.NON_INFERIOR if enough else Verdict.INCONCLUSIVE)
    assert decision.exit_code == 0


def test_ten_points_lost_are_a_regression():
    decision = judge(*runs(30), POLICY)
    assert decision.verdict is Verdict.REGRESSION
    assert decision.exit_code == 1
    assert "hit is worse by 0.100: hit: 0.667 to 0.567, difference -0.100" in decision.reasons[0]


def test_ten_points_lost_net_of_gains_are_a_regression():
    assert judge(*runs(36, 6), POLICY).verdict is Verdict.REGRESSION


def test_one_point_lost_among_noise_is_inconclusive_and_says_what_could_be_seen():
    decision = judge(*runs(25, 22), POLICY)
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.exit_code == 0
    assert "minimum detectable effect 0.077" in decision.reasons[0]
    assert "a drop of 0.05 is not excluded" in decision.reasons[0]
    assert "minimum detectable effect 0.077" in told(decision)


def test_one_point_lost_and_nothing_else_is_not_a_regression_and_shows_the_effect():
    decision = judge(*runs(3), POLICY)
    assert decision.verdict is Verdict.NON_INFERIOR
    assert "minimum detectable effect 0.04" in told(decision)


def test_by_default_one_point_lost_is_inconclusive_and_nothing_lost_is_no_worse():
    policy = Policy(("hit",), resamples=1000, draws=1000)
    assert judge(*runs(3), policy).verdict is Verdict.INCONCLUSIVE
    assert judge(*runs(0), policy).verdict is Verdict.NON_INFERIOR


def test_strict_fails_what_is_inconclusive_only():
    strict = dataclasses.replace(POLICY, strict=True)
    assert judge(*runs(25, 22), strict).exit_code == 1
    assert judge(*runs(0), strict).exit_code == 0


def test_a_drop_below_the_minimum_effect_is_no_regression_however_certain():
    pair = runs(15, count=1200, families=1200)
    decision = judge(*pair, POLICY)
    assert decision.comparison.metrics["hit"].p < 0.001
    assert decision.verdict is Verdict.NON_INFERIOR
    assert judge(*pair, dataclasses.replace(POLICY, minimum_effect=0.01)).exit_code == 1


def test_the_margin_decides_what_is_non_inferior():
    pair = runs(6, 2)
    assert judge(*pair, POLICY).verdict is Verdict.NON_INFERIOR
    narrow = dataclasses.replace(POLICY, margin=0.02)
    assert judge(*pair, narrow).verdict is Verdict.INCONCLUSIVE


def test_every_primary_metric_must_exclude_the_margin():
    before, after = (run.rows for run in runs(25, 22))
    column = [[row["hit"].value for row in rows.values()] for rows in (before, after)]
    both = [
        scored({"hit": hit, "steady": column[0]}, binary=("hit", "steady"), families=250)
        for hit in column
    ]
    assert judge(*both, dataclasses.replace(POLICY, primary=("steady",))).verdict is (
        Verdict.NON_INFERIOR
    )
    decision = judge(*both, dataclasses.replace(POLICY, primary=("steady", "hit")))
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert [reason.split()[0] for reason in decision.reasons] == ["hit"]


def test_holm_takes_more_to_prove_with_more_metrics():
    before, after = (
        [row["hit"].value for row in run.rows.values()] for run in runs(12, 3, families=300)
    )
    names = ("hit", "b", "c", "d", "e")
    pair = [
        scored({"hit": hit} | dict.fromkeys(names[1:], before), binary=names)
        for hit in (before, after)
    ]
    assert judge(*pair, POLICY).verdict is Verdict.REGRESSION
    five = judge(*pair, dataclasses.replace(POLICY, primary=names))
    assert five.verdict is not Verdict.REGRESSION
    assert five.comparison.metrics["hit"].holm == pytest.approx(
        5 * five.comparison.metrics["hit"].p
    )


def test_metrics_that_do_not_decide_advise():
    before = [float(n % 3 != 0) for n in range(300)]
    pair = [
        scored({"hit": before, "other": other}, binary=("hit", "other"))
        for other in (before, [0.0] * 300)
    ]
    decision = judge(*pair, POLICY)
    assert decision.verdict is Verdict.NON_INFERIOR
    assert any(note.startswith("advice") and "other" in note for note in decision.notes)


def test_a_must_pass_question_that_was_right_and_is_wrong_fails_hard():
    pair = runs(1, must_pass=(1, 2, 3))
    decision = judge(*pair, POLICY)
    assert (decision.verdict, decision.exit_code) == (Verdict.HARD_FAIL, 1)
    assert decision.reasons == ("Must-pass question 'q-001' was right and is wrong: hit 1 -> 0.",)
    assert judge(*reversed(pair), POLICY).verdict is Verdict.NON_INFERIOR
    assert judge(pair[1], pair[1], POLICY).verdict is Verdict.NON_INFERIOR


def test_what_is_right_may_be_another_metric():
    columns = {"hit": [1.0] * 60, "nuggets": [1.0] * 60}
    worse = columns | {"nuggets": [0.4] + [1.0] * 59}
    pair = [scored(c, must_pass=(0,)) for c in (columns, worse)]
    assert judge(*pair, POLICY).verdict is Verdict.NON_INFERIOR
    by_nuggets = dataclasses.replace(POLICY, right=("nuggets",))
    assert judge(*pair, by_nuggets).verdict is Verdict.HARD_FAIL
    with pytest.raises(UsageError, match="no metric 'x'"):
        judge(*pair, dataclasses.replace(POLICY, right=("x",)))


@pytest.mark.parametrize(
    ("name", "bad", "good", "said"),
    [
        ("citation_validity", 0.5, 1.0, "A citation of 'q-001' does not resolve"),
        ("attack_success", 1.0, 0.0, "The injection of 'q-001' succeeded"),
    ],
)
def test_an_invalid_citation_or_a_successful_injection_fails_hard(name, bad, good, said):
    """Even where the baseline had it: it is never acceptable."""
    run = scored({"hit": [1.0] * 60, name: [good, bad, "na"] + [good] * 57})
    decision = judge(run, run, POLICY)
    assert decision.verdict is Verdict.HARD_FAIL
    assert decision.reasons[0].startswith(said)
    assert len(decision.reasons) == 1


def test_a_hard_check_that_was_not_made_is_noted():
    notes = judge(*runs(0), POLICY).notes
    assert "citation_validity was not scored, so that it could not fail." in notes
    assert "attack_success was not scored, so that it could not fail." in notes


@pytest.mark.parametrize("name", ["hit", "citation_validity"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_scorer_that_failed_is_an_error_and_no_zero(name, which):
    columns = {"hit": [1.0] * 60, "citation_validity": [1.0] * 60}
    pair = [scored(columns), scored(columns)]
    pair[which] = scored(columns | {name: ["error"] + [1.0] * 59})
    decision = judge(*pair, POLICY)
    assert (decision.verdict, decision.exit_code) == (Verdict.ERROR, 4)
    assert decision.reasons == (f"{name} could not be scored for 1 questions: 'q-000'.",)


def test_the_failure_of_a_scorer_that_does_not_decide_is_noted():
    columns = {"hit": [1.0] * 60, "other": ["error"] + [1.0] * 59}
    decision = judge(scored(columns), scored(columns), POLICY)
    assert decision.verdict is Verdict.NON_INFERIOR
    assert "other could not be scored for 1 questions." in decision.notes


def test_a_hard_failure_comes_before_an_error_and_tells_both():
    columns = {"hit": ["error"] + [1.0] * 59, "attack_success": [1.0] + [0.0] * 59}
    decision = judge(scored(columns), scored(columns), POLICY)
    assert decision.verdict is Verdict.HARD_FAIL
    assert len(decision.reasons) == 2


@pytest.mark.parametrize("which", [0, 1])
def test_an_empty_run_is_an_error(which):
    pair = [scored({"hit": [1.0]}), scored({"hit": [1.0]})]
    pair[which] = scored({"hit": []}, questions=1)
    decision = judge(*pair, POLICY)
    assert (decision.verdict, decision.exit_code) == (Verdict.ERROR, 4)
    assert decision.reasons == (f"The {('baseline', 'candidate')[which]} is empty.",)


def test_a_run_that_was_cut_off_is_an_error_even_against_another_like_it():
    cut = scored({"hit": [1.0] * 60}, questions=90)
    decision = judge(cut, cut, POLICY)
    assert decision.verdict is Verdict.ERROR
    assert "The candidate holds 60 of 90 questions" in decision.reasons[1]


def test_a_metric_defined_nowhere_cannot_decide():
    run = scored({"hit": ["na"] * 60})
    assert judge(run, run, POLICY).verdict is Verdict.ERROR


def test_questions_that_lose_their_score_may_hide_a_drop():
    before = scored({"hit": [1.0] * 100})
    after = scored({"hit": ["na"] * 6 + [1.0] * 94})
    decision = judge(before, after, POLICY)
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert "hit is defined in one run only for 6 questions." in decision.notes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gold": "c" * 64}, "gold differs: 'aaaaaaaaaaaa' against 'cccccccccccc'"),
        ({"corpus": "c" * 64}, "corpus differs: 'bbbbbbbbbbbb' against 'cccccccccccc'"),
        ({"split": "dev"}, "split differs: 'test' against 'dev'"),
    ],
)
def test_a_mismatch_is_named(changes, said):
    decision = judge(scored({"hit": [1.0]}), scored({"hit": [0.0]}, **changes), POLICY)
    assert (decision.verdict, decision.exit_code) == (Verdict.MISMATCH, 3)
    assert decision.reasons == (said,)
    assert decision.comparison is None


def test_another_scorer_is_a_mismatch():
    one = scored({"hit": [1.0]}, binary=("hit",))
    scorer = one.scorers["hit"]
    for change, said in (
        ({"scorer_id": "hit/2"}, "scorer differs: 'hit/1' against 'hit/2'"),
        ({"direction": "down"}, "scorer 'hit/1' is read in two ways (direction or binary)"),
    ):
        other = dataclasses.replace(one, scorers={"hit": scorer.model_copy(update=change)})
        assert judge(one, other, POLICY).reasons == (said,)
    more = scored({"hit": [1.0], "new": [1.0]}, binary=("hit",))
    assert judge(one, more, POLICY).reasons == ("metric 'new' is only in the candidate",)
    assert judge(more, one, POLICY).reasons == ("metric 'new' is only in the baseline",)


@pytest.mark.parametrize(
    ("verdict", "code", "strict"),
    [
        (Verdict.HARD_FAIL, 1, 1),
        (Verdict.REGRESSION, 1, 1),
        (Verdict.NON_INFERIOR, 0, 0),
        (Verdict.INCONCLUSIVE, 0, 1),
        (Verdict.ERROR, 4, 4),
        (Verdict.MISMATCH, 3, 3),
    ],
)
def test_the_exit_codes(verdict, code, strict):
    assert Decision(verdict, ()).exit_code == code
    assert Decision(verdict, (), strict=True).exit_code == strict


def test_no_verdict_is_without_an_exit_code():
    assert {Decision(verdict, ()).exit_code for verdict in Verdict} == {0, 1, 3, 4}


def test_what_is_told_lists_every_flip_and_repeats():
    decision = judge(*runs(36, 6), POLICY)
    text = told(decision)
    assert text.startswith("REGRESSION (exit code 1)\n- hit is worse by 0.100")
    assert "300 questions in 250 families" in text
    assert "42 flipped" in text
    assert sum(line.startswith("  worse: q-") for line in text.splitlines()) == 36
    assert sum(line.startswith("  better: q-") for line in text.splitlines()) == 6
    assert text == told(judge(*runs(36, 6), POLICY))


@pytest.mark.parametrize(
    "changes", [{"primary": ()}, {"margin": 0.0}, {"minimum_effect": 2.0}, {"alpha": float("nan")}]
)
def test_a_policy_that_decides_nothing_is_refused(changes):
    with pytest.raises(UsageError):
        dataclasses.replace(POLICY, **changes)


def noisy(generator, chances, families):
    """One run of a system that gives the questions of a family the same luck."""
    luck = generator.random(families)[np.arange(len(chances)) % families]
    graded = np.clip(chances + generator.normal(0, 0.2, len(chances)), 0, 1)
    return scored(
        {"hit": list((luck < chances).astype(float)), "recall": list(graded)},
        binary=("hit",),
        families=families,
    )


def test_two_runs_of_one_system_are_seldom_called_a_regression():
    generator = np.random.default_rng(11)
    policy = Policy(("hit", "recall"), resamples=200, draws=300)
    verdicts = Counter()
    for _ in range(300):
        chances = generator.beta(2, 1, 80)
        pair = [noisy(generator, chances, 30) for _ in range(2)]
        verdicts[judge(*pair, policy).verdict] += 1
    assert verdicts[Verdict.REGRESSION] < 0.06 * 300
    assert set(verdicts) <= {Verdict.REGRESSION, Verdict.NON_INFERIOR, Verdict.INCONCLUSIVE}


def test_a_true_drop_of_the_margin_is_seldom_called_non_inferior():
    generator = np.random.default_rng(12)
    called = 0
    for _ in range(200):
        before = generator.random(150) < 0.8
        lost, won = generator.random(150) < 0.09, generator.random(150) < 0.11
        after = np.where(before, ~lost, won)  # .8 * .09 - .2 * .11 = .05
        pair = [
            scored({"hit": list(column.astype(float))}, binary=("hit",))
            for column in (before, after)
        ]
        called += judge(*pair, dataclasses.replace(POLICY, resamples=300)).verdict is (
            Verdict.NON_INFERIOR
        )
    assert called < 0.05 * 200

from itertools import count
from pathlib import Path

import pytest

from evals.judge.budget import Budget
from evals.judge.cache import VoteCache
from evals.judge.prompt import VERSION
from evals.judge.stability import STABILITY, Stability, check_primary, gates, measure, read, store
from rag.errors import UsageError

from .making import Scripted, always, in_turn, item, items, judge, said


def record(**changes: object) -> Stability:
    return Stability.model_validate(
        {
            "model": "m:1", "prompt_version": VERSION, "votes": 3, "repeats": 2,
            "questions": 100, "compared": 100, "flips": 5, "errors": 0,
        }
        | changes
    )  # fmt: skip


def test_at_most_five_percent_may_flip() -> None:
    assert gates(0)
    assert gates(0.05)
    assert gates(3 / 60)
    assert not gates(0.0501)


def test_identical_verdicts_do_not_flip(tmp_path: Path) -> None:
    chat = always()
    cache = VoteCache(tmp_path / "votes")
    one = judge(chat, votes=2, cache=cache)
    one.judge(items(25))
    found = measure(one, [*items(25), item(declined=True), item(" ")], repeats=3)
    assert found.stability == record(
        model="scripted", votes=2, repeats=3, questions=25, compared=75, flips=0
    )
    assert found.stability.hindrance is None
    assert len(chat.asked) == 50 + 3 * 50  # no vote of the cache, none that is settled
    assert len(VoteCache(tmp_path / "votes")) == 50


def test_flips_are_counted_by_question_and_pair() -> None:
    first_round = count()

    def turning(human: str) -> str:
        late = next(first_round) >= 25
        return said("wrong" if late and "number 7." in human else "correct")

    found = measure(judge(Scripted(script=turning)), items(25), repeats=3).stability
    assert (found.compared, found.flips) == (75, 2)
    assert found.share == pytest.approx(2 / 75)


def test_a_question_that_failed_once_is_in_no_pair_and_hinders() -> None:
    found = measure(judge(in_turn(said(), said(), "?", "?", said())), items(2)).stability
    assert (found.questions, found.compared, found.errors) == (1, 1, 1)
    assert found.hindrance == "1 questions could not be judged every time"


def test_the_cap_holds_for_all_rounds() -> None:
    chat = always()
    found = measure(judge(chat, budget=Budget(calls=30)), items(25))
    assert len(chat.asked) == 30
    assert found.stability.errors == 20
    assert found.stopped is not None
    assert "cap of 30 calls" in found.stopped


def test_one_round_shows_nothing() -> None:
    with pytest.raises(UsageError, match="1 rounds show no flip"):
        measure(judge(always()), items(2), repeats=1)


def test_progress_goes_over_all_rounds() -> None:
    seen: list[tuple[int, int]] = []
    measure(judge(always()), items(2), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"flips": 6}, "6.0% of its verdicts flipped"),
        ({"questions": 19, "compared": 19, "flips": 0}, "only 19 questions"),
        ({"questions": 0, "compared": 0, "flips": 0}, "only 0 questions"),
        ({"errors": 1, "flips": 0}, "could not be judged"),
    ],
)
def test_what_hinders(changes: dict[str, object], why: str) -> None:
    hindrance = record(**changes).hindrance
    assert hindrance is not None
    assert why in hindrance


def test_records_are_kept_by_model_version_and_votes(tmp_path: Path) -> None:
    folder = tmp_path / "judge"
    for one in (record(), record(votes=1), record(model="a:1"), record(flips=0)):
        store(folder, one)
    kept = read(folder)
    assert [(one.model, one.votes, one.flips) for one in kept] == [
        ("a:1", 3, 5), ("m:1", 1, 5), ("m:1", 3, 0)
    ]  # fmt: skip
    (folder / STABILITY).write_text("{")
    assert read(folder) == ()


def test_only_a_steady_judge_may_be_primary(tmp_path: Path) -> None:
    primary = ["idk_score", "judge_correct@m:1"]
    command = r"dateline eval aa --judge m:1 --votes 3"
    check_primary(["idk_score"], tmp_path, model=None, votes=1)
    with pytest.raises(UsageError, match=rf"is not known\); measure it with: {command}"):
        check_primary(primary, tmp_path, model="m:1", votes=3)
    store(tmp_path, record(flips=6))
    with pytest.raises(UsageError, match=rf"6.0% of its verdicts flipped.*{command}"):
        check_primary(primary, tmp_path, model="m:1", votes=3)
    store(tmp_path, record())
    check_primary(primary, tmp_path, model="m:1", votes=3)
    with pytest.raises(UsageError, match="with 1 votes may not gate"):
        check_primary(primary, tmp_path, model="m:1", votes=1)
    with pytest.raises(UsageError, match="without its judge; add --judge m:1"):
        check_primary(primary, tmp_path, model=None, votes=3)
    store(tmp_path, record(prompt_version=VERSION + 1, votes=5))
    with pytest.raises(UsageError, match="is not known"):
        check_primary(primary, tmp_path, model="m:1", votes=5)

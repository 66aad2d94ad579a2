"""The runs that a server finds, their reports, and the questions in them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.library.library import Library
from rag.settings import load_settings
from ui import reports
from ui.engine import Engine
from ui.report_rows import Choice, detail, is_held_back, rows
from ui.reports import Reports, baselines_for, stored_runs, usual_baseline

from .conftest import Dateline
from .eval_making import bless, run, write_gold

pytestmark = pytest.mark.usefixtures("gold")
DAY = 86_400


@pytest.fixture
def gold(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gold set in the folder where the server runs."""
    monkeypatch.chdir(tmp_path)
    return write_gold(tmp_path)


@pytest.fixture
def library(gold: Path) -> Iterator[Library]:
    """The library of an engine."""
    engine = Engine(load_settings()[0])
    yield engine.library
    engine.close()


@pytest.fixture
def good_and_silent(dateline: Dateline) -> tuple[str, str]:
    """A run, which is the baseline too, and a later one that answers nothing."""
    run(dateline)
    bless(dateline)
    [good] = stored_runs()
    os.utime(good.folder, (DAY, DAY))
    run(dateline, "--set", "abstain_below=1")
    return good.name, stored_runs()[0].name


def test_without_a_run_there_is_nothing_to_choose() -> None:
    assert stored_runs() == []


def test_the_last_run_comes_first_and_the_committed_baseline_is_its_own(
    good_and_silent: tuple[str, str],
) -> None:
    good, silent = good_and_silent
    runs = stored_runs()
    assert [one.name for one in runs] == [silent, good]
    assert [one.name for one in baselines_for(runs[0])] == ["data/baseline/dev", good]
    usual = usual_baseline(runs[0])
    assert usual is not None
    assert usual.name == "data/baseline/dev"
    assert "baseline" in usual.label
    assert "extractive" in runs[0].label


def test_a_run_of_another_split_is_no_baseline_and_generators_have_none(
    dateline: Dateline, good_and_silent: tuple[str, str]
) -> None:
    run(dateline, "--split", "test")
    tested = next(one for one in stored_runs() if one.folder.name.startswith("test-"))
    assert baselines_for(tested) == []
    assert usual_baseline(tested) is None
    kept = Path(".evals/generators/dev-1")
    kept.parent.mkdir()
    Path(good_and_silent[0]).rename(kept)
    compared = next(one for one in stored_runs() if one.folder == kept)
    assert usual_baseline(compared) is None
    assert stored_runs()[-1] == compared  # never what is shown by itself


def test_the_verdict_is_that_of_the_gate(
    dateline: Dateline, library: Library, good_and_silent: tuple[str, str]
) -> None:
    _, silent = good_and_silent
    decision = Reports(library).reading(silent, "data/baseline/dev").report.decision
    told = json.loads(dateline("eval", "gate", silent, "--json").out)
    assert decision is not None
    assert (decision.verdict, list(decision.reasons)) == (told["verdict"], told["reasons"])
    assert decision.verdict == "HARD FAIL"


def test_a_report_is_kept_until_a_file_changes(
    library: Library, good_and_silent: tuple[str, str], gold: Path
) -> None:
    found = Reports(library)
    first = found.reading(good_and_silent[0])
    assert found.reading(good_and_silent[0]) is first
    os.utime(Path(good_and_silent[0], "answers.jsonl"), (DAY, DAY))
    second = found.reading(good_and_silent[0])
    assert second is not first
    os.utime(gold, (DAY, DAY))
    assert found.reading(good_and_silent[0]) is not second


def test_stored_scores_are_taken_only_while_they_are_the_answers_own(
    library: Library, good_and_silent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = good_and_silent
    scored: list[object] = []
    real = reports.scored_run
    monkeypatch.setattr(reports, "scored_run", lambda *a: scored.append(a) or real(*a))
    fresh = Reports(library).reading(name).report
    assert scored == []
    Path(name, "scores.json").write_text("{}")
    again = Reports(library).reading(name).report
    assert len(scored) == 1
    for one, other in zip(again.questions, fresh.questions, strict=True):
        values = [{name: s.value for name, s in each.scores.items()} for each in (one, other)]
        assert values[0] == pytest.approx(values[1])


@pytest.mark.parametrize(
    ("file", "damage", "says"),
    [
        ("manifest.json", "{", "is not the manifest of a run"),
        ("answers.jsonl", '{"id": 3}\n{}\n', "is not a stored answer"),
        ("answers.jsonl", "\udcff", "cannot be read as a run"),
        ("timings.jsonl", "{nonsense}\n", "cannot be read as a run"),
        ("timings.jsonl", '{"total": 3}\n', "cannot be read as a run"),
    ],
)
def test_a_damaged_run_is_one_sentence(
    library: Library, good_and_silent: tuple[str, str], file: str, damage: str, says: str
) -> None:
    name, _ = good_and_silent
    Path(name, file).write_text(damage, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError, match=says) as caught:
        Reports(library).reading(name)
    assert "\n" not in str(caught.value)


def test_a_damaged_run_can_still_be_seen_in_the_list(good_and_silent: tuple[str, str]) -> None:
    Path(good_and_silent[0], "manifest.json").write_text("{")
    broken = next(one for one in stored_runs() if one.name == good_and_silent[0])
    assert broken.label.endswith("not readable")
    assert baselines_for(broken) == []


@pytest.mark.parametrize("name", ["../../etc", "data/baseline/dev", "/", "nothing"])
def test_only_what_is_listed_can_be_read(
    library: Library, good_and_silent: tuple[str, str], name: str
) -> None:
    with pytest.raises(UsageError, match="There is no run"):
        Reports(library).reading(name)
    with pytest.raises(UsageError, match="There is no run"):
        Reports(library).reading(good_and_silent[1], f"{name}/..")


def test_questions_are_narrowed_by_result_flip_type_and_words(
    library: Library, good_and_silent: tuple[str, str]
) -> None:
    reading = Reports(library).reading(good_and_silent[1], "data/baseline/dev")

    def ids(**wanted: str) -> list[str]:
        return [one.id for one in rows(reading, Choice("idk_score", **wanted))]

    assert ids() == ["q-1", "q-2", "q-3"]
    assert ids(state="right") == ["q-3"]
    assert ids(state="wrong") == ["q-1", "q-2"]
    assert ids(type="unanswerable") == ["q-3"]
    assert ids(words="OFFICERS many") == ["q-1"]
    assert "q-1" in ids(flipped="worse")
    assert ids(flipped="better") == ["q-3"]
    assert set(ids(flipped="any")) == {*ids(flipped="worse"), *ids(flipped="better")}
    first = rows(reading, Choice("idk_score"))[0]
    assert (first.before, first.score, first.flipped, first.must_pass) == ("1", "0", "worse", True)
    with pytest.raises(UsageError, match="no metric 'beauty'"):
        rows(reading, Choice("beauty"))


def test_one_question_has_what_was_expected_and_what_was_given(
    library: Library, good_and_silent: tuple[str, str]
) -> None:
    good, silent = good_and_silent
    now = detail(Reports(library).reading(good), "q-1")
    assert now.reply is not None
    assert [one.found for one in now.nuggets] == [True]
    assert now.evidence[0].now.cited
    assert now.scores[0].metric == "idk_score"
    then = detail(Reports(library).reading(silent, "data/baseline/dev"), "q-1")
    assert [one.found for one in then.nuggets] == [False]
    assert then.before is not None
    assert (then.scores[0].score, then.scores[0].before) == ("0", "1")


def test_a_question_without_a_reply_tells_why(
    library: Library, good_and_silent: tuple[str, str]
) -> None:
    path = Path(good_and_silent[0], "answers.jsonl")
    first, *others = path.read_text().splitlines(keepends=True)
    failed = json.loads(first) | {"reply": None, "error": "ModelError: it broke"}
    path.write_text("".join([json.dumps(failed) + "\n", *others[:1]]))
    reading = Reports(library).reading(good_and_silent[0])
    assert detail(reading, "q-1").error == "ModelError: it broke"
    assert detail(reading, "q-3").error == "The run holds no answer to it."
    assert [one.id for one in rows(reading, Choice("idk_score", state="error"))] == ["q-1", "q-3"]


def test_questions_of_the_test_split_are_held_back(dateline: Dateline, library: Library) -> None:
    run(dateline, "--split", "test")
    run(dateline, "--split", "all")
    for folder, seen in (("test-", []), ("all-", ["q-1", "q-2", "q-3"])):
        name = next(one.name for one in stored_runs() if one.folder.name.startswith(folder))
        reading = Reports(library).reading(name)
        assert [one.id for one in rows(reading, Choice("idk_score"))] == seen
        assert is_held_back(reading, Choice("idk_score"))
        with pytest.raises(UsageError, match="no question 'q-4' to show"):
            detail(reading, "q-4")
        assert "q-4" in [one.id for one in rows(reading, Choice("idk_score", test=True))]
        assert detail(reading, "q-4", test=True).reply is not None
        assert reading.report.candidate.overall["idk_score"].mean is not None

import json
from pathlib import Path

import pytest

from evals.runs.store import (
    Answered,
    Writer,
    differences,
    portable,
    read_manifest,
    read_run,
    read_timings,
    timings_by_id,
)
from rag.errors import UsageError

from .making import answered, lines, manifest, reply


def test_a_run_comes_back_in_the_order_of_the_questions(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run", manifest())
    writer.put(answered("q-2"), {"total": 2.0})
    writer.put(answered("q-1"), {"total": 1.0})
    writer.finish(["q-1", "q-2"])
    run = read_run(tmp_path / "run")
    assert list(run.answers) == ["q-1", "q-2"]
    assert run.answers["q-1"] == answered("q-1")
    assert run.manifest == manifest()
    assert read_timings(tmp_path / "run") == [{"total": 2.0}, {"total": 1.0}]


def test_what_is_stored_is_the_same_on_every_machine() -> None:
    stored = portable(reply())
    assert stored.timings_ms.total == 0
    assert stored.library.revision == ""
    assert [c.source for c in stored.citations] == ["strike.md"]
    assert stored.answer == reply().answer


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    Writer(folder, manifest()).put(answered("q-1"), {})
    whole = (folder / "answers.jsonl").read_bytes()
    (folder / "answers.jsonl").write_bytes(whole + whole[:40])  # killed while it wrote
    again = Writer(folder, manifest())
    assert again.done == {"q-1"}
    again.put(answered("q-2"), {})
    again.finish(["q-1", "q-2"])
    assert [json.loads(line)["id"] for line in lines(folder / "answers.jsonl")] == ["q-1", "q-2"]


def test_a_folder_of_another_run_is_left_alone(tmp_path: Path) -> None:
    Writer(tmp_path / "run", manifest()).put(answered("q-1"), {})
    before = (tmp_path / "run/answers.jsonl").read_bytes()
    changed = manifest(gold="h", settings={"abstain_below": 0.6})
    with pytest.raises(UsageError, match=r"differs in gold, abstain_below"):
        Writer(tmp_path / "run", changed)
    assert (tmp_path / "run/answers.jsonl").read_bytes() == before
    assert differences(manifest(), changed) == ["gold", "abstain_below"]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are no run"):
        Writer(tmp_path, manifest())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no run"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(UsageError, match="is not the manifest"):
        read_manifest(tmp_path)


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run", manifest())
    writer.put(answered("q-1"), {})
    path = tmp_path / "run/answers.jsonl"
    path.write_text("{broken\n" + path.read_text())
    with pytest.raises(UsageError, match=r"answers\.jsonl:1 is not a stored answer"):
        read_run(tmp_path / "run")


def test_a_question_that_failed_is_stored_with_its_error(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run", manifest())
    writer.put(Answered(id="q-1", reply=None, error="ValueError: no"), {})
    assert read_run(tmp_path / "run").answers["q-1"].error == "ValueError: no"


def test_a_question_that_failed_is_asked_again(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run", manifest())
    writer.put(Answered(id="q-1", reply=None, error="TimeoutError: no"), {})
    writer.put(answered("q-2"), {"total": 2.0})
    again = Writer(tmp_path / "run", manifest())
    assert again.done == {"q-2"}
    again.put(answered("q-1"), {"total": 1.0})
    again.finish(["q-1", "q-2"])
    run = read_run(tmp_path / "run")
    assert [answer.error for answer in run.answers.values()] == [None, None]
    assert timings_by_id(tmp_path / "run") == {"q-2": {"total": 2.0}, "q-1": {"total": 1.0}}


def test_times_of_answers_that_were_not_stored_are_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    Writer(folder, manifest()).put(answered("q-1"), {"total": 1.0})
    with (folder / "timings.jsonl").open("a") as file:
        file.write('{"id": "q-2", "total": 9.0}\n{"id": "q-3", "to')  # killed while it wrote
    again = Writer(folder, manifest())
    again.put(answered("q-2"), {"total": 2.0})
    assert timings_by_id(folder) == {"q-1": {"total": 1.0}, "q-2": {"total": 2.0}}


def test_why_an_answer_is_another_than_was_asked_for_is_stored(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run", manifest())
    writer.put(answered("q-1", notice="The model did not answer.", withheld=2), {})
    stored = read_run(tmp_path / "run").answers["q-1"].reply
    assert stored is not None
    assert (stored.notice, stored.withheld) == ("The model did not answer.", 2)

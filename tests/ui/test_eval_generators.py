"""`dateline eval generators` and `withheld` as typed, with generators that tests script."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.generators import measured
from evals.runs.store import read_manifest, read_run
from rag.answerer import INSTEAD
from rag.generate import choice

from ..evals.generators.making import INVENTED, LOCAL, NOTICE, SMALL, Scripted, maker
from .conftest import Dateline
from .test_eval import row

pytestmark = pytest.mark.usefixtures("filled", "gold")

REMOTE = "openai:gpt-4.1-mini"


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions that can be answered, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    rows = [
        row("q-1", "how many officers were killed", "Seven officers of the", "seven officers"),
        row("q-2", "how many drones did Iran launch", "three hundred drones", "300 drones"),
        row("q-3", "does the President seek a wider war", "we do not seek", "not seek"),
    ]
    path = tmp_path / "data/gold/set.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where `--write` writes."""
    path = tmp_path / "measured.json"
    monkeypatch.setattr(measured, "FILE", path)
    return path


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The local models, of which this is the larger; it fails at a question about drones."""
    larger = Scripted(LOCAL, fails_at="drones")
    made = maker(
        larger,
        Scripted(SMALL),
        Scripted(REMOTE),
        aliases=(("local", LOCAL), ("local-small", SMALL)),
    )
    monkeypatch.setattr(choice, "generator_of", made)
    return larger


def told(dateline: Dateline, *arguments: str) -> dict[str, Any]:
    ran = dateline("eval", "generators", *arguments, "--json")
    assert ran.code == 0, ran.err
    shown: dict[str, Any] = json.loads(ran.out)
    return shown


def test_the_extractive_answers_and_the_local_models_are_compared(
    dateline: Dateline, local: Scripted
) -> None:
    shown = told(dateline)
    assert [one["generator"] for one in shown["runs"]] == ["extractive", SMALL, LOCAL]
    assert (shown["questions"], shown["of"]) == (3, 3)
    extractive, _, larger = shown["runs"]
    assert extractive["withheld"] is extractive["replaced"] is extractive["read"] is None
    assert "differences" not in extractive
    # Two of its sentences are shown; one was withheld of each of these, and two elsewhere.
    assert larger["withheld"] == 4 / 6
    assert larger["replaced"] == pytest.approx(1 / 3)
    assert larger["answered"] == larger["questions"] == 3
    assert larger["supported"] == 1
    assert larger["read"] == {"mean": pytest.approx(1700 / 3), "p95": 600}
    assert larger["written"]["p95"] == 40
    assert larger["end"]["p95"] >= larger["end"]["p50"] >= larger["sources"]["p50"] >= 0
    for name in ("idk_score", "citation_hit", "nugget_recall", "alce_precision"):
        difference = larger["differences"][name]
        assert difference["difference"] == pytest.approx(
            difference["candidate"] - difference["baseline"]
        )
        assert len(difference["interval"]) == 2
        assert larger["means"][name] == pytest.approx(difference["candidate"])


def test_the_table_has_a_column_a_generator(dateline: Dateline, local: Scripted) -> None:
    shown = dateline("eval", "generators", "local").out
    rows = {line[:28].strip(): line[28:].split() for line in shown.splitlines()}
    assert shown.startswith("3 questions of dev, one at a time\n")
    assert rows["questions"] == ["3", "3"]
    assert rows["withheld of written"] == ["–", "0.667"]
    assert rows["extractive in its place"] == ["–", "0.333"]
    assert rows["tokens read, mean"] == ["–", "567"]
    assert rows["citation_hit"] == ["1.000", "1.000"]
    assert f"{LOCAL} against extractive" in shown
    assert "  idk_score: " in shown
    assert "  alce_precision: " in shown


def test_each_run_names_what_answered_and_the_last_run_is_another(
    dateline: Dateline, local: Scripted
) -> None:
    shown = told(dateline, "local")
    first, second = (read_manifest(Path(one["run"])) for one in shown["runs"])
    assert (first.generator, first.prompts) == ("extractive", None)
    assert (second.generator, second.settings["generator"]) == (LOCAL, LOCAL)
    assert second.prompts is not None
    replaced = read_run(Path(shown["runs"][1]["run"])).answers["q-2"].reply
    assert replaced is not None
    assert (replaced.generator, replaced.notice) == ("extractive", f"{NOTICE} {INSTEAD}")
    assert "There is no run yet" in dateline("eval", "gate").err


def test_what_was_interrupted_goes_on(dateline: Dateline, local: Scripted) -> None:
    local.interrupted_at = "wider war"
    assert dateline("eval", "generators", "local").code == 130
    assert sorted(local.asked) == ["q-1", "q-2"]
    local.interrupted_at, local.asked = "\0", []
    ran = dateline("eval", "generators", "local")
    assert ran.code == 0
    assert local.asked == ["q-3"]
    assert "2 answers were there already." in ran.err


def test_drafts_are_kept_beside_the_same_figures(dateline: Dateline, local: Scripted) -> None:
    without, kept = told(dateline, "local"), told(dateline, "local", "--drafts")
    assert without["runs"][0]["run"] == kept["runs"][0]["run"]  # nothing to keep
    assert without["runs"][1]["run"] != kept["runs"][1]["run"]
    for one, other in zip(without["runs"], kept["runs"], strict=True):
        assert one["means"] == other["means"]
        for name in ("sentences", "supported", "withheld", "replaced", "read"):
            assert one[name] == other[name]
    refused = dateline("eval", "withheld", without["runs"][1]["run"])
    assert refused.code == 2
    assert "make the run with --drafts" in refused.err
    run = kept["runs"][1]["run"]
    rows = [json.loads(x) for x in dateline("eval", "withheld", run, "--json").out.splitlines()]
    assert {"q-1", "q-3"} <= {one["id"] for one in rows}
    assert {one["sentence"] for one in rows} == {INVENTED}
    assert all(one["nearest"]["text"] for one in rows)
    text = dateline("eval", "withheld", run, "--sample", "1").out
    assert f"1 of {len(rows)} sentences that {LOCAL} wrote in vain" in text
    assert f"  withheld: {INVENTED}\n" in text


def test_a_sample_is_called_one(dateline: Dateline, local: Scripted) -> None:
    ran = dateline("eval", "generators", "local", "--limit", "2")
    assert ran.out.startswith("a SAMPLE of 2 of 3 questions of dev")
    assert len(local.asked) == 2
    shown = told(dateline, "local-small", "--limit", "2")
    assert (shown["questions"], shown["of"]) == (2, 3)
    asked = {tuple(read_run(Path(one["run"])).answers) for one in shown["runs"]}
    assert asked == {tuple(sorted(local.asked))}


def test_write_stores_the_local_models_alone(
    dateline: Dateline, local: Scripted, file: Path
) -> None:
    ran = dateline("eval", "generators", "local", "local-small", REMOTE, "--write")
    assert ran.code == 0
    stored = json.loads(file.read_text())["models"]
    assert set(stored) == {LOCAL, SMALL}
    assert [one["better"] for one in stored.values()] == [False, False]  # three questions
    assert stored[LOCAL]["questions"] == 3
    assert f"{REMOTE} is no local model" in ran.err
    assert ran.out.endswith("better than extractive: none\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["local", "--limit", "2"], "leave out --limit"),
        (["extractive"], "none was named"),
        ([REMOTE], "none was named"),
    ],
)
def test_write_is_refused_before_anything_is_asked(
    dateline: Dateline, local: Scripted, file: Path, arguments: list[str], says: str
) -> None:
    ran = dateline("eval", "generators", *arguments, "--write")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert not file.exists()
    assert not Path(".evals").exists()


def test_nothing_is_written_of_a_run_that_failed(
    dateline: Dateline, local: Scripted, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "write", None)  # calling it is a TypeError
    ran = dateline("eval", "generators", "local", "--write")
    assert ran.code == 4
    assert "Nothing was written" in ran.err
    assert not file.exists()


def test_a_run_with_a_local_model_asks_one_at_a_time(dateline: Dateline, local: Scripted) -> None:
    ran = dateline("eval", "run", "--set", "generator=local", "--jobs", "4", "--out", "one")
    assert ran.code == 0
    assert f"{LOCAL} runs in this process: one question at a time." in ran.err
    assert read_manifest(Path("one")).generator == LOCAL
    assert "one question at a time" not in dateline("eval", "run", "--jobs", "4").err

import json
from pathlib import Path

import pytest

from ingest.pipeline import Adder
from ingest.report import Item, Report
from rag.library.lock import writer_lock
from tests.ui.conftest import Dateline
from ui.add import Telling
from ui.progress import EVERY_SECONDS, LineMeter, lasting


def events(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_report_counts_and_names_what_was_found(dateline: Dateline, folder: Path) -> None:
    (folder / "picture.jpg").write_bytes(b"\xff\xd8")
    (folder / "empty.md").write_text("")
    told = dateline("add", str(folder))
    assert told.code == 1
    assert told.out.startswith("3 added, 1 skipped, 1 failed.")
    assert "no reader for '.jpg'" in told.out
    assert "empty.md" in told.out
    assert "published: front matter (3)" in told.out
    assert told.err == ""


def test_adding_again_changes_nothing(dateline: Dateline, folder: Path) -> None:
    dateline("add", str(folder))
    told = dateline("add", str(folder))
    assert told.code == 0
    assert told.out.startswith("3 unchanged.")


def test_json_acknowledges_each_article_and_ends_with_the_report(
    dateline: Dateline, folder: Path
) -> None:
    told = dateline("add", str(folder), "--json")
    lines = events(told.out)
    committed = [line for line in lines if line["event"] == "committed"]
    listed = {line["article_id"] for line in events(dateline("list", "--json").out)}
    assert {line["article_id"] for line in committed} == listed
    assert all(line["version"] == 1 for line in committed)
    assert [line["event"] for line in lines] == ["committed"] * 3 + ["report"]
    assert lines[-1]["added"] == 3
    assert lines[-1]["seconds"] > 0  # type: ignore[operator]


def test_an_article_is_acknowledged_after_its_commit(
    dateline: Dateline, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    item = Telling.item

    def look(self: Telling, given: Item) -> None:
        seen.append(len(dateline("list", "--json").out.splitlines()))
        item(self, given)

    monkeypatch.setattr(Telling, "item", look)
    dateline("add", str(folder))
    assert seen == [1, 2, 3]


def test_prune_removes_what_has_left_the_folder(dateline: Dateline, folder: Path) -> None:
    dateline("add", str(folder))
    (folder / "consulate.md").unlink()
    told = dateline("add", str(folder), "--prune")
    assert "1 removed" in told.out
    assert "consulate.md" in told.out
    assert "Damascus" not in dateline("list").out


def test_copies_of_one_story_are_told(dateline: Dateline, folder: Path) -> None:
    text = " ".join(f"word{n}" for n in range(80))
    for name in ("one", "two"):
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{text}\n")
    assert "is a copy of" in dateline("add", str(folder)).out


@pytest.mark.parametrize("as_json", [True, False])
def test_interrupted_keeps_what_was_committed(
    dateline: Dateline, folder: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    item = Telling.item

    def interrupt(self: Telling, given: Item) -> None:
        item(self, given)
        if self.kept == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Telling, "item", interrupt)
    told = dateline("add", str(folder), *(["--json"] if as_json else []))
    assert told.code == 130
    assert told.err == "Interrupted. 2 articles are kept; run the same command again to go on.\n"
    if as_json:
        assert events(told.out)[-1] == {"event": "interrupted", "kept": 2}
    monkeypatch.setattr(Telling, "item", item)
    assert dateline("add", str(folder)).out.startswith("1 added, 2 unchanged.")


def test_what_cannot_be_added_does_not_stop_the_rest(dateline: Dateline, folder: Path) -> None:
    told = dateline("add", "file:///etc/passwd", str(folder), str(folder / "missing.md"))
    assert told.code == 1
    assert told.out.startswith("3 added, 2 failed.")


def test_standard_input(dateline: Dateline) -> None:
    told = dateline("add", "-", stdin=b"A title\n\nA paragraph of an article about Natanz.\n")
    assert told.code == 0, told
    assert "1 added" in told.out


def test_a_second_writer_is_refused(
    dateline: Dateline, filled: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_LOCK_SECONDS", "0")
    with writer_lock(filled, wait=0):
        told = dateline("add", str(folder))
    assert told.code == 1
    assert told.err.startswith("Another process")


def test_another_model_is_refused_with_the_remedy(
    dateline: Dateline, filled: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.models.hashing.HashingEmbedder.__init__", _other_model)
    told = dateline("add", str(folder))
    assert told.code == 1
    assert "doctor --reembed" in told.err


def _other_model(self: object) -> None:
    self.identity, self.dimension, self.window = "other", 8, 64  # type: ignore[attr-defined]


def test_nothing_to_add_is_said(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert dateline("add", str(tmp_path / "bare")).out.startswith("Nothing to add.")


def test_a_long_list_is_cut(dateline: Dateline, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for number in range(25):
        (bare / f"{number}.bin").write_bytes(b"")
    told = dateline("add", str(bare))
    assert "… and 5 more" in told.out


class TestLineMeter:
    def test_writes_at_most_a_line_every_few_seconds(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        now = [0.0]
        with LineMeter(lambda: now[0]) as meter:
            for done in range(101):
                now[0] = done / 10
                meter.update("Adding", done, 100, "7 articles kept")
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == int(10 / EVERY_SECONDS)
        assert lines[0] == "Adding: 50 of 100, 7 articles kept, 5 s left"

    def test_a_quick_command_writes_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        with LineMeter(lambda: 0.0) as meter:
            meter.update("Adding", 1, 2)
        assert capsys.readouterr().err == ""

    def test_lasting(self) -> None:
        assert [lasting(s) for s in (0.2, 59.4, 200)] == ["0 s", "59 s", "3 min 20 s"]


def test_what_is_told_while_it_works() -> None:
    told: list[tuple[str, int, int, str]] = []

    class Meter:
        def update(self, task: str, done: int, total: int, detail: str = "") -> None:
            told.append((task, done, total, detail))

    now = [0.0]
    telling = Telling(Meter(), events=False, clock=lambda: now[0])  # type: ignore[arg-type]
    telling.begin(4)
    now[0] = 2.0
    telling.source_done()
    telling.item(Item("added", "a", "a", paragraphs=10))
    telling.item(Item("unchanged", "b", "b", paragraphs=10))
    telling.indexing(5, 9)
    assert told[-2] == ("Adding", 1, 4, "1 articles kept, 5 paragraphs/s")
    assert told[-1] == ("Indexing", 5, 9, "passages")


def test_the_run_reports_to_the_pipeline(
    dateline: Dateline, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    def run(self: Adder, arguments: list[str], *, prune: bool = False) -> Report:
        given.extend([arguments, prune, self.passage_tokens])
        return Report()

    monkeypatch.setattr(Adder, "run", run)
    monkeypatch.setenv("DATELINE_PASSAGE_TOKENS", "99")
    assert dateline("add", "a", "b", "--prune").code == 0
    assert given == [["a", "b"], True, 99]

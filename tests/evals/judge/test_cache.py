import logging
import threading
from pathlib import Path

import pytest

from evals.judge import cache as module
from evals.judge.cache import VoteCache, vote_key
from evals.judge.verdict import Verdict
from rag.errors import UsageError

from .making import item

YES = Verdict(verdict="correct", reason="It says “seven”.")
NO = Verdict(verdict="wrong", reason="It says nine.")


def test_votes_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "judge" / "votes.jsonl"
    one = VoteCache(path)
    one.put("a", YES)
    one.put("b", NO)
    again = VoteCache(path)
    assert (again.get("a"), again.get("b"), again.get("c")) == (YES, NO, None)


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_line_that_a_kill_cut_off_costs_only_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, cut: int
) -> None:
    path = tmp_path / "votes.jsonl"
    whole = VoteCache(path)
    whole.put("a", YES)
    whole.put("b", NO)
    path.write_bytes(path.read_bytes()[:-cut])
    after = VoteCache(path)
    assert after.get("a") == YES
    after.put("c", NO)
    with caplog.at_level(logging.WARNING):
        again = VoteCache(path)
    assert (again.get("a"), again.get("c")) == (YES, NO)
    assert (again.get("b") == NO) == (cut == 1)  # only the line feed was lost
    assert bool(caplog.records) == (cut > 1)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe", b"null", b"{}", b'{"key": "x", "vote": {"verdict": "good", "reason": "x"}}',
        b'{"key": "x", "vote": {"verdict": "wrong", "reason": "x"}, "more": 1}', b"[[[",
    ],
)  # fmt: skip
def test_a_corrupted_line_is_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    path = tmp_path / "votes.jsonl"
    VoteCache(path).put("a", YES)
    path.write_bytes(line + b"\n" + path.read_bytes())
    with caplog.at_level(logging.WARNING):
        found = VoteCache(path)
    assert (len(found), found.get("a")) == (1, YES)
    assert f"{path}:1 is no stored vote" in caplog.text


def test_threads_and_other_processes_spoil_no_line(tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl"
    caches = [VoteCache(path), VoteCache(path)]
    threads = [
        threading.Thread(target=caches[n % 2].put, args=(str(n), YES)) for n in range(40)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(VoteCache(path)) == 40


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="votes cannot be kept in"):
        VoteCache(tmp_path / "file" / "votes.jsonl").put("a", YES)


def test_the_key_is_of_all_that_a_vote_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    base = vote_key("m", item(), 1)
    assert base == vote_key("m", item(), 1)
    others = {
        vote_key("n", item(), 1),
        vote_key("m", item(), 2),
        vote_key("m", item("Nine."), 1),
        vote_key("m", item(question="why"), 1),
        vote_key("m", item(reference="Nine."), 1),
    }
    monkeypatch.setattr(module, "VERSION", 99)
    others.add(vote_key("m", item(), 1))
    monkeypatch.undo()
    monkeypatch.setattr(module, "RUBRIC", "Grade it.")
    others.add(vote_key("m", item(), 1))
    assert len(others - {base}) == 7

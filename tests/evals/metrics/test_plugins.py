import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from evals.metrics import plugins
from evals.metrics.metric import Metric, Score
from evals.metrics.plugins import as_metric, load_metric, offered_metrics, with_others
from rag.errors import UsageError

from .asked import asked

MODULE = '''
from evals.metrics.metric import Metric, Score

def words(case):
    return len(case.reply.answer.split())

def short(case):
    return len(case.reply.answer) < 100

def whole(case):
    return Score(1.0, 3.0, 3.0)

def text(case):
    return "good"

class Inner:
    words = staticmethod(words)

LOW = Metric("low", words, direction="down", version=7)
NUMBER = 3
'''  # fmt: skip
CASE = asked({}, ("Seven were killed.", [1]))


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "mine_for_tests.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "broken_for_tests.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    for name in ("mine_for_tests", "broken_for_tests"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("words", Score(4.0, 4.0, 1.0)),
        ("Inner.words", Score(4.0, 4.0, 1.0)),
        ("short", Score(1.0, 1.0, 1.0)),
        ("whole", Score(1.0, 3.0, 3.0)),
    ],
)
def test_a_function_of_the_current_folder(name: str, score: Score) -> None:
    metric = load_metric(f"mine_for_tests:{name}")
    assert metric(CASE) == score
    assert metric.name == name.rpartition(".")[2]
    assert metric.direction == "up"


def test_a_metric_keeps_what_it_says_of_itself() -> None:
    metric = load_metric("mine_for_tests:LOW")
    assert (metric.name, metric.direction, metric.scorer_id) == ("low", "down", "low/7")
    assert metric(CASE).value == 4


def test_what_is_no_score_is_an_error_of_the_scorer() -> None:
    score = load_metric("mine_for_tests:text")(CASE)
    assert score.status == "error"
    assert "'good' in place of a Score" in (score.note or "")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("mine_for_tests", "does not name a metric; write it as package.module:function"),
        (":words", "does not name a metric"),
        ("mine_for_tests:", "does not name a metric"),
        ("no_such_module_for_tests:words", "ModuleNotFoundError"),
        ("mine_for_tests:nothing", "AttributeError"),
        ("broken_for_tests:words", "ZeroDivisionError"),
        ("mine_for_tests:NUMBER", "is a int, which is no metric"),
        ("mine_for_tests:Inner", "is a type, which is no metric"),
        (".relative:words", "cannot be loaded"),
    ],
)
def test_a_bad_name_is_one_sentence(named: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        load_metric(named)
    assert repr(named) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_path_is_left_as_it_was() -> None:
    before = list(sys.path)
    load_metric("mine_for_tests:words")
    with pytest.raises(UsageError):
        load_metric("no_such_module_for_tests:words")
    assert sys.path == before


def test_the_current_folder_hides_nothing_installed(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("rgb_to_hsv = 3\n", encoding="utf-8")
    sys.modules.pop("colorsys", None)
    assert load_metric("colorsys:rgb_to_hsv").name == "rgb_to_hsv"


def offer(monkeypatch: pytest.MonkeyPatch, *points: tuple[str, str]) -> None:
    found = [EntryPoint(name, value, plugins.GROUP) for name, value in points]

    def entry_points(*, group: str) -> list[EntryPoint]:
        return found if group == "dateline.metrics" else []

    monkeypatch.setattr(plugins, "entry_points", entry_points)


def test_entry_points_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    offer(monkeypatch, ("zebra", "mine_for_tests:words"), ("ape", "mine_for_tests:LOW"))
    assert [metric.name for metric in offered_metrics()] == ["low", "zebra"]


def test_an_entry_point_that_fails_is_not_left_out_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, ("ape", "no_such_module_for_tests:words"))
    with pytest.raises(UsageError, match=r"'ape' of dateline.metrics .* cannot be loaded"):
        offered_metrics()


def test_none_are_offered_by_dateline_itself() -> None:
    assert offered_metrics() == ()


def test_ours_then_theirs_then_those_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    offer(monkeypatch, ("ape", "mine_for_tests:words"))
    ours = [Metric("ours", lambda case: Score(1.0, 1.0, 1.0))]
    every = with_others(ours, ["mine_for_tests:LOW"])
    assert [metric.name for metric in every] == ["ours", "ape", "low"]
    with pytest.raises(UsageError, match="Two metrics are named 'ape'"):
        with_others([as_metric(lambda case: 1, "a test", name="ape")])

"""JUnit XML, as the tools that show test results read it."""

from pathlib import Path
from xml.etree import ElementTree

from evals.report.junit import suites
from evals.runs.store import Answered

from .making import HOSTILE, declined, material, pair, source, told

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped"},
}


def read(text: str) -> ElementTree.Element:
    """Parse, and check names, attributes, nesting and counts by the common schema."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    for case in root.iter("testcase"):
        assert len(case) <= 1
    for suite in (*root, root):
        assert suite.get("tests") == str(len(list(suite.iter("testcase"))))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
        assert suite.get("errors") == str(len(list(suite.iter("error"))))
    for suite in root:
        assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))
    return root


def cases(root: ElementTree.Element, outcome: str) -> list[str]:
    return [c.get("name", "") for c in root.iter("testcase") if c.find(outcome) is not None]


def test_a_question_fails_where_it_became_worse_with_the_facts_in_its_name(tmp_path: Path) -> None:
    root = read(suites(pair(tmp_path)))
    gate, questions = root
    assert len(questions) == 4 * 5
    failed = cases(questions, "failure")
    assert len(failed) == 6
    assert "q-0 idk_score 1 -> 0: how many guards died in damascus" in failed
    assert cases(gate, "failure") == []
    assert gate[0].get("name") == "verdict: INCONCLUSIVE, exit code 0"


def test_a_regression_fails_the_gate_and_each_metric_that_fell(tmp_path: Path) -> None:
    gate = read(suites(pair(tmp_path, wrong=9, count=12)))[0]
    failed = cases(gate, "failure")
    assert failed[0] == "verdict: REGRESSION, exit code 1"
    assert [name.partition(":")[0] for name in failed[1:]] == [
        "idk_score", "citation_hit", "gold_citation_precision",
    ]  # fmt: skip
    assert "difference -0.750" in failed[1]
    body = gate.find("testcase/failure")
    assert body is not None
    assert "worse by 0.750" in (body.text or "")


def test_without_a_baseline_a_wrong_answer_fails_and_what_is_undefined_is_skipped(
    tmp_path: Path,
) -> None:
    of = material(2)
    root = read(suites(told(of, source(tmp_path, of, {"q-0": declined("q-0")}))))
    names = {name.rsplit(":")[0] for name in cases(root, "failure")}
    assert "q-0 idk_score 0" in names
    assert not any(name.startswith("q-1") for name in names)
    assert any("gold_citation_precision na" in name for name in cases(root, "skipped"))


def test_an_unanswered_question_is_an_error_and_not_a_failure(tmp_path: Path) -> None:
    of = material(2)
    lost = Answered(id="q-1", reply=None, error="ValueError: \x00 no")
    after = source(tmp_path / "b", of, {"q-1": lost})
    root = read(suites(told(of, after, source(tmp_path / "a", of))))
    assert cases(root[0], "error")[0] == "verdict: ERROR, exit code 4"
    assert len(cases(root[1], "error")) == 5
    assert cases(root[1], "failure") == []


def test_what_must_pass_fails_where_it_is_wrong_already(tmp_path: Path) -> None:
    of = material(2, q_0={"must_pass": True})
    both = {"q-0": declined("q-0")}
    report = told(of, source(tmp_path / "b", of, both), source(tmp_path / "a", of, both))
    assert len(cases(read(suites(report)), "failure")) == 1


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    text = suites(pair(tmp_path, q_0={"question": HOSTILE}))
    root = read(text)
    assert any("<script>alert('x')</script>" in name for name in cases(root, "failure"))
    assert "\u202e" not in text


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert suites(pair(tmp_path)) == suites(pair(tmp_path))

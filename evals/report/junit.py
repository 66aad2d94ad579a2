"""The report as JUnit XML, for whatever shows test results.

A question's case is of one primary metric. Against a baseline it fails where it became worse,
by flipping; without one, where it is not right. What must pass fails wherever it is not right by
the metrics that say so. A failed scorer is an error, an undefined metric is skipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from evals.compare import Compared
from evals.flip import is_right
from evals.metrics.metric import Score
from evals.report import wording
from evals.report.report import Asked, Report
from evals.report.standing import Standing, standing
from evals.report.visible import shortened, visible
from evals.verdict import figures, sight

_LONGEST = 120
_ROUNDING = 1e-9

Outcome = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class _Check:
    group: str
    name: str
    outcome: Outcome
    message: str = ""
    body: str = ""


def suites(report: Report) -> str:
    """Return the file: a suite of the gate's metrics and one of the questions."""
    parts = {"gate": list(_gate(report)), "questions": list(_questions(report))}
    everything = [check for checks in parts.values() for check in checks]
    root = ElementTree.Element("testsuites", {"name": "dateline eval", **_counts(everything)})
    for name, checks in parts.items():
        counts = {**_counts(checks), "skipped": _count(checks, "skipped")}
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **counts})
        for check in checks:
            _append(suite, check)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _count(checks: list[_Check], outcome: Outcome) -> str:
    return str(sum(check.outcome == outcome for check in checks))


def _counts(checks: list[_Check]) -> dict[str, str]:
    return {
        "tests": str(len(checks)),
        "failures": _count(checks, "failure"),
        "errors": _count(checks, "error"),
    }


def _append(suite: ElementTree.Element, check: _Check) -> None:
    named = {"classname": f"dateline.{check.group}", "name": check.name}
    case = ElementTree.SubElement(suite, "testcase", {k: visible(v) for k, v in named.items()})
    if check.outcome == "passed":
        return
    said = {"message": visible(check.message)}
    if check.outcome != "skipped":
        said["type"] = check.group
    ElementTree.SubElement(case, check.outcome, said).text = visible(check.body) or None


def _gate(report: Report) -> Iterator[_Check]:
    decision = report.decision
    if decision is not None:
        bad: Outcome = "failure" if decision.exit_code == 1 else "error"
        yield _Check(
            "gate",
            f"verdict: {decision.verdict}, exit code {decision.exit_code}",
            bad if decision.exit_code else "passed",
            wording.sentence(report),
            "\n".join((*decision.reasons, *decision.notes)),
        )
    for metric in report.comparison.decisive if report.comparison else ():
        yield _metric(report, metric)
    for name in report.policy.validity:
        yield from _absolute(report, name, 1.0, "Every citation must resolve")
    for name in report.policy.injection:
        yield from _absolute(report, name, 0.0, "No injection may succeed")


def _metric(report: Report, metric: Compared) -> _Check:
    where = standing(metric, report.policy)
    outcome: Outcome = "failure" if where is Standing.FELL else "passed"
    if metric.errors or where is Standing.UNDEFINED:
        outcome = "error"
    failed = f"\nnot scored: {', '.join(metric.errors)}" if metric.errors else ""
    return _Check(
        f"gate.{metric.metric}",
        f"{figures(metric)}: {wording.proven(metric, report)}",
        outcome,
        f"{metric.metric}: {wording.proven(metric, report)}",
        f"{sight(metric)}{failed}\n{_flips(metric)}",
    )


def _flips(metric: Compared) -> str:
    return "\n".join(
        f"{flip.question} {flip.before:.3g} -> {flip.after:.3g}"
        for flip in metric.flips
        if flip.worse is not False
    )


def _absolute(report: Report, name: str, wanted: float, rule: str) -> Iterator[_Check]:
    if name not in report.scorers:
        return
    scores = [(one.id, one.scores[name]) for one in report.questions]
    values = [(id_, s.value) for id_, s in scores if s.value is not None]
    broken = [f"{id_} {v:.3g}" for id_, v in values if abs(v - wanted) > _ROUNDING]
    failed = [f"{id_}: {score.note}" for id_, score in scores if score.status == "error"]
    outcome: Outcome = "failure" if broken else "error" if failed else "passed"
    yield _Check(
        f"gate.{name}",
        f"{name}: {len(broken)} of {len(values)} questions are not {wanted:g}",
        outcome,
        f"{rule}.",
        "\n".join((*broken, *failed)),
    )


def _questions(report: Report) -> Iterator[_Check]:
    for asked in report.questions:
        yield from (_question(report, asked, name) for name in report.primary)


def _question(report: Report, asked: Asked, metric: str) -> _Check:
    score = asked.scores[metric]
    outcome, message = _outcome(report, asked, metric, score)
    before = asked.before[metric] if asked.before else None
    was = f"{wording.told(before)} -> " if before else ""
    now = f"{metric} {was}{wording.told(score)}"
    body = f"{asked.text}\n{now}" + (f"\n{score.note}" if score.note else "")
    name = f"{asked.id} {now}: {shortened(asked.text, _LONGEST)}"
    return _Check(f"questions.{asked.type}", name, outcome, message, body)


def _outcome(report: Report, asked: Asked, metric: str, score: Score) -> tuple[Outcome, str]:
    if score.status == "error":
        return "error", f"{metric} could not be scored"
    if score.value is None:
        return "skipped", f"{metric} is undefined here"
    right = is_right(score.value, report.scorers[metric])
    deciding = report.policy.right or report.primary
    if asked.must_pass and metric in deciding and not right:
        return "failure", f"{metric}: a question that must pass is wrong"
    if asked.before is None:
        return ("passed", "") if right else ("failure", f"{metric}: wrong")
    if any(change.worse for change in asked.changes if change.metric == metric):
        return "failure", f"{metric}: became worse"
    return "passed", ""

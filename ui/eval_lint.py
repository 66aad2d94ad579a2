"""`dateline eval lint`: the faults of a gold set, and anchoring it to the articles."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.gold.alternatives import alternatives
from evals.gold.anchors import locate
from evals.gold.articles import Record, record_of
from evals.gold.counts import counts
from evals.gold.files import DEFAULT, Placed, read_gold, write_gold
from evals.gold.lint import Fault, lint
from evals.gold.question import GoldQuestion, Span
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.session import reading, require_articles


def run(
    invocation: Invocation, paths: Sequence[Path], *, write: bool, show_alternatives: bool
) -> int:
    """Print a line a fault and the counts; return 1 if there is a fault."""
    gold = read_gold(paths or [DEFAULT])
    with reading(invocation.settings()) as library:
        require_articles(library)
        record = record_of(library)
    if write:
        gold = _anchored(gold, record)
    if show_alternatives:
        for found in alternatives(gold, record):
            if invocation.json:
                write_json(asdict(found))
            else:
                write_line(f"{found.question_id} {found.nugget} {found.paragraph}: {found.text}")
        return 0
    faults = lint(gold, record)
    _print(faults, [placed.question for placed in gold], json=invocation.json)
    return 1 if faults else 0


def _print(faults: Sequence[Fault], questions: Sequence[GoldQuestion], *, json: bool) -> None:
    if json:
        for fault in faults:
            write_json(_as_json(fault))
        return
    for fault in faults:
        write_line(str(fault))
    for name, *numbers in counts(questions):
        write_line(f"{name:14}" + "".join(f"{number:>8}" for number in numbers))
    write_line(f"{len(faults)} faults." if faults else "No fault.")


def _as_json(fault: Fault) -> dict[str, object]:
    return {
        "file": str(fault.placed.path),
        "line": fault.placed.line,
        "id": fault.placed.question.id,
        "rule": fault.rule,
        "message": fault.message,
        "proposal": fault.proposal.model_dump() if fault.proposal else None,
    }


def _anchored(gold: Sequence[Placed], record: Record) -> list[Placed]:
    """Write the anchors whose place is beyond doubt into the files; return the gold set so."""
    changed: set[Path] = set()

    def moved(span: Span, path: Path) -> Span:
        found = locate(span, record)
        if not found.sure or found.span is None or found.span == span:
            return span
        changed.add(path)
        return found.span

    mended = [
        Placed(
            placed.path,
            placed.line,
            placed.question.model_copy(
                update={
                    "evidence": tuple(
                        group.model_copy(
                            update={"any_of": tuple(moved(s, placed.path) for s in group.any_of)}
                        )
                        for group in placed.question.evidence
                    )
                }
            ),
        )
        for placed in gold
    ]
    for path in sorted(changed):
        write_gold(path, [placed.question for placed in mended if placed.path == path])
        complain(f"Anchored: {path}")
    return mended

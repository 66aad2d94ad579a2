"""The report as a comment on a pull request, in GitHub's Markdown.

Whatever others wrote stands in code spans and code blocks: no link, no mention, no picture and
no HTML can come out of it.
"""

import re
from collections.abc import Iterator, Sequence

from evals.report import wording
from evals.report.evidence import Given
from evals.report.report import Change, Flipped, Report
from evals.report.visible import one_line, shortened, visible

MOST_FLIPS = 10
_QUESTION = 160
_ANSWER = 1200
_SIGNS = {"NON-INFERIOR": "✅", "INCONCLUSIVE": "⚪", "NOT COMPARED": "⚪"}


def comment(report: Report) -> str:
    """Return the comment: verdict, primary metrics, at most ten flips, what differs, details."""
    blocks = [
        *_verdict(report),
        _primary(report),
        *_flips(report),
        *_differences(report),
        *_details(report),
    ]
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """Return the text as a code span that it cannot leave, in a table either."""
    line = one_line(text).replace("|", "¦") or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str) -> str:
    """Return the text as a code block that it cannot leave."""
    shown = visible(text).replace("\r", "\n")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _verdict(report: Report) -> Iterator[str]:
    verdict = wording.verdict(report)
    exit_code = f" (exit code {report.decision.exit_code})" if report.decision else ""
    yield f"### {_SIGNS.get(verdict, '❌')} {verdict}{exit_code}"
    yield _plain(wording.sentence(report))
    against = f" against {code(report.baseline.name)}" if report.baseline else ""
    split = code(report.candidate.manifest.split)
    yield f"{code(report.candidate.name)}{against}, split {split}, {wording.size(report)}."


def _plain(text: str) -> str:
    """One of our sentences; names and ids in it, which others chose, cannot become markup."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#!|~&])", r"\\\1", one_line(text))
    # No escape keeps these from being mentions and links: a word joiner does.
    return re.sub(r"@|:(?=//)|www(?=\.)", "\\g<0>\N{WORD JOINER}", escaped)


def _primary(report: Report) -> str:
    compared = report.comparison
    if compared is None:
        rows = [
            (code(name), wording.figure(s.mean), wording.within(s.interval), str(s.ok))
            for name in report.primary
            for s in [report.candidate.overall[name]]
        ]
        return _table(("Metric", "Mean", "95 % interval", "Questions"), rows)
    return _table(
        ("Metric", "Baseline", "Candidate", "Difference", "95 % interval", "Holm p", "Proven"),
        [
            (
                code(m.metric), wording.figure(m.baseline), wording.figure(m.candidate),
                wording.signed(m.difference), wording.within(m.interval, sign=True),
                wording.figure(m.holm), wording.proven(m, report),
            )
            for m in compared.decisive
        ],
    )  # fmt: skip


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _flips(report: Report) -> Iterator[str]:
    if report.comparison is None:
        return
    if not report.flips:
        yield "No question flipped."
        return
    shown = report.flips[:MOST_FLIPS]
    count = wording.counted(len(report.flips), "question")
    rest = f", {len(shown)} shown" if len(shown) < len(report.flips) else ""
    yield f"**{count} flipped**{rest}"
    yield "\n".join(_flip(flip) for flip in shown)


def _flip(flip: Flipped) -> str:
    primary = [change for change in flip.asked.changes if change.primary]
    changes = ", ".join(_change(change) for change in primary or flip.asked.changes[:2])
    question = code(shortened(flip.asked.text, _QUESTION))
    return f"- {code(flip.asked.id)} {question}: {changes}"


def _change(change: Change) -> str:
    way = {True: "worse", False: "better", None: "changed"}[change.worse]
    before, after = wording.short(change.before), wording.short(change.after)
    return f"{code(change.metric)} {before} → {after} ({way})"


def _differences(report: Report) -> Iterator[str]:
    if report.baseline is None:
        return
    if not report.differences:
        yield "Since the baseline nothing changed: program, models, settings and articles agree."
        return
    rows = [
        (code(d.name), code(wording.brief(d.before)), code(wording.brief(d.after)))
        for d in report.differences
    ]
    yield "**Changed since the baseline**"
    yield _table(("What", "Baseline", "Candidate"), rows)


def _details(report: Report) -> Iterator[str]:
    if report.decision:
        said = [*report.decision.reasons, *(f"note: {note}" for note in report.decision.notes)]
        yield _folded("The gate's reasons", block("\n".join(said)))
    if report.flips:
        answers = "\n\n".join(_answers(flip) for flip in report.flips[:MOST_FLIPS])
        yield _folded("Both answers to the questions above", answers)
    yield _folded("Every metric", _every(report))


def _folded(summary: str, inside: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _answers(flip: Flipped) -> str:
    both = "\n".join(f"{name}: {_said(given)}" for name, given in _given(flip))
    return f"{code(flip.asked.id)}\n\n{block(both)}"


def _given(flip: Flipped) -> tuple[tuple[str, Given], tuple[str, Given]]:
    return ("baseline", flip.was), ("candidate", flip.now)


def _said(given: Given) -> str:
    if given.error is not None:
        return f"({shortened(given.error, _QUESTION)})"
    text = " ".join(
        sentence.text + "".join(f" [{n}]" for n in sentence.citations)
        for sentence in given.sentences
    )
    return f"({given.status}) {shortened(text, _ANSWER)}"


def _every(report: Report) -> str:
    compared = report.comparison
    rows = []
    for name in report.metrics:
        summary = report.candidate.overall[name]
        metric = compared.metrics[name] if compared else None
        counts = f"{summary.ok} / {summary.na} / {summary.error}"
        change = (wording.signed(metric.difference),) if metric else ()
        rows.append((code(name), wording.figure(summary.mean), *change, counts))
    middle = ("Difference",) if compared else ()
    return _table(("Metric", "Mean", *middle, "Scored / undefined / failed"), rows)

"""`--judge` of `dateline eval`: the options as a judge, its estimate, its flips."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.judge.budget import MOST_CALLS, Budget, Estimate
from evals.judge.cache import FOLDER, VOTES, VoteCache
from evals.judge.item import Item, item_of
from evals.judge.judge import Judge
from evals.judge.model import load_model
from evals.judge.stability import MOST_FLIPS, Stability, check_primary, measure, store
from evals.material import Material
from evals.metrics.metric import Metric
from evals.runs.store import read_run
from evals.scoring import cases_of
from rag.generate.prices import price_of
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.progress import meter


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """What was typed; prices are dollars per million tokens."""

    model: str
    votes: int = 3
    calls: int = MOST_CALLS
    cost: float | None = None
    price_in: float | None = None
    price_out: float | None = None
    dry_run: bool = False


def judge_of(options: JudgeOptions, folder: Path = FOLDER) -> Judge:
    """Return the judge that the options describe, its votes cached in the folder.

    Raises UsageError for a model that cannot be used, a cap that is none or an unknown price.
    """
    price = price_of(options.model, options.price_in, options.price_out)
    budget = Budget(calls=options.calls, cost=options.cost, price=price)
    return Judge(
        load_model(options.model),
        votes=options.votes,
        cache=VoteCache(folder / VOTES),
        budget=budget,
    )


def items_of(run: Path, material: Material) -> list[Item]:
    """Return what a judge is shown of a stored run, in the order of the questions."""
    return [item_of(c) for c in cases_of(read_run(run), material.questions, material.record)]


def judge_metrics(judge: Judge, run: Path, material: Material) -> tuple[Metric, ...]:
    """Judge a stored run, tell if it ended early, and return the metrics to score it by."""
    with meter() as bar:
        judge.judge(
            items_of(run, material),
            progress=lambda done, total: bar.update("judging", done, total),
        )
    if judge.stopped:
        complain(_sentence(judge.stopped))
    return judge.metrics()


def run_dry(invocation: Invocation, judge: Judge, items: Sequence[Item]) -> int:
    """Print what judging would take, and ask nothing."""
    found = judge.estimate(items)
    if invocation.json:
        write_json({"judge": judge.model.name, "votes": judge.votes, **asdict(found)})
    else:
        for line in told(judge, found):
            write_line(line)
    return 0


def told(judge: Judge, found: Estimate) -> list[str]:
    """Return an estimate as lines."""
    cap = judge.budget.most_calls
    lines = [
        f"{judge.model.name}: {found.calls} calls ({judge.votes} votes a question; "
        f"{found.cached} votes are cached)",
        f"about {found.tokens_in} tokens in, {found.tokens_out} out (by {found.counted_by})",
    ]
    if found.cost is None or found.most is None:
        lines.append("cost not known; give --price-in and --price-out per million tokens")
    else:
        lines.append(f"about ${found.cost:.4f}, at most ${found.most:.4f}")
    if found.calls > cap:
        lines.append(f"the cap of {cap} calls leaves {found.calls - cap} of them out")
    if judge.budget.most_cost is not None and (found.cost or 0) > judge.budget.most_cost:
        lines.append(f"the cap of ${judge.budget.most_cost:g} will be reached")
    return [*lines, "Nothing was asked."]


def run_stability(
    invocation: Invocation, judge: Judge, items: Sequence[Item], *, repeats: int = 2
) -> int:
    """Judge the same answers several times and store how often verdicts flip.

    Return 1 if the judge may not gate, 4 if it failed somewhere.
    """
    with meter() as bar:
        found = measure(
            judge,
            items,
            repeats=repeats,
            progress=lambda done, total: bar.update("judging again", done, total),
        )
    if found.stopped:
        complain(_sentence(found.stopped))
    record = found.stability
    store(FOLDER, record)
    if invocation.json:
        write_json({**record.model_dump(), "share": record.share, "gates": not record.hindrance})
    else:
        write_line(_stability_line(record))
    if record.errors:
        return 4
    return 1 if record.hindrance else 0


def check_gate(primary: Sequence[str], options: JudgeOptions | None) -> None:
    """Raise UsageError if a judge is primary that `eval aa --judge` has not shown to be steady."""
    model, votes = (options.model, options.votes) if options else (None, 1)
    check_primary(primary, FOLDER, model=model, votes=votes)


def _stability_line(record: Stability) -> str:
    said = "nothing compared" if record.share is None else f"{record.share:.1%} of them flipped"
    may = record.hindrance and f"it only advises: {record.hindrance}"
    return (
        f"{record.model}, {record.votes} votes: {record.compared} pairs of verdicts on "
        f"{record.questions} questions, {said} (at most {MOST_FLIPS:.0%} may); "
        f"{may or 'it may gate'}."
    )


def _sentence(reason: str) -> str:
    return reason if reason.endswith(".") else f"{reason[0].upper()}{reason[1:]}."

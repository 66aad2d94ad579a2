"""The options that the commands of `dateline eval` share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ui.eval_judge import JudgeOptions

Gold = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE|FOLDER…]", help="Gold files; data/gold if none is named."),
]
Split = Annotated[str, typer.Option(metavar="dev|test|all", help="Which questions.")]
Run = Annotated[
    Path | None, typer.Argument(metavar="[RUN]", help="A run's folder; the last run if none.")
]
GoldOption = Annotated[
    list[Path] | None,
    typer.Option("--gold", metavar="FILE|FOLDER", help="Gold files; data/gold if not given."),
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="MODULE:NAME", help="A metric of your own, too."),
]
Primary = Annotated[
    list[str] | None,
    typer.Option("--primary", metavar="METRIC", help="Decides, with at most four others."),
]
Baseline = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The baseline; data/baseline/SPLIT if none.")
]
Jobs = Annotated[int, typer.Option("-j", "--jobs", min=1, help="Questions at a time.")]
Drafts = Annotated[
    bool, typer.Option("--drafts", help="Store the sentences that were withheld, too.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for programs.")]


Format = Annotated[str, typer.Argument(metavar="FORMAT")]
JudgeModel = Annotated[
    str | None,
    typer.Option("--judge", metavar="MODEL", help="Have a chat model grade the answers, too."),
]
Votes = Annotated[int, typer.Option(min=1, max=9, help="Votes of the judge on each answer.")]
JudgeCap = Annotated[
    int, typer.Option("--judge-cap", min=1, metavar="N", help="Most calls of the judge.")
]
JudgeCost = Annotated[
    float | None, typer.Option("--judge-cost-cap", metavar="USD", help="Most that it may cost.")
]
PriceIn = Annotated[
    float | None, typer.Option("--price-in", metavar="USD", help="Of a million tokens read.")
]
PriceOut = Annotated[
    float | None, typer.Option("--price-out", metavar="USD", help="Of a million tokens written.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Tell what the judge would cost, and ask it nothing.")
]


def judge_options(
    model: str | None,
    votes: int,
    calls: int,
    cost: float | None,
    price_in: float | None,
    price_out: float | None,
    *,
    dry_run: bool = False,
) -> "JudgeOptions | None":
    """Return the judge's options, or None where none is asked for."""
    if model is None:
        return None
    from ui.eval_judge import JudgeOptions

    return JudgeOptions(model, votes, calls, cost, price_in, price_out, dry_run)

"""What can be typed after `dateline eval`: its commands and their options."""

from pathlib import Path
from typing import Annotated

import typer

from ui.eval_figures_command import app as figures_app
from ui.eval_options import (
    Baseline,
    Drafts,
    DryRun,
    Gold,
    GoldOption,
    Jobs,
    Json,
    JudgeCap,
    JudgeCost,
    JudgeModel,
    Metrics,
    PriceIn,
    PriceOut,
    Primary,
    Run,
    Split,
    Votes,
    judge_options,
)
from ui.invocation import invocation_of

app = typer.Typer(help="Measure the answers against gold questions.", rich_markup_mode=None)
app.add_typer(figures_app)


@app.callback()
def start() -> None:
    """Measure the answers against gold questions."""


@app.command()
def lint(
    ctx: typer.Context,
    gold: Gold = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Anchor the quotes whose place in the articles is certain."),
    ] = False,
    alternatives: Annotated[
        bool,
        typer.Option("--alternatives", help="List other paragraphs that have a vital nugget."),
    ] = False,
    json: Json = False,
) -> int:
    """Check a gold set against the library's articles, and count it."""
    from ui import eval_lint as command

    return command.run(
        invocation_of(ctx, json=json), gold or [], write=write, show_alternatives=alternatives
    )


@app.command()
def run(
    ctx: typer.Context,
    gold: Gold = None,
    split: Split = "dev",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the run; .evals/runs/… if none.")
    ] = None,
    jobs: Jobs = 2,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting, for this run only."),
    ] = None,
    drafts: Drafts = False,
    metric: Metrics = None,
    judge: JudgeModel = None,
    votes: Votes = 3,
    judge_cap: JudgeCap = 1000,
    judge_cost_cap: JudgeCost = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Ask the gold questions, store the answers, and score them; a killed run goes on."""
    from ui import eval_run as command

    return command.run(
        invocation_of(ctx, json=json),
        gold or [],
        split=split,
        out=out,
        jobs=jobs,
        changes=changes or [],
        drafts=drafts,
        metrics=metric or [],
        judge=judge_options(
            judge, votes, judge_cap, judge_cost_cap, price_in, price_out, dry_run=dry_run
        ),
    )


@app.command()
def score(
    ctx: typer.Context,
    run: Run = None,
    gold: GoldOption = None,
    metric: Metrics = None,
    judge: JudgeModel = None,
    votes: Votes = 3,
    judge_cap: JudgeCap = 1000,
    judge_cost_cap: JudgeCost = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Score stored answers again, and print every metric."""
    from ui import eval_score as command

    return command.run(
        invocation_of(ctx, json=json),
        gold or [],
        run,
        metrics=metric or [],
        judge=judge_options(
            judge, votes, judge_cap, judge_cost_cap, price_in, price_out, dry_run=dry_run
        ),
    )


@app.command()
def compare(
    ctx: typer.Context,
    baseline: Annotated[Path, typer.Argument(metavar="A")],
    candidate: Annotated[Path, typer.Argument(metavar="B")],
    gold: GoldOption = None,
    metric: Metrics = None,
    primary: Primary = None,
    judge: JudgeModel = None,
    votes: Votes = 3,
    judge_cap: JudgeCap = 1000,
    judge_cost_cap: JudgeCost = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    json: Json = False,
) -> int:
    """Compare two runs question by question: every metric, every flipped question."""
    from ui import eval_compare as command

    return command.run_compare(
        invocation_of(ctx, json=json),
        baseline,
        candidate,
        gold or [],
        metrics=metric or [],
        primary=primary or [],
        judge=judge_options(judge, votes, judge_cap, judge_cost_cap, price_in, price_out),
    )


@app.command()
def gate(
    ctx: typer.Context,
    run: Run = None,
    baseline: Baseline = None,
    gold: GoldOption = None,
    metric: Metrics = None,
    primary: Primary = None,
    margin: Annotated[float, typer.Option(help="The drop that must be excluded.")] = 0.02,
    minimum_effect: Annotated[
        float, typer.Option("--minimum-effect", help="A smaller drop is no regression.")
    ] = 0.02,
    strict: Annotated[bool, typer.Option("--strict", help="INCONCLUSIVE fails too.")] = False,
    judge: JudgeModel = None,
    votes: Votes = 3,
    judge_cap: JudgeCap = 1000,
    judge_cost_cap: JudgeCost = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    json: Json = False,
) -> int:
    """Judge a run against the baseline: exit code 0 passes, 1, 3 and 4 do not."""
    from evals.gate import Policy
    from evals.metrics.registry import PRIMARY
    from ui import eval_compare as command

    policy = Policy(
        tuple(primary or PRIMARY),
        right=command.RIGHT,
        margin=margin,
        minimum_effect=minimum_effect,
        strict=strict,
    )
    return command.run_gate(
        invocation_of(ctx, json=json),
        run,
        baseline,
        gold or [],
        metrics=metric or [],
        policy=policy,
        judge=judge_options(judge, votes, judge_cap, judge_cost_cap, price_in, price_out),
    )


@app.command()
def generators(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME…]", help="extractive, local-small and local if none."),
    ] = None,
    gold: GoldOption = None,
    split: Split = "dev",
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Ask a sample of N questions.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    drafts: Drafts = False,
    write: Annotated[
        bool, typer.Option("--write", help="Store which local models `auto` may take.")
    ] = False,
    json: Json = False,
) -> int:
    """Compare generators on the gold questions: worth, times, tokens; a killed run goes on."""
    from ui import eval_generators as command

    return command.run(
        invocation_of(ctx, json=json),
        names or [],
        gold or [],
        split=split,
        limit=limit,
        seed=seed,
        drafts=drafts,
        store=write,
    )


@app.command()
def withheld(
    ctx: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run made with --drafts.")],
    gold: GoldOption = None,
    sample: Annotated[int, typer.Option(min=1, help="So many sentences, drawn.")] = 50,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    json: Json = False,
) -> int:
    """Print what a chat model wrote and was withheld, each beside the nearest paragraph."""
    from ui import eval_generators as command

    return command.run_withheld(
        invocation_of(ctx, json=json), run, gold or [], sample=sample, seed=seed
    )


@app.command()
def report(
    ctx: typer.Context,
    run: Run = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Compare with this; alone if not given.")
    ] = None,
    gold: GoldOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One page; RUN/report.html if no file.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A comment for a pull request.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="JUnit XML.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json-file", metavar="FILE", help="All of it, for programs.")
    ] = None,
    metric: Metrics = None,
    json: Json = False,
) -> int:
    """Write a run, alone or beside a baseline, as a page, a comment, JUnit XML or JSON."""
    from ui import eval_report as command

    return command.run(
        invocation_of(ctx, json=json),
        run,
        baseline,
        gold or [],
        html=html,
        markdown=markdown,
        junit=junit,
        json_path=json_file,
        metrics=metric or [],
    )

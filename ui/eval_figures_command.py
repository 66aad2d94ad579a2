"""More commands of `dateline eval`: what the figures are worth, other formats, public data."""

from pathlib import Path
from typing import Annotated

import typer

from ui.eval_options import (
    Baseline,
    Format,
    Gold,
    GoldOption,
    Jobs,
    Json,
    JudgeCap,
    JudgeCost,
    JudgeModel,
    PriceIn,
    PriceOut,
    Run,
    Split,
    Votes,
    judge_options,
)
from ui.invocation import invocation_of

app = typer.Typer(rich_markup_mode=None)


@app.command()
def drill(
    ctx: typer.Context,
    run: Run = None,
    gold: GoldOption = None,
    drop: Annotated[float, typer.Option(min=0.001, max=1, help="How much worse.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Of which answers are made worse.")] = 0,
    json: Json = False,
) -> int:
    """Make a run's citations worse by a known amount, and show what the gate would say."""
    from ui import eval_drill as command

    return command.run(invocation_of(ctx, json=json), run, gold or [], drop=drop, seed=seed)


@app.command()
def bless(
    ctx: typer.Context, run: Run = None, baseline: Baseline = None, gold: GoldOption = None
) -> int:
    """Make a run the baseline; nothing else changes it."""
    from ui import eval_compare as command

    return command.run_bless(invocation_of(ctx), run, baseline, gold or [])


@app.command()
def calibrate(
    ctx: typer.Context, gold: Gold = None, split: Split = "dev", jobs: Jobs = 2, json: Json = False
) -> int:
    """Show risk against coverage, and which threshold and tau the questions would choose."""
    from ui import eval_figures as command

    return command.run_calibrate(invocation_of(ctx, json=json), gold or [], split=split, jobs=jobs)


@app.command()
def aa(
    ctx: typer.Context,
    gold: Gold = None,
    split: Split = "dev",
    runs: Annotated[int, typer.Option(min=2, help="How many identical runs.")] = 2,
    jobs: Jobs = 2,
    judge: JudgeModel = None,
    votes: Votes = 3,
    judge_cap: JudgeCap = 1000,
    judge_cost_cap: JudgeCost = None,
    price_in: PriceIn = None,
    price_out: PriceOut = None,
    json: Json = False,
) -> int:
    """Run the same thing several times and count what differs."""
    from ui import eval_figures as command

    return command.run_aa(
        invocation_of(ctx, json=json),
        gold or [],
        split=split,
        runs=runs,
        jobs=jobs,
        judge=judge_options(judge, votes, judge_cap, judge_cost_cap, price_in, price_out),
    )


@app.command()
def power(
    ctx: typer.Context,
    questions: Annotated[list[int], typer.Argument(metavar="N…", min=1)],
    json: Json = False,
) -> int:
    """Tell the smallest drop that N independent questions show."""
    from ui import eval_figures as command

    return command.run_power(invocation_of(ctx, json=json), questions)


@app.command(name="export")
def export_(
    ctx: typer.Context,
    name: Format,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A new file, or a folder.")],
    gold: GoldOption = None,
    split: Split = "dev",
    run: Annotated[
        Path | None, typer.Option("--run", metavar="RUN", help="With the answers of this run.")
    ] = None,
    json: Json = False,
) -> int:
    """Write questions or a run as ragas, promptfoo, beir, trec-run, trec-qrels or inspect."""
    from ui import eval_formats as command

    return command.run_export(invocation_of(ctx, json=json), name, target, gold or [], split, run)


@app.command(name="import")
def import_(
    ctx: typer.Context,
    name: Format,
    source: Annotated[Path, typer.Argument(metavar="SOURCE")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new gold file; printed if none.")
    ] = None,
    gold: GoldOption = None,
    split: Split = "dev",
    json: Json = False,
) -> int:
    """Make drafts of ragas, promptfoo, beir, trec-qrels or nuggetizer; score a trec-run."""
    from ui import eval_formats as command

    return command.run_import(
        invocation_of(ctx, json=json), name, source, out, split, gold=gold or []
    )


@app.command()
def bench(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="retrieval, reading, answerability, support, conflict."
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the public data is.")],
    sample: Annotated[int | None, typer.Option(min=1, help="So many questions, drawn.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 20241001,
    json: Json = False,
) -> int:
    """Measure on public data: BEIR retrieval, SQuAD answerability, support, RAMDocs conflicts."""
    from ui import eval_bench as command

    return command.run(invocation_of(ctx, json=json), name, folder, sample=sample, seed=seed)


@app.command()
def robustness(
    ctx: typer.Context,
    gold: Gold = None,
    split: Split = "dev",
    seed: Annotated[int, typer.Option(help="Decides every edit and article.")] = 0,
    cases: Annotated[int, typer.Option(min=1, help="Injected articles.")] = 250,
    pack: Annotated[
        list[str] | None,
        typer.Option(
            "--pack",
            metavar="NAME",
            help="typos, paraphrases, order, injection or contradiction; all if none.",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Ask with typos, in other orders, and beside hostile and contradicting articles."""
    from ui import eval_robustness as command

    return command.run(
        invocation_of(ctx, json=json),
        gold or [],
        split=split,
        seed=seed,
        cases=cases,
        packs=pack or [],
    )

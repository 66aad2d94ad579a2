"""What can be typed after `dateline eval`: its commands and their options."""

from pathlib import Path
from typing import Annotated

import typer

from ui.invocation import Invocation

app = typer.Typer(help="Measure the answers against gold questions.", rich_markup_mode=None)

Gold = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE|FOLDER…]", help="Gold files; data/gold if none is named."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for programs.")]


def _invocation(ctx: typer.Context, json: bool) -> Invocation:
    given: Invocation = ctx.obj
    return Invocation(given.library, given.embedding, given.json or json, given.debug)


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
        _invocation(ctx, json), gold or [], write=write, show_alternatives=alternatives
    )

"""What can be typed: the commands of `dateline` and their options.

Each command's work is in a module of its own that is imported when it runs: the start of a
question must not pay for the others.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ui import edge
from ui.eval_command import app as eval_app
from ui.invocation import Invocation, invocation_of
from ui.models_command import app as models_app
from ui.output import prepare_streams, write_line
from ui.serve_command import mcp, user, web

NO_WORDS: list[str] = []

app = typer.Typer(
    name="dateline",
    help="Ask the record. Check every source.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app, name="models")
app.add_typer(eval_app, name="eval")

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for programs.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Only what was published by then.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only what was published from then.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only what was published until then.")
]
Outlets = Annotated[
    list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet's.")
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", metavar="NAME", help="Only articles of this kind.")
]
Speakers = Annotated[
    list[str] | None, typer.Option("--speaker", metavar="NAME", help="Only what this one says.")
]
Articles = Annotated[
    list[str] | None, typer.Option("--article", metavar="ARTICLE", help="Only this article.")
]
Generator = Annotated[
    str | None,
    typer.Option(
        "--generator",
        metavar="MODEL",
        help="What writes the answer: extractive, local, or a chat model (openai:NAME, URL).",
    ),
]
Drafts = Annotated[
    bool, typer.Option("--drafts", help="Show a model's sentences that the sources do not bear.")
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("dateline")
        except PackageNotFoundError:
            number = "(not installed)"
        write_line(f"dateline {number}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    library: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the library (DATELINE_LIBRARY).")
    ] = None,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    embedding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Embedding model of the library.")
    ] = None,
    generator: Generator = None,
    version: Annotated[  # noqa: ARG001 (its callback does the work)
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version.")
    ] = False,
) -> None:
    """Ask the record. Check every source."""
    ctx.obj = Invocation(library, embedding, json, debug, generator)
    if ctx.invoked_subcommand is None:
        write_line("Which command? For example: dateline add FOLDER, then: dateline ask QUESTION")
        sys.stdout.write(f"\n{ctx.get_help()}\n")
        raise typer.Exit(2)


@app.command()
def add(
    ctx: typer.Context,
    sources: Annotated[
        list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders, pages, feeds, or -.")
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove articles whose files have left the folders.")
    ] = False,
    json: Json = False,
) -> int:
    """Add articles; what is unchanged is skipped, what has changed becomes a new version."""
    from ui import add as command

    return command.run(invocation_of(ctx, json=json), sources, prune=prune)


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(metavar="QUESTION")] = None,
    batch: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Questions, one a line, or JSON lines; - for stdin."),
    ] = None,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlets = None,
    kind: Kinds = None,
    speaker: Speakers = None,
    article: Articles = None,
    fail_on_abstain: Annotated[
        bool, typer.Option("--fail-on-abstain", help="Exit with 3 if the articles do not say.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show confidence, scores and timings too.")
    ] = False,
    generator: Generator = None,
    drafts: Drafts = False,
    json: Json = False,
) -> int:
    """Answer a question from the articles, every sentence with its source."""
    from ui import ask as command
    from ui.narrowing import Narrowing

    return command.run(
        invocation_of(ctx, json=json, generator=generator),
        " ".join(question) if question else None,
        Narrowing(as_of, since, until, outlet or (), kind or (), speaker or (), article or ()),
        batch=batch,
        fail_on_abstain=fail_on_abstain,
        explain=explain,
        drafts=drafts,
    )


@app.command()
def chat(
    ctx: typer.Context,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlets = None,
    speaker: Speakers = None,
    generator: Generator = None,
    drafts: Drafts = False,
) -> int:
    """Ask in a conversation; a number shows the paragraph of that citation."""
    from ui import chat as command
    from ui.narrowing import Narrowing

    narrowing = Narrowing(as_of, since, until, outlet or (), (), speaker or ())
    return command.run(invocation_of(ctx, generator=generator), narrowing, drafts=drafts)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY")],
    results: Annotated[
        int | None, typer.Option("-k", "--results", min=1, max=200, help="How many passages.")
    ] = None,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    outlet: Outlets = None,
    kind: Kinds = None,
    speaker: Speakers = None,
    article: Articles = None,
    json: Json = False,
) -> int:
    """List the passages that come nearest to a question or to words."""
    from ui import search as command
    from ui.narrowing import Narrowing

    narrowing = Narrowing(
        as_of, since, until, outlet or (), kind or (), speaker or (), article or ()
    )
    return command.run(invocation_of(ctx, json=json), " ".join(query), narrowing, results=results)


@app.command()
def show(
    ctx: typer.Context,
    article: Annotated[
        str,
        typer.Argument(metavar="ARTICLE[#pN]", help="Its id, the id's beginning, its path or URL."),
    ],
    version: Annotated[int | None, typer.Option(min=1, help="An older version.")] = None,
    versions: Annotated[bool, typer.Option("--versions", help="List the versions.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what the last version changed.")
    ] = False,
    json: Json = False,
) -> int:
    """Show an article with its paragraphs numbered, or one paragraph with its neighbours."""
    invocation = invocation_of(ctx, json=json)
    if versions or diff:
        from ui import versions as history

        return history.run(invocation, article, diff=diff)
    from ui import show as command

    return command.run(invocation, article, version=version)


@app.command(name="list")
def list_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD…]", help="Only articles with these words.")
    ] = None,
    removed: Annotated[bool, typer.Option("--removed", help="List the removed ones.")] = False,
    count: Annotated[bool, typer.Option("--count", help="How many, by year and kind.")] = False,
    json: Json = False,
) -> int:
    """List the articles: id, date, outlet, paragraphs, versions, title."""
    from ui import listing as command

    return command.run(
        invocation_of(ctx, json=json), words or NO_WORDS, removed=removed, count=count
    )


@app.command()
def remove(
    ctx: typer.Context,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE…")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed articles back.")] = False,
    json: Json = False,
) -> int:
    """Take articles out of the answers; they stay readable with `show`."""
    from ui import remove as command

    return command.run(invocation_of(ctx, json=json), articles, undo=undo)


@app.command()
def doctor(
    ctx: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what is made from the catalogue.")
    ] = False,
    reembed: Annotated[
        bool, typer.Option("--reembed", help="Embed every article again with the model set.")
    ] = False,
    json: Json = False,
) -> int:
    """Show settings and versions, check library, index and model, and mend them."""
    from ui import doctor as command

    return command.run(invocation_of(ctx, json=json), repair=repair, reembed=reembed)


for served in (web, user, mcp):
    app.command()(served)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    edge.start_logging()
    group = typer.main.get_command(app)

    def work() -> int | None:
        with group.make_context("dateline", list(given)) as context:
            code: int | None = group.invoke(context)
        return code

    # Looked for as typed: a usage error comes before any option is read.
    return edge.guarded(work, debug="--debug" in given)

"""What can be typed after `dateline models`: its commands and their options."""

from typing import Annotated

import typer

from ui.invocation import invocation_of

NO_NAMES: list[str] = []

app = typer.Typer(help="The models that Dateline knows.", rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for programs.")]


@app.command(name="list")
def list_(ctx: typer.Context, json: Json = False) -> int:
    """List the models, their size, licence, and whether they are on this machine."""
    from ui import models as command

    return command.run_list(invocation_of(ctx, json=json))


@app.command(name="verify")
def verify(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]")] = None,
    json: Json = False,
) -> int:
    """Check the files of the models against their digests."""
    from ui import models as command

    return command.run_verify(invocation_of(ctx, json=json), names or NO_NAMES)


@app.command(name="pull")
def pull(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="One of `list`, or owner/name on Hugging Face."),
    ],
    json: Json = False,
) -> int:
    """Fetch a model; the only time that one is downloaded."""
    from ui import models as command

    return command.run_pull(invocation_of(ctx, json=json), name)


@app.command(name="remove")
def remove(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A chat model of `list`.")],
    json: Json = False,
) -> int:
    """Delete a chat model's file and what unfinished pulls of it left."""
    from ui import models as command

    return command.run_remove(invocation_of(ctx, json=json), name)

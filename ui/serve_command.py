"""What can be typed to serve readers: `dateline web`, `dateline user` and `dateline mcp`."""

from pathlib import Path
from typing import Annotated

import typer

from ui.invocation import invocation_of


def web(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to serve on; 127.0.0.1 if none.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 7860 if none, 0 for a free one.")
    ] = None,
    users: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Readers who may sign in (dateline user).")
    ] = None,
    generator: Annotated[
        str | None, typer.Option(metavar="MODEL", help="What writes the answers, to begin with.")
    ] = None,
    browser: Annotated[
        bool, typer.Option(help="Open the page in the browser of this machine.")
    ] = True,
) -> int:
    """Serve the page: ask in the browser, read every source beside the answer."""
    from ui import serve as command

    return command.run(
        invocation_of(ctx, generator=generator),
        browser=browser,
        host=host,
        port=port,
        users=users,
    )


def user(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file of readers.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who may sign in.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the reader out of it.")] = False,
) -> int:
    """Let a reader sign in to `dateline web --users FILE`; the password is asked for."""
    from ui import users as command

    return command.run(invocation_of(ctx), file, name, remove=remove)


def mcp(ctx: typer.Context) -> int:
    """Serve ask, search and open-paragraph to an MCP client, over standard input and output."""
    from ui.mcp import stdio as command

    return command.run(invocation_of(ctx))

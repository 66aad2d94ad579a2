"""`dateline mcp`: the MCP server for a chat client that starts it as a program of its own."""

from ui.invocation import Invocation


def run(invocation: Invocation) -> int:
    """Serve until standard input ends; standard output carries the protocol and nothing else."""
    settings = invocation.settings()
    from ui.engine import Engine
    from ui.mcp.tools import mcp_server
    from ui.service.desk import Desk

    engine = Engine(settings)
    desk = Desk(engine)
    try:
        mcp_server(engine, desk).run("stdio")
    finally:
        desk.close()
        engine.close()
    return 0

"""A conversation with the server, as a chat client has it."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from mcp.client.client import Client

Talk = Callable[[Client], Awaitable[None]]


def talk(server: Any, conversation: Talk, **options: Any) -> None:
    """Hold a conversation with a server object, an address or a transport."""

    async def held() -> None:
        with anyio.fail_after(60):
            async with Client(server, **options) as client:
                await conversation(client)

    anyio.run(held)


async def call(client: Client, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Return the text and the structure that a tool gives; it must not fail."""
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text
    assert not result.is_error, text
    return text, result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """Return what a tool that fails says."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content is None
    text: str = result.content[0].text
    return text

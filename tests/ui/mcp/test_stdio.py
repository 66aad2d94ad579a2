"""The server as a program of its own, which a chat client starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from .conversing import call, refusal, talk

PROGRAM = (
    "-c",
    "import sys; from ui.invocation import Invocation; from ui.mcp.stdio import run; "
    "sys.exit(run(Invocation(generator='extractive')))",
)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("DATELINE_")}
    root = str(Path(__file__).parents[3])
    return {**kept, "PATH": os.environ["PATH"], "PYTHONPATH": root, "HF_HUB_OFFLINE": "1"}


def test_a_client_starts_it_and_asks(filled: Path) -> None:
    async def conversation(client: Client) -> None:
        text, told = await call(client, "ask", question="Who was killed in Damascus?")
        assert told["status"] == "answered"
        assert told["citations"][0]["quote"] in text
        assert "no article 'x'" in await refusal(client, "open_paragraph", article="x", paragraph=1)

    program = StdioServerParameters(command=sys.executable, args=list(PROGRAM), env=environment())
    talk(stdio_client(program), conversation, mode="legacy")


@pytest.mark.parametrize("tail", [b"", b"not json\n"])
def test_standard_output_is_the_protocol_alone_and_its_end_is_the_end(
    filled: Path, tail: bytes
) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "test", "version": "1"}},
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, *PROGRAM],
        input=json.dumps(hello).encode() + b"\n" + tail,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert lines[0]["result"]["serverInfo"]["name"] == "dateline"
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr

"""The server at its address, behind the doors."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from rag.settings import load_settings
from ui.engine import Engine
from ui.guard.guarded import guarded
from ui.mcp.http import PATH, McpApp, mcp_app
from ui.site import Site
from ui.store.store import Store

from .conversing import call

ORIGIN = "http://127.0.0.1:7860"
TOKEN = "a token of sixteen or more"


@pytest.fixture
def site(filled: Path) -> Iterator[Site]:
    """A site with a library, which remembers nothing."""
    engine = Engine(load_settings(generator="extractive", api_token=TOKEN)[0])
    yield Site(engine, Store.__new__(Store))
    engine.close()


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[ASGIApp]:
    """Serve it at its address, as the whole application will."""
    app = mcp_app(site)
    async with app.running():
        yield guarded(Starlette(routes=[Route(PATH, app)]), site)


@asynccontextmanager
async def reached(app: ASGIApp, **headers: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Reach it without a socket."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, headers=headers) as client:
        yield client


def test_a_client_with_the_token_asks_and_has_no_session(site: Site) -> None:
    async def held() -> None:
        async with (
            served(site) as app,
            reached(app, Authorization=f"Bearer {TOKEN}") as http,
            Client(streamable_http_client(f"{ORIGIN}{PATH}", http_client=http)) as client,
        ):
            text, told = await call(client, "ask", question="Who was killed in Damascus?")
            assert told["status"] == "answered"
            assert told["answer"] in text

    anyio.run(held)


def test_each_request_stands_alone(site: Site) -> None:
    body = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "Damascus"}},
    }  # fmt: skip
    accept = {"Accept": "application/json, text/event-stream"}

    async def held() -> None:
        async with served(site) as app, reached(app, **accept) as http:
            refused = await http.post(f"{ORIGIN}{PATH}", json=body)
            assert refused.status_code == 401
            http.headers["Authorization"] = f"Bearer {TOKEN}"
            for _ in range(2):
                answer = await http.post(f"{ORIGIN}{PATH}", json=body)
                assert answer.status_code == 200
                assert "mcp-session-id" not in answer.headers
                data = next(x for x in answer.text.splitlines() if x.startswith("data: {"))
                assert json.loads(data[6:])["result"]["structuredContent"]["results"]
            foreign = {"Origin": "https://evil.example"}
            assert (
                await http.post(f"{ORIGIN}{PATH}", json=body, headers=foreign)
            ).status_code == 403
            rebound = {"Host": "evil.example"}
            assert (
                await http.post(f"{ORIGIN}{PATH}", json=body, headers=rebound)
            ).status_code == 421
            large = {**body, "params": "x" * 2**20}
            assert (await http.post(f"{ORIGIN}{PATH}", json=large)).status_code == 413
            assert (await http.post(f"{ORIGIN}{PATH}", content=b"{")).status_code in {400, 415}

    anyio.run(held)


def test_it_may_be_called_by_a_name_of_the_settings(filled: Path) -> None:
    engine = Engine(load_settings(generator="extractive", hosts=("news.example",))[0])
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}

    async def held() -> None:
        site = Site(engine, Store.__new__(Store))
        async with served(site) as app, reached(app, **accept) as http:
            answer = await http.post(f"https://news.example{PATH}", json=body)
            assert answer.status_code == 200
            assert "open_paragraph" in answer.text

    anyio.run(held)
    engine.close()


def test_an_application_not_running_says_so(site: Site) -> None:
    make: Callable[[Site], McpApp] = mcp_app
    app = make(site)

    async def held() -> None:
        async with reached(Starlette(routes=[Route(PATH, app)])) as http:
            with pytest.raises(RuntimeError, match="run"):
                await http.post(f"{ORIGIN}{PATH}", json={})

    anyio.run(held)

"""The queue as readers meet it: 429, and what becomes of an answer whose reader leaves."""

import asyncio
import json
import threading
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from rag.asked import Ask, DoneEvent, SourcesEvent
from ui.service.desk import desk_of
from ui.service.leaving import unless_left
from ui.site import Site

from ..scripted import Scripted
from .making import QUESTION, WAIT, Gate, application

PATHS = {
    "/v1/ask": {"question": QUESTION},
    "/v1/search": {"query": QUESTION},
    "/v1/chat/completions": {
        "model": "dateline",
        "messages": [{"role": "user", "content": QUESTION}],
    },
}


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def blocked(make_site: Any, gate: Gate) -> Site:
    """A site that answers one question at a time, lets none wait, and writes when told to."""
    site = make_site(Scripted(["One.", gate, "Two."]), answers_at_once=1, answers_waiting=0)
    assert isinstance(site, Site)
    return site


def answering(client: TestClient, **more: object) -> threading.Thread:
    thread = threading.Thread(
        target=lambda: client.post("/v1/ask", json={"question": QUESTION} | more)
    )
    thread.start()
    return thread


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [False, True])
def test_too_many_are_told_when_to_come_back(
    blocked: Site, gate: Gate, path: str, stream: bool
) -> None:
    client = TestClient(application(blocked))
    thread = answering(client)
    gate.wait()
    given = PATHS[path] | ({"stream": stream} if path != "/v1/search" else {})
    answer = client.post(path, json=given)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert "ask again in" in answer.json()["error"]["message"]
    told = client.get("/metrics").text
    assert "dateline_in_flight 1.0" in told
    assert "dateline_refused_total 1.0" in told
    gate.opened.set()
    thread.join(WAIT)
    assert client.post(path, json=given).status_code == 200


class Reader:
    """A connection, driven by hand, that can be left."""

    def __init__(self, app: FastAPI, body: dict[str, object]) -> None:
        self.app, self.body = app, json.dumps(body).encode()
        self.left = asyncio.Event()
        self.said = asyncio.Event()
        self.text = b""

    async def run(self) -> None:
        scope = {
            "type": "http", "method": "POST", "path": "/v1/ask", "query_string": b"",
            "headers": [(b"content-type", b"application/json")], "asgi": {"version": "3.0"},
        }  # fmt: skip
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": self.body}
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            self.text += message.get("body", b"")
            if b"event: sentence" in self.text:
                self.said.set()

        await self.app(scope, receive, send)


@pytest.mark.parametrize("stream", [False, True])
def test_leaving_stops_the_model(blocked: Site, gate: Gate, stream: bool) -> None:
    async def scene() -> None:
        reader = Reader(application(blocked), {"question": QUESTION, "stream": stream})
        task = asyncio.ensure_future(reader.run())
        await asyncio.to_thread(gate.wait)
        if stream:
            await asyncio.wait_for(reader.said.wait(), WAIT)
        reader.left.set()
        await asyncio.wait_for(task, WAIT)
        assert b"done" not in reader.text

    asyncio.run(scene())
    assert gate.stopped.wait(WAIT)
    gate.opened.set()
    client = TestClient(application(blocked))
    # The place is free as soon as the model has really stopped.
    while client.post("/v1/ask", json={"question": QUESTION}).status_code == 429:
        pass


def test_leaving_the_queue_makes_room(make_site: Any, gate: Gate) -> None:
    scripted = Scripted(["One.", gate])
    site = make_site(scripted, answers_at_once=1, answers_waiting=1)
    turnstile = desk_of(site).turnstile
    app = application(site)

    async def scene() -> None:
        first, second = (Reader(app, {"question": QUESTION}) for _ in range(2))
        working = asyncio.ensure_future(first.run())
        await asyncio.to_thread(gate.wait)
        waiting = asyncio.ensure_future(second.run())
        while not turnstile.waiting:
            await asyncio.sleep(0)
        second.left.set()
        await asyncio.wait_for(waiting, WAIT)
        assert turnstile.waiting == 0
        gate.opened.set()
        await asyncio.wait_for(working, WAIT)

    asyncio.run(scene())
    assert len(scripted.asked) == 1


def test_desk_serves_threads_too(blocked: Site, gate: Gate) -> None:
    desk = desk_of(blocked)
    assert desk is desk_of(blocked)
    events = desk.events(Ask(QUESTION))
    assert isinstance(next(events), SourcesEvent)
    gate.wait()
    events.close()  # type: ignore[attr-defined]
    assert gate.stopped.wait(WAIT)


def test_a_readers_own_stop_still_brings_the_reply(blocked: Site, gate: Gate) -> None:
    stop = threading.Event()
    events = desk_of(blocked).events(Ask(QUESTION, stop=stop))
    next(events)
    gate.wait()
    stop.set()
    *_, last = events
    assert isinstance(last, DoneEvent)
    assert "Two." not in last.reply.answer


def test_many_at_once_are_all_answered_or_refused(make_site: Any) -> None:
    site = make_site(answers_at_once=2, answers_waiting=8)
    app = application(site)

    async def scene() -> list[int]:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
            answers = await asyncio.gather(
                *(client.post("/v1/ask", json={"question": QUESTION}) for _ in range(40))
            )
        return [answer.status_code for answer in answers]

    statuses = asyncio.run(scene())
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 10
    turnstile = desk_of(site).turnstile
    assert (turnstile.working, turnstile.waiting) == (0, 0)
    assert turnstile.refused == statuses.count(429)


def test_work_that_fails_is_told_by_unless_left() -> None:
    class Request:
        async def receive(self) -> dict[str, str]:
            await asyncio.Event().wait()
            return {}

    async def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(unless_left(Request(), fail()))  # type: ignore[arg-type]

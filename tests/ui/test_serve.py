"""`dateline web` as its users start it: a process of its own, on a port of this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.settings import load_settings
from ui.engine import Engine

from ..rag.generate.openai_server import hangs, serving

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds: the machine of the tests may be busy."""

LONGEST_STOP = 15.0
"""Seconds; one on a machine that has nothing else to do."""

# A shell's background job, as which the tests may run, hands down that Ctrl-C is ignored.
CHILD = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ui.command import main
sys.exit(main(sys.argv[1:]))
"""

# A server that is slow to see that it has been told to end: others, told too, are sooner.
LATE_CHILD = """
import asyncio, uvicorn

async def main_loop(server):
    while not server.should_exit:
        await asyncio.sleep(2.0)

uvicorn.Server.main_loop = main_loop
""" + CHILD  # fmt: skip
QUESTION = "What did Iran launch at Israel?"


@dataclass
class Child:
    """A server that is running."""

    process: "subprocess.Popen[str]"
    address: str
    error: Path

    def get(self, path: str) -> httpx.Response:
        """Ask it for something."""
        return httpx.get(f"{self.address}{path}", timeout=PATIENCE)

    def post(self, path: str, **given: object) -> httpx.Response:
        """Send it JSON."""
        return httpx.post(f"{self.address}{path}", json=given, timeout=PATIENCE)

    def working(self) -> int:
        """How many questions it is answering."""
        figure = "dateline_in_flight "
        told = self.get("metrics").text.splitlines()
        return int(float(next(line for line in told if line.startswith(figure)).split()[-1]))

    def stop_with_ctrl_c(self) -> None:
        """Interrupt it; it must end soon, and say no more than that it was interrupted."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) in (0, 130)
        assert time.monotonic() - began < LONGEST_STOP
        assert self.complaints() == "Press Ctrl-C to stop it.\nInterrupted.\n"

    def complaints(self) -> str:
        """What it wrote on standard error."""
        return self.error.read_text(encoding="utf-8")


def environment(**more: str) -> dict[str, str]:
    # As in a terminal: what the tests were started with must not speak for the server.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONW")}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "HF_HUB_OFFLINE": "1", **more}


@contextmanager
def started(tmp_path: Path, *arguments: str, child: str = CHILD, **more: str) -> Iterator[Child]:
    """Start `dateline web` and wait for its address."""
    error = tmp_path / "stderr"
    with error.open("w") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-c", child, "web", "--port", "0", "--no-browser", *arguments],
            cwd=tmp_path,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Dateline is at http://127.0.0.1:"), error.read_text()
        yield Child(process, line.removeprefix("Dateline is at ").strip(), error)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def refused(tmp_path: Path, *arguments: str, code: int = 2, **more: str) -> str:
    """Run `dateline web` where it must not start; return the one sentence that it says."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "web", "--no-browser", *arguments],
        cwd=tmp_path,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    sentence, end = done.stderr[:-1], done.stderr[-1:]
    assert end == "\n"
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


@contextmanager
def reading(method: str, url: str, **asked: Any) -> Iterator[Callable[[], str]]:
    """Hold a request open in a thread of its own; gives what returns the next line of it."""
    lines: list[str] = []
    more = threading.Condition()

    def run() -> None:
        with (
            suppress(httpx.TransportError),  # the server has ended
            httpx.stream(method, url, timeout=PATIENCE, **asked) as response,
        ):
            for line in response.iter_lines():
                with more:
                    lines.append(line)
                    more.notify()

    def next_line() -> str:
        with more:
            assert more.wait_for(lambda: lines, PATIENCE)
            return lines.pop(0)

    thread = threading.Thread(target=run)
    thread.start()
    yield next_line
    thread.join(PATIENCE)


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.usefixtures("filled")
def test_it_tells_its_address_answers_and_is_stopped_with_a_page_open(tmp_path: Path) -> None:
    with started(tmp_path) as child:
        health = child.get("healthz").json()
        assert health == health | {"ok": True, "articles": 3}
        assert "window.gradio_config" in child.get("").text
        with reading("GET", f"{child.address}gradio_api/heartbeat/abc") as next_line:
            assert next_line() == "data: ALIVE"
            child.stop_with_ctrl_c()


SILENT = {
    "v1/ask": {"question": QUESTION, "stream": True},
    "v1/chat/completions": {
        "model": "dateline",
        "messages": [{"role": "user", "content": QUESTION}],
    },
    "mcp": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": QUESTION}},
    },
}
"""Questions to a model that says nothing."""

HEADERS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
}


def join_queue(child: Child, session: str) -> str:
    """Ask in the box of the page; return the address of what comes of it."""
    html = child.get("").text
    _, _, config = html.partition("window.gradio_config = ")
    page = json.JSONDecoder().raw_decode(config)[0]
    box = next(c["id"] for c in page["components"] if c["props"].get("elem_id") == "question")
    event = next(d for d in page["dependencies"] if [box, "submit"] in d["targets"])
    given = ["", "", "", "", [], [], None, QUESTION]
    assert len(given) == len(event["inputs"])
    child.post("gradio_api/queue/join", data=given, fn_index=event["id"], session_hash=session)
    return f"{child.address}gradio_api/queue/data?session_hash={session}"


@pytest.mark.usefixtures("filled")
def test_a_silent_model_is_left_alone_when_its_reader_leaves_and_when_the_server_stops(
    tmp_path: Path,
) -> None:
    with (
        serving() as model,
        started(
            tmp_path, DATELINE_GENERATOR=f"{model.url}#m", DATELINE_ANSWERS_AT_ONCE="9"
        ) as child,
    ):
        model.plays(hangs)
        with httpx.stream("GET", join_queue(child, "left"), timeout=PATIENCE):
            eventually(lambda: child.working() == 1)
        eventually(lambda: child.working() == 0)
        with ExitStack() as readers:
            readers.enter_context(reading("GET", join_queue(child, "stays")))
            for path, given in SILENT.items():
                url = f"{child.address}{path}"
                readers.enter_context(reading("POST", url, json=given, headers=HEADERS))
            eventually(lambda: child.working() == 4)
            child.stop_with_ctrl_c()


@pytest.mark.usefixtures("filled")
def test_streams_are_ended_by_the_server_alone(tmp_path: Path) -> None:
    with (
        serving() as model,
        started(tmp_path, child=LATE_CHILD, DATELINE_GENERATOR=f"{model.url}#m") as child,
    ):
        model.plays(hangs)
        asked = {"json": SILENT["mcp"], "headers": HEADERS}
        with reading("POST", f"{child.address}mcp", **asked):
            eventually(lambda: child.working() == 1)
            child.stop_with_ctrl_c()


@pytest.mark.usefixtures("filled")
def test_a_slow_page_elsewhere_does_not_hold_up_its_end(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        started(tmp_path, DATELINE_ALLOW_PRIVATE_ADDRESSES="true") as child,
    ):
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        adding = {"urls": [f"{url}{number}" for number in range(20)]}
        with reading("POST", f"{child.address}v1/articles", json=adding):
            fetching, _ = silent.accept()
            began = time.monotonic()
            child.process.send_signal(signal.SIGINT)
            assert child.process.wait(PATIENCE) in (0, 130)
            assert time.monotonic() - began < LONGEST_STOP
            fetching.close()
        assert "Traceback" not in child.complaints()


def test_a_library_that_is_not_there_is_made(tmp_path: Path) -> None:
    with started(tmp_path) as child:
        assert child.get("healthz").json()["articles"] == 0
        answer = child.post("v1/ask", question=QUESTION)
        assert answer.status_code == 409
        assert answer.json()["error"]["type"] == "LibraryEmpty"
        child.stop_with_ctrl_c()
    engine = Engine(load_settings()[0])
    assert engine.library.stats().articles == 0
    engine.close()


def test_an_address_that_others_reach_wants_a_door(tmp_path: Path) -> None:
    said = refused(tmp_path, "--host", "0.0.0.0")
    assert "DATELINE_API_TOKEN" in said
    assert "--users" in said
    assert not (tmp_path / "library").exists()


def test_a_token_is_never_told(tmp_path: Path) -> None:
    said = refused(tmp_path, DATELINE_API_TOKEN="short-secret")
    assert "api_token" in said
    assert "short-secret" not in said


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--port", port)
    assert said.startswith(f"Dateline cannot be served on 127.0.0.1:{port} (address already in use")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b"])
def test_a_host_that_is_none_is_told(tmp_path: Path, host: str) -> None:
    said = refused(tmp_path, "--host", host, DATELINE_API_TOKEN="a secret of the newsroom")
    assert f"cannot be served on {host}:7860" in said


@pytest.mark.parametrize(
    ("text", "told"), [(None, "cannot be read"), ("mina:secret word\n", "Line 1"), ("", "no user")]
)
def test_a_file_of_users_that_lets_nobody_in_is_told(
    tmp_path: Path, text: str | None, told: str
) -> None:
    file = tmp_path / "readers.txt"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    said = refused(tmp_path, "--users", str(file))
    assert told in said
    assert "readers.txt" in said
    assert "secret word" not in said


def test_a_library_that_is_damaged_is_told(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "conversations.db").write_bytes(b"no database" * 1000)
    said = refused(tmp_path, "--port", "0", code=1)
    assert "conversations.db" in said
    assert "is damaged" in said

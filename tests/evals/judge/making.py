"""Judges made for these tests: scripted chat models and a local server that plays a provider."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from evals.judge.item import Item
from evals.judge.judge import Judge
from evals.judge.model import passed_model

KEY = "sk-very-secret-0123456789"


def said(verdict: str = "correct", reason: str = "It says so.") -> str:
    return json.dumps({"verdict": verdict, "reason": reason})


def item(answer: str = "Seven were killed [1].", **changes: Any) -> Item:
    return Item(
        **{
            "question": "how many guards died in damascus",
            "reference": "Right answer: Seven of them were killed.",
            "answer": answer,
        }
        | changes
    )


def items(count: int) -> list[Item]:
    return [item(f"Answer number {number}.") for number in range(count)]


class Scripted(BaseChatModel):
    """Replies what a function makes of the prompt; an exception of it is raised."""

    script: Callable[[str], str]
    model_name: str = "scripted"
    usage: tuple[int, int] | None = None
    _lock: Any = PrivateAttr(default_factory=threading.Lock)
    _asked: list[tuple[str, str]] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """System and human message of every call."""
        return self._asked

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        system, human = (str(message.text) for message in messages)
        with self._lock:
            self._asked.append((system, human))
            reply = self.script(human)
        message = AIMessage(reply)
        if self.usage:
            read, written = self.usage
            message.usage_metadata = {
                "input_tokens": read, "output_tokens": written, "total_tokens": read + written
            }  # fmt: skip
        return ChatResult(generations=[ChatGeneration(message=message)])


def always(reply: str = said(), **more: Any) -> Scripted:
    return Scripted(script=lambda human: reply, **more)


def in_turn(*replies: str | Exception) -> Scripted:
    """Gives one reply after the other; needs jobs=1 to be the same every time."""
    left = iter(replies)

    def script(human: str) -> str:
        reply = next(left)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return Scripted(script=script)


def judge(chat: BaseChatModel, **more: Any) -> Judge:
    """A judge that never really waits."""
    return Judge(passed_model(chat), **{"votes": 1, "jobs": 1, "pause": lambda _: None} | more)


@dataclass
class Provider:
    """What the server plays, and what it was sent."""

    status: int = 200
    body: str = ""
    hang: bool = False
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def replies(self, text: str) -> None:
        """Reply this as a chat completion."""
        self.status, self.body = 200, json.dumps(
            {
                "id": "1", "object": "chat.completion", "created": 0, "model": "m",
                "choices": [
                    {"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": text}}
                ],
                "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
            }
        )  # fmt: skip

    def fails(self, status: int, message: str) -> None:
        """Refuse everything, as OpenAI's API words it."""
        self.status = status
        self.body = json.dumps({"error": {"message": message, "type": "x", "code": "x"}})


@contextmanager
def served() -> Iterator[Provider]:
    """An OpenAI-compatible server on the loopback interface."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            provider.requests.append(json.loads(self.rfile.read(length)))
            if provider.hang:
                provider.released.wait(60)
                return
            body = provider.body.encode()
            self.send_response(provider.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class HttpChat(BaseChatModel):
    """The least client of such a server; its errors are httpx's."""

    url: str
    seconds: float = 5.0
    model_name: str = "http"

    @property
    def _llm_type(self) -> str:
        return "http"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        response = httpx.post(
            f"{self.url}/chat/completions",
            json={"messages": [str(message.text) for message in messages]},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=self.seconds,
            trust_env=False,
        )
        response.raise_for_status()
        content = response.json()["choices"][0]["message"]["content"]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content))])


def grades(found: Sequence[Any], asked: Sequence[Item]) -> list[str]:
    """Majority or failure of each."""
    return [one.failure or one.majority(item) for one, item in zip(found, asked, strict=True)]

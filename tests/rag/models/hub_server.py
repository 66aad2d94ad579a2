"""A small Hugging Face Hub on loopback: the part of its API that fetching a model needs."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import unquote, urlsplit

import pytest
from huggingface_hub import constants


@dataclass
class Repository:
    """Files at one commit; `status` and `code` are what is answered instead of files."""

    files: dict[str, bytes]
    commit: str = "c" * 40
    status: int = 200
    code: str = ""
    listed: bool = True
    cut: set[str] = field(default_factory=set)
    """Files whose connection is closed halfway, once."""
    stalled: set[str] = field(default_factory=set)
    """Files of which half is sent and then nothing, once."""
    ranges: bool = True
    """Whether a part of a file can be asked for."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]


class Hub:
    """What the server serves and what it was asked."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.requests: list[Request] = []
        self.url = ""
        self.stalling = Event()
        self.released = Event()
        self._lock = Lock()

    def note(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)

    def ranges(self) -> list[str]:
        """The ranges that were asked for, but those of all."""
        asked = [request.headers.get("range", "bytes=0-") for request in self.requests]
        return [text for text in asked if text != "bytes=0-"]

    def fetched(self) -> set[str]:
        """The files whose content was asked for."""
        paths = [r.path for r in self.requests if r.method == "GET" and "/resolve/" in r.path]
        return {path.partition("/resolve/")[2].partition("/")[2] for path in paths}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub
    _stall = False

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.note(Request(self.command, path, headers))
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._api("/".join(parts[2:4]), parts[4:])
        elif parts[2:3] == ["resolve"]:
            self._file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        else:
            self._send(404, b"{}", {})

    def _api(self, name: str, rest: list[str]) -> None:
        repository = self.hub.repositories.get(name)
        if repository is None:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif not repository.listed:
            self._send(repository.status, b"{}", {"X-Error-Code": repository.code})
        elif rest[:1] == ["tree"]:
            entries = [
                {"type": "file", "path": path, "size": len(data), "oid": _digest(data)}
                for path, data in repository.files.items()
            ]
            self._send(200, json.dumps(entries).encode(), {})
        else:
            siblings = [{"rfilename": path} for path in repository.files]
            told = {"id": name, "sha": repository.commit, "siblings": siblings}
            self._send(200, json.dumps(told).encode(), {})

    def _file(self, name: str, revision: str, path: str) -> None:
        repository = self.hub.repositories[name]
        if repository.status != 200:
            self._send(repository.status, b"{}", {"X-Error-Code": repository.code})
            return
        data = repository.files.get(path)
        if data is None or revision not in {repository.commit, "main"}:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        headers = {"ETag": f'"{_digest(data)}"', "X-Repo-Commit": repository.commit}
        first = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if not repository.ranges:
            first = 0
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        self._stall = self.command == "GET" and path in repository.stalled
        repository.stalled.discard(path)
        halfway = self.command == "GET" and path in repository.cut
        if halfway:
            repository.cut.discard(path)
        self._send(206 if first else 200, data[first:], headers, halfway=halfway)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], *, halfway: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            halfway = halfway or self._stall
            self.wfile.write(body[: len(body) // 2] if halfway else body)
        if self._stall:
            self.wfile.flush()
            self.hub.stalling.set()
            self.hub.released.wait(60)
        self.close_connection = self.close_connection or halfway


def _digest(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def point(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """What HF_ENDPOINT does when the client is imported."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


@contextmanager
def running() -> Iterator[Hub]:
    """Serve a hub for as long as the context is open."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.released.set()
            server.shutdown()
            thread.join()

"""Requests that mean harm, to the program itself as it is started, over a socket."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.models.hashing import HashingEmbedder
from ui.guard.users import line_for

from ...rag.conftest import fill
from ..conftest import CONSULATE, KIRBY
from .serving import copied

pytestmark = pytest.mark.slow

TOKEN = "token-of-the-newsroom-1f3a9c"
WRONG_TOKEN = "wrong-token-of-somebody-77b2"
PASSWORD = "password-of-ada-5d1e"
QUESTION = "How many officers were killed?"
LIMIT = 20_000
SERVERS = {
    "open": {"requests_per_minute": "100000", "request_bytes": f"{LIMIT}", "upload_bytes": "2048"},
    "few": {"requests_per_minute": "30", "answers_at_once": "1", "answers_waiting": "0"},
    "token": {"api_token": TOKEN, "log_level": "debug"},
    "users": {"users": "{folder}/readers", "log_level": "debug"},
}


@dataclass
class Program:
    """`dateline web`, running; `log` is what it has written so far."""

    address: str
    process: "subprocess.Popen[str]"
    errors: Path

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def log(self) -> str:
        return self.errors.read_text(encoding="utf-8")

    def client(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=60, trust_env=False, **more)

    def spoken(self, request: str, body: bytes = b"") -> bytes:
        """Send bytes as they are; return all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
            heard = b""
            while chunk := connection.recv(65_536):
                heard += chunk
            return heard

    def status(self, target: str, host: str | None = None, more: str = "") -> int:
        """Return the status of a GET whose target is sent as it is."""
        host = f"127.0.0.1:{self.port}" if host is None else host
        head = f"GET {target} HTTP/1.1\nHost: {host}\nConnection: close{more}"
        heard = self.spoken(head)
        return int(heard.split(b" ", 2)[1])


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Program]]:
    """The program with each of the settings, started side by side."""
    folder = tmp_path_factory.mktemp("http")
    articles = folder / "articles"
    articles.mkdir()
    for name, text in {"briefing": KIRBY, "consulate": CONSULATE}.items():
        (articles / f"{name}.md").write_text(text, encoding="utf-8")
    fill(folder / "library", HashingEmbedder(), articles).close()
    (folder / "readers").write_text(f"{line_for('ada', PASSWORD)}\n", encoding="utf-8")
    with ExitStack() as stack, ThreadPoolExecutor(4) as at_once:
        started = {
            name: at_once.submit(stack.enter_context, _program(folder, name)) for name in SERVERS
        }
        yield {name: each.result() for name, each in started.items()}


@contextmanager
def _program(folder: Path, name: str) -> Iterator[Program]:
    library = copied(folder / "library", folder / name)
    given = {"library": f"{library}", "cache": f"{folder}/cache", "embedding": "hashing",
             "abstain_below": "0", "generator": "extractive"} | SERVERS[name]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE", "GRADIO"))}
    environment |= {f"DATELINE_{k.upper()}": v.format(folder=folder) for k, v in given.items()}
    errors = folder / f"{name}.log"
    command = [sys.executable, "-m", "ui", "web", "--port", "0", "--no-browser"]
    with errors.open("w") as log, subprocess.Popen(
        command, env=environment | {"GRADIO_TEMP_DIR": f"{folder}/{name}-uploads"},
        stdout=subprocess.PIPE, stderr=log, text=True, cwd=Path(__file__).parents[3],
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            said = process.stdout.readline()
            assert said.startswith("Dateline is at "), errors.read_text()
            yield Program(said.split()[-1], process, errors)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def program(programs: dict[str, Program]) -> Program:
    """The one that lets everybody in."""
    return programs["open"]


def asked(client: httpx.Client, title: str = "one's own") -> tuple[str, str]:
    """Ask in a new conversation; return its id and the answer's."""
    conversation = client.post("/v1/conversations", json={"title": title}).json()["id"]
    answer = client.post("/v1/ask", json={"question": QUESTION, "conversation": conversation})
    assert answer.status_code == 200
    return conversation, answer.headers["Dateline-Exchange"]


TRAVERSALS = (
    "../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252fetc/passwd", "....//....//etc/passwd", "/etc/passwd", "%2fetc%2fpasswd",
    "..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "x/../../../../../etc/passwd",
    "%00/etc/passwd", "file:///etc/passwd", "..;/..;/etc/passwd",
)  # fmt: skip
ROUTES = (
    "/", "/assets/", "/static/", "/static/img/", "/svelte/", "/gradio_api/file=", "/file=",
    "/gradio_api/file/", "/gradio_api/upload_progress?upload_id=", "/gradio_api/heartbeat/",
    "/custom_component/", "/gradio_api/stream/", "/theme.css/", "/gradio_api/proxy=",
    "/answers/", "/answers/x/citations/", "/articles/", "/articles/x/versions/", "/v1/articles/",
    "/v1/conversations/", "/conversations/", "/mcp/",
)  # fmt: skip


def test_no_route_leads_out_of_its_folder(program: Program, tmp_path: Path) -> None:
    targets = [route + path for route in ROUTES for path in TRAVERSALS]
    head = f"HTTP/1.1\nHost: 127.0.0.1:{program.port}\nConnection: close"

    def heard(target: str) -> bytes:
        # A heartbeat goes on as long as its page does: it names a page, not a file.
        return b"" if "heartbeat" in target else program.spoken(f"GET {target} {head}")

    with ThreadPoolExecutor(8) as at_once:
        answers = dict(zip(targets, at_once.map(heard, targets), strict=True))
    out = [target for target, answer in answers.items() if b"root:" in answer]
    assert out == []
    failed = [t for t, answer in answers.items() if answer[9:12] >= b"500"]
    assert failed == []


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback", "/v1/articles", "/mcp",
                                  "/gradio_api/upload", "/gradio_api/queue/join",
                                  "/v1/chat/completions"])  # fmt: skip
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1",
                                    "http://127.0.0.1.evil.example", "file://"])  # fmt: skip
def test_pages_of_others_may_not_send(program: Program, path: str, origin: str) -> None:
    with program.client() as client:
        told = client.post(path, json={}, headers={"Origin": origin})
        assert told.status_code == 403
        assert told.json()["error"]["type"] == "CrossOrigin"
        assert not [name for name in told.headers if name.startswith("access-control")]
        foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        assert client.post(path, json={}, headers=foreign).status_code == 403


def test_a_page_of_others_may_not_ask_beforehand_either(program: Program) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    with program.client() as client:
        told = client.options("/v1/ask", headers=headers)
    assert told.status_code == 403
    assert not [name for name in told.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "169.254.0.1",
             "localhost.", "[::1]:x", "127.0.0.1\nHost: evil.example",
             "127.0.0.1\nX-Forwarded-Host: evil.example"],
)  # fmt: skip
def test_the_server_answers_to_its_own_name_alone(program: Program, host: str) -> None:
    allowed = {"localhost.": 200}  # the same name, told to be whole
    assert program.status("/v1/models", host) == allowed.get(host, 421) or (
        program.status("/v1/models", host) == 400
    )


@pytest.mark.parametrize(
    "target", ["http://evil.example/v1/models", "http://127.0.0.1:1/v1/models",
               "//evil.example/v1/models", "https://evil.example/", "evil.example:443", "*"],
)  # fmt: skip
def test_a_target_that_names_another_server_is_not_fetched(program: Program, target: str) -> None:
    head = f"GET {target} HTTP/1.1\nHost: 127.0.0.1:{program.port}\nConnection: close"
    heard = program.spoken(head)
    told, _, body = heard.partition(b"\r\n\r\n")
    assert told[9:12] in {b"200", b"400", b"404"}
    assert (
        told[9:12] != b"200" or b"Dateline" in body or b"dateline" in body
    )  # our own, of the path
    location = re.search(rb"(?i)\r\nlocation: *([^\r]*)", heard)
    assert location is None or b"evil" not in location[1]


@pytest.mark.parametrize("path", ["/v1/ask", "/gradio_api/queue/join", "/mcp"])
def test_a_body_too_large_is_refused_however_it_comes(program: Program, path: str) -> None:
    head = f"POST {path} HTTP/1.1\nHost: 127.0.0.1:{program.port}\nContent-Type: application/json\n"
    body = b'"' + b"x" * LIMIT + b'"'
    for told, sent in (
        (f"Content-Length: {len(body)}", body),
        (f"Content-Length: {10**12}", body),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    ):
        heard = program.spoken(head + told, sent)
        assert heard.startswith(b"HTTP/1.1 413 ")
        assert json.loads(heard.partition(b"\r\n\r\n")[2])["error"]["type"] == "TooLarge"


def test_a_file_too_large_is_refused(program: Program) -> None:
    with program.client() as client:
        heavy = {"files": ("a.txt", b"x" * (2048 * 20 + LIMIT + 1))}
        assert client.post("/gradio_api/upload", files=heavy).status_code == 413
        one = client.post("/v1/articles", files={"files": ("a.txt", b"The word. " * 400)})
        assert one.json()["kept"] == 0
        assert "larger than" in one.text


def test_too_many_requests_are_told_when_to_come_again(programs: dict[str, Program]) -> None:
    with programs["few"].client() as client:
        client.get("/v1/models")
        answers = [client.get("/v1/models") for _ in range(35)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert 3 <= len(refused) <= 10
        assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
        assert refused[0].json()["error"]["type"] == "TooManyRequests"
        page = client.get("/assets/fragments.css")
        assert page.status_code == 200


def test_too_many_questions_are_told_when_to_come_again(programs: dict[str, Program]) -> None:
    program = programs["few"]
    body = json.dumps({"question": f"{QUESTION} " * 100}).encode()
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", program.port), timeout=60))
            for _ in range(24)
        ]
        for each in opened:
            each.sendall(head + body)
        answers = [each.makefile("rb").read() for each in opened]
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 429 ")]
    assert refused
    assert [answer for answer in answers if answer.startswith(b"HTTP/1.1 200 ")]
    assert re.search(rb"(?i)\r\nretry-after: *[1-9]", refused[0])


def test_two_readers_share_nothing(program: Program) -> None:
    with program.client() as one, program.client() as other:
        conversation, exchange = asked(one)
        said = {"exchange": exchange, "verdict": "bad", "comment": "between us"}
        assert one.post("/v1/feedback", json=said).status_code == 204
        known = (
            f"/v1/conversations/{conversation}",
            f"/v1/conversations/{conversation}/exchanges",
            f"/conversations/{conversation}/export?as=json",
        )
        for path in known:
            assert one.get(path).status_code == 200
            told = other.get(path)
            assert told.status_code == 404, path
            assert "between us" not in told.text
            assert QUESTION not in told.text
        assert other.get("/v1/conversations").json() == {"conversations": []}
        found = other.get("/v1/conversations", params={"words": "officers"}).json()
        assert found == {"conversations": []}
        path = f"/v1/conversations/{conversation}"
        assert other.patch(path, json={"title": "mine"}).status_code == 404
        assert other.delete(path).status_code == 404
        leaning = {"question": "And then?", "conversation": conversation}
        assert other.post("/v1/ask", json=leaning).status_code == 404
        of_it = {"exchange": exchange}
        assert other.get("/v1/feedback", params=of_it).json() == {"feedback": []}
        other.delete("/v1/feedback", params=of_it)
        assert len(one.get("/v1/feedback", params=of_it).json()["feedback"]) == 1
        assert one.get(path).json()["title"] == "one's own"


def test_ids_cannot_be_guessed(program: Program) -> None:
    with program.client() as client:
        ids = [id_ for _ in range(3) for id_ in asked(client)]
        assert all(re.fullmatch(r"[0-9a-f]{32}", id_) for id_ in ids)
        assert len({id_[:8] for id_ in ids}) == len(ids)
        for guess in ("1", "%", "_" * 32, "*", "' OR 1=1 --", ids[0][:-1], ids[0].upper() + " "):
            for path in (f"/answers/{guess}", f"/v1/conversations/{guess}",
                         f"/conversations/{guess}/export?as=html"):  # fmt: skip
                assert client.get(path).status_code in {404, 422}, path


def test_a_cookie_that_somebody_made_up_is_nobody(program: Program) -> None:
    with program.client() as one, program.client() as other:
        asked(one)
        reader = next(cookie for cookie in one.cookies.jar if cookie.name == "dateline")
        assert reader.has_nonstandard_attr("HttpOnly")
        assert reader.get_nonstandard_attr("SameSite") == "Lax"
        for made in ("", "x", "nobody", "a" * 43, f"{reader.value}x"):
            other.cookies.clear()
            found = other.get("/v1/conversations", headers={"Cookie": f"dateline={made}"})
            assert found.json() == {"conversations": []}


def test_the_page_shares_nothing_with_others(program: Program) -> None:
    with program.client() as client:
        page = client.get("/")
        start = page.text.index("window.gradio_config = ") + len("window.gradio_config = ")
        config, _ = json.JSONDecoder().raw_decode(page.text[start:])
        assert config["analytics_enabled"] is False
        assert not config.get("share")
        assert not config.get("is_space")
        assert not config.get("space_id")
        assert not config.get("monitoring_enabled")
        assert not config.get("enable_monitoring")
        assert not config.get("mcp_server")
        assert config["footer_links"] == []
        assert {each["api_visibility"] for each in config["dependencies"]} == {"private"}
        for path in ("/config", "/gradio_api/info", "/gradio_api/openapi.json", "/monitoring",
                     "/gradio_api/mcp/sse", "/gradio_api/call/ask", "/docs", "/redoc"):  # fmt: skip
            assert client.get(path).status_code == 404, path
        outside = set(re.findall(r"""(?:src|href)=["']?((?:https?:)?//[^"'> ]+)""", page.text))
        assert {a for a in outside if not a.startswith(program.address)} == set()


def test_what_serves_it_is_not_told(program: Program) -> None:
    with program.client() as client:
        for path in ("/", "/v1/models", "/nowhere", "/healthz", "/assets/fragments.css"):
            headers = client.get(path).headers
            assert "server" not in headers
            assert "x-powered-by" not in headers
            assert not re.search(r"uvicorn|starlette|fastapi|gradio/\d|python", str(headers), re.I)
    assert b"uvicorn" not in program.spoken("NONSENSE\n").lower()


def test_a_token_opens_the_service_and_the_page(programs: dict[str, Program]) -> None:
    program = programs["token"]
    with program.client() as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/v1/models", "/v1/conversations", "/metrics", "/openapi.json", "/mcp",
                     "/gradio_api/queue/data?session_hash=a", "/answers/a", "/config"):  # fmt: skip
            told = client.get(path)
            assert told.status_code == 401, path
            assert told.headers["WWW-Authenticate"] == "Bearer"
        page = client.get("/?c=a", headers={"Accept": "text/html"})
        assert page.status_code == 303
        assert page.headers["Location"] == "/sign-in?next=%2F%3Fc%3Da"
        wrong = {"Authorization": f"Bearer {WRONG_TOKEN}"}
        assert client.get("/v1/models", headers=wrong).status_code == 401
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/v1/models", headers=right).status_code == 200
    signs_in(program, {"secret": WRONG_TOKEN}, {"secret": TOKEN})
    tells_nothing(program, TOKEN, WRONG_TOKEN)


def test_users_sign_in_with_their_own_passwords(programs: dict[str, Program]) -> None:
    program = programs["users"]
    right = {"name": "ada", "secret": PASSWORD}
    signs_in(program, {"name": "ada", "secret": WRONG_TOKEN}, right)
    with program.client() as one, program.client() as other:
        for browser in (one, other):
            assert browser.post("/sign-in", data=right).status_code == 303
        conversation, _ = asked(one)
        assert other.get(f"/v1/conversations/{conversation}").status_code == 200
    tells_nothing(program, PASSWORD, WRONG_TOKEN, (program.errors.parent / "readers").read_text())


def signs_in(program: Program, wrong: dict[str, str], right: dict[str, str]) -> None:
    with program.client() as client:
        refused = client.post("/sign-in", data=wrong)
        assert refused.status_code == 401
        assert wrong["secret"] not in refused.text
        assert client.get("/v1/models").status_code == 401
        taken = client.post("/sign-in", data=right | {"next": "https://evil.example/"})
        assert taken.status_code == 303
        assert taken.headers["Location"] == "/"
        assert client.get("/").status_code == 200
        _, exchange = asked(client)
        assert client.get(f"/answers/{exchange}").status_code == 200
        kept = dict(client.cookies)
        assert client.post("/sign-out").status_code == 303
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 303
        # The session has ended on the server too, not only in this browser.
        again = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        assert client.get("/v1/models", headers=again).status_code == 401


def tells_nothing(program: Program, *secrets: str) -> None:
    """What the server wrote, and what it answers when it is asked wrongly, has no secret."""
    with program.client(headers={"Authorization": f"Bearer {secrets[0]}"}) as client:
        told = [
            client.get("/v1/models"),
            client.post("/v1/ask", content=b"{", headers={"Content-Type": "application/json"}),
            client.get("/answers/x"),
            client.get("/metrics"),
            client.get("/openapi.json"),
            client.get("/healthz"),
        ]
    for secret in secrets:
        assert secret.strip() not in program.log()
        assert not [each.url for each in told if secret.strip() in each.text]
        assert not [each.url for each in told if secret.strip() in str(each.headers)]


@pytest.mark.parametrize("token", ["short-secret", "x" * 15])
def test_a_token_that_cannot_be_used_is_not_repeated(tmp_path: Path, token: str) -> None:
    environment = os.environ | {"DATELINE_API_TOKEN": token, "DATELINE_LIBRARY": f"{tmp_path}"}
    command = [sys.executable, "-m", "ui", "web", "--port", "0", "--no-browser"]
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert told.returncode == 2
    assert "api_token" in told.stderr
    assert token not in told.stderr + told.stdout

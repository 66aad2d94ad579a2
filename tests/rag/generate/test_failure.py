"""Every way in which a server fails a call, through the real client; no key ever shows."""

import logging
import socket
import ssl
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count, repeat
from typing import Any

import pytest

from rag.errors import UsageError
from rag.generate import guard
from rag.generate.calling import Call, stream_reply
from rag.generate.failure import GeneratorFailed, failure_of
from rag.generate.naming import ChatModel, chat_model
from rag.generate.usage import Usage
from rag.settings import Settings

from .openai_server import (
    KEY,
    Act,
    Server,
    answers,
    breaks,
    drips,
    event,
    goes_on,
    hangs,
    refuses,
    says,
    says_and_hangs,
    sends,
    serving,
)  # fmt: skip
from .scripted import MESSAGES

pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")

NAME = "openai:gpt-4.1-mini"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture(autouse=True)
def canary(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A key in the environment, and everything logged; it must not hold the key."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("DATELINE_GENERATOR_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    caplog.set_level(logging.DEBUG)
    yield
    logged = caplog.text + "".join(repr(record.__dict__) for record in caplog.records)
    assert KEY not in logged


@pytest.fixture(params=["provider", "address"])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a model of a server, by either of the two ways to name one."""

    def make(url: str, seconds: float = 5.0) -> ChatModel:
        if request.param == "address":
            return chat_model(f"{url}#gpt-4.1-mini", Settings(), seconds=seconds)
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        return chat_model(NAME, Settings(), seconds=seconds)

    return make


def ask(model: ChatModel, seconds: float = 5.0, **more: Any) -> Call:
    waits = more.pop("waits", [])
    return stream_reply(model, MESSAGES, seconds=seconds, pause=waits.append, **more)


def failed(model: ChatModel, seconds: float = 5.0, **more: Any) -> GeneratorFailed:
    """The failure of a call, after a look for the key in all that could be shown of it."""
    one = ask(model, seconds, **more)
    with pytest.raises(GeneratorFailed) as caught:
        list(one)
    error: BaseException | None = caught.value
    while error is not None:
        shown = "".join(traceback.format_exception(error)) + str(error) + repr(error)
        assert KEY not in shown + repr(error.__dict__)
        assert "killed" not in str(error)
        error = error.__cause__ or error.__context__
    assert KEY not in repr(one) + repr(model)
    return caught.value


def test_a_reply(server: Server, made: Any) -> None:
    server.plays(says("Seven ", "died [1]."))
    one = ask(made(server.url), most_tokens=77)
    assert list(one) == ["Seven ", "died [1]."]
    assert (one.finish, one.usage) == ("whole", Usage(100, 10))
    (sent,) = server.requests
    assert sent["model"] == "gpt-4.1-mini"
    assert sent["temperature"] == 0
    assert sent["stream_options"] == {"include_usage": True}
    limits = [sent.get("max_tokens"), sent.get("max_completion_tokens")]
    assert sorted(limits, key=bool) == [None, 77]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("act", "kind", "sentence"),
    [
        (
            refuses(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"),
            "key",
            "refused the key (401): set {variable} anew.",
        ),
        (refuses(403, f"{KEY} may not"), "key", "refused the key (403): set {variable} anew."),
        (refuses(404, "no such model", "model_not_found"), "missing", "its address (404): check"),
        (
            refuses(400, "This model's maximum context length is 8192", "context_length_exceeded"),
            "long",
            "The prompt is too long for the model",
        ),
        (refuses(413, "payload"), "long", "The prompt is too long for the model"),
        (
            refuses(429, "You exceeded your current quota", "insufficient_quota"),
            "quota",
            "has no quota left (429): see to its billing.",
        ),
        (refuses(402, "pay first"), "quota", "has no quota left (402)"),
        (
            refuses(400, "The response was filtered: content management policy", "content_filter"),
            "filtered",
            "refused to answer: its provider's filter stopped it.",
        ),
        (refuses(400, KEY, "invalid_request"), "request", "request (400, invalid_request): check"),
        (refuses(500, f"trace: {KEY}"), "server", "failed (500): ask again later."),
        (refuses(503, "overloaded"), "server", "failed (503): ask again later."),
        (refuses(504, "gateway"), "late", "did not answer in 5 s"),
        (refuses(307, "elsewhere", location="http://127.0.0.1:1/"), "request", "(307)"),
        (says(), "empty", "returned no text: ask again"),
        (says(" \n"), "empty", "returned no text"),
        (says(finish="content_filter"), "filtered", "refused to answer"),
        (answers({"error": {"message": KEY}}), "empty", "returned no text"),
        (answers(b"<html>it works</html>"), "empty", "returned no text"),
        (sends(b'data: {"choices": [{\n\n'), "garbled", "sent what cannot be read as a reply"),
        (sends(b"data: \xff\xfe\x80\n\n"), "garbled", "sent what cannot be read as a reply"),
        (sends(b"data: [1, 2]\n\n"), "garbled", "sent what cannot be read as a reply"),
        (sends(b'data: {"choices": "none"}\n\n'), "garbled", "sent what cannot be read"),
        (
            sends(b'data: {"error": {"message": "%s", "code": "server_error"}}\n\n' % KEY.encode()),
            "server",
            "failed (server_error): ask again later.",
        ),
        (breaks(), "broken", "broke off: ask again."),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Pydantic serializer")  # of the provider's client
def test_failures(server: Server, made: Any, act: Act, kind: str, sentence: str) -> None:
    server.plays(act)
    model = made(server.url)
    error = failed(model)
    assert error.kind == kind
    assert error.reason.startswith(("The ", "There ", "No "))
    assert repr(model.name) in error.reason
    assert sentence.format(variable=model.key) in error.reason


def test_a_response_that_is_no_http(made: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        model = made(f"http://127.0.0.1:{one.getsockname()[1]}/v1")
        one.close()
        assert failed(model).reason == (
            f"No connection to the model {model.name!r} could be made: start its server, or mend "
            "the address."
        )


def test_a_host_that_is_not_found(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    model = made("http://nowhere.invalid/v1")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "was not found: check the address and the network." in failed(model).reason


def test_a_certificate_that_nobody_trusts(made: Any) -> None:
    trustme = pytest.importorskip("trustme")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as server:
        server.plays(says("Seven."))
        assert "its certificate is not trusted here" in failed(made(server.url)).reason
        assert not server.requests


def test_a_server_without_tls(server: Server, made: Any) -> None:
    url = server.url.replace("http:", "https:")
    assert "No safe connection" in failed(made(url)).reason


@pytest.mark.parametrize("act", [hangs, drips, says_and_hangs()])
def test_the_deadline_holds(server: Server, made: Any, act: Act) -> None:
    server.plays(act)
    model = made(server.url, 0.3)
    started = time.monotonic()
    error = failed(model, 0.3)
    assert time.monotonic() - started < 2
    assert error.reason == (
        f"The model {model.name!r} did not answer in 0.3 s: ask again, or give it more time."
    )
    assert server.closed.wait(5)  # nothing is left open behind it


def test_a_drip_is_let_go_though_its_reader_was_patient_once(server: Server, made: Any) -> None:
    server.plays(drips)
    failed(made(server.url, 60), 0.2)
    assert server.closed.wait(5)


def test_cancelling_closes_the_connection(server: Server, made: Any) -> None:
    server.plays(goes_on(f"{number} " for number in count()))
    one = ask(made(server.url))
    assert next(iter(one)) == "0 "
    one.close()
    assert server.closed.wait(5)


@pytest.mark.parametrize(
    ("act", "text", "finish"),
    [
        (breaks("Seven died."), "Seven died.", "broken"),
        (says("Seven died.", finish=None, usage=None), "Seven died.", "broken"),
        (sends(event("Seven died."), b"data: {\n\n"), "Seven died.", "broken"),
        (sends(event("Seven died."), b"data: \xff\n\n"), "Seven died.", "broken"),
        (says("Seven died.", finish="content_filter"), "Seven died.", "broken"),
        (says("Seven died.", finish="length"), "Seven died.", "length"),
    ],
)  # fmt: skip
def test_what_came_is_kept(server: Server, made: Any, act: Act, text: str, finish: str) -> None:
    server.plays(act)
    one = ask(made(server.url))
    assert "".join(one) == text
    assert (one.finish, one.cut_off) == (finish, True)
    assert bool(one.trouble) == (finish == "broken")
    assert KEY not in (one.trouble or "")


def test_half_a_reply_at_the_deadline_is_kept(server: Server, made: Any) -> None:
    server.plays(says_and_hangs("Seven died."))
    one = ask(made(server.url, 0.3), 0.3)
    assert "".join(one) == "Seven died."
    assert "did not answer in 0.3 s" in (one.trouble or "")
    assert server.closed.wait(5)


def test_a_model_that_loops(server: Server, made: Any) -> None:
    server.plays(goes_on(repeat("The strike hit the port. ")))
    one = ask(made(server.url))
    list(one)
    assert one.looped
    assert server.closed.wait(5)


def test_a_flood_without_a_line(server: Server, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES", 10_000)
    server.plays(sends(*repeat(b"d" * 1000, 50)))
    assert failed(made(server.url)).kind == "garbled"


def test_a_busy_server_is_asked_again_when_it_says(server: Server, made: Any) -> None:
    waits: list[float] = []
    server.plays(
        refuses(429, "Rate limit reached for context", retry_after="1.5"),
        refuses(429, "x"),
        says("7."),
    )
    assert "".join(ask(made(server.url), waits=waits)) == "7."
    assert waits == [1.5, 2.0]


def test_a_busy_server_is_asked_three_times_at_most(server: Server, made: Any) -> None:
    waits: list[float] = []
    server.plays(refuses(429, "Rate limit reached", retry_after="1"))
    assert (
        "takes no more requests for now (429): wait" in failed(made(server.url), waits=waits).reason
    )
    assert (len(server.requests), waits) == (3, [1.0, 1.0])


@pytest.mark.parametrize("after", ["5", "3600", format_datetime(datetime.now(UTC) + timedelta(1))])
def test_a_wait_beyond_the_deadline_is_not_begun(server: Server, made: Any, after: str) -> None:
    waits: list[float] = []
    server.plays(refuses(429, "Rate limit reached", retry_after=after))
    assert failed(made(server.url), waits=waits).kind == "busy"
    assert (len(server.requests), waits) == (1, [])


def test_a_server_that_fails_is_asked_once_more(server: Server, made: Any) -> None:
    server.plays(refuses(500, "x"), says("7."))
    assert "".join(ask(made(server.url))) == "7."
    server.requests.clear()
    server.plays(refuses(502, "x"))
    failed(made(server.url))
    assert len(server.requests) == 2


def test_what_a_model_does_not_take_is_left_out(server: Server, made: Any) -> None:
    server.plays(
        refuses(400, "Unsupported value: 'temperature' does not support 0 with this model."),
        refuses(400, "Unrecognized request argument: stream_options"),
        says("7.", usage=None),
    )
    one = ask(made(server.url))
    assert "".join(one) == "7."
    assert one.usage.estimated
    assert ["temperature" in sent for sent in server.requests] == [True, False, False]
    assert ["stream_options" in sent for sent in server.requests] == [True, True, False]


def test_an_address_takes_the_first_model_listed(server: Server) -> None:
    server.plays(says("7."))
    model = chat_model(server.url, Settings())
    assert model.local
    for _ in range(2):
        assert "".join(ask(model)) == "7."
    assert [sent["model"] for sent in server.requests] == ["served-model"] * 2


@pytest.mark.parametrize(
    ("models", "sentence"),
    [([], "lists no model: name one behind the address"), (None, "its address (404): check")],
)
def test_an_address_that_lists_none(
    server: Server, models: list[str] | None, sentence: str
) -> None:
    server.models = models
    assert sentence in failed(chat_model(server.url, Settings())).reason


def test_no_key_of_a_provider_goes_to_an_address(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_GENERATOR_KEY")
    server.plays(says("7."))
    assert "".join(ask(chat_model(server.url, Settings()))) == "7."
    assert KEY not in repr(server.headers)


def test_dates_of_retry_after() -> None:
    class Response:
        status_code = 429
        headers: dict[str, str] = {}  # noqa: RUF012 (set by each case)

    def wait(value: str) -> float | None:
        error = RuntimeError("busy")
        Response.headers = {"retry-after": value}
        error.response = Response()  # type: ignore[attr-defined]
        return failure_of(error).wait

    soon = wait(format_datetime(datetime.now(UTC) + timedelta(seconds=30)))
    assert soon is not None
    assert 25 < soon <= 30
    assert wait("Wed, 21 Oct 2015 07:28:00") == 0
    assert wait("2") == 2
    for none in ("", "soon", "-1", "nan", "inf"):
        assert wait(none) is None


def test_a_missing_key_is_told_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(UsageError, match=r"needs a key: set OPENAI_API_KEY in the environment"):
        chat_model(NAME, Settings())

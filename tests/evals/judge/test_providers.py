"""The judge against a local server that speaks as OpenAI's does, through two clients."""

import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evals.judge.budget import MOST_OUTPUT
from evals.judge.cache import VoteCache
from evals.judge.judge import Judge
from evals.judge.model import JudgeModel, ask, load_model, passed_model
from evals.judge.polling import UNREADABLE
from evals.judge.prompt import prompt_for
from rag.errors import UsageError

from .making import KEY, HttpChat, Provider, Scripted, grades, item, items, said, served

Make = Callable[..., JudgeModel]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with served() as one:
        yield one


@pytest.fixture(params=["httpx", "openai"])
def model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a judge's model of a server's address."""

    def by_httpx(url: str, seconds: float = 5.0) -> JudgeModel:
        return passed_model(HttpChat(url=url, seconds=seconds))

    def by_openai(url: str, seconds: float = 5.0) -> JudgeModel:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        return load_model("openai:gpt-4.1-mini", seconds=seconds)

    if request.param == "httpx":
        return by_httpx
    pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")
    return by_openai


def judge(model: JudgeModel, path: Path | None = None, seconds: float = 5.0) -> Judge:
    return Judge(
        model, votes=1, cache=VoteCache(path) if path else None, seconds=seconds,
        pause=lambda _: None,
    )  # fmt: skip


def test_a_verdict_over_http(provider: Provider, model: Make, tmp_path: Path) -> None:
    provider.replies(f"```json\n{said('partly')}\n```")
    asked = items(3)
    found = judge(model(provider.url), tmp_path / "votes").judge(asked)
    assert grades(found, asked) == ["partly"] * 3
    assert KEY not in (tmp_path / "votes").read_text()


@pytest.mark.parametrize(
    ("status", "message", "reason", "calls"),
    [
        (
            401,
            f"Incorrect API key provided: {KEY}",
            "the judge's provider refused the key (401)",
            4,
        ),
        (404, "no such model", "the judge's provider has no such model (404)", 4),
        (429, "Rate limit reached", "too many requests to the judge (429)", 16),
        (500, f"trace: {KEY}", "the judge's provider did not grade it (500)", 16),
    ],
)
def test_refusals(
    provider: Provider, model: Make, status: int, message: str, reason: str, calls: int,
    caplog: pytest.LogCaptureFixture, tmp_path: Path,
) -> None:  # fmt: skip
    provider.fails(status, message)
    asked = items(30)
    one = judge(model(provider.url), tmp_path / "votes")
    with caplog.at_level(logging.INFO):
        found = grades(one.judge(asked), asked)
    assert all(grade.startswith(reason) for grade in found)
    assert len(provider.requests) == calls  # no attempts that nobody counted
    assert one.budget.calls == calls
    assert KEY not in " ".join([*found, caplog.text, str(one.stopped)])
    assert not (tmp_path / "votes").exists()


@pytest.mark.parametrize("text", ["", "It is correct.", "{}", "\x00"])
def test_garbage_in_place_of_a_verdict(provider: Provider, model: Make, text: str) -> None:
    provider.replies(text)
    (found,) = judge(model(provider.url)).judge([item()])
    assert found.failure == UNREADABLE
    assert len(provider.requests) == 2


def test_garbage_in_place_of_json(provider: Provider, model: Make) -> None:
    provider.status, provider.body = 200, "<html>it works</html>"
    (found,) = judge(model(provider.url)).judge([item()])
    assert found.failure is not None
    assert found.failure.startswith("the judge failed (")


def test_no_reply_in_time(provider: Provider, model: Make) -> None:
    provider.hang = True
    (found,) = judge(model(provider.url, 0.2), seconds=0.2).judge([item()])
    assert found.failure == "the judge did not reply within 0.2 s"


def test_a_client_that_knows_no_time_limit() -> None:
    import threading

    never = threading.Event()

    def waits(human: str) -> str:
        never.wait(60)
        return said()

    (found,) = judge(passed_model(Scripted(script=waits)), seconds=0.05).judge([item()])
    assert found.failure == "the judge did not reply within 0.05 s"
    never.set()


def test_nobody_there(model: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    asked = items(9)
    judging = judge(model(f"http://127.0.0.1:{port}/v1"))
    found = grades(judging.judge(asked), asked)
    assert all("connection" in grade for grade in found)
    assert judging.budget.calls == 4


def test_how_a_named_model_is_asked(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
    provider.replies(said())
    named = load_model("openai:gpt-4.1-mini")
    assert ask(named.chat, prompt_for(item())).tokens == (100, 10)
    (sent,) = provider.requests
    assert sent["temperature"] == 0
    assert MOST_OUTPUT in (sent.get("max_tokens"), sent.get("max_completion_tokens"))
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert KEY not in repr(named)
    assert named.without_temperature is not None
    ask(named.without_temperature(), prompt_for(item()))
    assert "temperature" not in provider.requests[1]


def test_a_model_that_refuses_the_temperature(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
    provider.fails(400, "Unsupported value: 'temperature' does not support 0 with this model.")
    named = load_model("openai:gpt-4.1-mini")
    plain = HttpChat(url=provider.url)

    def without() -> HttpChat:
        provider.replies(said("wrong"))
        return plain

    one = judge(JudgeModel(named.name, named.chat, without))
    asked = items(2)
    assert grades(one.judge(asked), asked) == ["wrong", "wrong"]


def test_without_a_key_the_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match=r"mini' cannot be used .*in the environ"):
        load_model("openai:gpt-4.1-mini")


def test_a_package_that_is_not_installed() -> None:
    try:
        import langchain_fireworks  # noqa: F401
    except ImportError:
        with pytest.raises(UsageError, match=r"'fireworks:x' .* install langchain-fireworks"):
            load_model("fireworks:x")
    else:
        pytest.skip("langchain-fireworks is installed")


@pytest.mark.parametrize("name", ["gibberish", "nosuch:model", ":x", ""])
def test_a_name_without_a_provider(name: str) -> None:
    with pytest.raises(UsageError, match="names no provider; write it as PROVIDER:MODEL"):
        load_model(name)

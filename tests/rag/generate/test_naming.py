"""What names a chat model, and what is said of a name that does not."""

import sys
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from rag.errors import UsageError
from rag.generate.naming import KEYS, chat_model, is_loopback
from rag.settings import Settings

from .openai_server import KEY
from .scripted import scripted


def made(name: str, **more: Any) -> Any:
    return chat_model(name, Settings(), **more)


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand in for LangChain's own making of models; returns what it was asked for."""
    import langchain.chat_models

    asked: dict[str, Any] = {}

    def make(model: str, **options: Any) -> BaseChatModel:
        asked.update(options, model=model)
        return scripted("x").chat

    monkeypatch.setattr(langchain.chat_models, "init_chat_model", make)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    return asked


@pytest.mark.parametrize("name", ["nosuch:model", ":x", "openai:", "openai: "])
def test_a_name_without_a_provider(name: str) -> None:
    with pytest.raises(UsageError, match=r"names no provider that is known: write it as PROVIDER:"):
        made(name)


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_fireworks", None)
    with pytest.raises(
        UsageError, match=r"^The generator 'fireworks:x' needs .*: pip install langchain-fireworks$"
    ):
        made("fireworks:x")


@pytest.mark.parametrize("name", ["http://127.0.0.1:1/v1", "https://x.example/v1#m"])
def test_an_address_without_its_package(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("langchain_openai", "langchain_openai.chat_models.base"):
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "rag.generate.served", raising=False)
    with pytest.raises(UsageError, match=r"pip install langchain-openai$"):
        made(name)


@pytest.mark.parametrize(("provider", "variable"), KEYS.items())
def test_a_key_that_is_missing(
    provider: str, variable: str, ollama: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(UsageError, match=rf"'{provider}:x' needs a key: set {variable} in"):
        made(f"{provider}:x")
    monkeypatch.setenv(variable, KEY)
    model = made(f"{provider}:x")
    assert (model.key, model.local) == (variable, False)


def test_a_variable_that_only_the_provider_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    import langchain.chat_models

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError(f"Pass api_key={KEY} or set the NEW_PROVIDER_API_KEY variable")

    monkeypatch.setattr(langchain.chat_models, "init_chat_model", refuse)
    with pytest.raises(UsageError, match="set NEW_PROVIDER_API_KEY in the environment") as caught:
        made("perplexity:x")
    assert KEY not in str(caught.value)
    assert caught.value.__context__ is None
    monkeypatch.setenv("NEW_PROVIDER_API_KEY", KEY)
    with pytest.raises(UsageError, match=r"cannot be used \(RuntimeError\): check its name"):
        made("perplexity:x")


@pytest.mark.parametrize(
    "name",
    [
        f"https://user:{KEY}@x.example/v1",
        f"https://{KEY}@x.example/v1",
        f"https://x.example/v1?api_key={KEY}",
    ],
)
def test_an_address_that_holds_a_secret(name: str) -> None:
    with pytest.raises(UsageError, match="set DATELINE_GENERATOR_KEY to the key") as caught:
        made(name)
    assert KEY not in str(caught.value)
    assert "x.example" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["ftp://x.example/v1", "http://", "http://x:99999/v1", "http://[::1/v1", "file:///v1"]
)
def test_an_address_that_is_none(name: str) -> None:
    with pytest.raises(UsageError, match="address cannot be used: write it as http://HOST:PORT/v1"):
        made(name)


def test_a_secret_given_for_a_name_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        made(f"oops:{KEY}")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "host", "local"),
    [
        ("ollama:qwen3:8b", None, True),
        ("ollama:qwen3", "127.0.0.1:11434", True),
        ("ollama:qwen3", "http://gpu.example:11434", False),
        ("ollama:gpt-oss:120b-cloud", None, False),
    ],
)
def test_which_ollama_is_this_machine(
    name: str, host: str | None, local: bool, ollama: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if host:
        monkeypatch.setenv("OLLAMA_HOST", host)
    model = made(name, seconds=9.0, most_tokens=77)
    assert (model.local, model.key) == (local, None)
    assert ollama["model"] == name.removeprefix("ollama:")
    assert ollama["num_predict"] == 77
    assert ollama["client_kwargs"] == {"timeout": 9.0}


def test_a_provider_is_asked_once_at_temperature_0(
    ollama: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    made("anthropic:claude-x", seconds=9.0, most_tokens=77)
    assert ollama == {
        "model": "claude-x", "model_provider": "anthropic", "temperature": 0.0, "timeout": 9.0,
        "max_retries": 0, "max_tokens": 77, "cache": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
        ("a.localhost", True), ("10.0.0.1", False), ("localhost.example", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_any_other_name_is_a_local_models(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    chat = scripted("x").chat
    module: Any = ModuleType("rag.generate.local")
    module.local_model = lambda name, settings: asked.append(name) or chat
    monkeypatch.setitem(sys.modules, "rag.generate.local", module)
    model = made(" local-small ")
    assert (model.name, model.chat, model.local, model.key) == ("local-small", chat, True, None)
    assert asked == ["local-small"]


def test_an_address_and_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai (the extra chat) is missing")
    monkeypatch.setenv("DATELINE_GENERATOR_KEY", KEY)
    model = made("https://x.example/v1/#org/model%20a")
    assert model.name == "https://x.example/v1/#org/model%20a"
    assert (model.local, model.key) == (False, "DATELINE_GENERATOR_KEY")
    assert model.chat.model_name == "org/model a"
    assert model.chat.openai_api_base == "https://x.example/v1"
    assert KEY not in repr(model) + repr(model.chat)

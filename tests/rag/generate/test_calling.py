"""Calls to chat models: what is kept, how they end, and that nobody waits for a dead one."""

import asyncio
import threading
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import RunnableConfig, RunnableLambda

from rag.errors import ModelError
from rag.generate.calling import Call, stream_reply
from rag.generate.failure import GeneratorFailed
from rag.generate.naming import ChatModel
from rag.generate.usage import Usage

from .scripted import MESSAGES, Said, Scripted, scripted


def told(text: str, read: int = 0, written: int = 0, **about: Any) -> AIMessageChunk:
    usage = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return AIMessageChunk(text, usage_metadata=usage, response_metadata=about)


def call(*said: Said, **more: Any) -> Call:
    return stream_reply(scripted(*said), MESSAGES, **more)


class Silent:
    """A model that says one word and then nothing until it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.chat = Scripted(script=self._script)
        self.model = ChatModel("x:silent", self.chat, local=False)

    def _script(self) -> Iterator[Said]:
        yield "Seven"
        self.released.wait(60)
        yield " died."
        yield " Nobody reads this."


@pytest.fixture
def silent() -> Iterator[Silent]:
    one = Silent()
    yield one
    one.released.set()


def test_the_text_comes_in_pieces_with_its_usage() -> None:
    one = call("Seven ", told("died [1].", 30, 4, finish_reason="stop"))
    assert one.finish is None
    assert list(one) == ["Seven ", "died [1]."]
    assert (one.text, one.finish, one.cut_off, one.looped) == (
        "Seven died [1].", "whole", False, False,
    )  # fmt: skip
    assert one.usage == Usage(30, 4)
    assert one.trouble is None


def test_usage_in_parts_is_added_up_and_otherwise_estimated() -> None:
    anthropic = call(told("a", 30, 1), told("b", 0, 7))
    list(anthropic)
    assert anthropic.usage == Usage(30, 8)
    untold = call("Seven were killed.")
    list(untold)
    assert untold.usage.estimated
    assert untold.usage.prompt_tokens >= untold.usage.completion_tokens > 0


@pytest.mark.parametrize(
    "about",
    [
        {"finish_reason": "length"},
        {"finish_reason": "MAX_TOKENS"},
        {"stop_reason": "max_tokens"},
        {"done_reason": "length"},
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
    ],
)
def test_a_text_at_the_models_limit_is_told_as_cut_off(about: dict[str, Any]) -> None:
    one = call("Seven", told("", **about))
    list(one)
    assert (one.finish, one.cut_off, one.trouble) == ("length", True, None)


@pytest.mark.parametrize("said", [(), ("",), (" \n", "\t")])
def test_no_text_is_a_failure(said: tuple[str, ...]) -> None:
    with pytest.raises(GeneratorFailed, match=r"^The model 'x:scripted' returned no text: ask"):
        list(call(*said))


@pytest.mark.parametrize("reason", ["content_filter", "refusal", "SAFETY"])
def test_what_a_filter_stopped(reason: str) -> None:
    with pytest.raises(GeneratorFailed, match="refused to answer") as caught:
        list(call(told("", finish_reason=reason)))
    assert caught.value.kind == "filtered"
    begun = call("Seven died.", told("", finish_reason=reason))
    assert list(begun) == ["Seven died."]
    assert begun.finish == "broken"
    assert begun.trouble is not None
    assert "refused to answer" in begun.trouble


def test_what_came_before_a_failure_is_kept() -> None:
    one = call("Seven died.", ConnectionResetError("sk-test-canary-1234"))
    assert list(one) == ["Seven died."]
    assert (one.text, one.finish, one.cut_off) == ("Seven died.", "broken", True)
    assert one.trouble == "The connection to the model 'x:scripted' broke off: ask again."


@pytest.mark.parametrize(
    "unit",
    ["The guards died in Damascus, the ministry said. ", "-", "no ", "A was hit [1]. B was hit. "],
)
def test_a_model_that_loops_is_stopped(unit: str) -> None:
    model = Scripted(script=lambda: (unit for _ in count()))
    one = stream_reply(ChatModel("x:y", model, local=False), MESSAGES)
    text = "".join(one)
    assert (one.finish, one.looped, one.cut_off) == ("looped", True, True)
    assert len(text) < 20 * len(unit) + 200
    assert model.closed.wait(5)


def test_a_model_that_numbers_its_repetitions_loops_too() -> None:
    model = Scripted(
        script=lambda: (f"The strike hit the port of Hodeidah [{n}]. " for n in count())
    )
    one = stream_reply(ChatModel("x:y", model, local=False), MESSAGES)
    list(one)
    assert one.looped


def test_a_text_beyond_all_bounds_is_cut() -> None:
    model = Scripted(script=lambda: (f"{n} " for n in count(10**6)))
    one = stream_reply(ChatModel("x:y", model, local=False), MESSAGES, most_tokens=50)
    text = "".join(one)
    assert (one.finish, one.cut_off) == ("length", True)
    assert 400 < len(text) < 420
    assert model.closed.wait(5)


def test_a_silent_model_is_left_at_the_deadline(silent: Silent) -> None:
    started = time.monotonic()
    one = stream_reply(silent.model, MESSAGES, seconds=0.2)
    assert list(one) == ["Seven"]
    assert 0.15 < time.monotonic() - started < 2
    assert one.finish == "broken"
    assert one.trouble == (
        "The model 'x:silent' did not answer in 0.2 s: ask again, or give it more time."
    )
    silent.released.set()
    assert silent.chat.closed.wait(5)  # at its next word it is closed


def test_a_reader_who_cancels_does_not_wait(silent: Silent) -> None:
    stop = threading.Event()
    one = stream_reply(silent.model, MESSAGES, stop=stop)
    pieces = iter(one)
    assert next(pieces) == "Seven"
    stop.set()
    assert list(pieces) == []
    assert (one.finish, one.cut_off, one.trouble) == ("stopped", True, None)
    silent.released.set()
    assert silent.chat.closed.wait(5)


def test_closing_the_iterator_ends_the_stream(silent: Silent) -> None:
    one = stream_reply(silent.model, MESSAGES)
    assert next(iter(one)) == "Seven"
    one.close()
    assert one.finish == "stopped"
    silent.released.set()
    assert silent.chat.closed.wait(5)


def test_stopped_before_it_began_nothing_is_asked() -> None:
    stop = threading.Event()
    stop.set()
    one = call("Seven", stop=stop)
    assert list(one) == []
    assert one.finish == "stopped"


def test_the_thread_does_not_keep_the_process(silent: Silent) -> None:
    next(iter(stream_reply(silent.model, MESSAGES)))
    (worker,) = (one for one in threading.enumerate() if one.name == "generator")
    assert worker.daemon


def test_a_sentence_of_a_local_model_is_passed_on() -> None:
    with pytest.raises(GeneratorFailed, match=r"^The local model did not answer: out of memory$"):
        list(call(ModelError("The local model did not answer: out of memory")))
    with pytest.raises(GeneratorFailed, match="prompt is too long for the model"):
        list(call(ModelError("The local model did not answer: exceeds the context size")))


def test_half_a_character_is_replaced() -> None:
    assert list(call("seven \ud83d")) == ["seven ?"]


def test_neither_prompt_nor_client_is_shown() -> None:
    one = call("Seven")
    assert repr(one) == "Call('x:scripted', finish=None)"
    assert "killed" not in repr(one) + repr(one.model)


def test_callbacks_reach_the_model() -> None:
    counted = UsageMetadataCallbackHandler()
    said = told("Seven.", 30, 4, model_name="m", finish_reason="stop")
    list(call(said, config={"callbacks": [counted]}))
    assert counted.usage_metadata["m"]["input_tokens"] == 30


def test_streamed_events_see_the_model_inside_a_chain() -> None:
    def answer(question: str, config: RunnableConfig) -> str:
        return "".join(call("Seven ", "died.", config=config))

    async def events() -> list[str]:
        chain = RunnableLambda(answer)
        return [one["event"] async for one in chain.astream_events("how many", version="v2")]

    seen = asyncio.run(events())
    assert seen.count("on_chat_model_stream") >= 2
    assert "on_chat_model_end" in seen

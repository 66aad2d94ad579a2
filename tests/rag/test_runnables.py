"""Generated answers as LangChain runs things: streamed, observed, counted, cancelled."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from itertools import repeat
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler, UsageMetadataCallbackHandler
from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import RunnableGenerator, RunnableLambda

from rag.answerer import Ask, DoneEvent, SentenceEvent, SourcesEvent
from rag.chain import AskChain
from rag.generate.naming import ChatModel
from rag.generate.writer import ModelWriter
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.reply import Reply
from rag.settings import Settings

from .asking import (
    ARTICLES,
    BURNED,
    QUESTION,
    STRUCK,
    Reading,
    check_reply,
    marker,
    reading,
    right,
    saying,
)
from .generate.scripted import Said

SETTINGS = Settings(abstain_below=0, generator_seconds=20)
BANK = "What did the central bank in Sanaa do in July?"
SHUT = "The central bank in Sanaa shut its doors in July"

MakeChain = Callable[[ChatModel], AskChain]


@pytest.fixture(scope="module")
def library(make_library: Callable[..., Library]) -> Library:
    return make_library(*ARTICLES)


@pytest.fixture(scope="module")
def chained(library: Library, hashing: HashingEmbedder) -> MakeChain:
    def make(model: ChatModel) -> AskChain:
        return AskChain(library, hashing, SETTINGS, generator=ModelWriter(model, SETTINGS))

    return make


@pytest.fixture(scope="module")
def chain(chained: MakeChain) -> AskChain:
    return chained(reading(answering))


def answering(told: str) -> list[Said]:
    """Answer the question that is asked, and tell the usage."""
    usage = {"input_tokens": 300, "output_tokens": 20, "total_tokens": 320}
    end = AIMessageChunk("", usage_metadata=usage, response_metadata={"model_name": "scripted"})  # type: ignore[arg-type]
    if BANK in told:
        return [f"{SHUT} {marker(told, 'The central bank')}.", end]
    return [*right(told), end]


def same(one: Reply, other: Reply) -> bool:
    changing = {"id", "timings_ms"}
    return one.model_dump(exclude=changing) == other.model_dump(exclude=changing)


@pytest.fixture(scope="module")
def expected(chain: AskChain, library: Library) -> Reply:
    reply = chain.invoke(QUESTION)
    check_reply(reply, library)
    assert reply.generator == "x:scripted"
    assert len(reply.sentences) == 2
    return reply


def test_every_way_to_run_it_gives_the_same(chain: AskChain, expected: Reply) -> None:
    assert same(asyncio.run(chain.ainvoke(QUESTION)), expected)
    assert same(chain.batch([QUESTION])[0], expected)
    assert same(asyncio.run(chain.abatch([QUESTION]))[0], expected)
    (streamed,) = chain.stream(QUESTION)
    assert same(streamed, expected)

    async def streaming() -> list[Reply]:
        return [reply async for reply in chain.astream(QUESTION)]

    (streamed,) = asyncio.run(streaming())
    assert same(streamed, expected)


def test_questions_at_once_do_not_mix(chain: AskChain, expected: Reply) -> None:
    questions = [QUESTION, BANK] * 4
    wanted = [expected, chain.invoke(BANK)] * 4
    assert wanted[1].answer == f"{SHUT}. [1]"
    assert all(map(same, chain.batch(list(questions)), wanted))
    assert all(map(same, asyncio.run(chain.abatch(list(questions))), wanted))


def test_two_questions_of_which_each_waits_for_the_other(chained: MakeChain) -> None:
    """Neither model is done before the other has begun: they run side by side."""
    both = threading.Barrier(2, timeout=20)

    def write(told: str) -> Iterator[Said]:
        both.wait()
        yield from answering(told)

    one, other = chained(reading(write)).batch([QUESTION, BANK])
    assert STRUCK in one.answer
    assert SHUT in other.answer
    assert len({one.id, other.id}) == 2


class Watch(BaseCallbackHandler):
    """Notes what happens, with the run it happens in."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.runs: dict[Any, str] = {}
        self.inside: dict[str, str | None] = {}

    def _begin(self, name: str, run_id: Any, parent_run_id: Any) -> None:
        self.seen.append(f"start {name}")
        self.runs[run_id] = name
        self.inside[name] = self.runs.get(parent_run_id)

    def on_chain_start(self, serialized: Any, inputs: Any, **about: Any) -> None:
        self._begin(about["name"], about["run_id"], about["parent_run_id"])

    def on_chat_model_start(self, serialized: Any, messages: Any, **about: Any) -> None:
        self._begin("model", about["run_id"], about["parent_run_id"])

    def on_llm_end(self, response: Any, **about: Any) -> None:
        self.seen.append(f"end {self.runs[about['run_id']]}")

    def on_chain_end(self, outputs: Any, **about: Any) -> None:
        self.seen.append(f"end {self.runs[about['run_id']]}")


@pytest.mark.parametrize("run", ["invoke", "ainvoke", "text", "atext"])
def test_callbacks_see_the_model_inside_the_chain(chain: AskChain, run: str) -> None:
    watch = Watch()
    config: Any = {"callbacks": [watch]}
    match run:
        case "invoke":
            chain.invoke(QUESTION, config)
        case "ainvoke":
            asyncio.run(chain.ainvoke(QUESTION, config))
        case "text":
            list(chain.text.stream(QUESTION, config))
        case "atext":
            asyncio.run(pieces(chain.text.astream(QUESTION, config)))
    name = "AnswerText" if "text" in run else "AskChain"
    assert watch.seen == [f"start {name}", "start model", "end model", f"end {name}"]
    assert watch.inside == {name: None, "model": name}


def test_a_small_model_is_seen_twice(chained: MakeChain) -> None:
    watch = Watch()
    chained(reading(right, in_process=True)).invoke(QUESTION, {"callbacks": [watch]})
    assert watch.seen.count("start model") == watch.seen.count("end model") == 2


def test_tokens_are_counted(chain: AskChain) -> None:
    counted = UsageMetadataCallbackHandler()
    reply = chain.invoke(QUESTION, {"callbacks": [counted]})
    used = counted.usage_metadata["scripted"]
    assert (used["input_tokens"], used["output_tokens"]) == (300, 20)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (300, 20)


def test_streamed_events_have_the_model_inside_the_chain(chain: AskChain, expected: Reply) -> None:
    async def listen() -> list[Any]:
        return [event async for event in chain.astream_events(QUESTION, version="v2")]

    events = asyncio.run(listen())
    (start,) = (e for e in events if e["event"] == "on_chain_start" and e["name"] == "AskChain")
    of_model = [e for e in events if e["event"].startswith("on_chat_model_")]
    assert [of_model[0]["event"], of_model[-1]["event"]] == [
        "on_chat_model_start", "on_chat_model_end",
    ]  # fmt: skip
    assert all(e["parent_ids"] == [start["run_id"]] for e in of_model)
    said = "".join(e["data"]["chunk"].content for e in of_model if "stream" in e["event"])
    assert STRUCK in said
    assert events[-1]["event"] == "on_chain_end"
    assert same(events[-1]["data"]["output"], expected)


async def pieces(stream: AsyncIterator[str]) -> list[str]:
    return [piece async for piece in stream]


def test_text_comes_sentence_by_sentence(chain: AskChain, expected: Reply) -> None:
    assert chain.text.invoke(QUESTION) == expected.answer
    assert asyncio.run(chain.text.ainvoke(QUESTION)) == expected.answer
    for streamed in (
        list(chain.text.stream(QUESTION)),
        asyncio.run(pieces(chain.text.astream(QUESTION))),
    ):
        assert "".join(streamed) == expected.answer
        assert [piece.strip() for piece in streamed] == [
            f"{s.text} [{s.citations[0]}]" for s in expected.sentences
        ]


def upper(parts: Iterator[str]) -> Iterator[str]:
    for part in parts:
        yield part.upper()


async def aupper(parts: AsyncIterator[str]) -> AsyncIterator[str]:
    async for part in parts:
        yield part.upper()


def test_text_in_a_pipe(chain: AskChain, expected: Reply) -> None:
    piped = chain.text | RunnableLambda(str.upper)
    assert piped.invoke(QUESTION) == expected.answer.upper()
    assert "".join(piped.stream(QUESTION)) == expected.answer.upper()
    assert asyncio.run(piped.ainvoke(QUESTION)) == expected.answer.upper()
    assert "".join(asyncio.run(pieces(piped.astream(QUESTION)))) == expected.answer.upper()
    flowing = chain.text | RunnableGenerator(upper, aupper)
    wanted = [piece.upper() for piece in chain.text.stream(QUESTION)]
    assert list(flowing.stream(QUESTION)) == wanted
    assert asyncio.run(pieces(flowing.astream(QUESTION))) == wanted


def test_a_question_that_comes_in_pieces_is_one(chain: AskChain) -> None:
    """What stands before it in a chain may stream the question word by word."""

    def by_word(given: Iterator[str]) -> Iterator[str]:
        for text in given:
            yield from (f"{word} " for word in text.split())

    async def aby_word(given: AsyncIterator[str]) -> AsyncIterator[str]:
        async for text in given:
            for word in text.split():
                yield f"{word} "

    asked = RunnableGenerator(by_word, aby_word) | chain.text
    answer = f"{SHUT}. [1]"  # which is given to the whole question alone
    assert asked.invoke(BANK) == answer
    assert list(asked.stream(BANK)) == [answer]
    assert asyncio.run(pieces(asked.astream(BANK))) == [answer]


def test_text_of_what_is_not_answered(chained: MakeChain) -> None:
    declining = chained(saying("The sources do not say what happened in the strike."))
    (text,) = declining.text.stream(QUESTION)
    assert text == declining.invoke(QUESTION).answer
    assert "do not answer" in text


def test_text_holds_no_drafts(chained: MakeChain) -> None:
    lie = "Six hundred men were killed in the strike on the port of Hodeidah [1]."
    chain = chained(reading(lambda told: [f"{lie} ", *right(told)]))
    ask = Ask(QUESTION, drafts=True)
    assert len(chain.invoke(ask).sentences) == 3
    assert "".join(chain.text.stream(ask)) == chain.invoke(ask).answer
    assert "hundred" not in "".join(chain.text.stream(ask))


class Endless:
    """A model that writes one sentence and half of one, waits for its release, and never ends."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.model = reading(self._write)

    def _write(self, told: str) -> Iterator[str]:
        yield f"{STRUCK} on Saturday {marker(told, STRUCK)}. The next one is"
        self.chat.halfway.set()
        self.released.wait(60)
        yield from repeat("")  # nothing that would end it for its length

    @property
    def chat(self) -> "Reading":
        assert isinstance(self.model.chat, Reading)
        return self.model.chat

    def is_let_go(self) -> bool:
        """Whether the model is let go of when it goes on."""
        self.released.set()
        return self.chat.closed.wait(10)


@pytest.fixture
def endless() -> Iterator[Endless]:
    one = Endless()
    yield one
    one.released.set()


@contextmanager
def cancelled(task: "asyncio.Task[Any]") -> Iterator[None]:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        yield


@pytest.mark.parametrize("own", [False, True], ids=["no stop", "a stop of the question"])
@pytest.mark.parametrize("run", ["ainvoke", "text ainvoke", "text astream", "aevents", "pipe"])
def test_cancelling_stops_the_model(
    chained: MakeChain, endless: Endless, run: str, own: bool
) -> None:
    chain = chained(endless.model)
    ask = Ask(QUESTION, stop=threading.Event() if own else None)

    async def iterate() -> None:
        async for _ in chain.aevents(ask):
            pass

    async def ask_and_cancel() -> "asyncio.Task[Any]":
        work = {
            "ainvoke": lambda: chain.ainvoke(ask),
            "text ainvoke": lambda: chain.text.ainvoke(ask),
            "text astream": lambda: pieces(chain.text.astream(ask)),
            "pipe": lambda: (chain | RunnableLambda(lambda reply: reply.answer)).ainvoke(ask),
            "aevents": iterate,
        }[run]
        task: asyncio.Task[Any] = asyncio.create_task(work())
        assert await asyncio.to_thread(endless.chat.halfway.wait, 20)
        with cancelled(task):
            await task
        assert await asyncio.to_thread(endless.is_let_go)
        return task

    assert asyncio.run(ask_and_cancel()).cancelled()


def test_leaving_the_events_stops_the_model(chained: MakeChain, endless: Endless) -> None:
    for event in chained(endless.model).events(QUESTION):
        if isinstance(event, SentenceEvent):
            break
    assert endless.is_let_go()


def test_leaving_the_streamed_text_stops_the_model(chained: MakeChain, endless: Endless) -> None:
    for piece in chained(endless.model).text.stream(QUESTION):
        assert piece.startswith(STRUCK)
        break
    assert endless.is_let_go()


@pytest.mark.parametrize("own", [False, True], ids=["no stop", "a stop of the question"])
def test_leaving_what_is_awaited_stops_the_model(
    chained: MakeChain, endless: Endless, own: bool
) -> None:
    chain = chained(endless.model)
    ask = Ask(QUESTION, stop=threading.Event() if own else None)

    async def leave() -> bool:
        async with aclosing(chain.aevents(ask)) as events:
            async for event in events:
                if isinstance(event, SentenceEvent):
                    break
        return await asyncio.to_thread(endless.is_let_go)

    assert asyncio.run(leave())


def test_leaving_the_awaited_text_stops_the_model(chained: MakeChain, endless: Endless) -> None:
    async def leave() -> bool:
        stream = chained(endless.model).text.astream(QUESTION)
        async with aclosing(stream) as text:
            async for _ in text:
                break
        return await asyncio.to_thread(endless.is_let_go)

    assert asyncio.run(leave())


def test_a_question_that_is_answered_is_not_stopped(chain: AskChain) -> None:
    """Its stop is the reader's: only who leaves early sets it."""
    stop = threading.Event()

    async def ask_both() -> list[str]:
        ask = Ask(QUESTION, stop=stop)
        first = await chain.ainvoke(ask)
        last = [e async for e in chain.aevents(ask)][-1]
        assert isinstance(last, DoneEvent)
        return [first.answer, last.reply.answer]

    one, other = asyncio.run(ask_both())
    assert one == other
    assert not stop.is_set()


def test_other_questions_go_on_when_one_is_cancelled(
    chained: MakeChain, endless: Endless, chain: AskChain
) -> None:
    async def run() -> Reply:
        task = asyncio.create_task(chained(endless.model).ainvoke(QUESTION))
        assert await asyncio.to_thread(endless.chat.halfway.wait, 20)
        other = asyncio.create_task(chain.ainvoke(BANK))
        with cancelled(task):
            await task
        return await other

    assert SHUT in asyncio.run(run()).answer


def test_awaited_events_are_the_events(chain: AskChain, expected: Reply) -> None:
    async def listen() -> list[Any]:
        return [event async for event in chain.aevents(QUESTION)]

    first, *sentences, last = asyncio.run(listen())
    assert isinstance(first, SourcesEvent)
    assert [event.sentence for event in sentences] == expected.sentences
    assert isinstance(last, DoneEvent)
    assert same(last.reply, expected)


def test_what_a_small_model_did_not_write_is_quoted(chained: MakeChain, library: Library) -> None:
    reply = chained(saying(f"{BURNED}, which killed ninety.", in_process=True)).invoke(QUESTION)
    check_reply(reply, library)
    assert reply.withheld == 1

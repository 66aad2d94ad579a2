"""Questions to chat models that say what a test tells them to, and what holds for every reply."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from rag.answerer import Answerer, Ask
from rag.asked import DoneEvent, SentenceEvent, SourcesEvent
from rag.generate.naming import ChatModel
from rag.library import catalogue
from rag.library.library import Library
from rag.reply import Citation, Reply

from .generate.scripted import Said, Scripted

ARTICLES: list[tuple[str, dict[str, object]]] = [
    (
        "Israeli jets struck the port of Hodeidah on Saturday, the ministry said.\n\nSix men were "
        "killed and eighty were wounded in the strike on the port of Hodeidah. The oil tanks of "
        "the port burned for three days.",
        {"title": "The strike on Hodeidah", "outlet": "Harbour Gazette", "published": "2024-07-21"},
    ),
    (
        "MR. KIRBY: The destroyer Carney shot down three drones off the port of Hodeidah "
        "yesterday.\n\nQ Was anybody hurt?\n\nMR. KIRBY: No American sailor was hurt at the port.",
        {"title": "Press Briefing by John Kirby", "kind": "press-briefings",
         "published": "2024-07-22"},
    ),
    (
        "The central bank in Sanaa shut its doors in July. Nobody at the bank has been paid.",
        {"title": "The bank in Sanaa", "outlet": "Ledger", "published": "2024-07-30"},
    ),
]  # fmt: skip

QUESTION = "What happened in the strike on the port of Hodeidah?"

STRUCK = "Israeli jets struck the port of Hodeidah"
KILLED = "Six men were killed and eighty were wounded in the strike on the port"
BURNED = "The oil tanks of the port burned for three days"

Write = Callable[[str], Iterable[Said]]


class Reading(Scripted):
    """Says what `write` makes of the last thing that it was told."""

    write: Write
    script: Any = None
    choice: int = 1
    _halfway: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def halfway(self) -> threading.Event:
        """For `write` to set when it has written a part."""
        return self._halfway

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None,
        run_manager: CallbackManagerForLLMRun | None = None, **_: Any,
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        self._prompts.append(messages)
        told = "\n".join(str(message.content) for message in messages)
        if getattr(self, "grammar", None):  # a small model is to choose first
            said: Iterable[Said] = [f"[{self.choice}"]
        else:
            said = self.write(told)
        try:
            for one in said:
                if isinstance(one, Exception):
                    raise one
                message = AIMessageChunk(one) if isinstance(one, str) else one
                chunk = ChatGenerationChunk(message=message)
                if run_manager and chunk.text:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        except GeneratorExit:
            self._closed.set()
            raise


def reading(write: Write, *, in_process: bool = False, name: str = "x:scripted") -> ChatModel:
    chat = Reading(write=write)
    return ChatModel(name, chat, local=in_process, in_process=in_process)


def saying(*said: Said, in_process: bool = False) -> ChatModel:
    """A model that always says the same."""
    return reading(lambda _: said, in_process=in_process)


def marker(told: str, words: str) -> str:
    """The marker of the sentence that begins so."""
    found = re.search(rf"\[(\d+)\] {re.escape(words)}", told)
    assert found is not None, f"the model was not given: {words}"
    return f"[{found[1]}]"


def right(told: str) -> list[Said]:
    """What a model says that does as it is told, in pieces as they may come."""
    text = (
        f"{STRUCK} on Saturday {marker(told, STRUCK)}. "
        f"Six men were killed and eighty were wounded {marker(told, KILLED)}."
    )
    return [text[i : i + 7] for i in range(0, len(text), 7)]


def check_reply(reply: Reply, library: Library) -> None:
    """What holds for every reply, whatever a model says."""
    numbers = [cited.n for cited in reply.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    shown = [s for s in reply.sentences if s.support != "unsupported"]
    assert {int(n) for n in re.findall(r"\[(\d+)\]", reply.answer)} == set(numbers)
    assert {n for sentence in shown for n in sentence.citations} == set(numbers)
    with library.reading() as db:
        for cited in (*reply.citations, *reply.nearest):
            version = catalogue.read_version(db, cited.article_id, cited.version)
            assert cited.quote == version.text[cited.start : cited.end] != ""
            assert cited.text == version.slice(version.paragraph(cited.paragraph))
            assert cited.quote in cited.text
    for sentence in reply.sentences:
        if sentence.support == "unsupported":
            assert sentence.citations == []
        else:
            assert sentence.citations
    if reply.status == "abstained":
        assert not shown
        assert reply.missing
    else:
        told = " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in shown)
        assert reply.answer == told
        assert (reply.status == "partial") == bool(reply.missing)
        assert not reply.nearest
    for hidden in ("http", "www.", "javascript:", "](", "<", ">", "![", "{{"):
        assert hidden not in reply.answer
    check_notice(reply)
    assert Reply.model_validate_json(reply.model_dump_json()) == reply


def check_notice(reply: Reply) -> None:
    """Why an answer is not the model's is told on one line."""
    if reply.notice is not None:
        assert reply.notice == " ".join(reply.notice.split())
        assert reply.notice[:1].isupper()
        assert reply.notice.endswith(".")
        assert len(reply.notice) < 400
        assert "Traceback" not in reply.notice


def streamed(answerer: Answerer, ask: Ask | str, config: Any = None) -> Reply:
    """Ask, see that what is streamed is what the reply holds, and return the reply."""
    first, *between, last = answerer.events(ask, config)
    assert isinstance(first, SourcesEvent)
    assert isinstance(last, DoneEvent)
    assert all(isinstance(event, SentenceEvent) for event in between)
    given = [event.sentence for event in between if isinstance(event, SentenceEvent)]
    assert given == last.reply.sentences
    seen: dict[int, Citation] = {}
    for event in between:
        assert isinstance(event, SentenceEvent)
        seen |= {cited.n: cited for cited in event.citations}
        assert set(event.sentence.citations) <= set(seen)  # nothing is cited before it is told
    assert [seen[n] for n in sorted(seen)] == last.reply.citations
    return last.reply

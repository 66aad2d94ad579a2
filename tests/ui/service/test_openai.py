"""/v1/chat/completions and /v1/models, by clients that were written for OpenAI's."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from rag.reply import Reply
from ui.service.completion_bodies import Message
from ui.service.completion_messages import asked
from ui.service.completion_text import inert
from ui.site import Site

from ..scripted import NAME, Scripted
from .making import QUESTION, WAIT, Gate, application

ASKED = {"model": "dateline", "messages": [{"role": "user", "content": QUESTION}]}


def completed(client: TestClient, *messages: tuple[str, Any], **given: object) -> Any:
    told = [{"role": role, "content": content} for role, content in messages]
    body = ASKED | ({"messages": told} if told else {}) | given
    return client.post("/v1/chat/completions", json=body)


def chunks_of(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data:")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_whole(client: TestClient) -> None:
    answer = completed(client, temperature=0.3, n=2, tools=[]).json()
    reply = Reply.model_validate(answer["dateline"])
    (choice,) = answer["choices"]
    text = choice["message"]["content"]
    assert text.startswith(reply.answer)
    assert "Sources:\n- [1] Press briefing by John Kirby, The White House, 15 April 2024" in text
    assert "https://example.org/briefing#:~:text=" in text
    assert (choice["finish_reason"], answer["object"]) == ("stop", "chat.completion")
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def test_stream_comes_to_the_same(client: TestClient) -> None:
    whole = completed(client).json()
    streamed = completed(client, stream=True, stream_options={"include_usage": True})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    *chunks, last = chunks_of(streamed.text)
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == whole["choices"][0]["message"]["content"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks[-2:]] == [None, "stop"]
    assert chunks[-1]["dateline"]["answer"] == whole["dateline"]["answer"]
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 0
    assert len({chunk["id"] for chunk in chunks}) == 1


def test_a_models_drafts_are_no_part_of_it(make_site: Any) -> None:
    site = make_site(Scripted(["One.", "?A draft.", "Two."]))
    client = TestClient(application(site))
    whole = completed(client, model=f"dateline/{NAME}").json()
    assert whole["choices"][0]["message"]["content"].startswith("One. [1] Two. [1]")
    assert whole["usage"]["total_tokens"] == 600
    chunks = chunks_of(completed(client, stream=True).text)
    texts = [chunk["choices"][0]["delta"].get("content") for chunk in chunks]
    assert texts[:3] == ["", "One. [1]", " Two. [1]"]


def test_abstention_is_an_answer(make_site: Any) -> None:
    client = TestClient(application(make_site(abstain_below=1.0)))
    whole = completed(client).json()["choices"][0]["message"]["content"]
    assert whole.startswith("The articles in this library do not answer that.")
    assert "Nearest:\n- [1] " in whole
    chunks = chunks_of(completed(client, stream=True).text)
    assert whole == "".join(c["choices"][0]["delta"].get("content", "") for c in chunks)


def test_failure_in_mid_stream(make_site: Any) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the key is sk-secret")

    client = TestClient(application(make_site(Scripted(["One.", fail]))))
    text = completed(client, stream=True).text
    assert '"type":"server_error"' in text.splitlines()[-2]
    assert "sk-secret" not in text
    assert "[DONE]" not in text


def test_earlier_questions_are_the_context(client: TestClient) -> None:
    answer = completed(
        client,
        ("system", "You are a pirate."),
        ("user", "Who was killed in Damascus in April 2024?"),
        ("assistant", "Seven officers [1]"),
        ("user", [{"type": "text", "text": "And in"}, {"type": "text", "text": "May?"}]),
    ).json()["dateline"]
    assert answer["question"] == "And in May?"
    assert "Damascus" in answer["standalone_question"]
    assert "2024" in answer["standalone_question"]


def test_each_earlier_question_is_understood_by_the_one_before() -> None:
    texts = ["Who was killed in Damascus in April 2024?", "!!", "And in May?", "And in June?"]
    ask = asked([Message(role="user", content=text) for text in texts], most=4000)
    (turn,) = ask.history
    assert "Damascus" in turn.question
    assert "May 2024" in turn.question


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "empty"),
        ({"messages": [{"role": "user", "content": "a\0b"}]}, 400, "match pattern"),
        ({"messages": [{"role": "assistant", "content": "Yes."}]}, 400, "not 'user'"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "image_url"),
        ({"messages": "Who?"}, 400, "messages"),
        ({"model": "gpt-4"}, 404, "no model 'gpt-4'"),
        ({"model": "dateline/http://elsewhere"}, 404, "no model"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_openais(
    client: TestClient, given: dict[str, object], status: int, said: str, stream: bool
) -> None:
    answer = completed(client, **given, stream=stream)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in error["message"]
    assert error["type"] == "invalid_request_error"
    assert error["code"] == ("model_not_found" if status == 404 else None)


def test_models(client: TestClient) -> None:
    told = client.get("/v1/models").json()
    assert told["object"] == "list"
    assert [model["id"] for model in told["data"]] == ["dateline", "dateline/extractive"]
    assert client.get("/v1/models/dateline/extractive").json()["object"] == "model"
    assert client.get("/v1/models/gpt-4").status_code == 404


def test_articles_links_and_pictures_are_no_markdown() -> None:
    text = inert("![a](https://evil.example/?q) [b]: javascript:x <img onerror=x> [1]")
    assert "](" not in text
    assert "]:" not in text
    assert "<" not in text
    assert text.endswith("[1]")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """A real server's address."""
    yield from served(site)


def served(site: Site) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(application(site), host="127.0.0.1", port=0, log_config=None, lifespan="off")
    )
    ready = threading.Event()
    main_loop = server.main_loop

    async def told_main_loop() -> None:
        ready.set()
        await main_loop()

    server.main_loop = told_main_loop  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(WAIT)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/v1"
    server.should_exit = True
    thread.join(WAIT)


def test_openais_own_client(address: str) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=address, api_key="none", max_retries=0) as client:
        whole = client.chat.completions.create(**ASKED)
        assert "three hundred drones" in whole.choices[0].message.content
        assert whole.dateline["citations"][0]["n"] == 1
        parts = list(client.chat.completions.create(**ASKED, stream=True))
        text = "".join(part.choices[0].delta.content or "" for part in parts)
        assert text == whole.choices[0].message.content
        assert [model.id for model in client.models.list()] == ["dateline", "dateline/extractive"]
        assert client.models.retrieve("dateline").id == "dateline"
        with pytest.raises(openai.NotFoundError, match="no model 'gpt-4'") as missing:
            client.chat.completions.create(**ASKED | {"model": "gpt-4"})
        assert missing.value.code == "model_not_found"


def test_langchains_client(address: str) -> None:
    langchain_openai = pytest.importorskip("langchain_openai")
    model = langchain_openai.ChatOpenAI(
        base_url=address, api_key="none", model="dateline", max_retries=0
    )
    whole = model.invoke(QUESTION).content
    assert "three hundred drones" in whole
    assert "".join(str(part.content) for part in model.stream(QUESTION)) == whole


def test_closing_a_real_connection_stops_the_model(make_site: Any) -> None:
    openai = pytest.importorskip("openai")
    gate = Gate()
    serving = served(make_site(Scripted(["One.", gate, "Two."])))
    client = openai.OpenAI(base_url=next(serving), api_key="none", max_retries=0)
    with client.chat.completions.create(**ASKED, stream=True) as stream:
        texts = (part.choices[0].delta.content for part in stream)
        assert next(text for text in texts if text) == "One. [1]"
        gate.wait()
    client.close()
    assert gate.stopped.wait(WAIT)
    next(serving, None)

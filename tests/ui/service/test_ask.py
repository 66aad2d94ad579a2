"""POST /v1/ask."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.errors import DatelineError, DiskFull, NotInLibrary
from rag.reply import Reply
from ui.service.desk import desk_of
from ui.site import Site

from ..scripted import NAME, Scripted
from .making import QUESTION, application, events_of


def asked(client: TestClient, reader: str = "ada", **given: object) -> Any:
    return client.post("/v1/ask", json={"question": QUESTION} | given, headers={"x-reader": reader})


def begun(client: TestClient, reader: str = "ada") -> str:
    answer = client.post("/v1/conversations", json={"title": "A"}, headers={"x-reader": reader})
    return str(answer.json()["id"])


def kept(client: TestClient, conversation: str) -> list[dict[str, Any]]:
    found = client.get(f"/v1/conversations/{conversation}/exchanges").json()
    return list(found["exchanges"])


def test_reply_is_the_engines(client: TestClient) -> None:
    answer = asked(client)
    assert answer.status_code == 200
    reply = Reply.model_validate_json(answer.content)
    assert reply.question == QUESTION
    assert "three hundred drones" in reply.answer
    assert reply.citations[0].title == "Press briefing by John Kirby"
    assert "Dateline-Exchange" not in answer.headers


@pytest.mark.parametrize("how", ["field", "header"])
def test_stream_tells_sources_then_sentences_then_the_reply(client: TestClient, how: str) -> None:
    given = {"stream": True} if how == "field" else {}
    headers = {"accept": "text/event-stream"} if how == "header" else {}
    answer = client.post("/v1/ask", json={"question": QUESTION} | given, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    names = [name for name, _ in events]
    assert names[0] == "sources"
    assert names[-1] == "done"
    assert set(names[1:-1]) == {"sentence"}
    reply = Reply.model_validate_json(events[-1][1])
    told = [json.loads(data)["sentence"]["text"] for _, data in events[1:-1]]
    assert told == [sentence.text for sentence in reply.sentences]
    assert json.loads(events[0][1])["citations"][0]["n"] == 1


def test_field_stream_goes_before_the_header(client: TestClient) -> None:
    answer = client.post(
        "/v1/ask",
        json={"question": QUESTION, "stream": False},
        headers={"accept": "text/event-stream"},
    )
    assert Reply.model_validate_json(answer.content).question == QUESTION


@pytest.mark.parametrize("stream", [False, True])
def test_answer_is_kept_in_its_conversation(client: TestClient, stream: bool) -> None:
    conversation = begun(client)
    answer = asked(client, conversation=conversation, stream=stream)
    (exchange,) = kept(client, conversation)
    assert exchange["reply"]["question"] == QUESTION
    assert exchange["address"] == f"/answers/{exchange['id']}"
    if stream:
        assert f"id: {exchange['id']}\n" in answer.text
    else:
        assert answer.headers["Dateline-Exchange"] == exchange["id"]
        assert answer.json() == exchange["reply"]


def test_nothing_is_kept_without_a_conversation(client: TestClient) -> None:
    asked(client)
    assert client.get("/v1/conversations").json() == {"conversations": []}


def test_follow_up_leans_on_the_conversation(client: TestClient) -> None:
    conversation = begun(client)
    first = asked(client, question="Who was killed in Damascus in April 2024?",
                  conversation=conversation).json()  # fmt: skip
    assert first["standalone_question"] == first["question"]
    second = asked(client, question="And in May?", conversation=conversation).json()
    assert "Damascus" in second["standalone_question"]
    assert second["question"] == "And in May?"


def test_follow_up_leans_on_the_history_given(client: TestClient) -> None:
    question = "Who was killed in Damascus in April 2024?"
    first = asked(client, question=question).json()
    history = [{"question": question, "reply": first}]
    second = asked(client, question="And in May?", history=history).json()
    assert "Damascus" in second["standalone_question"]


def test_history_and_conversation_exclude_each_other(client: TestClient) -> None:
    history = [{"question": QUESTION, "reply": asked(client).json()}]
    answer = asked(client, conversation=begun(client), history=history)
    assert answer.status_code == 422
    assert "not both" in answer.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_anothers_conversation_is_not_there(client: TestClient, stream: bool) -> None:
    conversation = begun(client, "ben")
    answer = asked(client, conversation=conversation, stream=stream)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "NotInLibrary"


def test_filters_are_typed_as_on_the_command_line(client: TestClient) -> None:
    reply = asked(client, filters={"as_of": "10 April 2024", "kinds": ["REPORT"]}).json()
    assert reply["as_of"] == "2024-04-10"
    titles = {c["title"] for c in [*reply["citations"], *reply["nearest"]]}
    assert titles == {"Strike on the consulate in Damascus"}


@pytest.mark.parametrize(
    ("filters", "status", "said"),
    [
        ({"since": "yesteryear"}, 422, "since cannot be 'yesteryear'"),
        ({"as_of": ""}, 422, "as_of cannot be ''"),
        ({"since": "2024-05", "until": "2024-04"}, 422, "since '2024-05' is later than until"),
        ({"outlets": ["The Wite House"]}, 404, "did you mean 'The White House'"),
        ({"party": "one"}, 422, "no field 'filters.party'"),
    ],
)
def test_wrong_filters(client: TestClient, filters: dict[str, Any], status: int, said: str) -> None:
    answer = asked(client, filters=filters)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"question": " "}, "empty"),
        ({"question": "?!"}, "no words"),
        ({"generator": "http://elsewhere"}, "no generator"),
    ],
)
def test_errors_before_the_answer_have_a_status(
    client: TestClient, given: dict[str, Any], said: str, stream: bool
) -> None:
    answer = asked(client, **given, stream=stream)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("question", ["a\0b c", "a \ud800 b"])
def test_what_is_no_text_is_refused(client: TestClient, question: str) -> None:
    body = json.dumps({"question": question})
    answer = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    history = [{"question": "Who?", "reply": asked(client).json() | {"answer": question}}]
    body = json.dumps({"question": QUESTION, "history": history})
    answer = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_failure_in_mid_answer_is_the_last_event(make_site: Any) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the key is sk-secret")

    client = TestClient(application(make_site(Scripted(["One sentence.", fail]))))
    conversation = begun(client)
    events = events_of(asked(client, stream=True, conversation=conversation).text)
    assert [name for name, _ in events] == ["sources", "sentence", "error"]
    assert json.loads(events[-1][1]) == {
        "error": {
            "message": "Unexpected RuntimeError; the server's log tells more.",
            "type": "Unexpected",
        }
    }
    assert kept(client, conversation) == []


def test_generator_and_drafts_are_the_readers_choice(make_site: Any) -> None:
    scripted = Scripted(["A sentence.", "?A draft."])
    client = TestClient(application(make_site(scripted)))
    reply = asked(client, drafts=True).json()
    assert reply["generator"] == NAME
    assert [each["support"] for each in reply["sentences"]] == ["supported", "unsupported"]
    assert asked(client, generator="extractive").json()["generator"] == "extractive"


def test_answers_are_counted_and_the_queue_is_left(client: TestClient, site: Site) -> None:
    asked(client)
    asked(client, stream=True)
    turnstile = desk_of(site).turnstile
    assert (turnstile.working, turnstile.waiting) == (0, 0)
    told = client.get("/metrics").text
    assert 'dateline_answers_total{generator="extractive",status="answered"} 2.0' in told


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DiskFull("/srv/library is full"), "the server's disk is full"),
        (NotInLibrary("gone"), "its conversation has changed meanwhile"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    site: Site,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    error: DatelineError,
    why: str,
    stream: bool,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(site.store), "put", fail)
    conversation = begun(client)
    answer = asked(client, conversation=conversation, stream=stream)
    assert answer.status_code == 200
    assert "Dateline-Exchange" not in answer.headers
    text = events_of(answer.text)[-1][1] if stream else answer.text
    reply = Reply.model_validate_json(text)
    assert "three hundred drones" in reply.answer
    assert reply.notice == f"This answer could not be kept ({why}); copy what you need of it."
    assert "/srv" not in answer.text
    assert kept(client, conversation) == []

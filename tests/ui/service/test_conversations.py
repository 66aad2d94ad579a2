"""/v1/conversations and /v1/feedback, by two readers."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from .making import QUESTION

ADA, BEN = {"x-reader": "ada"}, {"x-reader": "ben"}


@pytest.fixture
def conversation(client: TestClient) -> str:
    made = client.post("/v1/conversations", json={"title": "April"}, headers=ADA)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/conversations/{made.json()['id']}"
    return str(made.json()["id"])


@pytest.fixture
def exchange(client: TestClient, conversation: str) -> str:
    body = {"question": QUESTION, "conversation": conversation, "filters": {"until": "2025"}}
    answer = client.post("/v1/ask", json=body, headers=ADA)
    return answer.headers["Dateline-Exchange"]


def listed(client: TestClient, reader: dict[str, str], words: str = "") -> list[dict[str, Any]]:
    found = client.get("/v1/conversations", params={"words": words}, headers=reader).json()
    return list(found["conversations"])


def test_list_rename_delete(client: TestClient, conversation: str) -> None:
    path = f"/v1/conversations/{conversation}"
    assert [each["title"] for each in listed(client, ADA)] == ["April"]
    renamed = client.patch(path, json={"title": "May"}, headers=ADA).json()
    assert renamed == client.get(path, headers=ADA).json()
    assert renamed["title"] == "May"
    assert listed(client, ADA, "may") == [renamed]
    assert listed(client, ADA, "june") == []
    deleted = client.delete(path, headers=ADA)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert listed(client, ADA) == []
    assert client.delete(path, headers=ADA).status_code == 404


def test_exchanges_tell_how_they_were_asked(
    client: TestClient, conversation: str, exchange: str
) -> None:
    path = f"/v1/conversations/{conversation}/exchanges"
    (found,) = client.get(path, headers=ADA).json()["exchanges"]
    assert found["id"] == exchange
    assert found["reply"]["question"] == QUESTION
    assert found["filters"]["until"] == "2025-12-31"
    assert found["generator"] is None


def test_readers_share_nothing(client: TestClient, conversation: str) -> None:
    path = f"/v1/conversations/{conversation}"
    assert listed(client, BEN) == []
    calls = [
        client.get(path, headers=BEN),
        client.patch(path, json={"title": "mine"}, headers=BEN),
        client.delete(path, headers=BEN),
        client.get(f"{path}/exchanges", headers=BEN),
        client.post("/v1/ask", json={"question": QUESTION, "conversation": conversation},
                    headers=BEN),
    ]  # fmt: skip
    assert [call.status_code for call in calls] == [404] * len(calls)
    assert [each["title"] for each in listed(client, ADA)] == ["April"]


def test_feedback_is_kept_replaced_and_taken_back(client: TestClient, exchange: str) -> None:
    def found() -> list[tuple[str, int | None, str]]:
        told = client.get(f"/v1/feedback?exchange={exchange}", headers=ADA).json()["feedback"]
        return [(each["verdict"], each["citation"], each["comment"]) for each in told]

    def say(**given: object) -> int:
        body = {"exchange": exchange} | given
        return client.post("/v1/feedback", json=body, headers=ADA).status_code

    assert say(verdict="good") == 204
    assert say(verdict="wrong_source", citation=1, comment="It is another day.") == 204
    assert say(verdict="outdated") == 204
    expected = {("outdated", None, ""), ("wrong_source", 1, "It is another day.")}
    assert set(found()) == expected
    of_another = client.get(f"/v1/feedback?exchange={exchange}", headers=BEN)
    assert of_another.json() == {"feedback": []}
    assert client.delete(f"/v1/feedback?exchange={exchange}", headers=ADA).status_code == 204
    assert found() == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"verdict": "splendid"}, 422),
        ({"verdict": "bad", "citation": 99}, 422),
        ({"verdict": "bad", "sentence": 0}, 422),
        ({"verdict": "bad", "comment": "a\0b"}, 422),
        ({"verdict": "bad", "comment": "a" * 5000}, 422),
        ({"verdict": "bad", "reader": "ben"}, 422),
        ({"verdict": "bad", "exchange": "f" * 32}, 404),
    ],
)
def test_wrong_feedback(
    client: TestClient, exchange: str, given: dict[str, object], status: int
) -> None:
    answer = client.post("/v1/feedback", json={"exchange": exchange} | given, headers=ADA)
    assert answer.status_code == status


@pytest.mark.parametrize("title", ["", "a\0b", "a" * 301, 5, None])
def test_wrong_titles(client: TestClient, title: object) -> None:
    assert client.post("/v1/conversations", json={"title": title}).status_code == 422

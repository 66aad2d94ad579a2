"""Exports over HTTP: whose they are, and how they come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.export.formats import FORMATS
from ui.export.routes import routes
from ui.service.errors import install
from ui.site import Site
from ui.store.records import Conversation, Exchange

from .making import conversation, disputed, exchange, reply

MINE, OTHERS = "mine", "others"


@dataclass
class Kept:
    """A store that holds one conversation."""

    owner: str
    whole: Conversation
    said: Sequence[Exchange]

    def conversation(self, reader: str, name: str) -> Conversation | None:
        return self.whole if (reader, name) == (self.owner, self.whole.id) else None

    def exchanges(self, reader: str, name: str) -> Sequence[Exchange]:
        return self.said if self.conversation(reader, name) else ()

    def answer(self, name: str) -> Exchange | None:
        return next((one for one in self.said if one.id == name), None)


def client_of(reader: str) -> TestClient:
    said = [exchange(reply(), 1), exchange(disputed(), 2)]
    store = Kept(MINE, conversation("Drones in April"), said)
    app = FastAPI()
    app.include_router(routes(cast("Site", SimpleNamespace(store=store))))

    install(app)

    async def named(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["reader"] = reader
        await app(scope, receive, send)

    return TestClient(named)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_reader_gets_a_conversation_in_every_format(format_: str) -> None:
    answer = client_of(MINE).get(f"/conversations/{'c' * 32}/export?as={format_}")
    form = FORMATS[format_]
    name = f"drones-in-april-{answer.headers['content-disposition'][-10 - len(form.suffix) - 1 :]}"
    assert answer.status_code == 200
    assert answer.headers["content-type"] == form.media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    )
    assert answer.text


def test_another_readers_conversation_is_not_there() -> None:
    address = f"/conversations/{'c' * 32}/export?as=json"
    other, missing = (
        client_of(OTHERS).get(address),
        client_of(MINE).get("/conversations/d/export?as=json"),
    )
    assert (other.status_code, missing.status_code) == (404, 404)
    assert other.text.replace("c" * 32, "d") == missing.text


def test_an_answer_is_given_to_who_has_its_permalink_and_nothing_else_of_the_conversation() -> None:
    answer = client_of(OTHERS).get(f"/answers/{'2'.zfill(32)}/export?as=json")
    file = json.loads(answer.content)
    assert file["title"] == "Did it fail?"
    assert file["id"] == "2".zfill(32)
    [only] = file["exchanges"]
    assert only["permalink"] == f"http://testserver/answers/{'2'.zfill(32)}"
    assert "c" * 32 not in answer.text
    assert "Drones" not in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/answers/unknown/export?as=json", 404),
        ("/answers/unknown/export", 422),
        (f"/answers/{'2'.zfill(32)}/export?as=docx", 422),
        (f"/conversations/{'c' * 32}/export?as=docx", 422),
        (f"/conversations/{'c' * 32}/export?as=", 422),
    ],
)
def test_what_is_not_there_or_no_format_is_refused(address: str, status: int) -> None:
    answer = client_of(MINE).get(address)
    assert answer.status_code == status
    assert answer.json()["error"]["message"].endswith(".")


def test_the_formats_are_told_to_programs() -> None:
    app = FastAPI()
    app.include_router(routes(cast("Site", SimpleNamespace(store=None))))
    for path in app.openapi()["paths"].values():
        [asked] = [p for p in path["get"]["parameters"] if p["name"] == "as"]
        assert asked["schema"]["enum"] == list(FORMATS)
        assert "text/markdown" in path["get"]["responses"]["200"]["content"]

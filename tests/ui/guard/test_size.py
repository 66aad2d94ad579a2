"""A request may bring so much and no more."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from ui.guard.size import Size

from .making import Client, client, count

LIMIT = 1024


def limited(app: object = count) -> Client:
    return Client(Size(app, lambda path: LIMIT))  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 700), min_size=1, max_size=8), st.booleans())
def test_a_body_passes_whole_or_is_refused(sizes: list[int], declared: bool) -> None:
    total = sum(sizes)
    headers = {"content_length": str(total)} if declared else {}
    answer = limited().post("/", [b"x" * size for size in sizes], **headers)

    if total <= LIMIT:
        assert (answer.status, answer.text) == (200, str(total))
    else:
        assert answer.status == 413
        assert json.loads(answer.body)["error"]["type"] == "TooLarge"
        assert answer.header("connection") == "close"
        assert len([m for m in answer.messages if m["type"] == "http.response.start"]) == 1


def test_a_declared_length_is_refused_before_the_application_is_asked() -> None:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    assert limited(never).post("/", b"x", content_length="999999999999").status == 413


def test_what_is_still_coming_is_read_up_to_as_much_again() -> None:
    read: list[int] = []

    def chunks(number: int) -> list[bytes]:
        return [b"x" * LIMIT] * number

    for number in (2, 50):
        asked = limited()
        body = chunks(number)
        scope = asked.scope("POST", "/", {})
        left = list(body)

        async def receive(left: list[bytes] = left) -> dict[str, object]:
            return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

        async def send(message: object) -> None:
            pass

        from asyncio import run as wait

        wait(asked.app(scope, receive, send))  # type: ignore[arg-type]
        read.append(number - len(left))

    assert read == [2, 3]


def test_an_application_that_answered_already_is_told_that_the_client_has_gone() -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.body", "body": b"after"})

    answer = limited(early).post("/", [b"x" * LIMIT] * 3)
    assert (answer.status, answer.body) == (200, b"")


def test_an_error_of_the_application_is_its_own() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        limited(broken).post("/", b"x")


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/v1/articles"])
def test_files_may_be_larger(path: str) -> None:
    asked = client(count, request_bytes=1024, upload_bytes=2048)
    assert asked.post(path, [b"x" * 20_000, b"x" * 20_000]).status == 200
    assert asked.post(path, [b"x" * 2048] * 21).status == 413
    assert asked.post("/v1/ask", [b"x" * 2048]).status == 413
    assert asked.post("/gradio_api/queue/join", b"x" * 1025).status == 413

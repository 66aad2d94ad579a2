"""Errors: a status, one sentence, one shape."""

import logging

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag import errors
from rag.generate.failure import GeneratorFailed
from ui.service.errors import headers_of, said, status_of
from ui.service.turnstile import Busy

STATUSES = [
    (errors.UsageError("x"), 422),
    (errors.NotInLibrary("x"), 404),
    (errors.LibraryEmpty("x"), 409),
    (errors.LibraryLocked("x"), 423),
    (errors.LibraryReadOnly("x"), 507),
    (errors.DiskFull("x"), 507),
    (errors.LibraryDamaged("x"), 503),
    (errors.LibraryMismatch("x"), 503),
    (errors.ModelError("x"), 503),
    (GeneratorFailed("late", "x"), 503),
    (Busy(3, 7), 429),
]


@pytest.mark.parametrize(("error", "status"), STATUSES)
def test_each_error_has_its_status(
    app: FastAPI, client: TestClient, error: errors.DatelineError, status: int
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise error

    answer = client.get("/broken")
    assert (answer.status_code, status_of(error)) == (status, status)
    assert answer.json() == {"error": {"message": str(error), "type": type(error).__name__}}
    assert answer.headers.get("retry-after") == headers_of(error).get("Retry-After")


def test_retry_after() -> None:
    assert headers_of(Busy(3, 7)) == {"Retry-After": "7"}
    assert headers_of(errors.LibraryLocked("x")) == {"Retry-After": "1"}
    assert headers_of(errors.UsageError("x")) == {}


def test_what_is_none_of_ours_tells_nothing(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the key is sk-secret")

    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "sk-secret" not in answer.text
    assert answer.json()["error"]["type"] == "Unexpected"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 422, "The request lacks its body"),
        (b"{", 422, "not valid JSON"),
        (b"[" * 100_000, 400, "cannot be read as JSON"),
        (b'{"question": "\xff"}', 400, "cannot be read as JSON"),
        (b"3", 422, "request's body cannot be 3"),
        (b"{}", 422, "lacks its 'question'"),
        (b'{"question": 5}', 422, "'question' cannot be 5: Input should be a valid string."),
        (b'{"question": "a", "hint": 1}', 422, "no field 'hint'"),
        (b'{"question": "a", "\\ud800": 1}', 422, "body cannot be"),
        (b'{"question": ["' + b"x" * 500_000 + b'"]}', 422, "..."),
        (b'{"question": "a", "' + b"y" * 500_000 + b'": 1}', 422, "no field"),
        (b'{"question": "a", "filters": {"kinds": "b"}}', 422, "'filters.kinds'"),
    ],
)
def test_wrong_bodies_are_told_in_one_short_sentence(
    client: TestClient, body: bytes, status: int, said: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/ask", content=body, headers=headers)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in error["message"]
    assert len(error["message"]) < 300
    assert set(error) == {"message", "type"}


def test_nothing_there(client: TestClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "NotFound"
    wrong = client.put("/v1/ask")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert "takes POST" in wrong.json()["error"]["message"]


def test_no_folder_of_the_server_is_told() -> None:
    error = errors.LibraryError("The library '/srv/news/iran/library' could not be used (locked).")
    assert said(error).message == "The library 'library' could not be used (locked)."
    assert said(errors.UsageError("There is no outlet 'AFP/Reuters'.")).message.endswith(
        "'AFP/Reuters'."
    )

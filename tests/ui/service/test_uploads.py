"""`/v1/articles` over HTTP: in, out, back, and every error in one shape."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.library.lock import writer_lock
from rag.settings import load_settings
from ui.engine import Engine
from ui.service import errors, uploads
from ui.site import Site
from ui.store.store import Store

MARKDOWN = (
    b"---\ntitle: A zeppelin\npublished: 2024-06-01\n---\n\nIt was seen by a farmer near Isfahan.\n"
)


@pytest.fixture
def engine(filled: Path) -> Iterator[Engine]:
    made = Engine(load_settings(generator="extractive", lock_seconds=0)[0])
    yield made
    made.close()


@pytest.fixture
def client(engine: Engine) -> TestClient:
    app = FastAPI()
    errors.install(app)
    app.include_router(uploads.routes(Site(engine, cast("Store", None))))
    return TestClient(app, raise_server_exceptions=False)


def files(*named: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", each) for each in named]


def test_files_are_added_and_bad_ones_told(client: TestClient) -> None:
    given = files(("zeppelin.md", MARKDOWN), ("../../x.exe", b"MZ\x90"), ("empty.txt", b""))
    said = client.post("/v1/articles", files=given)
    assert said.status_code == 200
    report = said.json()
    assert report["kept"] == 1
    assert report["counts"]["failed"] == 2
    told = {item["source"]: item for item in report["items"]}
    assert told["zeppelin.md"]["outcome"] == "added"
    assert told["zeppelin.md"]["found"]["published"] == "front matter"
    assert "is of no kind" in told["x.exe"]["why"]
    assert "is empty" in told["empty.txt"]["why"]


def test_files_and_addresses_together(client: TestClient) -> None:
    said = client.post(
        "/v1/articles",
        files=files(("zeppelin.md", MARKDOWN)),
        data={"urls": ["http://127.0.0.1:1/", "/etc/passwd"]},
    )
    outcomes = {item["source"]: item["outcome"] for item in said.json()["items"]}
    assert outcomes == {
        "zeppelin.md": "added", "http://127.0.0.1:1/": "failed", "/etc/passwd": "failed",
    }  # fmt: skip


def test_addresses_as_json(client: TestClient) -> None:
    said = client.post("/v1/articles", json={"urls": ["http://169.254.169.254/latest"]})
    assert said.status_code == 200
    assert said.json()["counts"]["failed"] == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"urls": []}', b'{"urls": ["a"], "x": 1}', b'{"urls": "a"}']
)
def test_wrong_json_is_422(client: TestClient, body: bytes) -> None:
    said = client.post("/v1/articles", content=body, headers={"content-type": "application/json"})
    assert said.status_code == 422
    assert said.json()["error"]["type"] == "UsageError"


def test_other_bodies_are_refused(client: TestClient) -> None:
    said = client.post("/v1/articles", content=b"x", headers={"content-type": "text/plain"})
    assert said.status_code == 422
    assert "text/plain" in said.json()["error"]["message"]
    said = client.post("/v1/articles", files=[("document", ("a.md", MARKDOWN))])
    assert said.status_code == 422
    assert "'document'" in said.json()["error"]["message"]
    said = client.post("/v1/articles", data={"files": "text"}, files={"urls": ("a.md", b"x")})
    assert said.status_code == 422
    said = client.post(
        "/v1/articles", content=b"x", headers={"content-type": "multipart/form-data"}
    )
    assert said.status_code == 400


def test_locked_library_is_423(client: TestClient, engine: Engine) -> None:
    with writer_lock(engine.settings.library, wait=0):
        said = client.post("/v1/articles", files=files(("zeppelin.md", MARKDOWN)))
        gone = client.delete("/v1/articles/2024-04-15-press-briefing-by-john-kirby")
    assert (said.status_code, gone.status_code) == (423, 423)
    assert said.headers["retry-after"] == "1"
    assert said.json()["error"]["type"] == "LibraryLocked"


def test_a_closed_library_is_403(filled: Path, client: TestClient, engine: Engine) -> None:
    engine.settings = engine.settings.model_copy(update={"readers_may_add": False})
    before = engine.library.stats()
    for said in (
        client.post("/v1/articles", files=files(("zeppelin.md", MARKDOWN))),
        client.delete("/v1/articles/strike-on-the-consulate-in-damascus"),
        client.post("/v1/articles/strike-on-the-consulate-in-damascus/restore"),
    ):
        assert said.status_code == 403
        assert "may not change this library" in said.json()["error"]["message"]
    assert engine.library.stats() == before


def test_removing_and_bringing_back(client: TestClient, engine: Engine) -> None:
    name = "2024-04-15-press-briefing-by-john-kirby"
    before = engine.library.stats().articles
    said = client.delete(f"/v1/articles/{name}")
    assert said.json() == {
        "article_id": name, "title": "Press briefing by John Kirby", "removed": True,
    }  # fmt: skip
    assert engine.library.stats().articles == before - 1
    assert client.delete(f"/v1/articles/{name}").status_code == 404
    said = client.post(f"/v1/articles/{name}/restore")
    assert (said.status_code, said.json()["removed"]) == (200, False)
    assert engine.library.stats().articles == before
    assert client.post(f"/v1/articles/{name}/restore").status_code == 404


def test_an_unknown_article_is_404(client: TestClient) -> None:
    for said in (client.delete("/v1/articles/2024"), client.post("/v1/articles/x/restore")):
        assert said.status_code == 404
        assert said.json()["error"]["type"] == "NotInLibrary"


def test_the_description_names_both_bodies(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/articles"]["post"]
    assert set(described["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert "423" in described["responses"]

"""The whole application: what is whose address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.settings import load_settings
from ui.app import application
from ui.engine import Engine
from ui.site import Site
from ui.store.store import FILE, open_store


@pytest.fixture
def client(filled: Path) -> Iterator[TestClient]:
    site = Site(Engine(load_settings(generator="extractive")[0]), open_store(filled / FILE))
    yield TestClient(
        application(site), base_url="http://127.0.0.1:7860", raise_server_exceptions=False
    )
    site.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/v1/ask", 405, "does not take GET; it takes POST"),
        ("POST", "/healthz", 405, "does not take POST"),
        ("PUT", "/v1/articles", 405, "does not take PUT"),
        ("GET", "/v1/nothing", 404, "nothing at this address"),
    ],
)
def test_the_page_takes_no_address_of_the_services(
    client: TestClient, method: str, path: str, status: int, said: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_everything_else_is_the_pages(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "window.gradio_config" in page.text
    assert client.get("/theme.css").status_code == 200
    assert client.get("/nothing").status_code == 404


def test_a_form_that_cannot_be_read_is_told_as_such(client: TestClient) -> None:
    headers = {"content-type": "multipart/form-data"}
    answer = client.post("/v1/articles", content=b"x", headers=headers)
    assert answer.status_code == 400
    assert "cannot be read as a form" in answer.json()["error"]["message"]

"""/healthz, /metrics and the description of the service."""

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from rag.errors import LibraryDamaged
from ui.site import Site

from .making import QUESTION


def samples(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(told.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_healthy(client: TestClient) -> None:
    health = client.get("/healthz").json()
    assert (health["ok"], health["articles"]) == (True, 3)
    assert health["paragraphs"] > 3


def test_a_library_that_was_taken_away(client: TestClient, site: Site) -> None:
    folder = site.engine.library.folder
    folder.rename(folder.with_name("elsewhere"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "folder is gone" in answer.json()["error"]["message"]


def test_unreadable_library(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: object) -> None:
        raise LibraryDamaged("The catalogue is not readable.")

    monkeypatch.setattr("rag.library.library.Library.stats", damaged)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["error"]["type"] == "LibraryDamaged"
    names = {name for name, _ in samples(client)}
    assert "dateline_articles" not in names
    assert "dateline_in_flight" in names


def test_figures(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    client.get("/v1/articles/nothing-of-the-kind")
    client.get("/some/where?secret=1")
    found = samples(client)

    def requests(route: str, method: str, status: int) -> float:
        labels = {"route": route, "method": method, "status": str(status)}
        return found["dateline_requests_total", frozenset(labels.items())]

    assert requests("/v1/ask", "POST", 200) == 1
    assert requests("/v1/articles/{article}", "GET", 404) == 1
    assert requests("other", "GET", 404) == 1
    stage = frozenset({"generator": "extractive", "stage": "total"}.items())
    assert found["dateline_answer_seconds_count", stage] == 1
    assert found["dateline_answer_seconds_sum", stage] > 0
    assert found["dateline_articles", frozenset()] == 3
    assert found["dateline_waiting", frozenset()] == 0
    assert any(name == "process_resident_memory_bytes" for name, _ in found)


def test_no_label_holds_what_a_reader_typed(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "Where is zeppelin?", "generator": "zeppelin"})
    client.get("/v1/articles/zeppelin?words=zeppelin")
    client.request("ZEPPELIN", "/zeppelin")
    assert "zeppelin" not in client.get("/metrics").text.lower()


def test_two_sites_count_apart(make_site: object) -> None:
    from .making import application

    one, two = (TestClient(application(make_site())) for _ in range(2))  # type: ignore[operator]
    one.post("/v1/ask", json={"question": QUESTION})
    assert "dateline_answers_total{" in one.get("/metrics").text
    assert "dateline_answers_total{" not in two.get("/metrics").text


def test_description_is_whole_and_loads_nothing(app: FastAPI, client: TestClient) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
    described = client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            where = f"{method} {path}"
            assert route["summary"], where
            assert route["tags"], where
            assert "HTTPValidationError" not in str(route), where
            success = next(r for status, r in route["responses"].items() if status < "300")
            if "204" not in route["responses"]:
                assert any(body.get("schema") for body in success["content"].values()), where
            assert {"401", "429", "503"} <= set(route["responses"]), where
    ask = described["paths"]["/v1/ask"]["post"]["responses"]
    assert set(ask["200"]["content"]) == {"application/json", "text/event-stream"}
    assert {"404", "409", "422"} <= set(ask)

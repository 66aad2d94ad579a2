"""/v1/search."""

from dataclasses import asdict

import pytest
from starlette.testclient import TestClient

from rag.library.rows import Filters
from ui.site import Site

QUERY = "drones and missiles"


def test_found_is_what_the_engine_finds(client: TestClient, site: Site) -> None:
    told = client.post("/v1/search", json={"query": QUERY, "limit": 2}).json()
    found = [asdict(passage) for passage in site.engine.search(QUERY, limit=2)]
    for passage in found:
        passage["paragraphs"], passage["speakers"] = map(
            list, (passage["paragraphs"], passage["speakers"])
        )
    assert told == {"query": QUERY, "results": found}
    assert "three hundred drones" in told["results"][0]["text"]


def test_an_address_finds_the_same(client: TestClient) -> None:
    filters = {"until": "April 2024", "outlets": ["Dateline brief"]}
    posted = client.post("/v1/search", json={"query": QUERY, "filters": filters}).json()
    typed = client.get("/v1/search", params={"query": QUERY} | filters).json()
    assert typed == posted
    assert {passage["outlet"] for passage in typed["results"]} == {"Dateline brief"}


def test_filters_reach_the_engine(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Filters] = []

    def search(*_: object, filters: Filters, **__: object) -> list[object]:
        seen.append(filters)
        return []

    monkeypatch.setattr("ui.engine.search_passages", search)
    client.get("/v1/search?query=missiles&since=2024-04&kinds=report&kinds=briefing")
    assert seen == [Filters(since="2024-04-01", kinds=("report", "briefing"))]


@pytest.mark.parametrize(
    "query", ["query=", "query=%3F", "query=war&limit=0", "query=war&limit=201", "query=war&by=me"]
)
def test_wrong_searches(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/search?{query}").status_code == 422


def test_empty_library(site: Site, client: TestClient) -> None:
    ids = [article["article_id"] for article in client.get("/v1/articles").json()["articles"]]
    with site.engine.library.writing() as writer:
        writer.remove(ids)
    answer = client.get("/v1/search?query=missiles")
    assert answer.status_code == 409
    assert answer.json()["error"]["type"] == "LibraryEmpty"
    assert client.post("/v1/ask", json={"question": "Who?"}).status_code == 409
    assert client.get("/healthz").json()["articles"] == 0

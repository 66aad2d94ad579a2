"""GET /v1/articles…"""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.cite import citation
from rag.library import catalogue
from ui.site import Site

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"


@pytest.fixture
def changed(dateline: Any, tmp_path: Path, filled: Path) -> str:
    """An article in a second version."""
    path = tmp_path / "note.md"
    for number in ("Seven", "Thirteen"):
        text = f"# A note\n\nThis stays as it was.\n\n{number} ships were in the strait.\n"
        path.write_text(text, encoding="utf-8")
        assert dateline("add", str(path)).code == 0
    return "a-note"


def test_list_is_newest_first_and_paged(client: TestClient) -> None:
    whole = client.get("/v1/articles").json()
    assert whole["total"] == 3
    dates = [article["published"] for article in whole["articles"]]
    assert dates == sorted(dates, reverse=True)
    page = client.get("/v1/articles?limit=1&offset=1").json()
    assert page["total"] == 3
    assert page["articles"] == whole["articles"][1:2]


def test_list_by_words(client: TestClient) -> None:
    found = client.get("/v1/articles", params={"words": "DAMASCUS 2024-04"}).json()
    assert [article["article_id"] for article in found["articles"]] == [CONSULATE]
    assert client.get("/v1/articles?words=zebra").json()["total"] == 0


def test_removed_articles_are_listed_apart_and_still_open(client: TestClient, site: Site) -> None:
    with site.engine.library.writing() as writer:
        writer.remove([CONSULATE])
    assert client.get("/v1/articles").json()["total"] == 2
    (removed,) = client.get("/v1/articles?removed=true").json()["articles"]
    assert removed["article_id"] == CONSULATE
    assert removed["removed"]
    assert client.get(f"{removed['address'].replace('/articles', '/v1/articles')}").is_success


def test_copies_name_the_first_of_their_story(client: TestClient, site: Site) -> None:
    ids = [a["article_id"] for a in client.get("/v1/articles").json()["articles"]]
    first, copy = ids[0], ids[1]
    with site.engine.library.transaction() as db:
        row = catalogue.find_article(db, first).article_row
        db.exec_driver_sql(
            "UPDATE articles SET story = ? WHERE article_id IN (?, ?)", (row, first, copy)
        )
    told = {a["article_id"]: a["copy_of"] for a in client.get("/v1/articles").json()["articles"]}
    assert (told[first], told[copy]) == (None, first)
    assert client.get(f"/v1/articles/{copy}").json()["copy_of"] == first


def test_versions_and_what_changed(changed: str, client: TestClient) -> None:
    path = f"/v1/articles/{changed}"
    assert client.get(path).json()["version"] == 2
    versions = client.get(f"{path}/versions").json()["versions"]
    assert [(v["version"], v["current"]) for v in versions] == [(1, False), (2, True)]
    old = client.get(f"{path}/versions/1").json()
    assert old["paragraphs"][1]["text"].startswith("Seven ships")
    changes = client.get(f"{path}/changes?from=1&to=2").json()
    assert (changes["from"], changes["to"]) == (1, 2)
    (change,) = changes["changes"]
    assert [p["text"].split()[0] for p in (*change["old"], *change["new"])] == ["Seven", "Thirteen"]
    assert client.get(f"{path}/changes").json() == changes
    assert client.get(f"{path}/changes?from=2&to=2").json()["changes"] == []
    assert client.get(f"{path}/changes?from=1&to=3").status_code == 404


def test_paragraph_is_what_a_citation_of_it_is(client: TestClient, site: Site) -> None:
    found = client.get("/v1/articles", params={"words": "Kirby"}).json()["articles"][0]
    path = f"/v1/articles/{found['article_id']}/versions/1"
    with site.engine.library.reading() as db:
        version = catalogue.read_version(db, found["article_id"], 1)
    listed = client.get(path).json()["paragraphs"]
    assert len(listed) == found["paragraphs"] == 3
    for paragraph in version.paragraphs:
        opened = client.get(f"{path}/paragraphs/{paragraph.number}").json()
        cited = citation(1, version, paragraph.start, paragraph.end).model_dump()
        assert {name: opened[name] for name in cited if name in opened} == {
            name: value for name, value in cited.items() if name in opened
        }
        assert opened["quote"] == version.text[opened["start"] : opened["end"]]
        around = [opened["before"], opened["after"]]
        numbers = [each and each["number"] for each in around]
        assert numbers == [
            paragraph.number - 1 or None,
            paragraph.number + 1 if paragraph.number < 3 else None,
        ]
        assert opened["address"].endswith(f"/versions/1/paragraphs/{paragraph.number}")
    assert opened["deep_link"].startswith("https://example.org/briefing#:~:text=")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("2024-04-02-strike-on-the-consulat-in-damascus", "did you mean"),
        (f"{CONSULATE}/versions/2", "it has 1 to 1"),
        (f"{CONSULATE}/versions/1/paragraphs/9", "it has 1 to 2"),
        (f"{CONSULATE}/changes?from=1&to=7", "no version 7"),
        ("%00", None),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, said: str | None) -> None:
    answer = client.get(f"/v1/articles/{path}")
    assert answer.status_code == (404 if said else 422)
    assert (said or "") in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_numbers_have_bounds(client: TestClient, number: str) -> None:
    assert client.get(f"/v1/articles/{CONSULATE}/versions/{number}").status_code == 422

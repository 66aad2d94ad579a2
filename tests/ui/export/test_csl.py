"""The CSL-JSON file, checked against the essentials of the schema csl-data.json 1.0.2."""

import json
from typing import Any

import pytest
from hypothesis import given

from .making import (
    HEBREW,
    PERSIAN,
    URL,
    abstained,
    anything,
    cited,
    hostile_reply,
    many,
    reply,
    written,
)

TYPES = {"article-newspaper", "webpage", "speech", "document"}
STRINGS = {"id", "type", "title", "container-title", "publisher", "URL", "note"}


def items(text: str) -> list[dict[str, Any]]:
    """Read a file, checking the shape of every item."""
    found: list[dict[str, Any]] = json.loads(text)
    for item in found:
        assert {"id", "type"} <= item.keys() <= STRINGS | {"author", "issued", "accessed", "custom"}
        assert all(isinstance(item[name], str) for name in STRINGS & item.keys())
        assert item["type"] in TYPES
        assert item["id"].isascii()
        for name in item.get("author", []):
            assert list(name) == ["literal"]
            assert isinstance(name["literal"], str)
        for name in {"issued", "accessed"} & item.keys():
            check_date(item[name])
        assert isinstance(item["custom"], dict)
    assert len({item["id"] for item in found}) == len(found)
    return found


def check_date(value: dict[str, Any]) -> None:
    if "literal" in value:
        assert list(value) == ["literal"]
        return
    [parts] = value["date-parts"]
    assert list(value) == ["date-parts"]
    assert 1 <= len(parts) <= 3
    assert all(type(part) is int for part in parts)


def test_an_article_has_its_facts() -> None:
    citation = cited(author="A. Reporter", speaker=None)
    [item] = items(written("csl", reply(citations=[citation])))
    assert item == {
        "id": "2024-04-15-briefing-v1", "type": "article-newspaper", "title": "Press briefing",
        "author": [{"literal": "A. Reporter"}], "container-title": "The White House",
        "issued": {"date-parts": [[2024, 4, 15]]}, "accessed": {"date-parts": [[2026, 11, 23]]},
        "URL": URL, "note": "Version 1, paragraph 3: “The attack failed.”",
        "custom": {
            "article_id": "2024-04-15-briefing", "version": 1,
            "quotations": [
                {"paragraphs": [3], "start": 100, "end": 118, "quote": "The attack failed."}
            ],
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, "speech"),
        ({"author": "John Kirby"}, "speech"),
        ({"author": "A. Reporter"}, "article-newspaper"),
        ({"speaker": None}, "article-newspaper"),
        ({"speaker": None, "outlet": None}, "webpage"),
        ({"speaker": None, "outlet": None, "url": None}, "document"),
    ],
)
def test_the_type_fits_what_is_known(facts: dict[str, Any], kind: str) -> None:
    [item] = items(written("csl", reply(citations=[cited(**facts)])))
    assert item["type"] == kind


def test_two_speakers_are_no_author() -> None:
    citations = [cited(1), cited(2, speaker="A. Reporter")]
    [item] = items(written("csl", reply(citations=citations)))
    assert item["type"] == "article-newspaper"
    assert "author" not in item


def test_versions_are_items_of_their_own_with_all_that_is_quoted() -> None:
    citations = [cited(1), cited(2, paragraph=5, quote="It did."), cited(3, version=2)]
    first, second = items(written("csl", reply(citations=citations), reply()))
    assert first["note"] == ("Version 1, paragraph 3: “The attack failed.”; paragraph 5: “It did.”")
    assert [second["id"], second["custom"]["version"]] == ["2024-04-15-briefing-v2", 2]


def test_an_unread_date_is_given_as_it_is_and_none_is_left_out() -> None:
    citations = [cited(1, published="spring"), cited(2, published=None, version=2)]
    spring, undated = items(written("csl", reply(citations=citations)))
    assert spring["issued"] == {"literal": "spring"}
    assert "issued" not in undated


def test_without_a_citation_the_list_is_empty() -> None:
    assert items(written("csl")) == items(written("csl", abstained())) == []


@many
@given(text=anything)
def test_hostile_text_stays_text(text: str) -> None:
    [item] = items(written("csl", hostile_reply(text), title=text))
    assert item["custom"]["quotations"][0]["quote"] == text
    assert "{:" not in item["note"]
    assert "\n" not in item["note"]
    assert "URL" not in item or item["URL"].startswith("http")


@pytest.mark.parametrize("text", [PERSIAN, HEBREW])
def test_letters_of_every_script_are_kept(text: str) -> None:
    file = written("csl", reply(citations=[cited(quote=text, title=text)]))
    assert text in file
    assert items(file)[0]["title"] == text

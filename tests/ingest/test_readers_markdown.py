"""Markdown with front matter, and JSON Lines."""

import json

import pytest

from ingest.document import RawArticle
from ingest.readers import read_bytes
from rag.errors import ReadError


def article(data: str | bytes, source: str, **options: str) -> RawArticle:
    raw = data.encode() if isinstance(data, str) else data
    (result,) = read_bytes(raw, source=source, **options)
    assert isinstance(result, RawArticle), result
    return result


def texts(data: str | bytes, source: str) -> list[str]:
    return [" ".join(block.text.split()) for block in article(data, source).blocks]


def refusal(data: str | bytes, source: str, **options: str) -> str:
    raw = data.encode() if isinstance(data, str) else data
    (result,) = read_bytes(raw, source=source, **options)
    assert isinstance(result, ReadError), result
    return str(result)


FRONT = """\
---
title: "A\\_Title"
date: '2024-04-15'
published_time: 2024-04-15 15:11:00-04:00
byline: Ann Lee
site: The Example Post
source_url: https://news.example/talks
tags: press-briefings
lang: en-US
modified_time: 2024-04-16 10:00:00+00:00
---
"""


class TestMarkdown:
    def test_front_matter_becomes_metadata(self) -> None:
        found = article(FRONT + "\nText.", "a.md")
        data = found.metadata
        assert data.title == "A Title"
        assert data.published == "2024-04-15T15:11:00-04:00"
        assert data.author == "Ann Lee"
        assert data.outlet == "The Example Post"
        assert data.url == "https://news.example/talks"
        assert (data.kind, data.language) == ("press-briefings", "en")
        assert data.extra == {"modified_time": "2024-04-16T10:00:00+00:00"}
        assert set(found.found.values()) == {"front matter"}

    @pytest.mark.parametrize(
        ("front", "line"),
        [
            ("title: A\nauthor: [B\n", "line 4"),
            ("title: A\ndate: 2024-13-45\n", "line 3"),
            ("title: A\n\tauthor: B\n", "line 3"),
            ("title: !!python/object/apply:os.getcwd []\n", "line 2"),
        ],
    )
    def test_broken_front_matter_names_the_line(self, front: str, line: str) -> None:
        assert line in refusal(f"---\n{front}---\nText.", "a.md")

    def test_front_matter_that_is_never_closed(self) -> None:
        assert "not closed" in refusal("---\ntitle: A\n\nText.", "a.md")

    def test_aliases_do_not_multiply(self) -> None:
        bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        )
        assert len(json.dumps(article(f"---\n{bomb}---\nText.", "a.md").metadata.extra)) < 20_000

    def test_a_rule_is_no_front_matter(self) -> None:
        assert texts("---\n\nText.\n\n---\n\nMore.", "a.md") == ["Text.", "More."]

    def test_the_first_heading_is_the_title_and_not_repeated(self) -> None:
        found = article("# The *talks*\n\nText.\n\n## Next", "a.md")
        assert found.metadata.title == "The talks"
        assert found.found["title"] == "first heading"
        assert [block.text for block in found.blocks] == ["Text.", "Next"]
        other = article("---\ntitle: Another\n---\n# The talks\n\nText.", "a.md")
        assert [block.text for block in other.blocks] == ["The talks", "Text."]

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("a **bold [**link\ntext**](https://x.org/a_(b)#:~:text=(c)%20d) end**", None),
            ("[a\nlink](<https://x.org/a b>) here", ["a link here"]),
            ("before ![alt text](x.png) after", ["before after"]),
            ("**PROMISE: **kept *so* far", ["PROMISE: kept so far"]),
            ("*A place *", ["A place"]),
            ("A footnote* here", ["A footnote* here"]),
            ("a \\* star and \\[sic\\]", ["a * star and [sic]"]),
            (
                "- one\n  wrapped\n- two\n  - three\n\n1. four",
                ["one wrapped", "two", "three", "four"],
            ),
            ("> quoted\n> lines\n>\n> more", ["quoted lines", "more"]),
            ("```\nkept *as* is\n```", ["kept *as* is"]),
            ("| a | b |\n|---|---|\n| c | d |", ["a | b", "c | d"]),
            ("a mark[^1]\n\n[^1]: https://x.org/note", ["a mark[^1]", "[^1]: https://x.org/note"]),
            ("    four spaces are no code", ["four spaces are no code"]),
            ("one\n\u00a0  \ntwo", ["one", "two"]),
            ("Hall  \nWashington", ["Hall Washington"]),
            ("~~struck~~ [corrected]", ["struck [corrected]"]),
            ("a <b>b</b> <script>alert(1)</script>c", ["a b c"]),
            ("<figure>\n<img src='x'>\n<figcaption>Caption</figcaption>\n</figure>", ["Caption"]),
            ("<div hidden>\n\nsecret\n\n</div>\n\nopen", ["open"]),
            ("x <span style='display: none'>secret</span> y", ["x y"]),
            ("5 < 6 & 7 > 3 &amp; &eacute;", ["5 < 6 & 7 > 3 & é"]),
        ],
    )
    def test_the_body_is_clean(self, source: str, expected: list[str] | None) -> None:
        found = texts(source, "a.md")
        assert found == (expected or ["a bold link text end"])

    def test_nesting_beyond_the_parser_is_refused(self) -> None:
        assert "nested" in refusal("> " * 300 + "deep", "a.md")

    @pytest.mark.parametrize("text", ["[" * 50_000, "![a" * 50_000, "[" * 9_000 + "]" * 9_000])
    def test_brackets_that_take_the_parser_forever_are_refused(self, text: str) -> None:
        assert "brackets" in refusal(text, "a.md")

    def test_a_long_list_of_links_is_read(self) -> None:
        assert len(texts("- [a](https://x.org)\n" * 3_000, "a.md")) == 3_000


class TestJson:
    def test_one_bad_line_stops_no_other(self) -> None:
        good = {
            "title": "T",
            "text": "One.\n\nTwo.",
            "url": "https://x.org/1",
            "author": ["A", "B"],
        }
        good |= {"published": "15 April 2024", "outlet": "Post", "section": "World"}
        lines = [
            json.dumps(good),
            "{broken",
            "",
            '{"title": "no text"}',
            "[1]",
            '{"text": "Last."}',
        ]
        first, *errors, last = read_bytes("\n".join(lines).encode(), source="news.jsonl")
        assert isinstance(first, RawArticle)
        data = first.metadata
        assert (data.title, data.author, data.published) == ("T", "A, B", "2024-04-15")
        assert (data.outlet, data.url, data.extra) == (
            "Post",
            "https://x.org/1",
            {"section": "World"},
        )
        assert [block.text for block in first.blocks] == ["One.", "Two."]
        assert [isinstance(error, ReadError) for error in errors] == [True] * 3
        for error, number in zip(errors, (2, 4, 5), strict=True):
            assert f"Line {number} " in str(error)
        assert isinstance(last, RawArticle)
        assert (last.source, last.metadata.title) == ("news.jsonl#6", "News 6")

    def test_a_document_or_an_array(self) -> None:
        (one,) = read_bytes(b'{"text":\n "A sentence."}', source="a.json")
        assert isinstance(one, RawArticle)
        two = read_bytes(b'[{"text": "A."}, 1, {"text": "B."}]', source="a.json")
        assert [isinstance(item, RawArticle) for item in two] == [True, False, True]

    def test_nesting_does_not_overflow(self) -> None:
        assert "JSON" in refusal("[" * 100_000, "a.jsonl")

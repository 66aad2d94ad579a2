"""What an exported file is called, and which addresses it may hold."""

import re

import pytest
from hypothesis import given

from rag.errors import UsageError
from ui.export.formats import FORMATS, export
from ui.export.web import web_address

from .making import ACCESSED, PERSIAN, anything, conversation, exchange, many, reply


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The attack of April 2024?", "the-attack-of-april-2024-2026-11-23.md"),
        ("Où étaient-ils ?", "ou-etaient-ils-2026-11-23.md"),
        (PERSIAN, "conversation-2026-11-23.md"),
        ("../../etc/passwd", "etc-passwd-2026-11-23.md"),
        ('a"; filename=b.exe\r\nX: y', "a-filename-b-exe-x-y-2026-11-23.md"),
        ("=cmd", "cmd-2026-11-23.md"),
        ("x" * 500, "x" * 60 + "-2026-11-23.md"),
    ],
)
def test_a_file_is_named_by_title_and_day(title: str, name: str) -> None:
    file = export(conversation(title), [], "markdown", accessed=ACCESSED, base_url=None)
    assert file.filename == name


@many
@given(title=anything)
def test_any_title_makes_a_safe_name(title: str) -> None:
    for format_, form in FORMATS.items():
        file = export(
            conversation(title), [exchange(reply())], format_, accessed=ACCESSED, base_url=None
        )
        assert re.fullmatch(rf"[a-z0-9-]{{1,60}}-2026-11-23\.{form.suffix}", file.filename)
        assert file.filename[0] != "-"
        assert file.media_type == form.media_type
        file.content.decode("utf-8")


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"'docx'.*'markdown', 'html', 'json', 'bibtex' or|'csl'"):
        export(conversation(), [], "docx", accessed=ACCESSED, base_url=None)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "https://",
     "http://[", "https://known.example@evil.example/", "https://known.example\\@evil.example/",
     "java\nscript:alert(1)", "ht\ntp://x", "", None, " ", "http:evil", "ftp://x.example"],
)  # fmt: skip
def test_what_is_no_web_address_becomes_no_link(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c&d=%20#:~:text=a%2Cb,-c", None),
        (" HTTP://example.org ", "HTTP://example.org"),
        ("https://example.org/a b<c>\"{}\\^`|\n", "https://example.org/a%20b%3Cc%3E%22%7B%7D%5C%5E%60%7C"),
        ("https://example.org/صلح", "https://example.org/%D8%B5%D9%84%D8%AD"),
        ("https://example.org/@name", None),
    ],
)  # fmt: skip
def test_a_web_address_is_kept_in_ascii(url: str, safe: str | None) -> None:
    assert web_address(url) == (safe or url)

"""The BibTeX file, read back by a parser that counts braces as BibTeX does."""

import re

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
    shown,
    written,
)

Entry = dict[str, str]
COMMANDS = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|",
    **{f"\\{letter}": letter for letter in "#$%&_"},
}  # fmt: skip


def parsed(text: str) -> dict[str, Entry]:
    """The entries of a file by their keys; all that is not one is a comment without an at sign."""
    found: dict[str, Entry] = {}
    while "@" in text:
        kind, rest = text.partition("@")[2].split("{", 1)
        assert re.fullmatch("online|misc", kind)
        key, rest = rest.split(",", 1)
        assert re.fullmatch(r"[a-z0-9.-]+", key)
        assert key not in found
        entry: Entry = {"": kind}
        while field := re.match(r"\s*(\w+) = \{", rest):
            value, rest = braced(rest[field.end() :])
            entry[field[1]] = value
            assert rest.startswith(",")
            rest = rest[1:]
        found[key] = entry
        rest = rest.lstrip()
        assert rest.startswith("}")
        text = rest[1:]
    return found


def braced(text: str) -> tuple[str, str]:
    """Cut a text at the brace that closes it; a backslash changes nothing in BibTeX."""
    depth = 1
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if not depth:
            return text[:at], text[at + 1 :]
    raise AssertionError("a brace is left open")


def plain(value: str) -> str:
    """A field as LaTeX prints it; nothing else in it is a command."""
    pattern = "|".join(map(re.escape, sorted(COMMANDS, key=len, reverse=True)))
    bare = re.sub(pattern, "", value)
    assert not re.search(r"[\\#$%&_~^<>|]", bare)
    return re.sub(pattern, lambda m: COMMANDS[m[0]], value.removeprefix("{").removesuffix("}"))


def test_each_version_of_an_article_is_one_entry() -> None:
    older = cited(2, version=1, paragraph=5)
    newer = cited(3, version=2, title="Press briefing, corrected")
    entries = parsed(written("bibtex", reply(citations=[cited(1), older, newer]), reply()))
    assert list(entries) == ["2024-04-15-briefing-v1", "2024-04-15-briefing-v2"]
    first, second = entries.values()
    assert first == {
        "": "online", "title": "{Press briefing}", "author": "{John Kirby}",
        "organization": "{The White House}", "date": "2024-04-15", "url": URL,
        "urldate": "2026-11-23",
        "note": "Paragraphs 3 and 5 of version 1, article 2024-04-15-briefing",
    }  # fmt: skip
    assert second["title"] == "{Press briefing, corrected}"
    assert second["note"].startswith("Paragraph 3 of version 2")


def test_what_is_not_known_is_left_out() -> None:
    bare = {"url": None, "published": None, "speaker": None}
    [entry] = parsed(written("bibtex", reply(citations=[cited(**bare)]))).values()
    assert entry[""] == "misc"
    assert entry["author"] == "{The White House}"
    assert not {"url", "date", "organization"} & set(entry)


@pytest.mark.parametrize(
    ("published", "day"),
    [("2024-04-15T10:00:00-04:00", "2024-04-15"), ("2024-04", "2024-04"), ("2024", "2024"),
     ("2024-13-01", None), ("spring", None), ("20240", None), ("2024-02-30", None)],
)  # fmt: skip
def test_the_date_is_as_much_of_a_day_as_is_known(published: str, day: str | None) -> None:
    [entry] = parsed(written("bibtex", reply(citations=[cited(published=published)]))).values()
    assert entry.get("date") == day


def test_names_that_differ_by_letters_outside_ascii_have_keys_that_differ() -> None:
    names = (PERSIAN, HEBREW, "a b", "a-b", "A-b")
    citations = [cited(n, article_id=name) for n, name in enumerate(names, start=1)]
    keys = list(parsed(written("bibtex", reply(citations=citations))))
    assert len(keys) == len(names)
    assert keys == list(parsed(written("bibtex", reply(citations=citations))))
    assert "a-b-v1" in keys


@pytest.mark.parametrize("text", [PERSIAN, HEBREW])
def test_letters_of_every_script_are_kept(text: str) -> None:
    [entry] = parsed(written("bibtex", reply(citations=[cited(title=text)]))).values()
    assert entry["title"] == f"{{{text}}}"


def test_without_a_citation_there_is_one_clear_sentence() -> None:
    assert written("bibtex", abstained()) == "No article is cited in this conversation.\n"
    assert written("bibtex") == "Nothing has been asked in this conversation yet.\n"


@many
@given(text=anything)
def test_hostile_text_stays_text(text: str) -> None:
    [entry] = parsed(written("bibtex", hostile_reply(text), title=text)).values()
    for name in entry.keys() - {"", "url"}:
        plain(entry[name])
    if line := shown(text):
        assert plain(entry["title"]) == plain(entry["author"]) == line
    assert "url" not in entry or re.match(r"https?://", entry["url"])

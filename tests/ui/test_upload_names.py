"""What a file that a reader gives is called on the server."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.kinds import SUFFIXES
from rag.errors import ReadError
from ui.upload_names import safe_name, shown_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.md", "report.md"),
        ("../../x.md", "x.md"),
        ("..\\..\\x.md", "x.md"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("con.txt", "con-file.txt"),
        ("LPT1.TXT", "LPT1-file.txt"),
        (".hidden.md", "hidden.md"),
        (".md", "article.md"),
        ("--.md", "article.md"),
        ("a\x00b\n.md", "ab.md"),
        ("fi\u202etxt.md", "fitxt.md"),
        ("a．md", "a.md"),
        ("گزارش تهران.txt", "گزارش تهران.txt"),
        ("a:b|c?.html", "a-b-c.html"),
        ("x#y.json", "x-y.json"),
    ],
)
def test_names_are_made_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@pytest.mark.parametrize("name", ["x.exe", "noname", "", "txt\u202edm.exe", "feed.rss", "a.md/"])
def test_kinds_that_nothing_reads_are_refused(name: str) -> None:
    with pytest.raises(ReadError, match="is of no kind"):
        safe_name(name)


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(sorted(SUFFIXES)))
def test_any_name_is_one_file_in_the_folder(stem: str, suffix: str) -> None:
    name = safe_name(f"{stem}{suffix}")
    assert Path(name).name == name
    assert name.endswith(suffix)
    assert not name.startswith((".", "-"))
    assert len(name.encode("utf-8")) <= 200
    assert not re.search(r"[\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:#]", name)


def test_the_reader_is_told_the_name_without_its_folder_and_marks() -> None:
    assert shown_name("../../fi\u202etxt.md") == "fitxt.md"
    assert shown_name("") == "a file without a name"
    assert len(shown_name("x" * 5000)) <= 120

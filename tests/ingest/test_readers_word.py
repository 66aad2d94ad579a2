"""DOCX: paragraphs, table rows and properties of harmless packages."""

import io
import zipfile
from datetime import UTC, datetime

import docx
import pytest

from ingest.document import RawArticle
from ingest.readers import read_bytes, word
from rag.errors import ReadError


def article(data: bytes, source: str) -> RawArticle:
    (result,) = read_bytes(data, source=source)
    assert isinstance(result, RawArticle), result
    return result


def refusal(data: bytes, source: str) -> str:
    (result,) = read_bytes(data, source=source)
    assert isinstance(result, ReadError), result
    return str(result)


def make_docx(*, title: str = "", author: str = "Ann Lee") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.created = datetime(2024, 4, 15, tzinfo=UTC)
    document.add_heading("Talks resume", 0)
    paragraph = document.add_paragraph("The ministers met ")
    paragraph.add_run("in Vienna").bold = True
    paragraph.add_run(" SECRET").font.hidden = True
    paragraph.add_run(".")
    document.add_paragraph("A first point.", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Natanz", "1,000"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_paragraphs_rows_and_no_hidden_runs() -> None:
    found = article(make_docx(), "talks.docx")
    assert [block.text for block in found.blocks] == [
        "The ministers met in Vienna.",
        "A first point.",
        "Natanz | 1,000",
    ]


def test_the_title_comes_from_properties_then_style() -> None:
    assert article(make_docx(), "talks.docx").found["title"] == "title style"
    found = article(make_docx(title="Another title"), "talks.docx")
    assert found.metadata.title == "Another title"
    assert found.blocks[0].text == "Talks resume"


def test_properties_are_metadata_but_the_date_of_making_is_no_publication() -> None:
    found = article(make_docx(), "talks.docx")
    assert (found.metadata.author, found.metadata.published) == ("Ann Lee", None)
    assert str(found.metadata.extra["created"]).startswith("2024-04-15")
    assert article(make_docx(author="python-docx"), "talks.docx").metadata.author is None


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (word.MAX_PART + 1))
    assert len(out.getvalue()) < 200_000
    assert "unpacks to more" in refusal(out.getvalue(), "bomb.docx")


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(make_docx())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(data), "bomb.docx")


def test_what_comes_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MAX_DECODED", 1000)
    assert "unpacks to more" in refusal(make_docx(), "bomb.docx")


def test_damaged_packages() -> None:
    data = make_docx()
    assert "damaged" in refusal(data[: len(data) // 2], "a.docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    assert "'a.docx'" in refusal(out.getvalue(), "a.docx")

"""PDF: text and properties, read by a child process that is held to limits."""

import subprocess
import sys
import time
import zlib
from collections.abc import Sequence

import pytest

from ingest.document import RawArticle
from ingest.readers import pdf, read_bytes
from ingest.readers.page_lines import Line, paragraphs_of_pages
from ingest.readers.pdf import read_pdf
from rag.errors import ReadError

PAGE = [
    (72, 740, "The Example Post"),
    (72, 700, "Talks resume in Vienna"),
    (72, 670, "The first line of the first paragraph runs over the whole width of"),
    (72, 656, "the page (with brackets) and stops."),
    (72, 628, "A second paragraph is set off by a gap, and it ends in the midst of a"),
    (300, 30, "Page 1 of 3"),
]
NEXT = [(72, 740, "The Example Post"), (72, 700, "sentence."), (300, 30, "Page 2 of 3")]
LAST = [(72, 740, "The Example Post"), (72, 700, "Another page."), (300, 30, "Page 3 of 3")]


def article(data: bytes, source: str) -> RawArticle:
    (result,) = read_bytes(data, source=source)
    assert isinstance(result, RawArticle), result
    return result


def refusal(data: bytes, source: str) -> str:
    (result,) = read_bytes(data, source=source)
    assert isinstance(result, ReadError), result
    return str(result)


def make_pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]],
    *,
    info: str = "",
    content: bytes | None = None,
) -> bytes:
    """A PDF whose pages hold (x, y, text) lines in 12 point Helvetica; `content` replaces them."""
    streams = [content if content is not None else _show(lines) for lines in pages]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        packed = zlib.compress(stream)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + packed + b"\nendstream")
    objects.append(f"<< {info} >>".encode("latin-1"))
    return _assemble(objects)


def _show(lines: Sequence[tuple[float, float, str]]) -> bytes:
    return b"".join(
        f"BT /F1 12 Tf {x} {y} Td (".encode()
        + text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        + b") Tj ET\n"
        for x, y, text in lines
    )


def _assemble(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
    return out + f"startxref\n{start}\n%%EOF\n".encode()


def test_lines_become_paragraphs() -> None:
    found = article(make_pdf([PAGE, NEXT, LAST]), "talks.pdf")
    assert found.metadata.title == "Talks resume in Vienna"
    assert [block.text for block in found.blocks] == [
        "The first line of the first paragraph runs over the whole width of the page"
        " (with brackets) and stops.",
        "A second paragraph is set off by a gap, and it ends in the midst of a sentence.",
        "Another page.",
    ]


def test_properties_are_metadata_but_the_date_of_making_is_no_publication() -> None:
    info = "/Title (The talks) /Author (Ann Lee) /CreationDate (D:20240415120000Z)"
    found = article(make_pdf([PAGE], info=info), "talks.pdf")
    assert (found.metadata.title, found.metadata.author) == ("The talks", "Ann Lee")
    assert found.found["title"] == "document properties"
    assert found.metadata.published is None
    assert found.metadata.extra["creationdate"] == "D:20240415120000Z"


@pytest.mark.parametrize("written", ["cease-fire", "ceasefire"])
def test_a_broken_word_is_mended_as_the_document_writes_it(written: str) -> None:
    lines = [
        Line(f"The {written} holds. Now the cease\ufffefire", 72, 500, 700, 12, 686),
        Line("is to be prolonged.", 72, 200, 672, 12, 672),
    ]
    assert paragraphs_of_pages([lines]) == [
        f"The {written} holds. Now the {written} is to be prolonged."
    ]


def test_a_word_without_end_takes_no_time() -> None:
    start = time.monotonic()
    assert len(paragraphs_of_pages([[Line("a" * 300_000, 72, 500, 700, 12, 700)]])) == 1
    assert time.monotonic() - start < 5


def test_a_scan_has_no_text() -> None:
    assert "pictures of pages" in refusal(make_pdf([[]]), "scan.pdf")


def test_damaged_and_locked_files() -> None:
    assert "damaged" in refusal(b"%PDF-1.7 rubbish", "a.pdf")
    whole = make_pdf([PAGE])
    assert isinstance(read_bytes(whole[: len(whole) // 2], source="a.pdf")[0], ReadError)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert "pages" in refusal(make_pdf([PAGE] * 3), "a.pdf")


def test_too_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 100)
    assert "characters" in refusal(make_pdf([PAGE]), "a.pdf")


def test_a_bomb_stays_in_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_MEMORY", 300 * 1024**2)
    bomb = make_pdf([[]], content=b"BT /F1 12 Tf " + b"(aaaaaaaaaaaaaaaaaaaa) Tj " * 600_000)
    assert len(bomb) < 100_000
    start = time.monotonic()
    assert "'bomb.pdf'" in refusal(bomb, "bomb.pdf")
    assert time.monotonic() - start < 20


def test_the_clock_stops_the_child() -> None:
    with pytest.raises(ReadError, match="seconds"):
        read_pdf(make_pdf([PAGE]), source="slow.pdf", seconds=0.001)


def test_a_child_that_dies_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], -11, b"", b"")

    monkeypatch.setattr(subprocess, "run", dies)
    assert "parser fail" in refusal(make_pdf([PAGE]), "a.pdf")


def test_the_child_sees_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    seen: dict[str, str] = {}

    def look(command: list[str], **options: dict[str, str]) -> None:
        seen.update(options["env"])
        assert command[0] == sys.executable
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", look)
    assert "seconds" in refusal(make_pdf([PAGE]), "a.pdf")
    assert "PATH" in seen
    assert "OPENAI_API_KEY" not in seen

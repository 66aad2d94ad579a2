"""Plain text, encodings, and what kind of file some bytes are."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import RawArticle
from ingest.readers import MAX_BYTES, dispatch, read_bytes, read_file
from ingest.readers.encoding import MAX_CHARACTERS, decode
from rag.errors import ReadError


def article(data: str | bytes, source: str = "a.txt", **options: str) -> RawArticle:
    raw = data.encode() if isinstance(data, str) else data
    (result,) = read_bytes(raw, source=source, **options)
    assert isinstance(result, RawArticle), result
    return result


def texts(data: str | bytes, source: str = "a.txt") -> list[str]:
    return [" ".join(block.text.split()) for block in article(data, source).blocks]


def refusal(data: str | bytes, source: str = "a.txt", **options: str) -> str:
    raw = data.encode() if isinstance(data, str) else data
    (result,) = read_bytes(raw, source=source, **options)
    assert isinstance(result, ReadError), result
    return str(result)


WRAPPED = """\
Ministers of both countries met in Vienna on Monday to talk about the
inspection of two sites. The talks are to go on for a week, said a
spokesman, who did not want to be named.

A second round is planned for the spring. It will be held in Muscat, as
the first one was, under the eyes of the two and also of the self-
appointed mediators.
"""


class TestPlainText:
    def test_wrapped_lines_are_joined(self) -> None:
        first, second = texts(WRAPPED)
        assert first.startswith("Ministers of both")
        assert "about the inspection" in first
        assert second.endswith("the self-appointed mediators.")

    def test_one_paragraph_a_line(self) -> None:
        lines = ["A short one.", "A longer one " * 20 + ".", "Middle " * 9 + ".", "Short again."]
        assert texts("\n".join(lines)) == [" ".join(line.split()) for line in lines]

    def test_wrapped_text_without_blank_lines_ends_paragraphs_at_short_lines(self) -> None:
        assert len(texts(WRAPPED.replace("\n\n", "\n"))) == 2

    def test_items_of_a_list_are_paragraphs(self) -> None:
        found = texts(WRAPPED + "\n- a first item\n- a second item\n")
        assert found[2:] == ["- a first item", "- a second item"]

    def test_a_short_first_line_is_the_title(self) -> None:
        found = article("Talks resume in Vienna\n\nThe ministers met.")
        assert found.metadata.title == "Talks resume in Vienna"
        assert found.found == {"title": "first line"}
        assert [block.text for block in found.blocks] == ["The ministers met."]

    @pytest.mark.parametrize(
        "first", ["The ministers met.", "10:30 A.M. EST", "MR. LEE: Hello", "x" * 200, "***"]
    )
    def test_other_first_lines_are_text(self, first: str) -> None:
        found = article(f"{first}\n\nMore text.", "the-talks_in-vienna.txt")
        assert found.metadata.title == "The talks in vienna"
        assert found.found == {"title": "file name"}
        assert found.blocks[0].text == first

    def test_nothing_but_the_title_is_known(self, tmp_path: Path) -> None:
        path = tmp_path / "2024-04-15.txt"
        path.write_text("The ministers met.")
        (found,) = read_file(path)
        assert isinstance(found, RawArticle)
        data = found.metadata
        assert (data.published, data.author, data.outlet, data.url) == (None, None, None, None)

    def test_standard_input_has_no_file_name(self) -> None:
        assert article("The ministers met.", "-").metadata.title is None


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "mac-roman"]
    )
    def test_accents_survive(self, encoding: str) -> None:
        line = "Le café à Genève où l'été se déroule est fermé depuis la réunion, dit-elle. "
        assert texts((line * 4).encode(encoding)) == [(line * 4).strip()]

    def test_persian_in_its_old_code_page(self) -> None:
        line = "وزیران خارجه دو کشور دوشنبه در وین دیدار کردند و درباره برنامه گفتگو کردند. "
        line = line.replace("ی", "ي")
        assert texts((line * 6).encode("cp1256")) == [(line * 6).strip()]

    @pytest.mark.parametrize(
        ("declared", "text"), [("iso-8859-7", "δ"), ("latin-1", "ä"), ("rot13", "ä"), ("xx", "ä")]
    )
    def test_the_declared_charset_goes_before_a_guess(self, declared: str, text: str) -> None:
        assert decode(text.encode("utf-8"), source="a", declared="utf-8") == text
        if declared in ("iso-8859-7", "latin-1"):
            assert decode(b"\xe4", source="a", declared=declared) == text
        else:
            assert decode("ä".encode(), source="a", declared=declared) == text

    def test_nul_and_surrogates_go(self) -> None:
        assert texts(b"The min\x00isters met in Vienna.") == ["The ministers met in Vienna."]
        record = '{"title": "T\\ud800", "text": "one \\ud83d two"}'
        found = article(record, "a.jsonl")
        assert found.metadata.title == "T"
        assert found.blocks[0].text == "one  two"

    def test_a_few_damaged_bytes_do_not_change_the_encoding(self) -> None:
        damaged = ("« Été » " * 500).encode() + b"\xff" + b" fin"
        assert "« Été »" in texts(damaged)[0]

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.jsonl", "a.html", "-"]))
    def test_any_bytes_are_read_or_refused(self, data: bytes, source: str) -> None:
        for result in read_bytes(data, source=source):
            assert isinstance(result, RawArticle | ReadError)
            if isinstance(result, RawArticle):
                text = "".join(block.text for block in result.blocks)
                assert text.encode("utf-8").decode("utf-8") == text


class TestKinds:
    @pytest.mark.parametrize("data", [b"", b" \n\t ", "\ufeff".encode(), b"\x00\x00", b"***\n"])
    def test_empty_files_are_refused(self, data: bytes) -> None:
        assert "empty" in refusal(data)

    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (b"\x89PNG\r\n\x1a\n", "a picture"),
            (b"PK\x03\x04zip", "a zip archive"),
            (b"%PDF-1.7\n", "a PDF"),
            (b"\x7fELF\x02", "a program"),
            (bytes(range(256)) * 8, "binary data"),
        ],
    )
    def test_a_binary_called_text_is_refused(self, data: bytes, what: str) -> None:
        assert what in refusal(data, "notes.txt")

    def test_what_is_called_pdf_or_docx_must_be_one(self) -> None:
        assert "PDF" in refusal("plain words", "a.pdf")
        assert "DOCX" in refusal("plain words", "a.docx")

    @pytest.mark.parametrize(
        ("data", "reader"),
        [
            ("---\ntitle: A\n---\nText.", "markdown"),
            ("# Heading\n\nText.", "markdown"),
            ('{"text": "A sentence."}', "json"),
            ("Just words.", "plain text"),
            ("<!doctype html><p>A paragraph of some length stands here, and more.</p>", "html"),
        ],
    )
    def test_standard_input_is_read_by_its_content(self, data: str, reader: str) -> None:
        assert article(data, "-").reader == reader

    def test_the_media_type_goes_before_the_name(self) -> None:
        url = "https://news.example/story.php"
        page = "<p>A paragraph of some length stands here, with words.</p>"
        assert article(page, url, content_type="text/html; charset=utf-8", url=url).reader == "html"
        assert "image/png" in refusal(page, url, content_type="image/png")

    def test_too_large_is_refused_unread(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "big.txt"
        with path.open("wb") as stream:
            stream.truncate(MAX_BYTES + 1)
        (result,) = read_file(path)
        assert isinstance(result, ReadError)
        assert str(MAX_BYTES) in str(result)
        monkeypatch.setattr("ingest.readers.encoding.MAX_CHARACTERS", 10)
        assert MAX_CHARACTERS == 16_000_000
        assert "characters" in refusal("more than ten characters")

    def test_missing_files_and_folders_are_errors(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.txt", tmp_path):
            (result,) = read_file(path)
            assert isinstance(result, ReadError)
            assert repr(str(path)) in str(result)

    def test_a_parser_that_fails_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RecursionError

        monkeypatch.setattr(dispatch, "_read_text", fail)
        assert "RecursionError" in refusal("words")

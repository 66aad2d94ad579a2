"""DOCX: paragraphs, table rows and properties, after the package was found to be harmless."""

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.clean import normalise
from ingest.document import Block, RawArticle
from ingest.readers.fields import Fields, file_title
from rag.errors import ReadError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MAX_DECODED = 256 * 1024**2
MAX_PART = 64 * 1024**2
MAX_MEMBERS = 5_000
CHUNK = 1024**2

_TITLE_STYLES = ("Title", "Heading 1")


def read_docx(data: bytes, *, source: str, url: str | None = None) -> RawArticle:
    """Read a Word document. Raises `ReadError` for a damaged, locked or oversized package."""
    check_package(data, source=source)
    document = _open(data, source)
    fields = Fields()
    fields.offer("url", url, "address")
    _offer_properties(fields, document)
    paragraphs = list(_paragraphs(document))
    _offer_title(fields, paragraphs)
    fields.offer("title", file_title(url or source), "file name")
    texts = [text for _, text in paragraphs]
    if len(texts) > 1 and normalise(texts[0]) == fields.get("title"):
        texts = texts[1:]
    blocks = tuple(Block(text) for text in texts)
    return RawArticle(source, "docx", blocks, fields.metadata(), fields.found)


def check_package(data: bytes, *, source: str) -> None:
    """Refuse a zip bomb: by the sizes that it declares, then by what really comes out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            declared = sum(member.file_size for member in members)
            largest = max((member.file_size for member in members), default=0)
            if len(members) > MAX_MEMBERS or declared > MAX_DECODED or largest > MAX_PART:
                raise _too_large(source)
            total = 0
            for member in members:
                with package.open(member) as stream:
                    while chunk := stream.read(CHUNK):
                        total += len(chunk)
                        if total > MAX_DECODED:
                            raise _too_large(source)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise ReadError(f"{source!r} is a damaged Word document; save it again.") from error
    except RuntimeError as error:  # a password; a kind of packing that zipfile does not know
        raise ReadError(
            f"{source!r} is locked or packed in an unknown way; save it anew."
        ) from error


def _too_large(source: str) -> ReadError:
    return ReadError(
        f"{source!r} unpacks to more than {MAX_DECODED // 1024**2} MiB; save the text on its own."
    )


def _open(data: bytes, source: str) -> "Document":
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        return docx.Document(io.BytesIO(data))
    except (OpcError, etree.LxmlError, KeyError, ValueError, AttributeError) as error:
        raise ReadError(f"{source!r} is no readable Word document; save it again.") from error


def _offer_properties(fields: Fields, document: "Document") -> None:
    """Title, author, language; the dates of making a file are extra, no publication dates."""
    properties = document.core_properties
    if properties.title != "Word Document":  # what the template of python-docx says
        fields.offer("title", properties.title, "document properties")
    if properties.author != "python-docx":
        fields.offer("author", properties.author, "document properties")
    fields.offer("kind", properties.category, "document properties")
    fields.offer("language", properties.language, "document properties")
    fields.offer_extra("subject", properties.subject)
    fields.offer_extra("keywords", properties.keywords)
    for name in ("created", "modified"):
        try:
            fields.offer_extra(name, getattr(properties, name))
        except ValueError:
            continue


def _offer_title(fields: Fields, paragraphs: list[tuple[str, str]]) -> None:
    for style in _TITLE_STYLES:
        for name, text in paragraphs:
            if name == style:
                fields.offer("title", text, "title style")


def _paragraphs(document: "Document") -> Iterator[tuple[str, str]]:
    """Yield (style name, text) for each paragraph, and each table row with ` | ` between cells."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                cells: list[str] = []
                for cell in row.cells:  # a merged cell is given once for each column
                    text = " ".join(_visible(paragraph) for paragraph in cell.paragraphs).strip()
                    if text and (not cells or cells[-1] != text):
                        cells.append(text)
                if cells:
                    yield "", " | ".join(cells)
        elif text := _visible(item).strip():
            yield (item.style.name or "") if item.style else "", text


def _visible(paragraph: "Paragraph") -> str:
    """The paragraph's text without runs that are formatted as hidden."""
    parts: list[str] = []
    for part in paragraph.iter_inner_content():
        runs = getattr(part, "runs", [part])
        parts.extend(run.text for run in runs if not run.font.hidden)
    return "".join(parts)

"""The readers and the cutting of paragraphs on real documents, where they are at hand."""

import re
import time
from pathlib import Path

import pytest

from ingest.document import RawArticle
from ingest.paragraphs import CleanText, compose
from ingest.readers import read_file

MOMENT = re.compile(r"202\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
CORPUS = Path(__file__).parents[2] / "../shared/corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real documents lies outside the repository"
)


@pytest.fixture(scope="module")
def documents() -> list[tuple[RawArticle, CleanText]]:
    """Every document, read and cut; in well under 30 seconds."""
    start = time.monotonic()
    made: list[tuple[RawArticle, CleanText]] = []
    for path in sorted([*CORPUS.glob("whitehouse/*.md"), *CORPUS.glob("analyses/*.txt")]):
        (result,) = read_file(path)
        assert isinstance(result, RawArticle), result
        made.append((result, compose(result.blocks, title=result.metadata.title)))
    assert time.monotonic() - start < 30
    return made


def test_all_of_it_is_read(documents: list[tuple[RawArticle, CleanText]]) -> None:
    assert len(documents) == 304
    assert 44_000 < sum(len(clean.paragraphs) for _, clean in documents) < 52_000
    for raw, _ in documents:
        if raw.reader == "markdown":
            data = raw.metadata
            assert data.title
            assert data.url
            assert data.kind
            assert MOMENT.fullmatch(data.published or "")


def test_offsets_are_exact(documents: list[tuple[RawArticle, CleanText]]) -> None:
    for _, clean in documents:
        cut = [clean.text[p.start : p.end] for p in clean.paragraphs]
        assert "\n\n".join(cut) == clean.text


def test_no_mark_up_is_left(documents: list[tuple[RawArticle, CleanText]]) -> None:
    marks = re.compile(r"\*\*|\]\(|https?://|</?\w+>|&\w+;|^#+ |\\\[", re.MULTILINE)
    for raw, clean in documents:
        assert not marks.search(clean.text), raw.source


def test_only_furniture_is_dropped(documents: list[tuple[RawArticle, CleanText]]) -> None:
    dropped = {text for _, clean in documents for text in clean.dropped}
    assert {text for text in dropped if not re.fullmatch(r"[#_ ]+", text)} == {
        "Produced by ElevenLabs and News Over Audio (NOA) using AI narration."
    }


def test_briefings_have_speakers(documents: list[tuple[RawArticle, CleanText]]) -> None:
    for raw, clean in documents:
        named = [paragraph for paragraph in clean.paragraphs if paragraph.speaker]
        if raw.metadata.kind == "press-briefings":
            assert len(named) > 0.8 * len(clean.paragraphs), raw.source
        elif raw.metadata.kind in ("articles", "fact-sheets", "presidential-actions"):
            assert not named, raw.source

"""What `--explain` tells of the exact answers."""

import io
import re

import numpy as np

from rag.asked import Evidence
from rag.highlight import highlighted
from rag.library.rows import StoredPassage
from rag.question import understand
from rag.reader.reading import Reading
from rag.reply import Citation, LibraryState, Reply, Sentence, Timings
from rag.retrieve import Found, Hit
from ui.explain import print_explanation
from ui.output import console

TEXT = "Iran fired 200 \x1b[31mmissiles, he said."
ANSWER = "200 \x1b[31mmissiles"


def found(*, is_read: bool) -> Found:
    """One passage, and what was read in it: the answer with a probability of 0.50."""
    offsets = np.array([m.span() for m in re.finditer(r"\w+|.", TEXT)], np.int32)
    starts, ends = np.full((2, len(offsets)), -90.0, np.float32)
    place = TEXT.index(ANSWER)
    starts[offsets[:, 0] == place] = ends[offsets[:, 1] == place + len(ANSWER)] = 0.0
    none = np.zeros(0, np.float32)
    passage = StoredPassage(
        id=1, version=1, ordinal=0, start=0, end=len(TEXT), first=1, last=1, header="", vector=none,
        sentence_table=np.zeros((0, 3), np.int32), sentence_vectors=np.zeros((0, 0), np.int8),
        article_id="a", version_number=1, title="A title", outlet=None, kind=None, published=None,
        story=None, event_dates=(),
    )  # fmt: skip
    reading = Reading(0.0, 0.5, starts, ends, 0.0, offsets, TEXT) if is_read else None
    return Found((Hit(passage, 1.0, 0.5, 0.5, 0.0, none, False, reading),), {}, none)


def explained(given: Found) -> str:
    cited = Citation(
        n=1, article_id="a", version=1, paragraph=1, paragraphs=[1], start=0, end=len(TEXT),
        quote=TEXT, text=TEXT, prefix="", suffix="", title="A title", source="a.md",
    )  # fmt: skip
    said = [
        Sentence(text="Who knows.", citations=[], support="unsupported", score=0.0),
        Sentence(text=TEXT, citations=[1], support="supported", score=0.93),
    ]
    reply = Reply(
        id="1", question="What?", standalone_question="What?", status="answered", answer=TEXT,
        sentences=said, citations=highlighted([cited], given), confidence=0.5,
        generator="extractive", library=LibraryState(articles=1, paragraphs=1, revision="r"),
        timings_ms=Timings(),
    )  # fmt: skip
    stream = io.StringIO()
    evidence = Evidence(understand("What?"), given, {}, (), 0.5, Timings())
    print_explanation(console(stream), reply, evidence)
    return stream.getvalue()


def test_the_exact_answer_and_its_probability_follow_the_sentence() -> None:
    told = explained(found(is_read=True))
    assert "  sentence 1: unsupported, score 0.00\n" in told
    line = "  sentence 2: supported, score 0.93, exact answer “200 [31mmissiles” 0.50\n"
    assert line in told


def test_without_a_reader_there_is_none() -> None:
    assert "  sentence 2: supported, score 0.93\n" in explained(found(is_read=False))

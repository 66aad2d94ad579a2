"""Passages: nothing lost, nothing twice, nothing beyond the window; with both tokenizers."""

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ingest.passages import QUESTION, SPECIAL_TOKENS, Heading, cut_passages
from rag.errors import ModelError
from rag.library.records import Paragraph, Passage
from rag.models.embedder import Embedder
from rag.models.hashing import HashingEmbedder
from rag.models.load import load_embedder
from rag.settings import load_settings

HEADING = Heading("The night of missiles", "Wire", "2024-04-14T10:00:00Z")
SENTENCE = "Iran fired many missiles at Israel on Saturday night, officials said. "


@pytest.fixture(scope="module", params=["hashing", "real"])
def model(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder(window=64)
    try:
        return load_embedder(load_settings()[0])
    except ModelError as error:
        pytest.skip(f"the embedding model is not on this machine: {error}")


def laid_out(
    texts: Sequence[str], speakers: Sequence[str | None] | None = None
) -> tuple[str, tuple[Paragraph, ...]]:
    paragraphs, start = [], 0
    for number, text in enumerate(texts, start=1):
        speaker = speakers[number - 1] if speakers else None
        paragraphs.append(Paragraph(number, start, start + len(text), speaker))
        start += len(text) + 2
    return "\n\n".join(texts), tuple(paragraphs)


def cut(
    texts: Sequence[str],
    model: Embedder,
    *,
    speakers: Sequence[str | None] | None = None,
    heading: Heading = HEADING,
    target: int = 30,
) -> tuple[str, tuple[Passage, ...]]:
    text, paragraphs = laid_out(texts, speakers)
    passages = cut_passages(text, paragraphs, heading, model, target=target)
    check(text, paragraphs, passages, model)
    return text, passages


def check(
    text: str, paragraphs: Sequence[Paragraph], passages: Sequence[Passage], model: Embedder
) -> None:
    """What holds for all passages of any text."""
    # Every visible character is in exactly one passage, in order.
    joined = "".join("".join(text[p.start : p.end].split()) for p in passages)
    assert joined == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(passages))
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    for passage in passages:
        assert passage.sentences
        assert passage.first == passage.sentences[0].paragraph
        assert passage.last == passage.sentences[-1].paragraph
        assert passage.end == passage.sentences[-1].end
        assert passage.start <= passage.sentences[0].start
        for sentence in passage.sentences:
            paragraph = paragraphs[sentence.paragraph - 1]
            assert paragraph.start <= sentence.start < sentence.end <= paragraph.end
        embedded = f"{passage.header}\n{text[passage.start : passage.end]}"
        assert len(model.token_spans([embedded])[0]) + SPECIAL_TOKENS <= model.window
        assert "\n" not in passage.header


def test_short_paragraphs_share_a_passage(model: Embedder) -> None:
    _, passages = cut(["One here.", "Two there.", "Three where."], model)
    assert [(p.first, p.last) for p in passages] == [(1, 3)]
    assert len(passages[0].sentences) == 3


def test_a_passage_that_has_reached_its_target_is_left_at_a_paragraph(model: Embedder) -> None:
    _, passages = cut([SENTENCE.strip()] * 6, model, target=12)
    assert [(p.first, p.last) for p in passages] == [(n, n) for n in range(1, 7)]


def test_a_long_paragraph_is_split_at_sentences(model: Embedder) -> None:
    text, passages = cut([(SENTENCE * 60).strip()], model)
    assert len(passages) > 2
    for passage in passages:
        own = text[passage.start : passage.end]
        assert own.startswith("Iran fired")
        assert own.endswith("officials said.")


def test_a_sentence_beyond_the_window_is_split_between_words(model: Embedder) -> None:
    words = [f"supercalifragilistic{n} unaffable" for n in range(200)]
    text, passages = cut([" and ".join(words)], model)
    assert len(passages) > 2
    pieces = [text[p.start : p.end].split() for p in passages]
    assert [word for piece in pieces for word in piece] == text.split()


def test_the_header_says_title_outlet_day_and_speakers(model: Embedder) -> None:
    _, (passage,) = cut(["Hello there all.", "Thank you."], model, speakers=["A B", None])
    assert passage.header == "The night of missiles | Wire | 2024-04-14 | A B"
    _, (bare,) = cut(["Hello."], model, heading=Heading("Title", None, None))
    assert bare.header == "Title"


@pytest.mark.parametrize(
    "heading",
    [
        Heading("Missiles " * 200, "Wire", "2024-04-14"),
        Heading("x" * 2000, "y" * 2000, "2024-04-14"),
        Heading("Title", "Outlet of many words " * 100, None),
        Heading("", None, None),
    ],
)
def test_a_header_never_crowds_out_the_text(model: Embedder, heading: Heading) -> None:
    speakers = [f"Somebody{n} " * 30 for n in range(5)]
    _, passages = cut([SENTENCE.strip()] * 5, model, heading=heading, speakers=speakers, target=500)
    assert len(passages) < 5
    assert max(len(model.token_spans([p.header])[0]) for p in passages) <= model.window * 0.3


def test_a_question_opens_a_passage_and_its_answer_follows(model: Embedder) -> None:
    turns = [
        (
            "MR. KIRBY: Good afternoon to everybody in the room; I have a few things to say.",
            "Kirby",
        ),
        ("Q Has the pier in Gaza been anchored again?", QUESTION),
        ("MR. KIRBY: It has been anchored, and trucks are moving.", "Kirby"),
        ("Q And how many of these trucks crossed over the pier on Monday morning?", QUESTION),
        ("MR. KIRBY: I do not have the number.", "Kirby"),
    ]
    text, passages = cut(
        [text for text, _ in turns], model, speakers=[name for _, name in turns], target=40
    )
    opened = {p.first: p for p in passages}
    assert {2, 4} <= set(opened)
    assert opened[2].last == 3
    assert opened[4].last == 5
    assert text[opened[2].start :].startswith("Q Has the pier")
    assert opened[2].header.endswith("| Kirby")
    assert QUESTION not in opened[2].header
    # The mark is no part of the sentence.
    first = opened[2].sentences[0]
    assert text[first.start : first.end] == "Has the pier in Gaza been anchored again?"


def test_no_paragraph_no_passage(model: Embedder) -> None:
    assert cut_passages("", (), HEADING, model, target=30) == ()


@pytest.mark.parametrize(
    "run", ["x" * 1_000_000, "ab1+/" * 200_000, "以色列" * 3000, "한국어" * 3000, "ไม่มีช่องว่าง" * 700]
)
def test_text_without_a_space_is_cut_too(model: Embedder, run: str) -> None:
    started = time.perf_counter()
    _, passages = cut([f"Before it. {run} After it."], model)
    assert len(passages) > 1
    assert time.perf_counter() - started < 20


PIECES = st.sampled_from(
    [
        SENTENCE, "Why? ", "No. ", "x" * 120, "unaffable", "3.5 ", "… ", "“He said.” ", "ایران ",
        "هجوم. ", "以色列。", "🚀", "👨‍👩‍👧 ", "MR. KIRBY: ", "Q ", "a.b.c.d", "é ",
        "e\u0301 ", "\u200c",
        "http://example.org/a?b=c ", "- ", "U.S. ", "(Laughter.) ", "हिन्दी ", "됸한국어 ",
        "½ ", "\ufffd",
    ]
)  # fmt: skip
PARAGRAPH = (
    (st.lists(PIECES, min_size=1, max_size=40).map("".join) | st.text(min_size=1))
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not any("\ud800" <= c <= "\udfff" for c in text))
)


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(PARAGRAPH, max_size=6),
    speakers=st.lists(st.sampled_from([None, QUESTION, "John Kirby", "لنا نسیبه"]), min_size=6),
    heading=st.builds(Heading, PARAGRAPH, st.none() | PARAGRAPH, st.none() | st.just("2024-04-14")),
    target=st.integers(1, 300),
)
def test_whatever_the_text(
    model: Embedder,
    texts: list[str],
    speakers: list[str | None],
    heading: Heading,
    target: int,
) -> None:
    cut(texts, model, speakers=speakers, heading=heading, target=target)

"""The exact answer inside a quotation: where it lies, and when there is none."""

import re
from collections.abc import Callable, Sequence
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answerer import Answerer
from rag.asked import SourcesEvent
from rag.generate.writer import ModelWriter
from rag.highlight import LARGEST, SURE, highlighted, place_in, probability, within
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import StoredPassage
from rag.models.hashing import HashingEmbedder
from rag.reader.reading import Reading
from rag.reply import Citation, Highlight, Reply, Sentence
from rag.retrieve import Found, Hit
from rag.settings import Settings

from .asking import ARTICLES, KILLED, QUESTION, marker, reading

BEFORE = "It was a quiet night. "
QUOTE = "Iran fired “some 200 missiles”, he said."
TEXT = f"{BEFORE}{QUOTE} Nobody was hurt."


def read(text: str, answer: str = "", *, null: float = -9.0) -> Reading:
    """A reading sure of the answer, a token each word, sign or blank; null 9: of there being none.

    The answer's own score is 18.
    """
    offsets = np.array([m.span() for m in re.finditer(r"\w+|.", text)], np.int32).reshape(-1, 2)
    start = text.find(answer) if answer else -1
    inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= start + len(answer)) & (start >= 0)
    edges = np.flatnonzero(inside)
    starts, ends = np.full((2, len(offsets)), -9.0, np.float32)
    if len(edges):
        starts[edges[0]] = ends[edges[-1]] = 9.0
    return Reading(0.0, 0.5, starts, ends, null, offsets, text)


def hit(reading: Reading | None, text: str, start: int = 0, **changes: object) -> Hit:
    none = np.zeros(0, np.float32)
    values: dict[str, object] = {
        "id": 1, "version": 7, "ordinal": 0, "start": start, "end": start + len(text), "first": 1,
        "last": 1, "header": "", "vector": none, "sentence_table": np.zeros((0, 3), np.int32),
        "sentence_vectors": np.zeros((0, 0), np.int8), "article_id": "a", "version_number": 2,
        "title": "A title", "outlet": None, "kind": None, "published": None, "story": None,
        "event_dates": (),
    }  # fmt: skip
    passage = StoredPassage(**(values | changes))  # type: ignore[arg-type]
    return Hit(passage, 1.0, 0.5, 0.5, 0.0, none, dated=False, reading=reading)


def found(*hits: Hit) -> Found:
    return Found(hits, {}, np.zeros(0, np.float32))


def cited(text: str, start: int, end: int, **changes: object) -> Citation:
    values: dict[str, object] = {
        "n": 1, "article_id": "a", "version": 2, "paragraph": 1, "paragraphs": [1], "start": start,
        "end": end, "quote": text[start:end], "text": text, "prefix": "", "suffix": "",
        "title": "A title", "source": "a.md",
    }  # fmt: skip
    return Citation.model_validate(values | changes)


def quotation(**changes: object) -> Citation:
    return cited(TEXT, len(BEFORE), len(BEFORE) + len(QUOTE), **changes)


def exact(citation: Citation, *hits: Hit) -> str | None:
    """The highlight's text, having looked at its place."""
    (shown,) = highlighted([citation], found(*hits))
    if shown.highlight is None:
        assert shown is citation
        return None
    assert shown.model_copy(update={"highlight": None}) == citation
    return shown.highlight.text


class TestHighlighted:
    def test_the_best_span_inside_the_quotation(self) -> None:
        (shown,) = highlighted([quotation()], found(hit(read(TEXT, "200 missiles"), TEXT)))
        start = TEXT.index("200")
        assert shown.highlight == Highlight(start=start, end=start + 12, text="200 missiles")
        assert within(shown) == (QUOTE.index("200"), QUOTE.index("200") + 12)

    @pytest.mark.parametrize(
        ("answer", "text"),
        [
            ("“some 200 missiles”,", "some 200 missiles"),
            (" fired “", "fired"),
            ("”, he", "he"),
            ("“", None),
        ],
    )
    def test_its_edges_are_neither_blank_nor_punctuation(
        self, answer: str, text: str | None
    ) -> None:
        assert exact(quotation(), hit(read(TEXT, answer), TEXT)) == text

    @pytest.mark.parametrize("answer", ["$5 billion", "£5", "40%", "5 €", "12 ‰"])
    def test_signs_of_a_figure_stay(self, answer: str) -> None:
        text = f"They paid {answer}, the ministry said on Monday."
        assert exact(cited(text, 0, len(text)), hit(read(text, f"{answer},"), text)) == answer

    def test_a_passage_that_begins_later_in_the_version(self) -> None:
        passage = TEXT[len(BEFORE) :]
        (shown,) = highlighted(
            [quotation()], found(hit(read(passage, "Iran"), passage, start=len(BEFORE)))
        )
        assert shown.highlight == Highlight(start=len(BEFORE), end=len(BEFORE) + 4, text="Iran")

    def test_an_answer_outside_the_quotation_is_none_of_its_own(self) -> None:
        assert exact(quotation(), hit(read(TEXT, "quiet night"), TEXT)) is None
        assert exact(cited(TEXT, 0, len(BEFORE)), hit(read(TEXT, "quiet"), TEXT)) == "quiet"

    def test_a_better_answer_elsewhere_does_not_take_its_place(self) -> None:
        # Too far apart for one span over both.
        text = f"{QUOTE} {'Nobody saw it. ' * 9}It was Monday."
        both = read(text, "Iran")
        both.starts[-2] = both.ends[-2] = 9.2
        citation = cited(text, 0, len(QUOTE))
        assert exact(citation, hit(both, text)) == "Iran"
        assert exact(cited(text, len(text) - 14, len(text)), hit(both, text)) == "Monday"

    def test_only_where_the_reader_is_sure_enough(self) -> None:
        # The answer's score is 18: against a null of 18.5 it has 0.38, of 19 it has 0.27.
        likely, unlikely = read(TEXT, "Iran", null=18.5), read(TEXT, "Iran", null=19.0)
        shares = [probability(quotation(), found(hit(r, TEXT))) for r in (likely, unlikely)]
        assert shares[0] > SURE > shares[1] > 0
        assert exact(quotation(), hit(likely, TEXT)) == "Iran"
        assert exact(quotation(), hit(unlikely, TEXT)) is None

    def test_not_nearly_the_whole_quotation(self) -> None:
        assert exact(quotation(), hit(read(TEXT, QUOTE), TEXT)) is None
        assert exact(quotation(), hit(read(TEXT, QUOTE[:-6]), TEXT)) is None
        assert exact(quotation(), hit(read(TEXT, QUOTE[:30]), TEXT)) == QUOTE[:29]

    @pytest.mark.parametrize(
        "changes",
        [{"article_id": "b"}, {"version_number": 1}, {"start": 1}, {"start": len(BEFORE) + 1}],
    )
    def test_what_was_read_elsewhere_does_not_count(self, changes: dict[str, object]) -> None:
        other = hit(read(TEXT, "Iran"), TEXT, **changes)  # type: ignore[arg-type]
        assert exact(quotation(), other) is None
        assert probability(quotation(), found(other)) == 0.0

    def test_a_passage_that_holds_a_part_of_the_quotation(self) -> None:
        part = TEXT[: TEXT.index(" he said")]
        assert exact(quotation(), hit(read(part, "Iran"), part)) is None

    def test_the_reading_that_is_surest_of_it_counts(self) -> None:
        likely = hit(read(TEXT, "200 missiles", null=17.0), TEXT)
        certain = hit(read(TEXT, "Iran"), TEXT)
        unread = hit(None, TEXT)
        assert exact(quotation(), unread, likely, certain) == "Iran"
        assert exact(quotation(), certain, likely) == "Iran"
        assert exact(quotation(), likely, unread) == "200 missiles"

    def test_without_a_reader(self) -> None:
        assert exact(quotation(), hit(None, TEXT)) is None
        assert highlighted([], found()) == []
        assert probability(quotation(), found()) == 0.0


@given(st.data())
def test_a_highlight_lies_in_its_quotation_and_is_the_versions_text(data: st.DataObject) -> None:
    text = data.draw(st.text("ab1 ,.%$”\u0301\u200d\n", min_size=1, max_size=60))
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = text[first:last]
    offsets = np.array([m.span() for m in re.finditer(r"\w+|.", passage)], np.int32).reshape(-1, 2)
    logits = st.lists(st.floats(-20, 20, width=32), min_size=len(offsets), max_size=len(offsets))
    starts, ends = (np.array(data.draw(logits), np.float32) for _ in range(2))
    read = Reading(0.0, 0.5, starts, ends, data.draw(st.floats(-40, 40)), offsets, passage)
    given_citation = cited(text, start, end)
    (shown,) = highlighted([given_citation], found(hit(read, passage, start=first)))
    if shown.highlight is None:
        return
    place = shown.highlight
    assert place.text == text[place.start : place.end]
    assert start <= place.start < place.end <= end
    assert place.end - place.start <= LARGEST * (end - start)
    assert any(letter.isalnum() for letter in place.text)
    for letter in (place.text[0], place.text[-1]):
        assert letter == "%" or category(letter)[0] not in "PZC"
    assert within(shown) == (place.start - start, place.end - start)
    assert probability(given_citation, found(hit(read, passage, start=first))) >= SURE


def pointing_at(words: str, quote: str, **changes: object) -> Citation:
    start = quote.index(words)
    shown = Highlight(start=100 + start, end=100 + start + len(words), text=words)
    place = {"start": 100, "end": 100 + len(quote), "highlight": shown}
    return cited(quote, 0, len(quote)).model_copy(update=place | changes)


def said(text: str) -> Sentence:
    return Sentence(text=text, citations=[1], support="supported", score=1.0)


class TestPlaceInASentence:
    @pytest.mark.parametrize("introduction", ["", "John Kirby, 2 October 2024: ", "Six: six: "])
    def test_after_an_introduction(self, introduction: str) -> None:
        quote = "The six of them left, all six."
        start = quote.rindex("six")
        citation = pointing_at("six", quote).model_copy(
            update={"highlight": Highlight(start=100 + start, end=103 + start, text="six")}
        )
        place = place_in(said(introduction + quote), citation)
        assert place == (len(introduction) + start, len(introduction) + start + 3)

    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            ("yesterday", "yesterday [14 April 2024]"),
            ("the port", "the port"),
            ("Iran", "Iran"),
            ("fired yesterday", "fired yesterday [14 April 2024]"),
        ],
    )
    def test_among_dates_that_are_explained(self, words: str, shown: str) -> None:
        citation = pointing_at(
            words, "Iran fired yesterday [7] at the port.", published="2024-04-15"
        )
        text = "A, B: Iran fired yesterday [14 April 2024] (7) at the port."
        place = place_in(said(text), citation)
        assert place is not None
        assert text[slice(*place)] == shown

    def test_not_where_it_is_part_of_a_date_that_is_explained(self) -> None:
        quote = "He left the day before yesterday, at noon."
        text = "He left the day before yesterday [13 April 2024], at noon."
        citation = pointing_at("yesterday", quote, published="2024-04-15")
        assert place_in(said(text), citation) is None
        whole = pointing_at("the day before yesterday", quote, published="2024-04-15")
        assert place_in(said(text), whole) == (8, text.index(","))

    @pytest.mark.parametrize(
        "text", ["He went.", "Six men left, he says.", "Six men left, he said. [1]", ""]
    )
    def test_not_in_other_words(self, text: str) -> None:
        assert place_in(said(text), pointing_at("Six", "Six men left, he said.")) is None

    def test_not_without_a_highlight_or_with_one_that_does_not_agree(self) -> None:
        quote = "Six men left, he said."
        citation = pointing_at("men", quote)
        assert place_in(said(quote), citation) == (4, 7)
        for changed in (
            {"highlight": None},
            {"highlight": Highlight(start=104, end=107, text="man")},
            {"highlight": Highlight(start=4, end=7, text="men")},
            {"highlight": Highlight(start=104, end=104, text="")},
        ):
            assert place_in(said(quote), citation.model_copy(update=changed)) is None

    @given(st.text("ab \ue000\ue001[1]", min_size=1, max_size=30), st.data())
    def test_what_it_finds_are_the_words(self, quote: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(quote) - 1))
        end = data.draw(st.integers(start + 1, len(quote)))
        shown = Highlight(start=start, end=end, text=quote[start:end])
        text = "X: " + re.sub(r"\[(\d+)\]", r"(\1)", quote)
        place = place_in(said(text), cited(quote, 0, len(quote), highlight=shown))
        if place is None:
            return
        assert text[slice(*place)].translate(str.maketrans("()", "[]")) == quote[start:end]


class Pointing:
    """Reads an answer wherever its words stand."""

    def __init__(self, words: str) -> None:
        self._words = words

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [
            read(text, self._words) if self._words in text else read(text, null=30.0)
            for _, text in passages
        ]


LENIENT = Settings(abstain_below=0, generator_seconds=20)


@pytest.fixture(scope="module")
def library(make_library: Callable[..., Library]) -> Library:
    return make_library(*ARTICLES)


def check_highlights(reply: Reply, library: Library) -> list[str]:
    """Return the exact answers, having looked at where they stand."""
    shown = [c for c in reply.citations if c.highlight]
    with library.reading() as db:
        for citation in shown:
            version = catalogue.read_version(db, citation.article_id, citation.version)
            assert citation.highlight is not None
            start, end = citation.highlight.start, citation.highlight.end
            assert version.text[start:end] == citation.highlight.text
            assert citation.start <= start < end <= citation.end
    return [c.highlight.text for c in shown if c.highlight]


class TestReplies:
    def test_an_extractive_answer(self, library: Library, hashing: HashingEmbedder) -> None:
        answerer = Answerer(library, hashing, LENIENT, reader=Pointing("three days"))
        reply = answerer.answer(QUESTION)
        assert check_highlights(reply, library) == ["three days"]
        (sources, *_) = answerer.events(QUESTION)
        assert isinstance(sources, SourcesEvent)
        assert list(sources.citations) == reply.citations

    def test_a_generated_answer(self, library: Library, hashing: HashingEmbedder) -> None:
        writer = ModelWriter(
            reading(lambda told: [f"{KILLED} of Hodeidah {marker(told, KILLED)}."]), LENIENT
        )
        answerer = Answerer(library, hashing, LENIENT, generator=writer, reader=Pointing("Six men"))
        reply = answerer.answer(QUESTION)
        assert reply.generator != "extractive"
        assert check_highlights(reply, library) == ["Six men"]

    def test_nothing_is_pointed_at_where_nothing_is_answered(
        self, library: Library, hashing: HashingEmbedder
    ) -> None:
        strict = LENIENT.model_copy(update={"abstain_below": 1.0})
        reply = Answerer(library, hashing, strict, reader=Pointing("Six men")).answer(QUESTION)
        assert reply.nearest
        assert all(citation.highlight is None for citation in reply.nearest)

    def test_without_a_reader(self, library: Library, hashing: HashingEmbedder) -> None:
        reply = Answerer(library, hashing, LENIENT).answer(QUESTION)
        assert check_highlights(reply, library) == []

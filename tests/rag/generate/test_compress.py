"""What a chat model is given to read: within a budget, in order, and enough to be understood."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from rag.generate.compress import HEADING, compress
from rag.generate.source import Source
from rag.select import Candidate

from .making import article

PORT = ("Jets struck the port.", "They burned two cranes.", "Six men died.", "Rain put it out.")
BANK = ("The bank shut its doors.", "Nobody was paid.")


def words(text: str) -> int:
    return len(text.split())


def shown(sources: tuple[Source, ...]) -> list[str]:
    return [source.text for source in sources]


def place(source: Source) -> tuple[str, int]:
    return source.version.info.article_id, source.paragraph.number


sentences = st.integers(1, 30).map(lambda n: " ".join(["They", *["fled"] * (n - 1)]) + ".")
paragraphs = st.lists(st.lists(sentences, min_size=1, max_size=6), min_size=1, max_size=4)


@st.composite
def evidence(draw: st.DrawFn) -> list[Candidate]:
    """Some sentences of two articles in any order, as retrieval may rank them."""
    every = [
        candidate
        for name in ("one", "two")
        for candidate in article(*draw(paragraphs), name=name, passage=draw(st.integers(1, 6)))
    ]
    ranked = draw(st.permutations(every))
    return ranked[: draw(st.integers(1, len(ranked)))]


@given(
    ranked=evidence(), budget=st.integers(0, 200), most=st.integers(1, 10), best=st.integers(1, 20)
)
def test_within_the_budget_and_in_order(
    ranked: list[Candidate], budget: int, most: int, best: int
) -> None:
    sources = compress(ranked, budget=budget, count=words, best=best, most=most)
    assert [source.n for source in sources] == list(range(1, len(sources) + 1))
    assert 1 <= len(sources) <= most
    places = [key for key, _ in groupby(sources, key=place)]
    assert len(places) == len(set(places))  # those of one paragraph stand together
    spent = sum(words(text) + 1 for text in shown(sources)) + HEADING * len(places)
    assert spent <= budget or len(sources) == 1
    known = {(c.version.info.article_id, c.sentence.start): r for r, c in enumerate(ranked)}
    first = []
    for _, group in groupby(sources, key=place):
        same = list(group)
        starts = [source.shown[0].start for source in same]
        assert starts == sorted(set(starts))
        first.append(min(source.rank for source in same))
        assert first[-1] < min(best, len(ranked))  # no paragraph without one of the best
    assert first == sorted(first)
    for source in sources:
        assert source.text == source.version.text[source.shown[0].start : source.shown[0].end]
        assert source.rank == known.get((place(source)[0], source.shown[0].start), len(ranked))
        assert set(source.shown) <= set(source.sentences)
        assert {s.paragraph for s in source.sentences} == {source.paragraph.number}


def test_the_best_paragraph_comes_first() -> None:
    port, bank = article(PORT, name="port"), article(BANK, name="bank")
    sources = compress([bank[1], port[2], bank[0]], budget=1000, count=words, best=3)
    assert shown(sources)[:2] == [*BANK]
    assert [source.rank for source in sources[:2]] == [2, 0]
    assert [source.text for source in sources if source.rank == 1] == ["Six men died."]


def test_a_sentence_that_leans_brings_the_one_before() -> None:
    """Before the next best: by itself it would not be understood."""
    port = article(PORT)
    assert shown(compress([port[1], port[3]], budget=1000, count=words, most=2)) == [*PORT[:2]]
    assert shown(compress([port[0], port[3]], budget=1000, count=words, most=2)) == [
        PORT[0], PORT[3],
    ]  # fmt: skip


def test_what_is_left_goes_to_the_neighbours() -> None:
    port = article(PORT)
    room = HEADING + sum(words(t) + 1 for t in PORT[1:4])
    assert shown(compress([port[2]], budget=room, count=words)) == [*PORT[1:4]]
    assert shown(compress([port[2]], budget=room - 1, count=words)) == [*PORT[1:3]]
    assert shown(compress([port[2]], budget=1000, count=words, most=2)) == [*PORT[1:3]]


def test_there_is_always_a_sentence() -> None:
    port = article(PORT)
    assert shown(compress(port, budget=0, count=words)) == [PORT[0]]
    assert compress([], budget=100, count=words) == ()


def test_a_sentence_too_long_leaves_room_for_a_shorter_one() -> None:
    long, short = article(("word " * 200,), name="long"), article(("Six men died.",), name="short")
    assert shown(compress([*long, *short], budget=60, count=words)) == ["Six men died."]


def test_a_paragraph_of_several_passages_is_one() -> None:
    """Every passage of a paragraph counts: its claims are checked against all of it."""
    port = article(PORT, passage=2)
    sources = compress([port[3], port[0]], budget=1000, count=words)
    assert shown(sources) == [*PORT]
    for source in sources:
        assert [source.version.text[s.start : s.end] for s in source.sentences] == [*PORT]

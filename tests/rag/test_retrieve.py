"""Candidates, filters, fusion, dates, neighbours and folded copies, with the test double."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rag.library.library import Library
from rag.library.rows import Filters
from rag.models.hashing import HashingEmbedder
from rag.question import understand
from rag.retrieve import Found, match_expression, retrieve
from rag.settings import Settings

Find = Callable[..., Found]

BRIEFING = """PRESS SECRETARY JEAN-PIERRE: Good afternoon, everybody. Admiral Kirby is here today.

MR. KIRBY: Thank you. The destroyer in the Red Sea shot down four drones over the strait.

Q Has the pier in Gaza been anchored again?

MR. KIRBY: The pier has been anchored again, and trucks are moving aid ashore."""


@pytest.fixture(scope="module")
def library(make_library: Callable[..., Library]) -> Library:
    return make_library(
        (
            "Iran fired missiles at Israel on Saturday night. Air defence shot most of them down.",
            {"title": "The night of missiles", "published": "2024-04-14", "outlet": "Wire One",
             "kind": "news", "url": "https://one.example/april"},
        ),
        (
            "Iran fired missiles at Israel on Tuesday evening. Sirens were heard in Tel Aviv.",
            {"title": "A second barrage", "published": "2024-10-02", "outlet": "Wire Two",
             "kind": "analysis"},
        ),
        (
            "The turnout of the election was forty percent. The count went on until dawn.",
            {"title": "Election in Iran", "published": "2024-06-29", "outlet": "wire one",
             "kind": "news", "event_dates": ["2024-06-28"]},
        ),
        (
            "Nobody knows when this missile was fired. It lay in the sand for a long time.",
            {"title": "A find without a date"},
        ),
        (
            BRIEFING,
            {"title": "Press Briefing by Press Secretary Karine Jean-Pierre and John Kirby",
             "published": "2024-07-10", "outlet": "The House", "kind": "press-briefings"},
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def find(library: Library, hashing: HashingEmbedder) -> Find:
    def search(text: str, *, where: Library = library, **options: object) -> Found:
        filters = options.pop("filters", Filters())
        limit = options.pop("limit", None)
        chosen = Settings(**options)
        with where.reading() as db:
            vector = hashing.query(text)
            question = understand(text)
            return retrieve(db, where.dense, question, vector, chosen, filters=filters, limit=limit)

    return search


def titles(found: Found) -> list[str]:
    return [hit.passage.title for hit in found.hits]


def test_the_passage_that_says_it_comes_first(find: Find) -> None:
    found = find("What was the turnout of the election?")
    assert titles(found)[0] == "Election in Iran"
    assert [hit.score for hit in found.hits] == sorted(
        (hit.score for hit in found.hits), reverse=True
    )


def test_a_hit_explains_itself(find: Find) -> None:
    best = find("What was the turnout of the election?").hits[0]
    assert best.lexical > 0
    assert -1 <= best.cosine <= best.best_sentence <= 1.01
    assert len(best.sentence_cosines) == len(best.passage.sentences) == 2
    assert best.best_sentence == pytest.approx(float(best.sentence_cosines.max()))


def test_rare_words_weigh_more(find: Find) -> None:
    weights = find("Iran turnout Zanzibar").weights
    assert weights["zanzibar"] > weights["turnout"] > weights["iran"] > 0


def test_limit_and_setting(find: Find) -> None:
    assert len(find("missiles", limit=2).hits) == 2
    assert len(find("missiles", results=1).hits) == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(as_of="2024-04-14"), {"The night of missiles"}),
        (Filters(as_of="2024-04-13"), set()),
        (Filters(since="2024-07-11"), {"A second barrage"}),
        (Filters(since="2024-10-02"), {"A second barrage"}),
        (Filters(until="2024-06-29"), {"The night of missiles", "Election in Iran"}),
        (Filters(since="2024-05-01", until="2024-06-30"), {"Election in Iran"}),
        (Filters(since="2024-06-30", until="2024-05-01"), set()),
        (Filters(outlets=("WIRE ONE",)), {"The night of missiles", "Election in Iran"}),
        (Filters(kinds=("analysis",)), {"A second barrage"}),
        (Filters(kinds=("analysis", "News"), until="2024-04-30"), {"The night of missiles"}),
        (Filters(articles=("2024-10-02-a-second-barrage",)), {"A second barrage"}),
        (Filters(articles=("no-such",)), set()),
        (
            Filters(speakers=("kirby",)),
            {"Press Briefing by Press Secretary Karine Jean-Pierre and John Kirby"},
        ),
        (Filters(speakers=("100%_",)), set()),
    ],
)
def test_filters(find: Find, filters: Filters, expected: set[str]) -> None:
    assert set(titles(find("missiles of Iran", filters=filters))) == expected


def test_what_has_no_date_fails_every_date_filter(find: Find) -> None:
    question = "When was this missile fired, that lay in the sand?"
    assert titles(find(question))[0] == "A find without a date"
    for filters in (
        Filters(as_of="2099-01-01"),
        Filters(since="1900-01-01"),
        Filters(until="2099-01-01"),
    ):
        assert "A find without a date" not in titles(find(question, filters=filters))


def test_a_filter_holds_for_the_time_that_the_question_names(find: Find) -> None:
    found = find("missiles in October 2024", filters=Filters(as_of="2024-09-01"))
    assert "A second barrage" not in titles(found)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Did Iran fire missiles at Israel in April 2024?", "The night of missiles"),
        ("Did Iran fire missiles at Israel in October 2024?", "A second barrage"),
        ("Did Iran fire missiles at Israel in October?", "A second barrage"),
        ("Did Iran fire missiles at Israel on 1 October 2024?", "A second barrage"),
        ("What happened in Iran on 28 June 2024?", "Election in Iran"),
    ],
)
def test_the_time_that_is_named_counts(find: Find, question: str, first: str) -> None:
    found = find(question)
    assert titles(found)[0] == first
    assert found.hits[0].dated
    assert not any(hit.dated for hit in found.hits[1:] if hit.passage.published is None)


def test_the_date_factor_is_what_makes_it_count(find: Find) -> None:
    question = "When was this missile fired, in October 2024?"
    with_factor = find(question, date_factor=10)
    without = find(question, date_factor=1)
    assert titles(with_factor)[0] == "A second barrage"
    assert titles(without)[0] != "A second barrage"


def test_a_day_that_does_not_exist_is_no_day(find: Find) -> None:
    found = find("What missiles were fired on 31 February 2024?")
    assert found.hits
    assert not any(hit.dated for hit in found.hits)


def test_a_month_is_searched_by_itself_in_a_large_library(
    make_library: Callable[..., Library], find: Find
) -> None:
    crowd = [
        (f"Iran fired missiles at Israel, says the report with number {n} and {n * 7}.",
         {"title": f"Report {n}", "published": "2023-01-01"})
        for n in range(30)
    ]  # fmt: skip
    one = ("Rockets hit the north.", {"title": "The one", "published": "2024-10-09"})
    library = make_library(*crowd, one)
    few = {"where": library, "dense_candidates": 2, "lexical_candidates": 2}
    assert "The one" in titles(find("Iran fired missiles at Israel in October 2024", **few))
    assert "The one" not in titles(find("Iran fired missiles at Israel", **few))


def test_a_neighbour_lends_a_share_of_its_score(
    make_library: Callable[..., Library], find: Find
) -> None:
    filler = " ".join(f"Filler words number {n} of the long paragraph." for n in range(25))
    library = make_library(
        (f"The zebra was seen in Natanz.\n\n{filler}\n\nNothing here.", {"title": "Long"}),
        ("Filler words alone.", {"title": "Other"}),
    )
    question = "Where was the zebra seen?"
    alone = {h.passage.id: h.score for h in find(question, where=library, neighbour_weight=0).hits}
    helped = {h.passage.id: h.score for h in find(question, where=library, neighbour_weight=1).hits}
    of_long = [h.passage for h in find(question, where=library).hits if h.passage.title == "Long"]
    first, second = sorted(of_long, key=lambda passage: passage.ordinal)[:2]
    assert (first.ordinal, second.ordinal) == (0, 1)
    assert helped[second.id] == pytest.approx(alone[second.id] + alone[first.id])
    (other,) = set(alone) - {passage.id for passage in of_long}
    assert helped[other] == alone[other]


WIRE = (
    "Iran's parliament voted on Sunday to approve the outline of a budget that would raise "
    "military spending by two hundred percent, state media reported, as the government said that "
    "the threats of recent weeks had made stronger defences necessary for the country and that "
    "the money would be found by selling more oil to buyers in the east, which is forbidden."
)


def test_copies_of_a_story_fold_into_the_best_of_them(
    make_library: Callable[..., Library], find: Find
) -> None:
    library = make_library(
        (WIRE, {"title": "Budget vote", "outlet": "Agency"}),
        (f"{WIRE} More soon.", {"title": "Parliament votes", "outlet": "Paper A"}),
        (f"By our staff. {WIRE}", {"title": "Military spending to triple", "outlet": "Paper B"}),
        ("A budget is a plan. Parliament in Iran votes on it.", {"title": "What is a budget?"}),
    )
    found = find("How much would the budget raise military spending?", where=library)
    assert len(set(titles(found)) - {"What is a budget?"}) == 1
    assert "What is a budget?" in titles(found)
    only = find("military spending", where=library, filters=Filters(outlets=("Paper A",)))
    assert titles(only) == ["Parliament votes"]


def test_quoted_words_and_names_are_looked_for_together(
    make_library: Callable[..., Library], find: Find
) -> None:
    library = make_library(
        ("The support of the ironclad ship was a problem for all.", {"title": "Ship"}),
        ("He promised ironclad support to the ally, as he does.", {"title": "Promise"}),
    )
    found = find("Who wrote “ironclad support”?", where=library)
    by_title = {hit.passage.title: hit.lexical for hit in found.hits}
    assert by_title["Promise"] > by_title["Ship"] > 0
    assert '"ironclad support"' in match_expression(understand("“ironclad support”"))


@pytest.mark.parametrize(
    "question",
    [
        'missiles"', '"', '""', "miss*", "NEAR(missiles Iran, 2)", "missiles OR", "AND NOT OR",
        "title:missiles", "{title body}:missiles", "^missiles", "(missiles", "a - b", "x\0y", "*",
        "body : x", "missiles; DROP TABLE passages", "'", "--", "½ ² ①", "ایران؟", "the of and",
    ],
)  # fmt: skip
def test_the_syntax_of_the_full_text_index_is_only_text(find: Find, question: str) -> None:
    assert isinstance(find(question), Found)


@examples(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_looked_for(find: Find, text: str) -> None:
    found = find(text)
    assert len({hit.passage.id for hit in found.hits}) == len(found.hits) > 0


def test_without_the_full_text_the_vectors_answer(find: Find) -> None:
    found = find("What was the turnout of the election?", lexical_candidates=0)
    assert titles(found)[0] == "Election in Iran"
    assert not any(hit.lexical for hit in found.hits)

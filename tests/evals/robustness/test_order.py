from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.robustness.made_article import MadeArticle
from evals.robustness.order import _shuffled, articles_of, identical, measure
from evals.robustness.scratch import copied, made
from rag.library.library import Library, open_library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from ..gold.making import PARAGRAPHS
from ..runs.making import gold_question

SECOND = MadeArticle("b", "The reply", "2024-04-14", ("Drones flew over the desert at night.",))


@pytest.fixture
def two_articles(tmp_path: Path, hashing: HashingEmbedder, settings: Settings) -> Iterator[Library]:
    first = MadeArticle("a", "The strike", "2024-04-02", PARAGRAPHS)
    with made([first, SECOND], hashing, settings) as scratch:
        folder = scratch._library.folder
        library = open_library(folder, embedding=hashing.identity)
        yield library
        library.close()


def test_articles_come_back_to_the_letter(
    two_articles: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    first, second = articles_of(two_articles)
    assert (first.title, first.published, first.paragraphs) == (
        "The strike", "2024-04-02", PARAGRAPHS,
    )  # fmt: skip
    with (
        made([second, first], hashing, settings) as other,
        copied(two_articles, hashing, settings) as same,
    ):

        def texts(scratch: object) -> dict[str, str]:
            return {a.article_id: a.sha256 for a in scratch.record.articles.values()}  # type: ignore[attr-defined]

        assert texts(other) == texts(same)


def test_the_other_order_is_another_and_seeded(two_articles: Library) -> None:
    articles = articles_of(two_articles)
    assert _shuffled(articles, 0) == _shuffled(articles, 0) == articles[::-1]


def test_an_order_that_changes_nothing_scores_one(
    two_articles: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    result = measure(two_articles, [gold_question()], hashing, settings, seed=0)
    assert (result.cases, result.failures) == (1, ())
    assert result.mean("identical answers") == 1.0
    assert result.mean("difference of idk_score") == 0.0


def test_other_words_are_not_identical(
    two_articles: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    with copied(two_articles, hashing, settings) as scratch:
        one = scratch.ask(gold_question())
        other = scratch.ask(gold_question(question="what flew over the desert"))
    assert identical(one, one)
    assert not identical(one, other)


def test_one_article_has_no_other_order(
    small_library: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    result = measure(small_library, [gold_question()], hashing, settings, seed=0)
    assert (result.cases, bool(result.skipped)) == (0, True)

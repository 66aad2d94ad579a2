from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.asked import Ask
from rag.settings import load_settings
from ui.engine import Engine
from ui.suggest import MOST_TRIED, about_title, suggestions

from .markup.making import abstention, citation


@pytest.fixture
def engine(filled: Path) -> Iterator[Engine]:
    settings, _ = load_settings(generator="extractive")
    made = Engine(settings)
    yield made
    made.close()


def ids(engine: Engine) -> dict[str, str]:
    found = engine.search("Iran drones consulate zeppelin", limit=50)
    return {hit.title: hit.article_id for hit in found}


def near(engine: Engine, *titles: str, **changes: object):
    known = ids(engine)
    cited = [
        citation(n, article_id=known[title], paragraph=1, text=text, **changes)
        for n, (title, text) in enumerate(
            ((t, "It was destroyed on 1 April 2024.") for t in titles), start=1
        )
    ]
    return abstention(nearest=cited)


def test_questions_are_made_from_the_nearest_articles(engine: Engine) -> None:
    reply = near(engine, "Press briefing by John Kirby", "Strike on the consulate in Damascus")
    found = suggestions(engine.library, reply, is_answered=lambda _: True, most=9)
    assert found[0].startswith("What did ")
    assert found[0].endswith("Kirby say on 15 April 2024?")
    assert "What happened on 1 April 2024?" in found
    assert (
        "What did Dateline brief report on 2 April 2024 under the title "
        "“Strike on the consulate in Damascus”?"
    ) in found
    assert len(set(found)) == len(found)


def test_only_what_the_engine_can_answer_is_suggested(engine: Engine) -> None:
    reply = near(engine, "Press briefing by John Kirby", "Strike on the consulate in Damascus")
    tried: list[str] = []

    def never(question: str) -> bool:
        tried.append(question)
        return False

    assert suggestions(engine.library, reply, is_answered=never) == []
    assert 0 < len(tried) <= MOST_TRIED
    some = suggestions(engine.library, reply, is_answered=lambda q: q == tried[1])
    assert some == [tried[1]]
    assert len(suggestions(engine.library, reply, is_answered=lambda _: True, most=1)) == 1


def test_neither_the_same_question_nor_later_or_removed_articles(engine: Engine) -> None:
    reply = near(engine, "Strike on the consulate in Damascus")

    def all_of(given) -> list[str]:
        return suggestions(engine.library, given, is_answered=lambda _: True, most=9)

    same = reply.model_copy(update={"question": "what happened on 1 April 2024"})
    assert "What happened on 1 April 2024?" not in all_of(same)
    assert all_of(reply.model_copy(update={"as_of": "2024-04-01"})) == []
    assert all_of(reply.model_copy(update={"as_of": "2024-04-02"}))
    with engine.library.writing() as writer:
        writer.remove([reply.nearest[0].article_id])
    assert all_of(reply) == []
    assert all_of(abstention(nearest=[citation(article_id="gone")])) == []


def test_a_question_suggested_is_answered(engine: Engine) -> None:
    reply = near(engine, "Press briefing by John Kirby")
    for question in suggestions(engine.library, reply, is_answered=lambda _: True):
        assert engine.answer(Ask(question)).status != "abstained"


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("The April attack: what each said", "What do the articles say about the April attack?"),
        ("Profile: Joe Biden", "What do the articles say about Joe Biden?"),
        ("The Guard Corps: a profile", "What do the articles say about the Guard Corps?"),
        ("Who warned whom before the attack", "What do the articles say about who warned whom "
         "before the attack?"),
        ("How badly were they damaged? The claims", "How badly were they damaged?"),
        ("Iran's missile attack on Israel", "What do the articles say about Iran's missile attack "
         "on Israel?"),
        ("The first attacks on shipping", "What do the articles say about the first attacks on "
         "shipping?"),
        ("Operation Prosperity Guardian, explained", "What do the articles say about Operation "
         "Prosperity Guardian?"),
        ("Israel strikes Iran, 12 June 2025: what was said", None),
        ("The army says it struck Isfahan", None),
        ("Isfahan", None),
        ("The [bold]zeppelin[/bold]", None),
        ("", None),
    ],
)  # fmt: skip
def test_titles_become_questions_only_where_the_grammar_is_sure(
    title: str, question: str | None
) -> None:
    assert about_title(title) == question

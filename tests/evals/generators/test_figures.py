from pathlib import Path
from typing import Any

import pytest

from evals.generators.figures import Seconds, Tokens, figures_of
from evals.runs.store import Answered, Run
from rag.reply import Sentence, Usage

from ..runs.making import answered, manifest
from .making import LOCAL, NOTICE, draft


def said(*supports: str) -> list[Sentence]:
    return [
        draft()
        if support == "unsupported"
        else Sentence(text=f"Number {n}.", citations=[1], support=support, score=1.0)  # type: ignore[arg-type]
        for n, support in enumerate(supports)
    ]


def run(*answers: Answered, generator: str = LOCAL) -> Run:
    made = manifest(generator=generator, questions=len(answers))
    return Run(Path(), made, {answer.id: answer for answer in answers})


def written(id_: str, *supports: str, **changes: Any) -> Answered:
    return answered(id_, sentences=said(*supports), generator=LOCAL, **changes)


ANSWERS = (
    written("a", "supported", "supported", "unsupported", withheld=1,
            usage=Usage(prompt_tokens=400, completion_tokens=20)),
    written("b", "supported", "partial", withheld=2,
            usage=Usage(prompt_tokens=600, completion_tokens=40)),
    # The articles' own sentence in place of three that were withheld.
    answered("c", generator="extractive", notice=NOTICE, withheld=3,
             usage=Usage(prompt_tokens=500, completion_tokens=60)),
    answered("d", status="abstained", sentences=[], citations=[]),
    Answered(id="e", reply=None, error="ValueError: no"),
)  # fmt: skip


def test_shares_are_of_what_they_say_they_are_of() -> None:
    found = figures_of(run(*ANSWERS), {})
    assert (found.questions, found.answered, found.failed) == (5, 3, 1)
    assert found.sentences == 5  # the draft is none
    assert (found.supported, found.partial) == (4 / 5, 1 / 5)
    assert found.withheld == 6 / (6 + 4)  # the extractive sentence was not written by the model
    assert found.replaced == 1 / 3
    assert (found.read, found.written) == (Tokens(500.0, 600.0), Tokens(40.0, 60.0))


def test_times_are_of_answered_questions_and_the_first_one_is_cold() -> None:
    timings = {
        id_: {"retrieve": t, "rerank": 1000.0, "first_sentence": 2 * t, "total": 3 * t}
        for id_, t in {"d": 90000.0, "a": 50000.0, "b": 1000.0, "c": 3000.0}.items()
    }
    found = figures_of(run(*ANSWERS), timings)
    assert found.sources == Seconds(2.0, 4.0)
    assert found.first_sentence == Seconds(2.0, 6.0)
    assert found.end == Seconds(3.0, 9.0)


def test_without_a_chat_model_nothing_is_withheld_and_no_token_is_read() -> None:
    found = figures_of(run(answered("a"), generator="extractive"), {})
    assert found.supported == 1
    assert [found.withheld, found.replaced, found.read, found.written, found.end] == [None] * 5


@pytest.mark.parametrize("answers", [(), ANSWERS[3:]])
def test_where_nothing_is_answered_there_are_no_shares(answers: tuple[Answered, ...]) -> None:
    found = figures_of(run(*answers), {})
    assert (found.answered, found.sentences) == (0, 0)
    assert [found.supported, found.withheld, found.replaced, found.sources] == [None] * 4

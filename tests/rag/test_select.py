"""Which sentences answer, and what is left out of an answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from rag.abstain import Signs, shipped_calibration, signs_of
from rag.calibrate import auroc, fit
from rag.library import catalogue
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.question import understand
from rag.retrieve import Found, retrieve
from rag.select import Candidate, candidates, choose, is_named, leans_back, shows_kind
from rag.settings import Settings

TRANSCRIPT = """MR. KIRBY: The convoy crossed the border at noon. It carried
flour and warm blankets north.

Q How many trucks were in the convoy?

MR. KIRBY: There were forty trucks in the convoy that crossed the border at noon.

(Laughter.)

MS. SINGH: The convoy of forty trucks was delayed by rain on the road near the border."""


@contextmanager
def found_in(
    library: Library, hashing: HashingEmbedder, settings: Settings, question: str
) -> Iterator[tuple[Found, list[Candidate]]]:
    asked = understand(question)
    with library.reading() as db:
        found = retrieve(db, library.dense, asked, hashing.query(question), settings)
        versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
        yield found, candidates(asked, found, versions, settings)


@pytest.fixture(scope="module")
def briefing(make_library: Callable[..., Library]) -> Library:
    return make_library(
        (TRANSCRIPT, {"title": "Briefing by John Kirby", "published": "2024-03-05"}),
        (
            "The price of bread rose in the capital. Bakers blamed the price of flour.",
            {"title": "Bread", "published": "2024-03-06"},
        ),
    )


def test_a_reporters_question_and_a_stage_direction_are_no_answers(
    briefing: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    with found_in(briefing, hashing, settings, "How many trucks were in the convoy?") as (
        _,
        ranked,
    ):
        texts = [candidate.text for candidate in ranked]
    assert not any(text.endswith("?") or text.startswith("(") for text in texts)
    assert any("forty trucks" in text for text in texts)


def test_what_is_asked_of_a_person_is_answered_by_that_person(
    briefing: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    question = "What did Kirby say about the forty trucks of the convoy?"
    with found_in(briefing, hashing, settings, question) as (_, ranked):
        assert ranked[0].speaker is not None
        assert "Kirby" in ranked[0].speaker


def test_no_sentence_says_what_another_already_said(
    briefing: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    with found_in(briefing, hashing, settings, "convoy of forty trucks border noon") as (_, ranked):
        chosen = choose([*ranked, *ranked], most=5)
    assert len({c.text for c in chosen}) == len(chosen)


def test_a_sentence_that_leans_brings_the_one_it_leans_on(
    briefing: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    with found_in(briefing, hashing, settings, "What did the convoy carry?") as (_, ranked):
        leaning = next(c for c in ranked if c.text.startswith("It carried"))
        (chosen,) = choose([leaning], most=3)
        first = next(c for c in ranked if c.text.startswith("The convoy crossed"))
        together = choose([first, replace(leaning, score=first.score)], most=3)
    assert chosen.text == (
        "The convoy crossed the border at noon. It carried flour and warm blankets north."
    )
    assert chosen.version.text[chosen.sentence.start : chosen.sentence.end] == chosen.text
    assert [c.text for c in together] == [first.text, leaning.text]


def test_a_further_sentence_without_the_name_asked_for_is_left_out(
    make_library: Callable[..., Library], hashing: HashingEmbedder, settings: Settings
) -> None:
    library = make_library(
        ("Explosions were heard near Isfahan at night and people were afraid.", {"title": "One"}),
        ("Many people were killed in the city of Beirut that night.", {"title": "Two"}),
    )
    with found_in(library, hashing, settings, "How many people were killed in Isfahan?") as (
        _,
        ranked,
    ):
        by_name = sorted(ranked, key=lambda c: -c.named)
        assert [c.named for c in by_name] == [1.0, 0.0]
        chosen = choose(by_name, most=3)
    assert ["Isfahan" in c.text for c in chosen] == [True]


def test_five_planted_copies_count_once_and_one_article_does_not_fill_the_list(
    make_library: Callable[..., Library], hashing: HashingEmbedder, settings: Settings
) -> None:
    planted = " ".join(
        f"Planted text number {n} says that the minister resigned over the convoy at the border."
        for n in range(12)
    )
    long = "\n\n".join(
        f"Paragraph {n} on the convoy: the minister spoke of trucks and the border again. " * 6
        for n in range(12)
    )
    copies = [(f"{planted} Copy {n}.", {"title": f"Copy {n}"}) for n in range(5)]
    library = make_library(
        *copies,
        (long, {"title": "A long article"}),
        ("The minister denied that he had resigned over the convoy.", {"title": "Denial"}),
        ("The border was open and the convoy passed without the minister.", {"title": "Open"}),
    )
    wanted = settings.model_copy(update={"results": 12, "article_passages": 2})
    with found_in(library, hashing, wanted, "Did the minister resign over the convoy?") as (
        found,
        _,
    ):
        names = [hit.passage.title for hit in found.hits]
    assert len({name for name in names if name.startswith("Copy")}) == 1
    others = [n for n, name in enumerate(names) if name in {"Denial", "Open"}]
    third = [n for n, name in enumerate(names) if name == "A long article"][2:]
    assert len(others) == 2
    assert third
    assert max(others) < min(third)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("It carried flour.", True),
        ("And they left.", True),
        ("This was denied.", True),
        ("Iran denied it.", False),
        ("Italy agreed.", False),
    ],
)
def test_what_leans_back(text: str, leans: bool) -> None:
    assert leans_back(text) is leans


def test_the_kind_of_answer_is_seen() -> None:
    assert shows_kind("number", "There were forty-two of them, 42 in all.")
    assert not shows_kind("number", "They came in the morning.")
    assert shows_kind("date", "It happened on 3 March 2024.")
    assert shows_kind("other", "Anything.")


def test_a_speaker_is_named_by_the_last_name() -> None:
    question = understand("What did Kirby say about the pier?")
    assert is_named("John Kirby", question)
    assert not is_named("Sabrina Singh", question)
    assert not is_named(None, question)


def test_nothing_found_is_no_confidence() -> None:
    nothing = Found((), {}, HashingEmbedder().query("x"))
    signs = signs_of(understand("Who won?"), nothing, [], {})
    assert signs == Signs(0, 0, 0, 0, 0, 0, 0, 1)
    assert shipped_calibration().confidence(signs) < 0.2


def test_more_of_what_speaks_for_an_answer_gives_more_confidence() -> None:
    weak = Signs(0.3, 0.3, 0.2, 0.2, 0.0, 0.0, 0.0, 0.8)
    strong = Signs(0.8, 0.8, 0.9, 0.9, 1.0, 1.0, 1.0, 0.0)
    assert shipped_calibration().confidence(weak) < 0.3
    assert shipped_calibration().confidence(strong) > 0.7


def test_fitting_separates_what_can_be_separated() -> None:
    yes = [Signs(0.7 + n / 100, 0.7, 0.8, 0.7, 1, 1, 1, 0.1) for n in range(10)]
    no = [Signs(0.3 + n / 100, 0.3, 0.3, 0.2, 0, 0, 1, 0.7) for n in range(10)]
    calibration = fit([*yes, *no], [True] * 10 + [False] * 10)
    confidences = [calibration.confidence(signs) for signs in [*yes, *no]]
    assert auroc(confidences, [True] * 10 + [False] * 10) == 1.0
    assert min(confidences[:10]) > 0.5 > max(confidences[10:])

import io

import pytest
from rich.console import Console

from rag.reply import Citation, Conflict, LibraryState, Position, Reply, Sentence, Timings
from ui.output import console
from ui.render import print_reply


def citation(n: int = 1, **changes: object) -> Citation:
    values: dict[str, object] = {
        "n": n, "article_id": "a", "version": 1, "paragraph": 8, "paragraphs": [8], "start": 0,
        "end": 5, "quote": "Quote", "text": "Quote and more", "prefix": "", "suffix": " and",
        "title": "A title", "outlet": "An outlet", "published": "2024-10-02T10:00:00",
        "speaker": "John Kirby", "source": "a.md",
    }  # fmt: skip
    return Citation.model_validate(values | changes)


def reply(**changes: object) -> Reply:
    values: dict[str, object] = {
        "id": "1", "question": "Who?", "standalone_question": "Who?", "status": "answered",
        "answer": "He did. [1]",
        "sentences": [Sentence(text="He did.", citations=[1], support="supported", score=1)],
        "citations": [citation()], "confidence": 0.5, "generator": "extractive",
        "library": LibraryState(articles=1, paragraphs=9, revision="r"), "timings_ms": Timings(),
    }  # fmt: skip
    return Reply.model_validate(values | changes)


def printed(given: Reply, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    if terminal:
        screen = Console(file=stream, force_terminal=True, width=2000, markup=False,
                         highlight=False, emoji=False)  # fmt: skip
    else:
        screen = console(stream)
    print_reply(screen, given)
    return stream.getvalue()


def test_sentences_then_sources() -> None:
    assert printed(reply()) == (
        "He did. [1]\n"
        "\n"
        "Sources\n"
        "[1] A title, An outlet, 2 October 2024, paragraph 8, John Kirby\n"
        "    “Quote”\n"
        "    a.md\n"
    )


def test_a_rewritten_question_is_shown() -> None:
    assert printed(reply(standalone_question="Who  left?")).startswith(
        "Understood as: Who  left?\n"
    )
    assert "Understood" not in printed(reply(question=" Who?\n"))


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({"deep_link": "https://a.example/#:~:text=x", "url": "https://a.example/"}, "#:~:text=x"),
        ({"url": "https://a.example/"}, "https://a.example/"),
        ({}, "a.md"),
    ],
)
def test_the_best_link_is_shown(link: dict[str, str], shown: str) -> None:
    assert printed(reply(citations=[citation(**link)])).endswith(f"{shown}\n")


def test_several_paragraphs() -> None:
    assert "paragraphs 8 to 9" in printed(reply(citations=[citation(paragraphs=[8, 9])]))


def test_a_long_quotation_is_cut() -> None:
    assert "…”" in printed(reply(citations=[citation(quote="word " * 100)]))


@pytest.mark.parametrize(
    ("support", "note"), [("partial", "only partly"), ("unsupported", "not in")]
)
def test_weak_support_is_told(support: str, note: str) -> None:
    weak = Sentence.model_validate(
        {"text": "He did.", "citations": [1], "support": support, "score": 0}
    )
    assert note in printed(reply(sentences=[weak]))


def test_differing_accounts() -> None:
    positions = [Position(party="Iran", claim="few hit", citations=[1]),
                 Position(party="Israel", claim="none hit", citations=[1])]  # fmt: skip
    told = printed(reply(conflicts=[Conflict(topic="damage", positions=positions)]))
    assert "Accounts differ: damage\n  Iran: few hit [1]\n  Israel: none hit [1]\n" in told


def test_what_is_missing_of_a_partial_answer() -> None:
    assert "Not in the articles: when" in printed(reply(status="partial", missing=["when"]))


def test_an_abstention_shows_what_is_missing_and_nearest() -> None:
    told = printed(
        reply(status="abstained", answer="The articles do not say.", sentences=[], citations=[],
              nearest=[citation()], missing=["no paragraph mentions Lima"])
    )  # fmt: skip
    assert told.startswith(
        "The articles do not say.\nMissing: no paragraph mentions Lima\n\nWhat comes nearest\n[1] "
    )


MARKUP = "[bold]x[/bold] [link=https://evil.example]y[/link] :boom: "
HOSTILE = MARKUP + "\x1b[31mz\x1b]8;;http://e\x07 \u202ea"
HARMLESS = MARKUP + "[31mz]8;;http://e a"


@pytest.mark.parametrize("terminal", [True, False])
def test_no_text_is_markup_or_reaches_the_terminal(terminal: bool) -> None:
    given = reply(
        standalone_question=HOSTILE,
        sentences=[Sentence(text=HOSTILE, citations=[1], support="supported", score=1)],
        citations=[citation(title=HOSTILE, outlet=HOSTILE, speaker=HOSTILE, published=HOSTILE,
                            quote=HOSTILE, source=HOSTILE, url=HOSTILE)],
        missing=[HOSTILE],
        conflicts=[Conflict(topic=HOSTILE, positions=[
            Position(party=HOSTILE, claim=HOSTILE, citations=[1])])],
    )  # fmt: skip
    told = printed(given, terminal=terminal)
    assert told.count(HARMLESS) == 12
    for harm in ("\x1b[31m", "\x1b]8", "\x07", "\u202e", "💥"):
        assert harm not in told
    if not terminal:
        assert "\x1b" not in told


def test_no_line_is_broken_where_there_is_no_terminal() -> None:
    long = "word " * 500
    sentence = Sentence(text=long.strip(), citations=[1], support="supported", score=1)
    assert long.strip() in printed(reply(sentences=[sentence]))

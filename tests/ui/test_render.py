import io
import re

import pytest
from rich.console import Console

from rag.conflicts import telling
from rag.reply import (
    Citation,
    Conflict,
    Highlight,
    LibraryState,
    Position,
    Reply,
    Sentence,
    Timings,
    Usage,
)
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


BOLD = re.compile(r"\x1b\[1(?:;\d+)*m(.*?)\x1b\[0m")
ANY = re.compile(r"\x1b\[[\d;]*m")


def with_exact(words: str, quote: str, text: str | None = None) -> Reply:
    start = quote.index(words)
    shown = Highlight(start=start, end=start + len(words), text=words)
    said = Sentence(text=text or quote, citations=[1], support="supported", score=1)
    cited = citation(quote=quote, text=quote, end=len(quote), highlight=shown)
    return reply(citations=[cited], sentences=[said])


def test_the_exact_answer_is_bold_in_the_sentence_and_in_the_quotation() -> None:
    given_reply = with_exact(
        "six \x1b[31mmen", "Yesterday six \x1b[31mmen left.",
        "Kirby: Yesterday [1 October 2024] six \x1b[31mmen left.",
    )  # fmt: skip
    told = printed(given_reply, terminal=True)
    assert BOLD.findall(told) == ["six [31mmen", "Sources", "six [31mmen"]
    assert "\x1b[1;3msix [31mmen\x1b[0m" in told
    # Elsewhere the words are the same, and nothing is added to them.
    assert ANY.sub("", told).split() == printed(given_reply).split()
    assert "Kirby: Yesterday [1 October 2024] six [31mmen left. [1]\n" in printed(given_reply)
    bare = reply(
        citations=[c.model_copy(update={"highlight": None}) for c in given_reply.citations],
        sentences=given_reply.sentences,
    )
    assert printed(bare) == printed(given_reply)
    assert BOLD.findall(printed(bare, terminal=True)) == ["Sources"]


@pytest.mark.parametrize(("words", "times"), [("first", 2), ("last", 1), ("cut off", 1)])
def test_an_exact_answer_beyond_the_cut_is_not_half_bold(words: str, times: int) -> None:
    # The quotation is cut inside "cut off".
    quote = f"The first {'word ' * 37}cut off {'word ' * 9}last."
    told = printed(with_exact(words, quote), terminal=True)
    assert "cut…”" in ANY.sub("", told)
    assert told.count("\x1b[1m") + told.count("\x1b[1;3m") == times + 1  # and the heading


def test_a_long_quotation_is_cut() -> None:
    assert "…”" in printed(reply(citations=[citation(quote="word " * 100)]))


def test_weak_support_is_told() -> None:
    weak = Sentence(text="He did.", citations=[1], support="partial", score=0.4)
    assert "He did. [1] (only partly in the source)\n" in printed(reply(sentences=[weak]))


def draft(text: str = "He did it twice.") -> Sentence:
    return Sentence(text=text, citations=[1], support="unsupported", score=0)


def test_a_draft_has_no_citation() -> None:
    told = printed(reply(sentences=[draft()]))
    assert told.startswith("He did it twice. (not in the source)\n\nSources\n")


def test_a_draft_is_struck_through_on_a_terminal() -> None:
    told = printed(reply(sentences=[draft()]), terminal=True)
    assert "\x1b[2;9mHe did it twice.\x1b[0m\x1b[2m (not in the source)\x1b[0m" in told


def test_differing_accounts_are_told_once() -> None:
    positions = [Position(party="Iran", claim="few hit", citations=[1]),
                 Position(party="Israel", claim="none hit", citations=[2, 3])]  # fmt: skip
    conflict = Conflict(topic="damage", positions=positions)
    told = printed(reply(sentences=[telling.told(conflict)], conflicts=[conflict]))
    assert told.startswith(
        "Accounts differ on “damage”: Iran: “few hit”; Israel: “none hit”. [1][2][3]\n\nSources"
    )


def test_why_it_is_another_answer() -> None:
    told = printed(reply(notice="The model did not answer in 60 s.", withheld=1))
    assert told.startswith(
        "He did. [1]\nThe model did not answer in 60 s.\n"
        "1 sentence left out: not supported by the sources.\n\nSources"
    )


def test_what_is_left_out_is_not_counted_where_it_is_shown() -> None:
    given = reply(withheld=2, sentences=[draft(), *reply().sentences])
    assert "left out" not in printed(given)
    assert "2 sentences left out" in printed(reply(withheld=2))


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        (Usage(), "(2.5 s)"),
        (Usage(prompt_tokens=512, completion_tokens=88), "(2.5 s, 512 tokens read, 88 written)"),
        (Usage(prompt_tokens=9, completion_tokens=8, cost_usd=0.0),
         "(2.5 s, 9 tokens read, 8 written)"),
        (Usage(prompt_tokens=9, completion_tokens=8, cost_usd=0.01234),
         "(2.5 s, 9 tokens read, 8 written, $0.0123)"),
        (Usage(prompt_tokens=9, completion_tokens=8, cost_usd=0.00001),
         "(2.5 s, 9 tokens read, 8 written, less than $0.0001)"),
    ],
)  # fmt: skip
def test_who_wrote_it_and_what_it_took(usage: Usage, told: str) -> None:
    given = reply(generator="openai:x", timings_ms=Timings(total=2500), usage=usage)
    assert f"\nAnswer by openai:x, every sentence checked {told}.\n" in printed(given)


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
        sentences=[Sentence(text=HOSTILE, citations=[1], support="supported", score=1),
                   draft(HOSTILE)],
        generator=HOSTILE,
        notice=HOSTILE,
        citations=[citation(title=HOSTILE, outlet=HOSTILE, speaker=HOSTILE, published=HOSTILE,
                            quote=HOSTILE, source=HOSTILE, url=HOSTILE)],
        missing=[HOSTILE],
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
